#include "services/ec2/capacity_reservations.h"

#include <algorithm>

#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/images.h"
#include "services/ec2/instances.h"
#include "services/ec2/pages.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

using Reservation = api::ec2::CapacityReservation;

/// AWS: "Number of instances: 1 - 1000".
constexpr std::int32_t kMostReserved = 1000;

template <auto member>
bool reservation_has_text(const Ec2State&, const CapacityReservationRecord& row,
                          const Patterns& p) {
  return p.match(row.reservation.*member);
}

constexpr FilterRow<Ec2State, CapacityReservationRecord> kCapacityReservationFilters[] = {
    {"availability-zone", reservation_has_text<&Reservation::AvailabilityZone>},
    {"availability-zone-id", reservation_has_text<&Reservation::AvailabilityZoneId>},
    {"end-date-type", reservation_has_text<&Reservation::EndDateType>},
    {"instance-match-criteria", reservation_has_text<&Reservation::InstanceMatchCriteria>},
    {"instance-platform", reservation_has_text<&Reservation::InstancePlatform>},
    {"instance-type", reservation_has_text<&Reservation::InstanceType>},
    {"owner-id", reservation_has_text<&Reservation::OwnerId>},
    {"state", reservation_has_text<&Reservation::State>},
    {"tenancy", reservation_has_text<&Reservation::Tenancy>},
};

/// `m5.large/eu-central-1a/`: the reservations of a pool are found by it.
std::string pool_prefix(std::string_view type, std::string_view zone) {
  return std::string(type) + "/" + std::string(zone) + "/";
}

const CapacityReservationRecord& find_reservation(const Context& context, const std::string& id) {
  const auto* row = context.state.capacity_reservations.find(id);
  if (row == nullptr) throw invalid_capacity_reservation_id_not_found({id});
  return *row;
}

const CapacityReservationRecord& find_active(const Context& context, const std::string& id) {
  const auto& row = find_reservation(context, id);
  if (row.reservation.State != "active") throw capacity_reservation_is_not_active(id);
  return row;
}

/// Those that run already take their places, as far as there are any: once, when there come new
/// ones. AWS: "open" reservations take running instances that match.
void adopt_running(Context& context, const std::string& reservation_id) {
  const Reservation reservation = find_reservation(context, reservation_id).reservation;
  if (reservation.InstanceMatchCriteria != "open") return;
  std::vector<std::string> candidates;
  for (const auto& [id, row] : context.state.instances) {
    const bool runs = row.state == InstanceState::pending || row.state == InstanceState::running;
    const bool is_its =
        row.instance_type == *reservation.InstanceType && row.zone == *reservation.AvailabilityZone;
    if (runs && is_its && row.capacity_reservation_id.empty()) candidates.push_back(id);
  }
  for (const auto& id : candidates) {
    context.state.instances.update(
        id, [&](InstanceRecord& row) { join_capacity_reservation(context, row); });
  }
}

void check_end(const Context& context, const std::optional<Time>& end,
               const std::optional<std::string>& type) {
  if (end && type == "unlimited") {
    throw invalid_parameter_combination("EndDate cannot be given with the EndDateType unlimited");
  }
  if (!end && type == "limited") {
    throw invalid_parameter_combination("EndDate must be given with the EndDateType limited");
  }
  if (end && *end <= context.now()) {
    throw invalid_parameter_value("The end date must be in the future");
  }
}

void check_reserved_count(std::int32_t count) {
  if (count >= 1 && count <= kMostReserved) return;
  throw invalid_value_for(std::to_string(count), "instanceCount",
                          "Expecting a value between 1 and 1000.");
}

/// Puts the end into the queue, in place of another.
void schedule_end(Context& context, const std::string& id, const std::optional<Time>& end) {
  const std::string before = context.state.capacity_reservations.find(id)->end_event;
  if (!before.empty()) context.cancel(before);
  const std::string event =
      end ? context.schedule_periodic(*end - context.now(), "capacity-reservation-expired", id)
          : std::string();
  context.state.capacity_reservations.update(
      id, [&](CapacityReservationRecord& row) { row.end_event = event; });
}

/// AWS: what runs in it goes on running; the reservation keeps nothing any more.
void end_reservation(Context& context, const std::string& id, std::string_view state) {
  const Reservation ended = find_reservation(context, id).reservation;
  std::vector<std::string> members;
  for (const auto& [key, link] : context.state.capacity_members.range(id + "/")) {
    members.push_back(link.id);
  }
  for (const auto& member : members) {
    context.state.instances.update(
        member, [&](InstanceRecord& row) { leave_capacity_reservation(context, row); });
  }
  schedule_end(context, id, std::nullopt);
  context.state.capacity_reservations.update(id, [&](CapacityReservationRecord& row) {
    row.reservation.State = std::string(state);
    row.reservation.AvailableInstanceCount = 0;
    row.reservation.TotalInstanceCount = 0;
  });
  context.state.reservation_pools.erase(pool_prefix(*ended.InstanceType, *ended.AvailabilityZone) +
                                        id);
  context.schedule_periodic(timing::kCapacityReservationVisible, "capacity-reservation-forgotten",
                            id);
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCapacityReservation.html
api::ec2::CreateCapacityReservationResult create_capacity_reservation(
    Context& context, const api::ec2::CreateCapacityReservationRequest& request) {
  const IdempotentRequest idempotent(context, "CreateCapacityReservation", request);
  if (!idempotent.earlier().empty()) {
    return {.CapacityReservation =
                find_reservation(context, idempotent.earlier().front()).reservation};
  }
  const InstanceType* type = find_instance_type(*request.InstanceType);
  if (type == nullptr) throw invalid_instance_type(*request.InstanceType);
  if (!request.AvailabilityZone && !request.AvailabilityZoneId) {
    throw missing_parameter("availabilityZone");
  }
  const Zone& zone = named_zone(context, request.AvailabilityZone, request.AvailabilityZoneId);
  check_reserved_count(*request.InstanceCount);
  const std::string end_type =
      request.EndDateType.value_or(request.EndDate ? "limited" : "unlimited");
  check_end(context, request.EndDate, end_type);
  const Tags tags = tags_for(request.TagSpecifications, "capacity-reservation");
  if (!offers(zone, *type)) throw unsupported_in_zone(type->name, zone.name, "another");
  if (!has_room(context, zone.name, type->name, false)) {
    throw insufficient_instance_capacity("Insufficient capacity.");
  }
  const std::string id = context.new_id("cr-");
  CapacityReservationRecord row;
  row.reservation = {.CapacityReservationId = id,
                     .OwnerId = context.account_id(),
                     .CapacityReservationArn = context.arn("ec2", "capacity-reservation/" + id),
                     .AvailabilityZoneId = std::string(zone.id),
                     .InstanceType = request.InstanceType,
                     .InstancePlatform = request.InstancePlatform,
                     .AvailabilityZone = std::string(zone.name),
                     .Tenancy = request.Tenancy.value_or("default"),
                     .TotalInstanceCount = request.InstanceCount,
                     .AvailableInstanceCount = request.InstanceCount,
                     .EbsOptimized = request.EbsOptimized.value_or(false),
                     .EphemeralStorage = request.EphemeralStorage.value_or(false),
                     .State = "active",
                     .StartDate = context.now(),
                     .EndDate = request.EndDate,
                     .EndDateType = end_type,
                     .InstanceMatchCriteria = request.InstanceMatchCriteria.value_or("open"),
                     .CreateDate = context.now(),
                     .Tags = to_wire(tags),
                     .ReservationType = "default"};
  context.state.capacity_reservations.insert(id, row);
  context.state.reservation_pools.insert(pool_prefix(type->name, zone.name) + id, {.id = id});
  schedule_end(context, id, request.EndDate);
  adopt_running(context, id);
  idempotent.remember(context, {id});
  return {.CapacityReservation = find_reservation(context, id).reservation};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeCapacityReservations.html
api::ec2::DescribeCapacityReservationsResult describe_capacity_reservations(
    Context& context, const api::ec2::DescribeCapacityReservationsRequest& request) {
  const Selection<Ec2State, CapacityReservationRecord> selection(
      context.state, request.Filters, kCapacityReservationFilters,
      [](const CapacityReservationRecord& row) { return tag_span(row.reservation.Tags); });
  api::ec2::DescribeCapacityReservationsResult result;
  auto& shown = result.CapacityReservations.emplace();
  result.NextToken = show_page(
      context.state.capacity_reservations, request.CapacityReservationIds,
      Page(request.MaxResults, request.NextToken, {.least = 1}),
      [&](const CapacityReservationRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_capacity_reservation_id_not_found(missing); },
      [&](const CapacityReservationRecord& row) { shown.push_back(row.reservation); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetCapacityReservationUsage.html
api::ec2::GetCapacityReservationUsageResult get_capacity_reservation_usage(
    Context& context, const api::ec2::GetCapacityReservationUsageRequest& request) {
  const auto& shown = find_reservation(context, *request.CapacityReservationId).reservation;
  api::ec2::GetCapacityReservationUsageResult result{
      .CapacityReservationId = shown.CapacityReservationId,
      .InstanceType = shown.InstanceType,
      .TotalInstanceCount = shown.TotalInstanceCount,
      .AvailableInstanceCount = shown.AvailableInstanceCount,
      .State = shown.State};
  const std::int32_t used = *shown.TotalInstanceCount - *shown.AvailableInstanceCount;
  auto& usages = result.InstanceUsages.emplace();
  if (used > 0) usages.push_back({.AccountId = context.account_id(), .UsedInstanceCount = used});
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyCapacityReservation.html
api::ec2::ModifyCapacityReservationResult modify_capacity_reservation(
    Context& context, const api::ec2::ModifyCapacityReservationRequest& request) {
  const std::string& id = *request.CapacityReservationId;
  const Reservation before = find_active(context, id).reservation;
  const std::int32_t total = request.InstanceCount.value_or(*before.TotalInstanceCount);
  check_reserved_count(total);
  const std::int32_t used = *before.TotalInstanceCount - *before.AvailableInstanceCount;
  if (total < used) throw capacity_reservation_is_in_use(id);
  const bool changes_end = request.EndDate || request.EndDateType;
  if (changes_end) check_end(context, request.EndDate, request.EndDateType);
  const bool grows = total > *before.TotalInstanceCount;
  if (grows && !has_room(context, *before.AvailabilityZone, *before.InstanceType, false)) {
    throw insufficient_instance_capacity("Insufficient capacity.");
  }
  context.state.capacity_reservations.update(id, [&](CapacityReservationRecord& row) {
    Reservation& changed = row.reservation;
    changed.TotalInstanceCount = total;
    changed.AvailableInstanceCount = total - used;
    if (request.InstanceMatchCriteria) {
      changed.InstanceMatchCriteria = request.InstanceMatchCriteria;
    }
    if (!changes_end) return;
    changed.EndDate = request.EndDate;
    changed.EndDateType = request.EndDate ? "limited" : "unlimited";
  });
  if (changes_end) schedule_end(context, id, request.EndDate);
  adopt_running(context, id);
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCapacityReservationAttributes.html
api::ec2::ModifyInstanceCapacityReservationAttributesResult
modify_instance_capacity_reservation_attributes(
    Context& context, const api::ec2::ModifyInstanceCapacityReservationAttributesRequest& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  // AWS: "you must stop the instance before you modify its settings".
  if (row.state != InstanceState::stopped) {
    throw incorrect_instance_state("The instance '" + row.instance_id +
                                   "' is not in the 'stopped' state.");
  }
  const auto wanted = capacity_preference_of(context, request.CapacityReservationSpecification);
  context.state.instances.update(
      *request.InstanceId, [&](InstanceRecord& changed) { changed.capacity_preference = wanted; });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelCapacityReservation.html
api::ec2::CancelCapacityReservationResult cancel_capacity_reservation(
    Context& context, const api::ec2::CancelCapacityReservationRequest& request) {
  find_active(context, *request.CapacityReservationId);
  end_reservation(context, *request.CapacityReservationId, "cancelled");
  return {.Return = true};
}

void on_capacity_reservation_expired(Context& context, const world::Event& event) {
  const auto* row = context.state.capacity_reservations.find(event.entity);
  if (row == nullptr || row->reservation.State != "active") return;
  end_reservation(context, event.entity, "expired");
}

void on_capacity_reservation_forgotten(Context& context, const world::Event& event) {
  context.state.capacity_reservations.erase(event.entity);
}

}  // namespace fallstreak::services::ec2
