#pragma once

#include "services/elbv2/actions.h"

/// The action that has users sign in at an OpenID provider.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html
namespace fallstreak::services::elbv2 {

/// Throws AWS's error when the listener cannot do that.
void check_authentication(const api::elbv2::Listener& listener, const api::elbv2::Action& action);
/// AWS's defaults.
void complete_authentication(api::elbv2::AuthenticateOidcActionConfig& config);

}  // namespace fallstreak::services::elbv2
