#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

/// On-Demand Capacity Reservations: capacity that is kept in a zone until its instances come.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-reservations.html
namespace fallstreak::services::ec2 {

/// What a launch wants, as `InstanceRecord::capacity_preference` has it. Throws on what cannot be
/// wanted, and for a reservation that is not there.
std::string capacity_preference_of(
    const Context& context,
    const std::optional<api::ec2::CapacityReservationSpecification>& specification);
/// True when it may run in a reservation only.
bool needs_reservation(std::string_view preference);
/// As AWS shows it.
api::ec2::CapacityReservationSpecificationResponse describe_capacity_preference(
    std::string_view preference);

/// An On-Demand Instance that looks for its place.
struct CapacityWish {
  std::string_view preference;
  std::string_view instance_type;
  std::string_view zone;
  std::string_view platform;
  std::string_view tenancy;
};
CapacityWish capacity_wish_of(const Ec2State& state, const InstanceRecord& row);
/// How many such instances the reservations have room for.
std::int32_t reserved_room(const Context& context, const CapacityWish& wish);
/// How many of them can be launched, of `count`: any, unless capacity is short or they are to run
/// in reservations only.
std::int32_t launchable(Context& context, const CapacityWish& wish, std::int32_t count);

/// An instance that begins to run takes its place in a reservation, if there is one for it.
void join_capacity_reservation(Context& context, InstanceRecord& row);
/// It is off or gone, and its place is free again.
void leave_capacity_reservation(Context& context, InstanceRecord& row);

api::ec2::CreateCapacityReservationResult create_capacity_reservation(
    Context& context, const api::ec2::CreateCapacityReservationRequest& request);
api::ec2::DescribeCapacityReservationsResult describe_capacity_reservations(
    Context& context, const api::ec2::DescribeCapacityReservationsRequest& request);
api::ec2::GetCapacityReservationUsageResult get_capacity_reservation_usage(
    Context& context, const api::ec2::GetCapacityReservationUsageRequest& request);
api::ec2::ModifyCapacityReservationResult modify_capacity_reservation(
    Context& context, const api::ec2::ModifyCapacityReservationRequest& request);
api::ec2::ModifyInstanceCapacityReservationAttributesResult
modify_instance_capacity_reservation_attributes(
    Context& context, const api::ec2::ModifyInstanceCapacityReservationAttributesRequest& request);
api::ec2::CancelCapacityReservationResult cancel_capacity_reservation(
    Context& context, const api::ec2::CancelCapacityReservationRequest& request);
void on_capacity_reservation_expired(Context& context, const world::Event& event);
void on_capacity_reservation_forgotten(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
