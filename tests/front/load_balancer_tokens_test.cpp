#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <atomic>

#include "base/encoding.h"
#include "front/encrypted_listener_test.h"

namespace fallstreak {
namespace {

using testing::get;
using testing::HttpClient;
using testing::ok;
using testing::Reply;
using testing::TargetServer;

std::string url_safe(std::string_view bytes) {
  std::string text = to_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text.substr(0, text.find('='));
}

/// A key of RSA with its name.
class RsaKey {
 public:
  explicit RsaKey(std::string id) : id_(std::move(id)), key_(EVP_RSA_gen(2048)) {}
  RsaKey(const RsaKey&) = delete;
  RsaKey& operator=(const RsaKey&) = delete;
  ~RsaKey() { EVP_PKEY_free(key_); }

  [[nodiscard]] std::string jwk() const {
    return R"({"kty":"RSA","use":"sig","alg":"RS256","kid":")" + id_ + R"(","n":")" +
           number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" + number(OSSL_PKEY_PARAM_RSA_E) + R"("})";
  }
  [[nodiscard]] std::string token(const std::string& claims,
                                  const std::string& algorithm = "RS256") const {
    const std::string text = url_safe(R"({"alg":")" + algorithm + R"(","kid":")" + id_ + R"("})") +
                             "." + url_safe(claims);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_);
    std::string signature(256, '\0');
    std::size_t size = signature.size();
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    return text + "." + url_safe(signature.substr(0, size));
  }

 private:
  [[nodiscard]] std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_, name, &value);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return url_safe(bytes);
  }
  std::string id_;
  EVP_PKEY* key_;
};

/// A listener that wants tokens of `https://idp.example`.
class TokenValidation : public testing::EncryptedListenerTest {
 protected:
  using Claim = api::elbv2::JwtValidationActionAdditionalClaim;

  TokenValidation() {
    group = make_group("web");
    add_target(group, target.port());
    listener = *must(elbv2.create_listener(
                         {.LoadBalancerArn = balancer,
                          .Protocol = "HTTPS",
                          .Port = 443,
                          .Certificates = {{{.CertificateArn = import("shop.example").arn}}},
                          .DefaultActions = actions({})}))
                    .Listeners->front()
                    .ListenerArn;
  }
  std::vector<api::elbv2::Action> actions(std::vector<Claim> claims) {
    api::elbv2::JwtValidationActionConfig config{
        .JwksEndpoint = "http://127.0.0.1:" + std::to_string(provider.port()) + "/keys",
        .Issuer = "https://idp.example",
        .AdditionalClaims = std::move(claims)};
    auto to = forward(group);
    to.Order = 2;
    return {{.Type = "jwt-validation", .Order = 1, .JwtValidationConfig = config}, to};
  }
  void want(std::vector<Claim> claims) {
    must(elbv2.modify_listener(
        {.ListenerArn = listener, .DefaultActions = actions(std::move(claims))}));
  }
  Reply bring(const std::string& authorization) {
    HttpClient client(local_port(443), asking("shop.example"));
    auto reply = client.exchange(
        "GET / HTTP/1.1\r\nHost: shop.example\r\n" +
        (authorization.empty() ? "" : "Authorization: " + authorization + "\r\n") + "\r\n");
    EXPECT_TRUE(reply.has_value());
    return reply.value_or(Reply());
  }
  int status(const std::string& claims) { return bring("Bearer " + key.token(claims)).status; }
  [[nodiscard]] std::int64_t in(std::chrono::seconds from_now) const {
    return std::chrono::duration_cast<std::chrono::seconds>(cloud.now().time_since_epoch() +
                                                            from_now)
        .count();
  }
  /// `{"iss":...,"exp":in an hour` and more.
  [[nodiscard]] std::string claims(const std::string& more = "") const {
    return R"({"iss":"https://idp.example","exp":)" + std::to_string(in(std::chrono::hours(1))) +
           more + "}";
  }

  RsaKey key{"one"};
  std::string keys = R"({"keys":[)" + key.jwk() + "]}";
  std::atomic<int> fetched{0};
  std::string seen;
  TargetServer provider{[this](auto& connection, const std::string&) {
    ++fetched;
    connection.send(ok(keys));
  }};
  TargetServer target{[this](auto& connection, const std::string& head) {
    seen = head;
    connection.send(ok("welcome"));
  }};
};

TEST_F(TokenValidation, LetsAGoodTokenThroughAsItIs) {
  const std::string token = key.token(claims());
  const auto reply = bring("Bearer " + token);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "welcome");
  EXPECT_NE(seen.find("Authorization: Bearer " + token + "\r\n"), std::string::npos);
}

TEST_F(TokenValidation, RejectsRequestsWithoutATokenOrWithABadOne) {
  EXPECT_EQ(bring("").status, 401);
  EXPECT_EQ(bring("Basic dTpw").status, 401);
  EXPECT_EQ(bring("Bearer a.b").status, 401);
  EXPECT_EQ(bring("Bearer a.b.c").status, 401);
  std::string changed = key.token(claims());
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(bring("Bearer " + changed).status, 401);
  EXPECT_EQ(bring("Bearer " + key.token(claims(), "none")).status, 401);
  EXPECT_EQ(bring("Bearer " + RsaKey("one").token(claims())).status, 401);
  EXPECT_EQ(seen, "");
}

TEST_F(TokenValidation, LooksAtIssuerAndTimes) {
  const std::string soon = std::to_string(in(std::chrono::hours(1)));
  const std::string before = std::to_string(in(std::chrono::hours(-1)));
  EXPECT_EQ(status(R"({"iss":"https://other.example","exp":)" + soon + "}"), 401);
  EXPECT_EQ(status(R"({"exp":)" + soon + "}"), 401);
  EXPECT_EQ(status(R"({"iss":"https://idp.example"})"), 401);
  EXPECT_EQ(status(R"({"iss":"https://idp.example","exp":)" + before + "}"), 401);
  EXPECT_EQ(status(claims(R"(,"nbf":)" + soon)), 401);
  EXPECT_EQ(status(claims(R"(,"iat":)" + soon)), 401);
  EXPECT_EQ(status(claims(R"(,"nbf":)" + before + R"(,"iat":)" + before)), 200);
  const std::string token = key.token(claims());
  EXPECT_EQ(bring("Bearer " + token).status, 200);
  advance("61m");
  EXPECT_EQ(bring("Bearer " + token).status, 401);
}

TEST_F(TokenValidation, LooksAtAdditionalClaimsByTheirFormat) {
  want({{.Format = "single-string", .Name = "aud", .Values = {{"shop"}}},
        {.Format = "space-separated-values", .Name = "scope", .Values = {{"read", "write"}}},
        {.Format = "string-array", .Name = "roles", .Values = {{"a buyer"}}}});
  const auto with = [](const std::string& aud, const std::string& scope, const std::string& roles) {
    return R"(,"aud":)" + aud + R"(,"scope":)" + scope + R"(,"roles":)" + roles;
  };
  const std::string aud = R"("shop")";
  const std::string scope = R"("write all read")";
  const std::string roles = R"(["x","a buyer"])";
  EXPECT_EQ(status(claims(with(aud, scope, roles))), 200);
  EXPECT_EQ(status(claims(with(R"("other")", scope, roles))), 401);
  EXPECT_EQ(status(claims(with(aud, R"("read")", roles))), 401);
  EXPECT_EQ(status(claims(with(aud, scope, R"("a buyer")"))), 401);
  EXPECT_EQ(status(claims()), 401);
}

TEST_F(TokenValidation, KeepsKeysAndFetchesThemForANewOne) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status(claims()), 200);
  EXPECT_EQ(fetched, 1);
  const RsaKey next("two");
  keys = R"({"keys":[)" + key.jwk() + "," + next.jwk() + "]}";
  EXPECT_EQ(bring("Bearer " + next.token(claims())).status, 401) << "not within a minute";
  EXPECT_EQ(fetched, 1);
  advance("1m");
  EXPECT_EQ(bring("Bearer " + next.token(claims())).status, 200);
  EXPECT_EQ(fetched, 2);
  advance("15m");
  EXPECT_EQ(status(claims()), 200);
  EXPECT_EQ(fetched, 3);
}

TEST_F(TokenValidation, NeedsAnEndpointThatSaysSomethingSmall) {
  keys = "no keys";
  EXPECT_EQ(status(claims()), 500);
  keys = R"({"keys":[)" + key.jwk();
  for (int i = 0; i < 10; ++i) keys += "," + key.jwk();
  keys += "]}";
  EXPECT_EQ(status(claims()), 500) << "eleven keys";
  keys = R"({"keys":[)" + key.jwk() + R"(],"more":")" + std::string(150 * 1024, 'x') + R"("})";
  EXPECT_EQ(status(claims()), 500);
  provider.stop();
  EXPECT_EQ(status(claims()), 500);
  EXPECT_EQ(seen, "");
}

}  // namespace
}  // namespace fallstreak
