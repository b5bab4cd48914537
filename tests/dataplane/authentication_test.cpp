#include "dataplane/alb/authentication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"

namespace fallstreak::dataplane::alb {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const Time kAskedAt = from_nanoseconds(1'700'000'000'000'000'000);
const OidcConfig kConfig{.Issuer = "https://idp.example",
                         .AuthorizationEndpoint = "https://idp.example/authorize",
                         .TokenEndpoint = "https://idp.example/token",
                         .UserInfoEndpoint = "https://idp.example/user",
                         .ClientId = "client",
                         .ClientSecret = "secret"};
const OidcSession kSession{kAskedAt + std::chrono::hours(1),
                           "token",
                           "user-1",
                           "{\"sub\":\"user-1\",\"name\":\"a, b; c\"}",
                           "refresh",
                           kAskedAt + std::chrono::minutes(5)};

/// As a browser sends it back.
std::string header_of(const std::vector<std::string>& cookies) {
  std::string header;
  for (const auto& cookie : cookies) {
    header += (header.empty() ? "" : "; ") + cookie.substr(0, cookie.find(';'));
  }
  return header;
}

TEST(Seal, IsBrokenByAChangeOrAnotherKey) {
  const auto sealed = seal("what is kept", "key");
  EXPECT_EQ(unseal(sealed, "key"), "what is kept");
  EXPECT_FALSE(unseal(sealed, "other"));
  for (std::size_t at = 0; at < sealed.size(); at += 7) {
    auto changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(unseal(changed, "key")) << at;
  }
  for (const char* text : {"", "?", "YWJj"}) EXPECT_FALSE(unseal(text, "key")) << text;
}

TEST(OidcState, ComesBackAsItWent) {
  const OidcLogin login{kAskedAt, "rule", "nonce", "https://a/b?c=d:e"};
  EXPECT_EQ(read_state(state_of(login, "key"), "key"), login);
  EXPECT_FALSE(read_state(state_of(login, "key"), "other"));
  EXPECT_FALSE(read_state(seal("5:short", "key"), "key"));
}

TEST(OidcSession, IsInCookiesUntilItsTimeIsOver) {
  const auto cookies = session_cookies(kConfig, kSession, kAskedAt, "key");
  ASSERT_THAT(cookies, SizeIs(1));
  EXPECT_THAT(cookies[0], StartsWith("AWSELBAuthSessionCookie-0="));
  EXPECT_THAT(cookies[0], HasSubstr("; Secure; HttpOnly"));
  const auto header = header_of(cookies);

  EXPECT_EQ(read_session(kConfig, header, kAskedAt, "key"), kSession);
  EXPECT_FALSE(read_session(kConfig, header, kSession.until, "key"));
  EXPECT_FALSE(read_session(kConfig, header, kAskedAt, "other"));
  EXPECT_FALSE(read_session(kConfig, "", kAskedAt, "key"));
}

TEST(OidcSession, IsRefreshedFromWhenItsTokenExpiresIfThatIsKnownAndCanBeDone) {
  auto session = kSession;
  EXPECT_FALSE(session.needs_refresh(session.token_until - std::chrono::seconds(1)));
  EXPECT_TRUE(session.needs_refresh(session.token_until));
  session.token_until = Time{};
  EXPECT_FALSE(session.needs_refresh(kSession.token_until));
  session = kSession;
  session.refresh_token.clear();
  EXPECT_FALSE(session.needs_refresh(kSession.token_until));
}

TEST(OidcSession, IsSpreadOverFourCookiesAtMost) {
  auto large = kSession;
  large.claims = "{\"x\":\"" + std::string(9'000, 'x') + "\"}";
  const auto cookies = session_cookies(kConfig, large, kAskedAt, "key");
  EXPECT_GT(cookies.size(), 2U);
  for (const auto& cookie : cookies) EXPECT_LE(cookie.find(';'), 4096U);
  EXPECT_EQ(read_session(kConfig, header_of(cookies), kAskedAt, "key"), large);

  large.claims = std::string(13'000, 'x');
  EXPECT_THAT(session_cookies(kConfig, large, kAskedAt, "key"), IsEmpty());
}

TEST(AuthorizationUrl, AsksForACode) {
  auto config = kConfig;
  EXPECT_EQ(authorization_url(config, "shop.example", "s="),
            "https://idp.example/authorize?client_id=client&redirect_uri=https%3A%2F%2Fshop.example"
            "%2Foauth2%2Fidpresponse&response_type=code&scope=openid&state=s%3D");
  config.AuthorizationEndpoint = "https://idp.example/authorize?tenant=1";
  config.AuthenticationRequestExtraParams.emplace().push_back({"display", "page"});
  EXPECT_THAT(authorization_url(config, "a", "s"), HasSubstr("authorize?tenant=1&client_id="));
  EXPECT_THAT(authorization_url(config, "a", "s"), HasSubstr("&display=page"));
}

TEST(QueryParameter, IsDecoded) {
  EXPECT_EQ(query_parameter("a=1&code=x%3Dy+z&b", "code"), "x=y z");
  EXPECT_EQ(query_parameter("a=1&b", "b"), "");
  EXPECT_FALSE(query_parameter("a=1", "code"));
  EXPECT_FALSE(query_parameter("code=%zz", "code"));
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
TEST(IdentityToken, HasTheClaimsAndWhoSigns) {
  const auto token = identity_token(kConfig, kSession, "arn:lb", "key-1", kAskedAt);
  const auto dot = token.find('.');
  EXPECT_EQ(from_base64(token.substr(0, dot)),
            "{\"typ\":\"JWT\",\"kid\":\"key-1\",\"alg\":\"ES256\",\"iss\":\"https://idp.example\","
            "\"client\":\"client\",\"signer\":\"arn:lb\",\"exp\":1700000120}");
  EXPECT_EQ(from_base64(token.substr(dot + 1)),
            "{\"sub\":\"user-1\",\"name\":\"a, b; c\",\"exp\":1700000120,"
            "\"iss\":\"https://idp.example\"}");
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
