#pragma once

#include "services/elbv2/actions.h"

/// The actions that look at who the client is: users who sign in at an OpenID provider, and tokens
/// that clients bring.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionConfig.html
namespace fallstreak::services::elbv2 {

/// Throws AWS's error when the listener cannot do that.
void check_token_validation(const api::elbv2::Listener& listener, const api::elbv2::Action& action);
void check_authentication(const api::elbv2::Listener& listener, const api::elbv2::Action& action);
/// AWS's defaults.
void complete_authentication(api::elbv2::AuthenticateOidcActionConfig& config);

}  // namespace fallstreak::services::elbv2
