#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/elbv2/rules.h"
#include "base/time.h"

/// Users who sign in at an OpenID provider before a rule forwards: what an Application Load
/// Balancer says to browsers, and keeps in their cookies.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
namespace fallstreak::dataplane::alb {

using OidcConfig = api::elbv2::AuthenticateOidcActionConfig;

/// AWS: where the provider sends users back to.
inline constexpr std::string_view kCallbackPath = "/oauth2/idpresponse";

/// What a user who has signed in is known by.
struct OidcSession {
  Time until{};
  std::string access_token;
  std::string subject;  // claim `sub`
  std::string claims;   // of the user info endpoint, as JSON
  /// With which the provider gives new tokens, if it does, and when the access token expires; the
  /// epoch when the provider did not say.
  std::string refresh_token = {};
  Time token_until{};
  /// AWS: with a refresh token, the session is refreshed "each time the access token expires".
  [[nodiscard]] bool needs_refresh(Time now) const {
    return !refresh_token.empty() && token_until != Time{} && token_until <= now;
  }
  bool operator==(const OidcSession&) const = default;
};

/// What a user brings back from the provider.
struct OidcLogin {
  Time until{};
  std::string rule_arn;
  std::string nonce;  // in a cookie of the same browser
  std::string url;    // which the user wanted
  bool operator==(const OidcLogin&) const = default;
};

/// Text that nobody can make without the key. Chosen: signed and readable; AWS encrypts it.
std::string seal(std::string_view text, std::string_view key);
/// Empty when it was made with another key, or changed.
std::optional<std::string> unseal(std::string_view sealed, std::string_view key);

/// As the parameter `state`.
std::string state_of(const OidcLogin& login, std::string_view key);
std::optional<OidcLogin> read_state(std::string_view state, std::string_view key);

/// Where a user signs in.
std::string authorization_url(const OidcConfig& config, std::string_view host,
                              std::string_view state);
/// The form that a code is exchanged with.
std::string token_request(std::string_view host, std::string_view code);
/// The form that a refresh token is exchanged with.
std::string refresh_request(std::string_view refresh_token);

/// The Set-Cookie values of a session. AWS: cookies of at most 4 K, at most four; empty when they
/// do not hold it.
std::vector<std::string> session_cookies(const OidcConfig& config, const OidcSession& session,
                                         Time now, std::string_view key);
/// The session that a request's cookies speak of.
std::optional<OidcSession> read_session(const OidcConfig& config, std::string_view cookie_header,
                                        Time now, std::string_view key);

/// AWS: AWSALBAuthNonce binds a login to the browser that began it.
std::string nonce_cookie(std::string_view nonce, Time now);
std::optional<std::string_view> read_nonce(std::string_view cookie_header);

/// The value of a parameter of a query, decoded.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

/// `header.payload` of X-Amzn-Oidc-Data, which is to be signed.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
std::string identity_token(const OidcConfig& config, const OidcSession& session,
                           std::string_view load_balancer_arn, std::string_view key_id, Time now);
std::string base64_url(std::string_view bytes);
/// With or without padding.
std::optional<std::string> from_base64_url(std::string_view text);

}  // namespace fallstreak::dataplane::alb
