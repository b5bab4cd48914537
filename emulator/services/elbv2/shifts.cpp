#include "services/elbv2/shifts.h"

#include "dispatch/zonal_shifts.h"
#include "services/elbv2/attributes.h"
#include "services/elbv2/dns_names.h"
#include "services/elbv2/errors.h"

namespace fallstreak::services::elbv2 {
namespace {

constexpr std::string_view kEnabled = "zonal_shift.config.enabled";

dispatch::ZonalShiftState& shared(Context& context) {
  return dispatch::zonal_shifts(context.world(), context.caller().scope(dispatch::Scope::regional));
}

}  // namespace

void register_for_shifts(Context& context, const LoadBalancerRecord& record) {
  const auto& load_balancer = record.load_balancer;
  const auto rules = load_balancer_attribute_rules(*load_balancer.Type);
  const bool is_allowed = attribute(rules, record.attributes, kEnabled) == "true";
  // AWS: "A resource must be active and fully provisioned to shift traffic for it."
  if (!is_allowed || load_balancer.State->Code != "active") {
    return unregister_from_shifts(context, *load_balancer.LoadBalancerArn);
  }
  dispatch::ShiftableResource resource{.name = *load_balancer.LoadBalancerName, .zones = {}};
  for (const auto& node : record.nodes) resource.zones.push_back({node.zone, node.zone_id});
  shared(context).resources.put(*load_balancer.LoadBalancerArn, resource);
}

void unregister_from_shifts(Context& context, const std::string& load_balancer_arn) {
  shared(context).resources.erase(load_balancer_arn);
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-zonal-shift.html
void check_shifts_allowed(const Context& context, const LoadBalancerRecord& record,
                          const Attributes& attributes) {
  const auto rules = load_balancer_attribute_rules(*record.load_balancer.Type);
  const bool is_asked = record.load_balancer.Type == "network" &&
                        attribute(rules, attributes, kEnabled) == "true" &&
                        attribute(rules, attributes, "load_balancing.cross_zone.enabled") == "true";
  if (!is_asked) return;
  for (const auto& arn : groups_of(context, *record.load_balancer.LoadBalancerArn)) {
    const TargetGroupRecord* group = context.state.target_groups.find(arn);
    if (group == nullptr) continue;
    const auto of_group = attribute_rules_of(group->target_group);
    const auto value = [&](std::string_view key) {
      return attribute(of_group, group->attributes, key);
    };
    const bool fits =
        group->target_group.TargetType != "alb" &&
        value("load_balancing.cross_zone.enabled") != "false" &&
        value("target_health_state.unhealthy.connection_termination.enabled") == "false";
    if (!fits) throw zonal_shift_not_supported(arn);
  }
}

// Observed: the descriptions, on the page that heads this file's header.
api::elbv2::AdministrativeOverride override_of(std::string_view shifted_zone,
                                               std::string_view target_zone, bool is_cross_zone) {
  if (shifted_zone.empty() || (is_cross_zone && shifted_zone != target_zone)) {
    return {.State = "no_override",
            .Reason = "AdministrativeOverride.NoOverride",
            .Description = "No override is currently active on target"};
  }
  if (is_cross_zone) {
    return {.State = "zonal_shift_active",
            .Reason = "AdministrativeOverride.ZonalShiftActive",
            .Description = "Zonal shift is active in target Availability Zone"};
  }
  return {.State = "zonal_shift_delegated_to_dns",
          .Reason = "AdministrativeOverride.ZonalShiftDelegatedToDns",
          .Description =
              "Zonal shift state is not available through DescribeTargetHealth but can "
              "be viewed directly through the ARC console or API"};
}

std::string_view shifted_zone_of(Context& context, const TargetGroupRecord& group) {
  if (group.load_balancer_arn.empty()) return {};
  return dispatch::shifted_zone(shared(context), group.load_balancer_arn);
}

}  // namespace fallstreak::services::elbv2
