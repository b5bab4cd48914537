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

}  // namespace

void check_authentication(const api::elbv2::Listener& listener, const api::elbv2::Action& action) {
  if (listener.Protocol != "HTTPS") {
    throw invalid_load_balancer_action(
        "Actions of type 'authenticate-oidc' are supported only on HTTPS listeners");
  }
  if (!action.AuthenticateOidcConfig) {
    throw invalid_load_balancer_action(
        "For actions of type 'authenticate-oidc', you must specify the following fields: "
        "'AuthenticateOidcConfig'");
  }
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
