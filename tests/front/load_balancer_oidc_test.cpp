#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/encoding.h"
#include "front/load_balancer_fixture.h"
#include "tests/services/imported_certificate.h"

namespace fallstreak {
namespace {

using testing::get;
using ::testing::HasSubstr;
using testing::HttpClient;
using ::testing::Not;
using testing::ok;
using testing::Reply;
using ::testing::StartsWith;
using testing::TargetServer;

/// A small OpenID provider: one user, who signs in by having the code `good`.
struct Provider {
  std::string token_status = "200 OK";
  std::string tokens = R"({"access_token":"access-1","id_token":"id-1","token_type":"Bearer"})";
  std::string refreshed = R"({"access_token":"access-2","expires_in":600})";
  std::string user = R"({"sub":"user-1","email":"user@example.com"})";
  std::string asked;  // all heads and forms
  TargetServer server{[this](TargetServer::Connection& connection, const std::string& head) {
    asked += head;
    if (head.starts_with("POST /token")) {
      const auto form =
          connection.read_bytes(std::stoul(head.substr(head.find("Content-Length: ") + 16)));
      asked += form;
      const bool is_refresh = form.find("grant_type=refresh_token&") != std::string::npos;
      const bool is_good = form.find("code=good") != std::string::npos ||
                           form.find("refresh_token=refresh-1") != std::string::npos;
      const std::string body =
          is_good ? (is_refresh ? refreshed : tokens) : R"({"error":"invalid_grant"})";
      connection.send("HTTP/1.1 " + (is_good ? token_status : "400 Bad Request") +
                      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    } else {
      connection.send(ok(user));
    }
  }};
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
  }
};

class SignIn : public testing::LoadBalancerTest {
 protected:
  SignIn() {
    const auto certificate = testing::imported_certificate(acm, "shop.example", cloud.now());
    group = make_group("web");
    add_target(group, target.port());
    listener = *must(elbv2.create_listener({.LoadBalancerArn = balancer,
                                            .Protocol = "HTTPS",
                                            .Port = 443,
                                            .Certificates = {{{.CertificateArn = certificate}}},
                                            .DefaultActions = actions("authenticate")}))
                    .Listeners->front()
                    .ListenerArn;
  }
  std::vector<api::elbv2::Action> actions(const std::string& otherwise) {
    api::elbv2::AuthenticateOidcActionConfig config{
        .Issuer = "https://idp.example",
        .AuthorizationEndpoint = "https://idp.example/authorize",
        .TokenEndpoint = provider.url("/token"),
        .UserInfoEndpoint = provider.url("/user"),
        .ClientId = "client",
        .ClientSecret = "secret",
        .SessionTimeout = 3600,
        .OnUnauthenticatedRequest = otherwise};
    auto to = forward(group);
    to.Order = 2;
    return {{.Type = "authenticate-oidc", .AuthenticateOidcConfig = config, .Order = 1}, to};
  }
  void otherwise(const std::string& what) {
    must(elbv2.modify_listener({.ListenerArn = listener, .DefaultActions = actions(what)}));
  }
  Reply ask_encrypted(const std::string& path, const std::string& headers = {}) {
    HttpClient client(local_port(443), testing::TlsClient{.host = "shop.example"});
    auto reply =
        client.exchange("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n" + headers + "\r\n");
    EXPECT_TRUE(reply.has_value());
    return reply.value_or(Reply());
  }
  /// The cookies that an answer sets, as a browser sends them back.
  static std::string cookies_of(const Reply& reply) {
    std::string header;
    for (const auto& [name, value] : reply.headers) {
      if (name != "Set-Cookie") continue;
      header += (header.empty() ? "Cookie: " : "; ") + value.substr(0, value.find(';'));
    }
    return header.empty() ? header : header + "\r\n";
  }
  static std::string state_of(const Reply& reply) {
    const auto location = reply.header("Location");
    return location.substr(location.find("&state=") + 7);
  }
  /// Signs in; the answer to what the provider sent the user back with.
  Reply come_back(const std::string& code) {
    const auto begun = ask_encrypted("/cart?item=7");
    return ask_encrypted("/oauth2/idpresponse?code=" + code + "&state=" + state_of(begun),
                         cookies_of(begun));
  }

  Provider provider;
  std::string seen;
  TargetServer target{[this](auto& connection, const std::string& head) {
    seen = head;
    connection.send(ok("welcome"));
  }};
  client::Acm acm{transport};
};

/// The value of a field of a head.
std::string field(const std::string& head, const std::string& name) {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

bool is_signed(const std::string& token, const std::string& pem) {
  const auto last = token.rfind('.');
  std::string signature = token.substr(last + 1);
  std::ranges::replace(signature, '-', '+');
  std::ranges::replace(signature, '_', '/');
  const std::string plain = *from_base64(signature);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(plain.data());
  ECDSA_SIG* pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair, &der);
  BIO* bio = BIO_new_mem_buf(pem.data(), int(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
  const int verified = EVP_DigestVerify(context, der, std::size_t(size),
                                        reinterpret_cast<const unsigned char*>(token.data()), last);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  BIO_free(bio);
  OPENSSL_free(der);
  ECDSA_SIG_free(pair);
  return verified == 1;
}

TEST_F(SignIn, SendsTheUserToTheProvider) {
  const auto reply = ask_encrypted("/cart?item=7");

  EXPECT_EQ(reply.status, 302);
  EXPECT_THAT(
      reply.header("Location"),
      StartsWith("https://idp.example/authorize?client_id=client&redirect_uri=https%3A%2F%2F"
                 "shop.example%2Foauth2%2Fidpresponse&response_type=code&scope=openid"));
  EXPECT_THAT(reply.header("Set-Cookie"), StartsWith("AWSALBAuthNonce="));
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(SignIn, AsksTheProviderAndSendsTheUserOn) {
  const auto reply = come_back("good");

  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(reply.header("Location"), "https://shop.example/cart?item=7");
  EXPECT_THAT(cookies_of(reply), HasSubstr("AWSELBAuthSessionCookie-0="));
  EXPECT_THAT(provider.asked, HasSubstr("Authorization: Basic " + to_base64("client:secret")));
  EXPECT_THAT(provider.asked, HasSubstr("grant_type=authorization_code&code=good&redirect_uri="));
  EXPECT_THAT(provider.asked, HasSubstr("Authorization: Bearer access-1"));
}

TEST_F(SignIn, TellsTheTargetWhoTheUserIs) {
  const auto session = cookies_of(come_back("good"));

  const auto reply = ask_encrypted("/cart", session + "X-Amzn-Oidc-Identity: somebody\r\n");

  EXPECT_EQ(reply.body, "welcome");
  EXPECT_EQ(field(seen, "X-Amzn-Oidc-Identity"), "user-1");
  EXPECT_EQ(field(seen, "X-Amzn-Oidc-Accesstoken"), "access-1");
  EXPECT_THAT(seen, Not(HasSubstr("somebody")));
  const auto token = field(seen, "X-Amzn-Oidc-Data");
  const auto payload =
      from_base64(token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1));
  ASSERT_TRUE(payload);
  EXPECT_EQ(nlohmann::json::parse(*payload)["email"], "user@example.com");
  const auto all =
      nlohmann::json::parse(control.exchange(get("/_fallstreak/load-balancers"))->body);
  EXPECT_TRUE(is_signed(token, all["signing_key"]["pem"]));
}

TEST_F(SignIn, HoldsForTheTimeOfTheSession) {
  const auto session = cookies_of(come_back("good"));
  advance("59m");
  EXPECT_EQ(ask_encrypted("/", session).body, "welcome");

  advance("1m");

  EXPECT_EQ(ask_encrypted("/", session).status, 302);
}

TEST_F(SignIn, IsRefreshedWhenTheAccessTokenExpires) {
  provider.tokens =
      R"({"access_token":"access-1","id_token":"i","expires_in":300,"refresh_token":"refresh-1"})";
  auto session = cookies_of(come_back("good"));
  advance("299s");
  EXPECT_EQ(cookies_of(ask_encrypted("/", session)), "") << "it is still good";

  provider.user = R"({"sub":"user-1","email":"new@example.com"})";
  advance("1s");
  const auto reply = ask_encrypted("/", session);

  EXPECT_EQ(reply.body, "welcome");
  EXPECT_EQ(field(seen, "X-Amzn-Oidc-Accesstoken"), "access-2");
  session = cookies_of(reply);
  EXPECT_THAT(session, HasSubstr("AWSELBAuthSessionCookie-0="));
  advance("599s");
  const auto asked_before = provider.asked;
  EXPECT_EQ(ask_encrypted("/", session).body, "welcome");
  EXPECT_EQ(provider.asked, asked_before);
  advance("1s");
  EXPECT_EQ(ask_encrypted("/", session).body, "welcome") << "the refresh token goes on";
  EXPECT_NE(provider.asked, asked_before);
  advance("45m");
  EXPECT_EQ(ask_encrypted("/", session).status, 302) << "the session ends when it would have";
}

TEST_F(SignIn, IsAskedForAgainWhenTheProviderRefusesToRefresh) {
  provider.tokens =
      R"({"access_token":"access-1","id_token":"i","expires_in":300,"refresh_token":"stale"})";
  const auto session = cookies_of(come_back("good"));
  advance("5m");

  EXPECT_EQ(ask_encrypted("/", session).status, 302);
}

TEST_F(SignIn, GoesOnWithoutARefreshTokenUntilTheSessionEnds) {
  provider.tokens = R"({"access_token":"access-1","id_token":"i","expires_in":300})";
  const auto session = cookies_of(come_back("good"));
  advance("59m");

  EXPECT_EQ(ask_encrypted("/", session).body, "welcome");
  EXPECT_EQ(field(seen, "X-Amzn-Oidc-Accesstoken"), "access-1");
}

TEST_F(SignIn, IsRefusedOrPassedOverWhereTheRuleSaysSo) {
  otherwise("deny");
  EXPECT_EQ(ask_encrypted("/").status, 401);

  otherwise("allow");
  EXPECT_EQ(ask_encrypted("/", "X-Amzn-Oidc-Identity: somebody\r\n").body, "welcome");
  EXPECT_THAT(seen, Not(HasSubstr("somebody")));
}

TEST_F(SignIn, Answers561WhenTheProviderReportsAnError) {
  EXPECT_EQ(come_back("bad").status, 561);
  EXPECT_EQ(ask_encrypted("/oauth2/idpresponse?error=server_error").status, 561);
  provider.tokens = "{}";
  EXPECT_EQ(come_back("good").status, 561);
  provider.tokens = R"({"access_token":"a","id_token":"b"})";
  provider.user = "nonsense";
  EXPECT_EQ(come_back("good").status, 561);
}

TEST_F(SignIn, Answers401ForALoginThatIsNone) {
  const auto begun = ask_encrypted("/");
  const auto back = "/oauth2/idpresponse?code=good&state=";
  EXPECT_EQ(ask_encrypted("/oauth2/idpresponse?error=access_denied").status, 401);
  EXPECT_EQ(ask_encrypted(back + state_of(begun)).status, 401) << "another browser";
  EXPECT_EQ(ask_encrypted(back + std::string("nonsense"), cookies_of(begun)).status, 401);
  EXPECT_EQ(ask_encrypted("/oauth2/idpresponse?state=" + state_of(begun), cookies_of(begun)).status,
            401);
  advance("15m");
  EXPECT_EQ(ask_encrypted(back + state_of(begun), cookies_of(begun)).status, 401) << "too late";

  provider.tokens = R"({"access_token":"a"})";
  EXPECT_EQ(come_back("good").status, 401) << "no ID token";
  provider.tokens = R"({"access_token":"a","id_token":"b"})";
  provider.user = R"({"sub":"user-1","x":")" + std::string(14'000, 'x') + "\"}";
  EXPECT_EQ(come_back("good").status, 401) << "more than cookies hold";
}

TEST_F(SignIn, Answers500WhenTheProviderIsNotThere) {
  const auto begun = ask_encrypted("/");
  provider.server.stop();

  const auto reply =
      ask_encrypted("/oauth2/idpresponse?code=good&state=" + state_of(begun), cookies_of(begun));

  EXPECT_EQ(reply.status, 500);
}

}  // namespace
}  // namespace fallstreak
