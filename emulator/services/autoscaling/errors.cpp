#include "services/autoscaling/errors.h"

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::autoscaling {
namespace {

std::string text(std::int32_t number) { return std::to_string(number); }

}  // namespace

ApiError validation_error(std::string message) {
  return ApiError("ValidationError", std::move(message));
}

ApiError not_implemented(std::string_view what) {
  return ApiError("NotImplemented",
                  std::string(what) + " is not implemented by this version of Fallstreak.", 501);
}

ApiError invalid_next_token() { return ApiError("InvalidNextToken", "Invalid nextToken"); }

ApiError group_not_found(std::string_view name) {
  return validation_error("AutoScalingGroup name not found - AutoScalingGroup '" +
                          std::string(name) + "' not found");
}

ApiError already_exists(std::string_view name) {
  return ApiError("AlreadyExists",
                  "AutoScalingGroup by this name already exists - A group with the name " +
                      std::string(name) + " already exists");
}

ApiError group_has_instances() {
  return ApiError("ResourceInUse",
                  "You cannot delete an AutoScalingGroup while there are instances or pending Spot "
                  "instance request(s) still in the group.");
}

ApiError group_has_activities() {
  return ApiError("ScalingActivityInProgress",
                  "You cannot delete an AutoScalingGroup while there are scaling activities in "
                  "progress for that group.");
}

ApiError scaling_activity_in_progress(std::string_view activity_id) {
  return ApiError("ScalingActivityInProgress", "Scaling activity " + std::string(activity_id) +
                                                   " is in progress and blocks this action");
}

ApiError cooldown_in_progress() {
  return ApiError("ScalingActivityInProgress",
                  "The group is in its cooldown period, which blocks this action");
}

// AWS: a ValidationError. Chosen: the words of both.
ApiError group_is_protected(std::string_view name, std::string_view protection) {
  return validation_error("The Auto Scaling group " + std::string(name) +
                          " cannot be deleted because its deletion protection is " +
                          std::string(protection) + ".");
}

ApiError placement_group_not_found(std::string_view name) {
  return validation_error("The placement group '" + std::string(name) + "' does not exist.");
}

ApiError group_is_being_deleted(std::string_view name) {
  return validation_error("AutoScalingGroup '" + std::string(name) + "' is pending delete");
}

ApiError max_below_min(std::int32_t min_size, std::int32_t max_size) {
  return validation_error("Max bound, " + text(max_size) +
                          ", must be greater than or equal to min bound, " + text(min_size));
}

ApiError desired_out_of_bounds(std::int32_t desired, std::int32_t min_size, std::int32_t max_size) {
  return validation_error("Desired capacity:" + text(desired) +
                          " must be between the specified min size:" + text(min_size) +
                          " and max size:" + text(max_size));
}

ApiError desired_above_max(std::int32_t desired, std::int32_t max_size) {
  return validation_error("New SetDesiredCapacity value " + text(desired) + " is above max value " +
                          text(max_size) + " for the AutoScalingGroup.");
}

ApiError desired_below_min(std::int32_t desired, std::int32_t min_size) {
  return validation_error("New SetDesiredCapacity value " + text(desired) + " is below min value " +
                          text(min_size) + " for the AutoScalingGroup.");
}

ApiError launch_source_missing() {
  return validation_error(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or "
      "MixedInstancesPolicy parameter.");
}

ApiError launch_configuration_not_found(std::string_view name) {
  return validation_error(
      "Launch configuration name not found - A launch configuration with the name: " +
      std::string(name) + " does not exist");
}

ApiError launch_configuration_exists(std::string_view name) {
  return ApiError("AlreadyExists",
                  "Launch Configuration by this name already exists - A launch configuration "
                  "already exists with the name " +
                      std::string(name));
}

ApiError launch_configuration_in_use(std::string_view name, std::string_view group_name) {
  return ApiError("ResourceInUse", "Cannot delete launch configuration " + std::string(name) +
                                       " because it is attached to AutoScalingGroup " +
                                       std::string(group_name));
}

ApiError launch_template_invalid(std::string_view why) {
  return validation_error("You must use a valid fully-formed launch template. " + std::string(why));
}

ApiError zones_missing() {
  return validation_error("At least one Availability Zone or VPC Subnet is required.");
}

ApiError zones_do_not_match_subnets() {
  return validation_error(
      "The availability zones of the specified subnets and the Auto Scaling group do not match");
}

ApiError target_groups_invalid() {
  return validation_error(
      "Provided Target Groups may not be valid. Please ensure they exist and try again.");
}

ApiError termination_policy_unknown(std::string_view policy) {
  return validation_error("Termination policy '" + std::string(policy) + "' is not valid");
}

ApiError health_check_type_unknown(std::string_view type) {
  return validation_error("Invalid health check type: '" + std::string(type) +
                          "'. Valid values are EC2, ELB");
}

ApiError instance_not_found(std::string_view instance_id) {
  return validation_error("Instance Id not found - No managed instance found for instance ID: " +
                          std::string(instance_id));
}

ApiError decrement_below_min(std::int32_t min_size) {
  return validation_error(
      "Currently, desiredSize equals minSize (" + text(min_size) +
      "). Terminating instance without replacement will violate group's min size constraint. "
      "Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.");
}

ApiError health_status_unknown() {
  return validation_error("Valid instance health states are: [Healthy, Unhealthy].");
}

ApiError not_in_group(std::string_view instance_id, std::string_view group_name) {
  return validation_error("The instance " + std::string(instance_id) +
                          " is not part of Auto Scaling group " + std::string(group_name) + ".");
}

ApiError already_in_group(std::string_view instance_id, std::string_view group_name) {
  return validation_error("Instance " + std::string(instance_id) +
                          " is already attached to Auto Scaling group: " + std::string(group_name));
}

ApiError not_in_state(std::string_view instance_id, std::string_view actual,
                      std::string_view wanted) {
  return validation_error("The instance " + std::string(instance_id) + " is not in " +
                          std::string(wanted) + ". It is in " + std::string(actual) + ".");
}

ApiError below_min_size(std::string_view group_name) {
  return validation_error("AutoScalingGroup " + std::string(group_name) +
                          " has min-size and desired-capacity that would be violated by "
                          "decrementing the desired capacity.");
}

ApiError above_max_size(std::string_view group_name) {
  return validation_error("The desired capacity of AutoScalingGroup " + std::string(group_name) +
                          " would be greater than its max-size.");
}

ApiError refresh_in_progress() {
  return ApiError("InstanceRefreshInProgress",
                  "An Instance Refresh is already in progress and blocks the execution of this "
                  "Instance Refresh.");
}

ApiError active_refresh_not_found(std::string_view group_name) {
  return ApiError("ActiveInstanceRefreshNotFound",
                  "No in progress or pending Instance Refresh found for Auto Scaling group " +
                      std::string(group_name));
}

ApiError irreversible_refresh() {
  return ApiError("IrreversibleInstanceRefresh",
                  "The instance refresh cannot be rolled back: it has no desired configuration, "
                  "or the group's launch template has no version number.");
}

ApiError warm_pool_not_found(std::string_view group_name) {
  return validation_error("No warm pool found for Auto Scaling group " + std::string(group_name));
}

ApiError warm_pool_and_mixed_policy() {
  return validation_error(
      "You can't add a warm pool to an Auto Scaling group that has a mixed instances policy or "
      "that launches Spot Instances.");
}

ApiError group_has_warm_pool() {
  return ApiError("ResourceInUse",
                  "You cannot delete an AutoScalingGroup while it has a warm pool. Delete the warm "
                  "pool first, or delete the group by force.");
}

ApiError hook_not_found(std::string_view hook_name) {
  return validation_error("No Lifecycle Hook found with name " + std::string(hook_name));
}

ApiError lifecycle_action_not_found(std::string_view what) {
  return validation_error("No active Lifecycle Action found with " + std::string(what));
}

ApiError policy_not_found(std::string_view policy) {
  return validation_error("No policy found with name or ARN '" + std::string(policy) + "'");
}

ApiError limit_exceeded(std::string message) {
  return ApiError("LimitExceeded", std::move(message));
}

ApiError process_unknown(std::string_view process) {
  return validation_error("Invalid process type: '" + std::string(process) + "'");
}

ApiError metric_unknown(std::string_view metric) {
  return validation_error("Invalid metric: '" + std::string(metric) + "'");
}

ApiError granularity_unknown(std::string_view granularity) {
  return validation_error("Invalid granularity: '" + std::string(granularity) +
                          "'. Valid granularities are: [1Minute]");
}

ApiError tag_resource_type_unknown(std::string_view type) {
  return validation_error("The resource type '" + std::string(type) +
                          "' is not valid. The only supported value is auto-scaling-group");
}

ApiError filter_unknown(std::string_view name) {
  return validation_error("Filter type " + std::string(name) +
                          " is not correct. Allowed Filter "
                          "types are: [auto-scaling-group key value propagate-at-launch]");
}

ApiError group_filter_unknown(std::string_view name) {
  return validation_error(
      "Filter type " + std::string(name) +
      " is not correct. Allowed Filter types are: [tag-key tag-value tag:<key>]");
}

}  // namespace fallstreak::services::autoscaling
