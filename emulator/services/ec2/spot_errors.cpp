#include "services/ec2/spot_errors.h"

#include "services/ec2/errors.h"

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::ec2 {
namespace {

std::string text(std::string_view view) { return std::string(view); }

}  // namespace

ApiError spot_request_ids_not_found(const std::vector<std::string>& ids) {
  return ApiError("InvalidSpotInstanceRequestID.NotFound",
                  ids.size() == 1
                      ? "The spot instance request ID '" + ids.front() + "' does not exist"
                      : "The spot instance request IDs '" + join_ids(ids) + "' do not exist");
}

ApiError spot_max_price_too_low(std::string_view max_price, std::string_view price) {
  return ApiError("SpotMaxPriceTooLow",
                  "Your Spot request price of " + text(max_price) +
                      " is lower than the minimum required Spot request fulfillment price of " +
                      text(price) + ".");
}

ApiError no_spot_capacity() {
  return insufficient_instance_capacity(
      "There is no Spot capacity available that matches your request.");
}

ApiError spot_price_malformed(std::string_view price) {
  return invalid_parameter_value("Invalid value '" + text(price) +
                                 "' for the maximum price. Expecting a number above zero.");
}

ApiError spot_request_is_one_time(std::string_view instance_id) {
  return ApiError("UnsupportedOperation",
                  "You can't stop the Spot Instance '" + text(instance_id) +
                      "' because it is associated with a one-time Spot Instance request. You can "
                      "only stop Spot Instances associated with persistent Spot Instance "
                      "requests.");
}

ApiError interruption_needs_persistent(std::string_view behavior) {
  return invalid_parameter_combination("The interruption behavior '" + text(behavior) +
                                       "' is supported for persistent Spot Instance requests only");
}

ApiError valid_until_needs_persistent() {
  return invalid_parameter_combination(
      "ValidUntil is supported for persistent Spot Instance requests only");
}

ApiError spot_count_malformed(std::int32_t count) {
  return invalid_value_for(std::to_string(count), "InstanceCount",
                           "The minimum number of instances is 1.");
}

// Observed: in reports of RequestSpotInstances.
ApiError max_spot_instance_count_exceeded() {
  return ApiError("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded");
}

ApiError target_capacity_limit_exceeded() {
  return ApiError("TargetCapacityLimitExceededException",
                  "The value for targetCapacity exceeds your limit on the amount of target "
                  "capacity allowed. Reduce the target capacity and try again.");
}

ApiError fleet_weight_malformed() {
  return invalid_parameter_value("WeightedCapacity must be greater than 0");
}

ApiError invalid_fleet_id_not_found(const std::vector<std::string>& ids) {
  return ApiError("InvalidFleetId.NotFound", "The fleet ID '" + join_ids(ids) + "' does not exist");
}

ApiError invalid_spot_fleet_request_id_not_found(const std::vector<std::string>& ids) {
  return ApiError("InvalidSpotFleetRequestId.NotFound",
                  "The Spot Fleet request ID '" + join_ids(ids) + "' does not exist");
}

// Observed: "Parameter: SpotFleetRequestConfig.IamFleetRole is invalid.", in reports of Terraform.
ApiError invalid_spot_fleet_request_config(std::string_view member) {
  return ApiError("InvalidSpotFleetRequestConfig",
                  "Parameter: SpotFleetRequestConfig." + text(member) + " is invalid.");
}

ApiError fleet_is_not_maintained(std::string_view fleet_id) {
  return ApiError("UnsupportedOperation", "The fleet '" + text(fleet_id) +
                                              "' can't be modified: only fleets of type maintain "
                                              "can be modified.");
}

ApiError fleet_is_not_active(std::string_view fleet_id) {
  return ApiError("IncorrectState", "The fleet '" + text(fleet_id) +
                                        "' is not in a state in which it can be modified.");
}

ApiError instant_fleet_unsupported(std::string_view operation) {
  return ApiError("UnsupportedOperation",
                  text(operation) + " does not support fleets of type instant.");
}

ApiError fleet_validity_malformed(std::string_view member) {
  return invalid_parameter_value("The value of " + text(member) +
                                 " must be after ValidFrom and in the future");
}

ApiError type_and_requirements() {
  return ApiError("InvalidParameterCombination",
                  "InstanceType and InstanceRequirements must not be specified together");
}

ApiError no_type_meets_requirements() {
  return ApiError("InvalidParameterCombination",
                  "No instance type meets the InstanceRequirements and their price protection");
}

ApiError invalid_reserved_offering_id(std::string_view id) {
  return ApiError("InvalidReservedInstancesOfferingId",
                  "The Reserved Instances offering ID '" + std::string(id) + "' does not exist");
}

ApiError invalid_reservation_ids(const std::vector<std::string>& ids) {
  return ApiError("InvalidReservationID.NotFound",
                  "The Reserved Instances IDs '" + join_ids(ids) + "' do not exist");
}

ApiError reserved_instances_limit_exceeded() {
  return ApiError("ReservedInstancesLimitExceeded",
                  "Your current quota does not allow you to purchase the required number of "
                  "reserved instances");
}

ApiError invalid_capacity_reservation_id_not_found(const std::vector<std::string>& ids) {
  return ApiError("InvalidCapacityReservationId.NotFound",
                  "The capacity reservation IDs '" + join_ids(ids) + "' do not exist");
}

// Chosen: the code and the words; AWS documents neither.
ApiError capacity_reservation_is_not_active(std::string_view id) {
  return ApiError("InvalidCapacityReservationState",
                  "The capacity reservation '" + std::string(id) + "' is not active");
}

ApiError capacity_reservation_is_in_use(std::string_view id) {
  return ApiError("InvalidParameterValue", "More instances run in the capacity reservation '" +
                                               std::string(id) + "' than it would have room for");
}

ApiError reservation_capacity_exceeded() {
  return ApiError("ReservationCapacityExceeded",
                  "The requested reservation does not have sufficient compatible and available "
                  "capacity for this request.");
}

}  // namespace fallstreak::services::ec2
