#include "services/autoscaling/launching.h"

#include "api/ec2/fleets.h"
#include "api/overlay.h"
#include "services/autoscaling/launch_configurations.h"
#include "services/autoscaling/mixed_instances.h"
#include "services/autoscaling/refresh.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::ec2::FleetLaunchTemplateConfigRequest;

std::vector<api::ec2::Tag> instance_tags(const GroupRecord& group) {
  std::vector<api::ec2::Tag> tags;
  for (const auto& tag : api::each(group.group.Tags)) {
    if (tag.PropagateAtLaunch == true) tags.push_back({.Key = tag.Key, .Value = tag.Value});
  }
  tags.push_back({.Key = "aws:autoscaling:groupName", .Value = group.group.AutoScalingGroupName});
  return tags;
}

api::ec2::RunInstancesRequest launch_request(const Context& context, const GroupRecord& group,
                                             const PlacementRecord& placement) {
  api::ec2::RunInstancesRequest request{
      .MaxCount = 1,
      .MinCount = 1,
      .TagSpecifications = {{{.ResourceType = "instance", .Tags = instance_tags(group)}}}};
  if (placement.subnet_id.empty()) {
    request.Placement.emplace().AvailabilityZone = placement.zone;
  } else {
    request.SubnetId = placement.subnet_id;
  }
  if (group.group.PlacementGroup) {
    if (!request.Placement) request.Placement.emplace();
    request.Placement->GroupName = group.group.PlacementGroup;
  }
  if (launches_from_configuration(group)) {
    apply_configuration(find_launch_configuration(context, *group.group.LaunchConfigurationName),
                        placement, request);
    return request;
  }
  const auto& launch_template = launch_template_of(group);
  request.LaunchTemplate = {
      {.LaunchTemplateId = launch_template.LaunchTemplateId, .Version = launch_template.Version}};
  return request;
}

/// A template and one way to launch from it; the first of the overrides has the highest priority.
FleetLaunchTemplateConfigRequest config_of(
    const GroupRecord& group, const PlacementRecord& placement,
    const api::autoscaling::LaunchTemplateOverrides& override_, std::size_t index) {
  const auto& launch_template = override_.LaunchTemplateSpecification
                                    ? *override_.LaunchTemplateSpecification
                                    : launch_template_of(group);
  api::ec2::FleetLaunchTemplateOverridesRequest wanted{.InstanceType = override_.InstanceType,
                                                       .Priority = double(index)};
  if (override_.InstanceRequirements) {
    wanted.InstanceRequirements =
        api::convert<api::ec2::InstanceRequirementsRequest>(*override_.InstanceRequirements);
  }
  if (placement.subnet_id.empty()) {
    wanted.AvailabilityZone = placement.zone;
  } else {
    wanted.SubnetId = placement.subnet_id;
  }
  const auto& distribution = *mixed_policy_of(group)->InstancesDistribution;
  // AWS: an empty text takes the maximum price away.
  if (!distribution.SpotMaxPrice.value_or("").empty()) wanted.MaxPrice = distribution.SpotMaxPrice;
  return {.LaunchTemplateSpecification = {{.LaunchTemplateId = launch_template.LaunchTemplateId,
                                           .Version = launch_template.Version}},
          .Overrides = {{wanted}}};
}

api::ec2::CreateFleetRequest fleet_request(const GroupRecord& group,
                                           const PlacementRecord& placement, Market market) {
  const auto& policy = *mixed_policy_of(group);
  const auto& distribution = *policy.InstancesDistribution;
  api::ec2::CreateFleetRequest request{
      .TargetCapacitySpecification = {{.TotalTargetCapacity = 1,
                                       .DefaultTargetCapacityType =
                                           market == Market::spot ? "spot" : "on-demand"}},
      .Type = "instant",
      .TagSpecifications = {{{.ResourceType = "instance", .Tags = instance_tags(group)}}}};
  auto& configs = request.LaunchTemplateConfigs.emplace();
  const auto overrides = api::each(policy.LaunchTemplate->Overrides);
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    configs.push_back(config_of(group, placement, overrides[i], i));
  }
  if (configs.empty()) configs.push_back(config_of(group, placement, {}, 0));
  request.OnDemandOptions = {{.AllocationStrategy = distribution.OnDemandAllocationStrategy}};
  request.SpotOptions = {{.AllocationStrategy = distribution.SpotAllocationStrategy,
                          .InstancePoolsToUseCount = distribution.SpotInstancePools}};
  return request;
}

/// The instance that a fleet of one got, or why it got none.
Outcome<api::ec2::Instance> launch_fleet(Context& context, const GroupRecord& group,
                                         const PlacementRecord& placement) {
  const Market market = next_market(context, group);
  const auto fleet =
      context.try_call<api::ec2::CreateFleet>(fleet_request(group, placement, market));
  if (!fleet) return tl::unexpected(fleet.error());
  if (api::each(fleet->Instances).empty()) {
    const auto& error = fleet->Errors->back();
    const std::string what = market == Market::spot ? "Spot" : "On-Demand";
    return tl::unexpected(ApiError(*error.ErrorCode, "Could not launch " + what + " Instances. " +
                                                         *error.ErrorCode + " - " +
                                                         *error.ErrorMessage));
  }
  const auto described = context.try_call<api::ec2::DescribeInstances>(
      {.InstanceIds = {{fleet->Instances->front().InstanceIds->front()}}});
  if (!described) return tl::unexpected(described.error());
  return described->Reservations->front().Instances->front();
}

}  // namespace

const PlacementRecord& placement_in(Context& context, const GroupRecord& group,
                                    const std::string& zone) {
  std::vector<const PlacementRecord*> placements;
  for (const auto& placement : group.placements) {
    if (placement.zone == zone) placements.push_back(&placement);
  }
  if (placements.size() == 1) return *placements.front();
  // Chosen: AWS does not say which of several subnets in a zone is used.
  const auto choice = context.world().random().uniform(context.stream("subnet"), 0,
                                                       std::int64_t(placements.size()) - 1);
  return *placements[std::size_t(choice)];
}

Outcome<api::ec2::Instance> launch_one(Context& context, const GroupRecord& group,
                                       const PlacementRecord& placement) {
  if (mixed_policy_of(group)) return launch_fleet(context, group, placement);
  const auto launched =
      context.try_call<api::ec2::RunInstances>(launch_request(context, group, placement));
  if (!launched) return tl::unexpected(launched.error());
  return launched->Instances->front();
}

}  // namespace fallstreak::services::autoscaling
