#include "services/elbv2/authentication.h"

#include <algorithm>

#include "services/elbv2/errors.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::AuthenticateOidcActionConfig;

/// AWS: "a full URL, including the HTTPS protocol, the domain, and the path".
/// Chosen: a provider on this machine may do without encryption.
void check_endpoint(std::string_view name, const std::string& url) {
  const bool is_local = url.starts_with("http://127.") || url.starts_with("http://localhost");
  const auto authority = url.find("://") + 3;
  const bool has_path = url.find('/', authority) != std::string::npos;
  if ((url.starts_with("https://") || is_local) && has_path) return;
  throw invalid_load_balancer_action("The " + std::string(name) + " '" + url +
                                     "' must be a full URL with the HTTPS protocol");
}

void check_config(const AuthenticateOidcActionConfig& config) {
  check_endpoint("authorization endpoint", *config.AuthorizationEndpoint);
  check_endpoint("token endpoint", *config.TokenEndpoint);
  check_endpoint("user info endpoint", *config.UserInfoEndpoint);
  if (!config.ClientSecret) {
    throw invalid_load_balancer_action("You must specify a client secret");
  }
  // AWS: "The default is 604800 seconds (7 days)", which is the most too.
  const std::int64_t timeout = config.SessionTimeout.value_or(604800);
  if (timeout < 1 || timeout > 604800) {
    throw validation_error("Session timeout '" + std::to_string(timeout) +
                           "' must be between '1' and '604800' inclusive");
  }
  // AWS: ten parameters at most.
  constexpr std::size_t kMostParameters = 10;
  if (config.AuthenticationRequestExtraParams &&
      config.AuthenticationRequestExtraParams->size() > kMostParameters) {
    throw validation_error("At most 10 extra parameters can be specified");
  }
}

/// AWS: what an action of a listener needs that looks at who the client is.
void check_pre_routing(const api::elbv2::Listener& listener, std::string_view type,
                       std::string_view config, bool has_config) {
  if (listener.Protocol != "HTTPS") {
    throw invalid_load_balancer_action("Actions of type '" + std::string(type) +
                                       "' are supported only on HTTPS listeners");
  }
  if (has_config) return;
  throw invalid_load_balancer_action("For actions of type '" + std::string(type) +
                                     "', you must specify the following fields: '" +
                                     std::string(config) + "'");
}

constexpr std::size_t kLongestText = 256;

void check_length(std::string_view name, const std::string& text) {
  if (!text.empty() && text.size() <= kLongestText) return;
  throw validation_error(std::string(name) + " must have 1 to 256 characters");
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionAdditionalClaim.html
void check_claim(const api::elbv2::JwtValidationActionAdditionalClaim& claim) {
  constexpr std::string_view kOwn[] = {"exp", "iss", "nbf", "iat"};
  constexpr std::size_t kMostValues = 10;
  check_length("The name of an additional claim", *claim.Name);
  if (std::ranges::find(kOwn, *claim.Name) != std::ranges::end(kOwn)) {
    throw invalid_load_balancer_action("The claim '" + *claim.Name +
                                       "' is validated by default and cannot be specified");
  }
  if (claim.Values->empty() || claim.Values->size() > kMostValues) {
    throw validation_error("An additional claim must have 1 to 10 values");
  }
  if (*claim.Format == "single-string" && claim.Values->size() != 1) {
    throw validation_error("A claim of the format 'single-string' must have one value");
  }
  for (const auto& value : *claim.Values) {
    check_length("A value of an additional claim", value);
    if (*claim.Format == "space-separated-values" && value.find(' ') != std::string::npos) {
      throw validation_error(
          "The values of a claim of the format 'space-separated-values' cannot include spaces");
    }
  }
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionConfig.html
void check_token_validation(const api::elbv2::Listener& listener,
                            const api::elbv2::Action& action) {
  constexpr std::size_t kMostClaims = 10;
  check_pre_routing(listener, "jwt-validation", "JwtValidationConfig",
                    action.JwtValidationConfig.has_value());
  const auto& config = *action.JwtValidationConfig;
  check_length("The JWKS endpoint", *config.JwksEndpoint);
  check_endpoint("JWKS endpoint", *config.JwksEndpoint);
  check_length("The issuer", *config.Issuer);
  const auto claims = api::each(config.AdditionalClaims);
  if (claims.size() > kMostClaims) {
    throw validation_error("At most 10 additional claims can be specified");
  }
  for (const auto& claim : claims) check_claim(claim);
}

void check_authentication(const api::elbv2::Listener& listener, const api::elbv2::Action& action) {
  check_pre_routing(listener, "authenticate-oidc", "AuthenticateOidcConfig",
                    action.AuthenticateOidcConfig.has_value());
  check_config(*action.AuthenticateOidcConfig);
}

void complete_authentication(AuthenticateOidcActionConfig& config) {
  if (!config.SessionCookieName) config.SessionCookieName = "AWSELBAuthSessionCookie";
  if (!config.Scope) config.Scope = "openid";
  if (!config.SessionTimeout) config.SessionTimeout = 604800;
  if (!config.OnUnauthenticatedRequest) config.OnUnauthenticatedRequest = "authenticate";
  config.UseExistingClientSecret.reset();
}

void keep_client_secrets(std::optional<Actions>& actions, const std::optional<Actions>& before) {
  if (!actions) return;
  for (auto& action : *actions) {
    auto& config = action.AuthenticateOidcConfig;
    if (!config || config->UseExistingClientSecret != true) continue;
    const auto known = api::each(before);
    const auto found = std::ranges::find_if(
        known, [](const auto& one) { return one.AuthenticateOidcConfig.has_value(); });
    if (config->ClientSecret || found == known.end()) {
      throw invalid_load_balancer_action("There is no existing client secret to use");
    }
    config->ClientSecret = found->AuthenticateOidcConfig->ClientSecret;
  }
}

std::optional<Actions> without_secrets(std::optional<Actions> actions) {
  if (!actions) return actions;
  for (auto& action : *actions) {
    if (action.AuthenticateOidcConfig) action.AuthenticateOidcConfig->ClientSecret.reset();
  }
  return actions;
}

}  // namespace fallstreak::services::elbv2
