#include <algorithm>
#include <utility>

#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"
#include "services/elbv2/pages.h"
#include "services/elbv2/timing.h"

/// What an account may have, what a load balancer has reserved, and who shares it.
namespace fallstreak::services::elbv2 {
namespace {

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
constexpr std::pair<std::string_view, std::string_view> kLimits[] = {
    {"application-load-balancers", "50"},
    {"certificates-per-application-load-balancer", "25"},
    {"certificates-per-network-load-balancer", "25"},
    {"condition-values-per-alb-rule", "5"},
    {"condition-wildcards-per-alb-rule", "5"},
    {"gateway-load-balancers", "100"},
    {"gateway-load-balancers-per-vpc", "100"},
    {"geneve-target-groups", "100"},
    {"listeners-per-application-load-balancer", "50"},
    {"listeners-per-network-load-balancer", "50"},
    {"network-load-balancer-enis-per-vpc", "1200"},
    {"network-load-balancers", "50"},
    {"rules-per-application-load-balancer", "100"},
    {"target-groups", "3000"},
    {"target-groups-per-action-on-application-load-balancer", "5"},
    {"target-groups-per-action-on-network-load-balancer", "1"},
    {"target-groups-per-application-load-balancer", "100"},
    {"target-id-registrations-per-application-load-balancer", "1000"},
    {"targets-per-application-load-balancer", "1000"},
    {"targets-per-availability-zone-per-gateway-load-balancer", "300"},
    {"targets-per-availability-zone-per-network-load-balancer", "500"},
    {"targets-per-network-load-balancer", "3000"},
};

/// AWS: capacity can be decreased twice a day. Chosen: a day of UTC.
constexpr std::int32_t kDecreasesPerDay = 2;
/// Chosen: AWS says only that there is a quota of capacity units.
constexpr std::int32_t kMostCapacityUnits = 15000;
/// AWS: the least that can be reserved of an Application and of a Network Load Balancer.
constexpr std::int32_t kLeastOfApplication = 100;
constexpr std::int32_t kLeastOfNetwork = 2750;

std::int64_t day_of(Time time) { return to_epoch_seconds(time) / 86400; }

std::int32_t decreases_left(const CapacityReservationRecord& record, Time now) {
  return kDecreasesPerDay - (day_of(record.decreased) == day_of(now) ? record.decreases : 0);
}

/// Both Describe and Modify show the reservation so.
template <class Output>
Output wire_reservation(const LoadBalancerRecord& owner, const CapacityReservationRecord* record,
                        Time now) {
  Output output{.DecreaseRequestsRemaining = kDecreasesPerDay, .CapacityReservationState = {{}}};
  if (record == nullptr) return output;
  output.LastModifiedTime = record->modified;
  output.DecreaseRequestsRemaining = decreases_left(*record, now);
  if (record->units == 0) return output;
  output.MinimumLoadBalancerCapacity = {.CapacityUnits = record->units};
  const auto zones = api::each(owner.load_balancer.AvailabilityZones);
  for (const auto& zone : zones) {
    output.CapacityReservationState->push_back(
        {.State = {{.Code = record->is_pending ? "pending" : "provisioned"}},
         .AvailabilityZone = zone.ZoneName,
         .EffectiveCapacityUnits = double(record->units) / double(zones.size())});
  }
  return output;
}

void check_units(const LoadBalancerRecord& owner, std::int32_t units) {
  const bool is_network = owner.load_balancer.Type == "network";
  const auto zones = std::int32_t(api::each(owner.load_balancer.AvailabilityZones).size());
  const std::int32_t least = is_network ? kLeastOfNetwork * zones : kLeastOfApplication;
  if (units < least) throw too_few_capacity_units(least);
  if (units > std::max(kMostCapacityUnits, least)) throw capacity_units_limit_exceeded();
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeAccountLimits.html
api::elbv2::DescribeAccountLimitsOutput describe_account_limits(
    Context&, const api::elbv2::DescribeAccountLimitsInput& request) {
  api::elbv2::DescribeAccountLimitsOutput response;
  auto& list = response.Limits.emplace();
  response.NextMarker = read_page(
      kLimits, request.Marker, request.PageSize, [](const auto&) { return true; },
      [&](const auto& row) {
        list.push_back({.Name = std::string(row.first), .Max = std::string(row.second)});
      });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeCapacityReservation.html
api::elbv2::DescribeCapacityReservationOutput describe_capacity_reservation(
    Context& context, const api::elbv2::DescribeCapacityReservationInput& request) {
  const auto& owner = find_load_balancer(context, *request.LoadBalancerArn);
  const auto* record = context.state.capacity_reservations.find(*request.LoadBalancerArn);
  return wire_reservation<api::elbv2::DescribeCapacityReservationOutput>(owner, record,
                                                                         context.now());
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyCapacityReservation.html
api::elbv2::ModifyCapacityReservationOutput modify_capacity_reservation(
    Context& context, const api::elbv2::ModifyCapacityReservationInput& request) {
  const std::string& arn = *request.LoadBalancerArn;
  const auto& owner = find_load_balancer(context, arn);
  const bool resets = request.ResetCapacityReservation.value_or(false);
  const auto& wanted = request.MinimumLoadBalancerCapacity;
  const bool has_units = wanted && wanted->CapacityUnits;
  // AWS: "you must include at least one MinimumLoadBalancerCapacity or ResetCapacityReservation".
  if (resets == has_units) throw capacity_reservation_missing();
  CapacityReservationRecord record;
  if (const auto* known = context.state.capacity_reservations.find(arn)) record = *known;
  if (record.is_pending) throw prior_request_not_complete();
  const std::int32_t units = resets ? 0 : *wanted->CapacityUnits;
  if (!resets) check_units(owner, units);
  if (!resets && units < record.units) {
    if (decreases_left(record, context.now()) == 0) throw capacity_decrease_limit_exceeded();
    record.decreases = day_of(record.decreased) == day_of(context.now()) ? record.decreases + 1 : 1;
    record.decreased = context.now();
  }
  record.is_pending = units > record.units;
  record.units = units;
  record.modified = context.now();
  context.state.capacity_reservations.put(arn, record);
  if (record.is_pending) {
    context.schedule(kCapacityReservation, "capacity-reserved", arn);
  } else {
    hold_reserved_units(context, arn, units);
  }
  return wire_reservation<api::elbv2::ModifyCapacityReservationOutput>(owner, &record,
                                                                       context.now());
}

void on_capacity_reserved(Context& context, const world::Event& event) {
  if (!context.state.capacity_reservations.contains(event.entity)) return;
  std::int32_t units = 0;
  context.state.capacity_reservations.update(event.entity, [&](CapacityReservationRecord& record) {
    record.is_pending = false;
    units = record.units;
  });
  hold_reserved_units(context, event.entity, units);
}

// AWS: the policy of a resource that is shared through Resource Access Manager, which nothing here
// is.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_GetResourcePolicy.html
api::elbv2::GetResourcePolicyOutput get_resource_policy(
    Context&, const api::elbv2::GetResourcePolicyInput& request) {
  throw resource_not_found(*request.ResourceArn);
}

}  // namespace fallstreak::services::elbv2
