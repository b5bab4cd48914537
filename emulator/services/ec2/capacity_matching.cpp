#include <algorithm>
#include <utility>

#include "services/ec2/capacity_reservations.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_requests.h"

/// Which instance runs in which capacity reservation.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-launch.html
namespace fallstreak::services::ec2 {
namespace {

using Reservation = api::ec2::CapacityReservation;

constexpr std::string_view kReservationsOnly = "capacity-reservations-only";

bool is_named(std::string_view preference) { return preference.starts_with("cr-"); }

/// Whether an instance may take a place in a reservation of its type and zone.
bool is_usable(const Reservation& reservation, const CapacityWish& wish) {
  if (*reservation.AvailableInstanceCount <= 0 || wish.preference == "none") return false;
  if (reservation.InstancePlatform != wish.platform || reservation.Tenancy != wish.tenancy) {
    return false;
  }
  // AWS: a targeted one takes those that name it.
  return is_named(wish.preference) ? reservation.CapacityReservationId == wish.preference
                                   : reservation.InstanceMatchCriteria == "open";
}

/// Calls `use` for each reservation that such an instance may use, until it says that it has
/// enough.
template <class Use>
void each_usable(const Ec2State& state, const CapacityWish& wish, const Use& use) {
  const std::string pool = std::string(wish.instance_type) + "/" + std::string(wish.zone) + "/";
  for (const auto& [key, link] : state.reservation_pools.range(pool)) {
    const auto& reservation = state.capacity_reservations.find(link.id)->reservation;
    if (is_usable(reservation, wish) && !use(reservation)) return;
  }
}

void change_room(Context& context, const std::string& reservation_id, std::int32_t change) {
  context.state.capacity_reservations.update(reservation_id, [&](CapacityReservationRecord& row) {
    *row.reservation.AvailableInstanceCount += change;
  });
}

}  // namespace

std::string capacity_preference_of(
    const Context& context,
    const std::optional<api::ec2::CapacityReservationSpecification>& specification) {
  if (!specification) return "open";
  const auto& target = specification->CapacityReservationTarget;
  const auto& preference = specification->CapacityReservationPreference;
  if (!target) return preference.value_or("open");
  // AWS: beside a target, the preference can only say what the target says already.
  if (preference && preference != kReservationsOnly) {
    throw invalid_parameter_combination("CapacityReservationTarget cannot be used with the " +
                                        ("CapacityReservationPreference " + *preference));
  }
  if (!target->CapacityReservationId) throw missing_parameter("CapacityReservationId");
  const std::string& id = *target->CapacityReservationId;
  if (!context.state.capacity_reservations.contains(id)) {
    throw invalid_capacity_reservation_id_not_found({id});
  }
  return id;
}

bool needs_reservation(std::string_view preference) {
  return preference == kReservationsOnly || is_named(preference);
}

api::ec2::CapacityReservationSpecificationResponse describe_capacity_preference(
    std::string_view preference) {
  if (!is_named(preference)) {
    return {.CapacityReservationPreference = std::string(preference)};
  }
  return {.CapacityReservationTarget = {{.CapacityReservationId = std::string(preference)}}};
}

CapacityWish capacity_wish_of(const Ec2State& state, const InstanceRecord& row) {
  return {.preference = row.capacity_preference,
          .instance_type = row.instance_type,
          .zone = row.zone,
          .platform = image_of(state, row).platform_details,
          .tenancy = row.tenancy};
}

std::int32_t reserved_room(const Context& context, const CapacityWish& wish) {
  std::int32_t room = 0;
  each_usable(context.state, wish, [&](const Reservation& each) {
    room += *each.AvailableInstanceCount;
    return true;
  });
  return room;
}

std::int32_t launchable(Context& context, const CapacityWish& wish, std::int32_t count) {
  const bool is_only = needs_reservation(wish.preference);
  if (!is_only && has_room(context, wish.zone, wish.instance_type, false)) return count;
  if (!faults::zone_has_power(context.faults(), wish.zone)) return 0;
  return std::min(count, reserved_room(context, wish));
}

void join_capacity_reservation(Context& context, InstanceRecord& row) {
  if (!row.spot_request_id.empty() || row.capacity_preference == "none") return;
  const auto pool = context.state.reservation_pools.range(row.instance_type + "/" + row.zone + "/");
  if (pool.empty()) return;
  const CapacityWish wish = capacity_wish_of(context.state, row);
  each_usable(context.state, wish, [&](const Reservation& each) {
    row.capacity_reservation_id = *each.CapacityReservationId;
    return false;
  });
  if (row.capacity_reservation_id.empty()) return;
  change_room(context, row.capacity_reservation_id, -1);
  context.state.capacity_members.insert(row.capacity_reservation_id + "/" + row.instance_id,
                                        {.id = row.instance_id});
}

void leave_capacity_reservation(Context& context, InstanceRecord& row) {
  const std::string id = std::exchange(row.capacity_reservation_id, {});
  if (id.empty()) return;
  context.state.capacity_members.erase(id + "/" + row.instance_id);
  change_room(context, id, 1);
}

}  // namespace fallstreak::services::ec2
