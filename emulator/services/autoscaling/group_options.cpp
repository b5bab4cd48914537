#include "services/autoscaling/group_options.h"

#include "api/ec2/catalogue.h"
#include "api/ec2/placement_groups.h"
#include "services/autoscaling/errors.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::AutoScalingGroup;

void set_placement_group(Context& context, AutoScalingGroup& group, const std::string& name) {
  // AWS: an empty name takes the group's away.
  if (name.empty()) {
    group.PlacementGroup.reset();
    return;
  }
  const auto described =
      context.try_call<api::ec2::DescribePlacementGroups>({.GroupNames = {{name}}});
  if (!described) throw placement_group_not_found(name);
  group.PlacementGroup = name;
}

void set_impairment_policy(AutoScalingGroup& group,
                           const api::autoscaling::AvailabilityZoneImpairmentPolicy& wanted) {
  if (wanted.ZonalShiftEnabled.value_or(false)) {
    throw not_implemented("AvailabilityZoneImpairmentPolicy.ZonalShiftEnabled");
  }
  if (wanted.ImpairedZoneHealthCheckBehavior) {
    group.AvailabilityZoneImpairmentPolicy->ImpairedZoneHealthCheckBehavior =
        wanted.ImpairedZoneHealthCheckBehavior;
  }
}

void set_lifecycle_policy(AutoScalingGroup& group,
                          const api::autoscaling::InstanceLifecyclePolicy& wanted) {
  if (wanted.RetentionTriggers && wanted.RetentionTriggers->TerminateHookAbandon == "retain") {
    throw not_implemented("TerminateHookAbandon 'retain'");
  }
  group.InstanceLifecyclePolicy = wanted;
}

void check_capacity_type(const std::string& type) {
  if (type == "units") return;
  if (type == "vcpu" || type == "memory-mib") throw not_implemented("DesiredCapacityType " + type);
  throw validation_error("DesiredCapacityType must be one of [units, vcpu, memory-mib]");
}

/// Creation and update have these in common.
template <class Request>
void apply(Context& context, AutoScalingGroup& group, const Request& request) {
  if (request.PlacementGroup) set_placement_group(context, group, *request.PlacementGroup);
  if (request.ServiceLinkedRoleARN) group.ServiceLinkedRoleARN = request.ServiceLinkedRoleARN;
  if (request.Context) group.Context = request.Context;
  if (request.DesiredCapacityType) {
    check_capacity_type(*request.DesiredCapacityType);
    group.DesiredCapacityType = request.DesiredCapacityType;
  }
  if (request.DeletionProtection) group.DeletionProtection = request.DeletionProtection;
  if (request.AvailabilityZoneImpairmentPolicy) {
    set_impairment_policy(group, *request.AvailabilityZoneImpairmentPolicy);
  }
  if (request.InstanceLifecyclePolicy) {
    set_lifecycle_policy(group, *request.InstanceLifecyclePolicy);
  }
  if (request.CapacityReservationSpecification) {
    const std::string preference =
        request.CapacityReservationSpecification->CapacityReservationPreference.value_or("default");
    if (preference != "default") {
      throw not_implemented("CapacityReservationPreference " + preference);
    }
  }
}

}  // namespace

void set_default_options(Context& context, AutoScalingGroup& group) {
  group.ServiceLinkedRoleARN = "arn:aws:iam::" + context.account_id() +
                               ":role/aws-service-role/autoscaling.amazonaws.com/"
                               "AWSServiceRoleForAutoScaling";
  group.DeletionProtection = "none";
  // Observed: in descriptions of groups that were made without them.
  group.AvailabilityZoneImpairmentPolicy = {
      {.ZonalShiftEnabled = false, .ImpairedZoneHealthCheckBehavior = "IgnoreUnhealthy"}};
  group.CapacityReservationSpecification = {{.CapacityReservationPreference = "default"}};
}

void apply_options(Context& context, AutoScalingGroup& group,
                   const api::autoscaling::CreateAutoScalingGroupType& request) {
  apply(context, group, request);
}

void apply_options(Context& context, AutoScalingGroup& group,
                   const api::autoscaling::UpdateAutoScalingGroupType& request) {
  apply(context, group, request);
}

void check_together(const AutoScalingGroup& group) {
  if (group.PlacementGroup && group.MixedInstancesPolicy) {
    throw not_implemented("PlacementGroup together with MixedInstancesPolicy");
  }
}

std::optional<std::vector<std::string>> wanted_zones(
    Context& context, const std::optional<std::vector<std::string>>& names,
    const std::optional<std::vector<std::string>>& ids) {
  if (api::each(ids).empty()) return names;
  // AWS: "You cannot specify both". Chosen: the words.
  if (!api::each(names).empty()) {
    throw validation_error("AvailabilityZones and AvailabilityZoneIds cannot both be specified");
  }
  const auto described = context.try_call<api::ec2::DescribeAvailabilityZones>({.ZoneIds = ids});
  if (!described) throw validation_error(described.error().message);
  std::vector<std::string> zones;
  for (const auto& zone : api::each(described->AvailabilityZones)) zones.push_back(*zone.ZoneName);
  return zones;
}

void check_deletion(const AutoScalingGroup& group, Deletion deletion) {
  const std::string protection = group.DeletionProtection.value_or("none");
  const bool is_refused = protection == "prevent-all-deletion" ||
                          (protection == "prevent-force-deletion" && deletion == Deletion::forced);
  if (is_refused) throw group_is_protected(*group.AutoScalingGroupName, protection);
}

}  // namespace fallstreak::services::autoscaling
