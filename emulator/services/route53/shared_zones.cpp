#include "services/route53/shared_zones.h"

#include "api/route53/service.h"
#include "services/route53/errors.h"

namespace fallstreak::services::route53 {

SharedZoneState& shared_zones(Context& context) {
  return context.world().state<SharedZoneState>("route53-shared", "world");
}

std::string owner_of_zone(Context& context, const std::string& zone_id) {
  if (context.state.hosted_zones.contains(zone_id)) return context.account_id();
  const auto* owner = shared_zones(context).zone_owners.find(zone_id);
  if (owner == nullptr) throw no_such_hosted_zone(zone_id);
  return *owner;
}

AccountView::AccountView(Context& context, const std::string& account_id)
    : caller_(account_id, context.region()),
      context_(context.world(), context.environment(), caller_, api::route53::kService.id,
               caller_.scope(dispatch::Scope::account)) {}

}  // namespace fallstreak::services::route53
