#include "services/elbv2/serving.h"

#include "services/elbv2/state.h"

namespace fallstreak::services::elbv2 {

std::string client_secret_of(world::World& world, const std::string& scope,
                             const std::string& rule_arn) {
  const auto& state = world.state<ElbV2State>("elbv2", scope);
  const RuleRecord* rule = state.rules.find(rule_arn);
  if (rule == nullptr) return {};
  const auto& actions = *rule->rule.IsDefault
                            ? state.listeners.find(rule->listener_arn)->listener.DefaultActions
                            : rule->rule.Actions;
  for (const auto& action : api::each(actions)) {
    if (action.AuthenticateOidcConfig) {
      return action.AuthenticateOidcConfig->ClientSecret.value_or("");
    }
  }
  return {};
}

}  // namespace fallstreak::services::elbv2
