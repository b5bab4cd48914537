#pragma once

#include <set>
#include <string>
#include <vector>

#include "services/elbv2/state.h"

/// What a listener or a rule does with a request: one place for both.
namespace fallstreak::services::elbv2 {

using Actions = std::vector<api::elbv2::Action>;
using ArnSet = std::set<std::string>;

/// Throws AWS's error when the listener, or a rule of it, cannot do that.
void check_actions(const Context& context, const api::elbv2::Listener& listener,
                   const std::optional<Actions>& actions);

/// As Describe shows them: both spellings of a forward to one group, weights, and the parts of an
/// address that a redirect keeps.
void complete_actions(Actions& actions);

/// A client secret that is to stay as it is comes from what was there. Throws when there was none.
void keep_client_secrets(std::optional<Actions>& actions, const std::optional<Actions>& before);
/// As Describe shows them: AWS tells no client secret.
std::optional<Actions> without_secrets(std::optional<Actions> actions);

/// Whether a forward keeps clients with a target group.
bool has_group_stickiness(const api::elbv2::Action& action);

/// The target groups that requests are forwarded to.
ArnSet forward_targets(const std::optional<Actions>& actions);

/// Tells the target groups which listener or rule forwards to them; what is newly used is checked
/// from now on, what is not used any more is not. To be called when the user is already stored.
void set_uses(Context& context, const std::string& user_arn, const std::string& load_balancer_arn,
              const ArnSet& before, const ArnSet& after);

}  // namespace fallstreak::services::elbv2
