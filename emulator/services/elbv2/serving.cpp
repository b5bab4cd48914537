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

std::optional<TrustMaterial> trust_material_of(world::World& world, const std::string& scope,
                                               const std::string& trust_store_arn) {
  const auto& state = world.state<ElbV2State>("elbv2", scope);
  const TrustStoreRecord* store = state.trust_stores.find(trust_store_arn);
  if (store == nullptr) return std::nullopt;
  TrustMaterial material{.authorities = store->bundle, .revocations = {}};
  for (const auto& row : state.revocations.range(trust_store_arn + "|")) {
    material.revocations.push_back(row.second.content);
  }
  return material;
}

}  // namespace fallstreak::services::elbv2
