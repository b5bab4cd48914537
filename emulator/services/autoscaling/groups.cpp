#include <algorithm>

#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/group_options.h"
#include "services/autoscaling/group_settings.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/launch_configurations.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/lifecycle_hooks.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/maintenance.h"
#include "services/autoscaling/mixed_instances.h"
#include "services/autoscaling/pages.h"
#include "services/autoscaling/tags.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/traffic_sources.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::AutoScalingGroup;
using api::autoscaling::CreateAutoScalingGroupType;
using api::autoscaling::Filter;
using api::autoscaling::UpdateAutoScalingGroupType;

std::string subnet_list(const std::vector<PlacementRecord>& placements) {
  std::string list;
  for (const auto& placement : placements) {
    if (placement.subnet_id.empty()) continue;
    list += (list.empty() ? "" : ",") + placement.subnet_id;
  }
  return list;
}

void check_group_name(const std::string& name) {
  if (name.find(':') != std::string::npos) {
    throw validation_error("AutoScalingGroup name '" + name + "' cannot contain a colon");
  }
}

void set_placements(GroupRecord& record, std::vector<PlacementRecord> placements) {
  record.group.AvailabilityZones = zones_of(placements);
  record.group.VPCZoneIdentifier = subnet_list(placements);
  record.placements = std::move(placements);
}

/// What the group launches from, if the request says so. The template of a mixed instances policy
/// is kept as the group's too, and not shown as such.
template <class Request>
void set_launch_source(Context& context, AutoScalingGroup& group, const Request& request) {
  const auto& mixed = request.MixedInstancesPolicy;
  const int found = int(request.LaunchTemplate.has_value()) + int(mixed.has_value()) +
                    int(request.LaunchConfigurationName.has_value());
  if (found == 0) return;
  if (found > 1) throw launch_source_missing();
  if (mixed && group.WarmPoolConfiguration) throw warm_pool_and_mixed_policy();
  group.LaunchTemplate.reset();
  group.MixedInstancesPolicy.reset();
  group.LaunchConfigurationName.reset();
  if (request.LaunchConfigurationName) {
    group.LaunchConfigurationName =
        find_launch_configuration(context, *request.LaunchConfigurationName)
            .LaunchConfigurationName;
  } else if (mixed) {
    group.MixedInstancesPolicy = checked_mixed_policy(context, *mixed);
    group.LaunchTemplate = group.MixedInstancesPolicy->LaunchTemplate->LaunchTemplateSpecification;
  } else {
    group.LaunchTemplate = checked_launch_template(context, *request.LaunchTemplate);
  }
}

/// AWS: a group that is made after an instance gets a launch configuration of its own name.
void launch_as_instance(Context& context, AutoScalingGroup& group, const std::string& instance_id) {
  put_launch_configuration(
      context, {.LaunchConfigurationName = group.AutoScalingGroupName, .InstanceId = instance_id});
  group.LaunchConfigurationName = group.AutoScalingGroupName;
}

std::vector<std::string> wanted_target_groups(const CreateAutoScalingGroupType& request) {
  std::vector<std::string> arns = request.TargetGroupARNs.value_or(std::vector<std::string>());
  if (!request.TrafficSources) return arns;
  for (auto& arn : target_groups_of(*request.TrafficSources)) {
    if (std::ranges::find(arns, arn) == arns.end()) arns.push_back(std::move(arn));
  }
  return arns;
}

AutoScalingGroup new_group(Context& context, const CreateAutoScalingGroupType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  AutoScalingGroup group{
      .AutoScalingGroupName = name,
      .AutoScalingGroupARN =
          context.arn("autoscaling", "autoScalingGroup:" + context.new_uuid("group-id") +
                                         ":autoScalingGroupName/" + name),
      .MinSize = request.MinSize,
      .MaxSize = request.MaxSize,
      .DesiredCapacity = request.DesiredCapacity.value_or(*request.MinSize),
      .DefaultCooldown = request.DefaultCooldown.value_or(300),
      .LoadBalancerNames = {{}},
      .TargetGroupARNs = wanted_target_groups(request),
      .HealthCheckType = request.HealthCheckType.value_or("EC2"),
      // AWS: 0 over the API; the console's 300 is the console's.
      .HealthCheckGracePeriod = request.HealthCheckGracePeriod.value_or(0),
      .CreatedTime = context.now(),
      .SuspendedProcesses = {{}},
      .EnabledMetrics = {{}},
      .Tags = with_tags({}, name, request.Tags.value_or(std::vector<api::autoscaling::Tag>())),
      .TerminationPolicies = request.TerminationPolicies.value_or(std::vector<std::string>()),
      .NewInstancesProtectedFromScaleIn = request.NewInstancesProtectedFromScaleIn.value_or(false),
      .MaxInstanceLifetime = request.MaxInstanceLifetime,
      .CapacityRebalance = request.CapacityRebalance.value_or(false),
      .DefaultInstanceWarmup =
          request.DefaultInstanceWarmup == -1 ? std::nullopt : request.DefaultInstanceWarmup,
      .AvailabilityZoneDistribution = request.AvailabilityZoneDistribution};
  set_default_options(context, group);
  apply_options(context, group, request);
  set_launch_source(context, group, request);
  if (request.InstanceId) launch_as_instance(context, group, *request.InstanceId);
  check_together(group);
  if (request.InstanceMaintenancePolicy) {
    group.InstanceMaintenancePolicy =
        checked_maintenance_policy(*request.InstanceMaintenancePolicy);
  }
  if (group.TerminationPolicies->empty()) group.TerminationPolicies = {{"Default"}};
  if (!group.AvailabilityZoneDistribution ||
      !group.AvailabilityZoneDistribution->CapacityDistributionStrategy) {
    group.AvailabilityZoneDistribution = {{.CapacityDistributionStrategy = "balanced-best-effort"}};
  }
  return group;
}

void check_filter(const Filter& filter) {
  const std::string name = filter.Name.value_or("");
  if (name != "tag-key" && name != "tag-value" && !name.starts_with("tag:")) {
    throw group_filter_unknown(name);
  }
}

bool matches(const Filter& filter, const AutoScalingGroup& group) {
  const std::string name = filter.Name.value_or("");
  const auto values = api::each(filter.Values);
  const auto is_listed = [&](const std::optional<std::string>& value) {
    return std::ranges::find(values, value.value_or("")) != values.end();
  };
  const auto tags = api::each(group.Tags);
  if (name == "tag-key") {
    return std::ranges::any_of(tags, [&](const auto& tag) { return is_listed(tag.Key); });
  }
  if (name == "tag-value") {
    return std::ranges::any_of(tags, [&](const auto& tag) { return is_listed(tag.Value); });
  }
  return std::ranges::any_of(
      tags, [&](const auto& tag) { return tag.Key == name.substr(4) && is_listed(tag.Value); });
}

AutoScalingGroup wire_group(const Context& context, const GroupRecord& record,
                            bool includes_instances) {
  AutoScalingGroup group = record.group;
  if (group.MixedInstancesPolicy) group.LaunchTemplate.reset();
  if (record.is_deleting) group.Status = "Delete in progress";
  for (const auto& arn : api::each(group.TargetGroupARNs)) {
    if (!group.TrafficSources) group.TrafficSources.emplace();
    group.TrafficSources->push_back({.Identifier = arn, .Type = "elbv2"});
  }
  auto& instances = group.Instances.emplace();
  if (!includes_instances) return group;
  for (const auto& row : context.state.members.range(group_prefix(*group.AutoScalingGroupName))) {
    instances.push_back(context.state.instances.find(row.second)->instance);
  }
  return group;
}

/// What an update changes of the settings that stand for themselves.
void apply_settings(GroupRecord& record, const UpdateAutoScalingGroupType& request) {
  const auto take = [](auto& member, const auto& wanted) {
    if (wanted) member = wanted;
  };
  AutoScalingGroup& group = record.group;
  take(group.MinSize, request.MinSize);
  take(group.MaxSize, request.MaxSize);
  take(group.DefaultCooldown, request.DefaultCooldown);
  take(group.HealthCheckType, request.HealthCheckType);
  take(group.HealthCheckGracePeriod, request.HealthCheckGracePeriod);
  take(group.NewInstancesProtectedFromScaleIn, request.NewInstancesProtectedFromScaleIn);
  take(group.DefaultInstanceWarmup, request.DefaultInstanceWarmup);
  // AWS: "To remove a value that you previously set, include the property but specify -1".
  if (group.DefaultInstanceWarmup == -1) group.DefaultInstanceWarmup.reset();
  take(group.MaxInstanceLifetime, request.MaxInstanceLifetime);
  take(group.CapacityRebalance, request.CapacityRebalance);
  if (request.InstanceMaintenancePolicy) {
    group.InstanceMaintenancePolicy =
        checked_maintenance_policy(*request.InstanceMaintenancePolicy);
  }
  if (!api::each(request.TerminationPolicies).empty()) {
    group.TerminationPolicies = request.TerminationPolicies;
  }
  if (request.AvailabilityZoneDistribution &&
      request.AvailabilityZoneDistribution->CapacityDistributionStrategy) {
    group.AvailabilityZoneDistribution = request.AvailabilityZoneDistribution;
  }
}

}  // namespace

const GroupRecord& find_group(const Context& context, const std::string& name) {
  const auto* found = context.state.groups.find(name);
  if (found == nullptr) throw group_not_found(name);
  return *found;
}

const GroupRecord& find_changeable_group(const Context& context, const std::string& name) {
  const GroupRecord& group = find_group(context, name);
  if (group.is_deleting) throw group_is_being_deleted(name);
  return group;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
api::autoscaling::CreateAutoScalingGroupResponse create_auto_scaling_group(
    Context& context, const CreateAutoScalingGroupType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  check_group_name(name);
  if (context.state.groups.contains(name)) throw already_exists(name);
  const int sources =
      int(request.LaunchTemplate.has_value()) + int(request.MixedInstancesPolicy.has_value()) +
      int(request.LaunchConfigurationName.has_value()) + int(request.InstanceId.has_value());
  if (sources != 1) throw launch_source_missing();
  check_bounds(*request.MinSize, *request.MaxSize);
  if (request.DesiredCapacity && (*request.DesiredCapacity < *request.MinSize ||
                                  *request.DesiredCapacity > *request.MaxSize)) {
    throw desired_out_of_bounds(*request.DesiredCapacity, *request.MinSize, *request.MaxSize);
  }
  if (request.HealthCheckType) check_health_check_type(*request.HealthCheckType);
  if (request.TerminationPolicies) check_termination_policies(*request.TerminationPolicies);
  check_lifetime(request.MaxInstanceLifetime);

  GroupRecord record{
      .group = new_group(context, request), .placements = {}, .backoffs = {}, .pending_cause = {}};
  auto placements = checked_placements(
      context, request.VPCZoneIdentifier,
      wanted_zones(context, request.AvailabilityZones, request.AvailabilityZoneIds));
  if (placements.empty()) throw zones_missing();
  set_placements(record, std::move(placements));
  check_target_groups(context, *record.group.TargetGroupARNs);

  const std::int32_t desired = *record.group.DesiredCapacity;
  if (desired > 0) {
    record.pending_cause = "At " + cause_time(context) +
                           " a user request created an AutoScalingGroup" +
                           changing_text(0, desired);
  }
  start_group_checks(context, record);
  context.state.groups.insert(name, std::move(record));
  for (const auto& hook : api::each(request.LifecycleHookSpecificationList)) {
    put_hook(context, {.LifecycleHookName = hook.LifecycleHookName,
                       .AutoScalingGroupName = name,
                       .LifecycleTransition = hook.LifecycleTransition,
                       .RoleARN = hook.RoleARN,
                       .NotificationTargetARN = hook.NotificationTargetARN,
                       .NotificationMetadata = hook.NotificationMetadata,
                       .HeartbeatTimeout = hook.HeartbeatTimeout,
                       .DefaultResult = hook.DefaultResult});
  }
  reconcile_later(context, name, kReaction);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
api::autoscaling::AutoScalingGroupsType describe_auto_scaling_groups(
    Context& context, const api::autoscaling::AutoScalingGroupNamesType& request) {
  for (const auto& filter : api::each(request.Filters)) check_filter(filter);
  api::autoscaling::AutoScalingGroupsType response;
  auto& list = response.AutoScalingGroups.emplace();
  const auto names = api::each(request.AutoScalingGroupNames);
  const auto is_wanted = [&](const auto& row) {
    return std::ranges::all_of(api::each(request.Filters), [&](const Filter& filter) {
      return matches(filter, row.second.group);
    });
  };
  const bool includes_instances = request.IncludeInstances.value_or(true);
  const auto add = [&](const auto& row) {
    list.push_back(wire_group(context, row.second, includes_instances));
  };
  const Page page{request.NextToken, request.MaxRecords, 50, 100};
  if (names.empty()) {
    response.NextToken = read_page(context.state.groups, page, is_wanted, add);
    return response;
  }
  std::vector<std::string> sorted;
  const auto rows = rows_named(context.state.groups, names, sorted);
  response.NextToken = read_page(rows, page, is_wanted, add);
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
api::autoscaling::UpdateAutoScalingGroupResponse update_auto_scaling_group(
    Context& context, const UpdateAutoScalingGroupType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  GroupRecord changed = find_changeable_group(context, name);
  if (request.HealthCheckType) check_health_check_type(*request.HealthCheckType);
  if (request.TerminationPolicies) check_termination_policies(*request.TerminationPolicies);
  check_lifetime(request.MaxInstanceLifetime);
  apply_settings(changed, request);
  const std::int32_t min_size = *changed.group.MinSize;
  const std::int32_t max_size = *changed.group.MaxSize;
  check_bounds(min_size, max_size);
  if (request.DesiredCapacity &&
      (*request.DesiredCapacity < min_size || *request.DesiredCapacity > max_size)) {
    throw desired_out_of_bounds(*request.DesiredCapacity, min_size, max_size);
  }
  set_launch_source(context, changed.group, request);
  apply_options(context, changed.group, request);
  check_together(changed.group);
  if (request.VPCZoneIdentifier || request.AvailabilityZones || request.AvailabilityZoneIds) {
    auto placements = checked_placements(
        context, request.VPCZoneIdentifier,
        wanted_zones(context, request.AvailabilityZones, request.AvailabilityZoneIds));
    if (placements.empty()) throw zones_missing();
    set_placements(changed, std::move(placements));
  }
  context.state.groups.put(name, changed);

  // AWS: a desired capacity outside the new bounds moves to the nearer one.
  const std::int32_t before = *changed.group.DesiredCapacity;
  const std::int32_t desired =
      std::clamp(request.DesiredCapacity.value_or(before), min_size, max_size);
  if (desired != before) {
    change_desired_capacity(context, name, desired,
                            "At " + cause_time(context) +
                                " a user request update of AutoScalingGroup constraints to min: " +
                                std::to_string(min_size) + ", max: " + std::to_string(max_size) +
                                ", desired: " + std::to_string(desired) +
                                changing_text(before, desired));
  }
  reconcile_later(context, name, kReaction);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
api::autoscaling::SetDesiredCapacityResponse set_desired_capacity(
    Context& context, const api::autoscaling::SetDesiredCapacityType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  const GroupRecord& group = find_changeable_group(context, name);
  const std::int32_t desired = *request.DesiredCapacity;
  if (desired > *group.group.MaxSize) throw desired_above_max(desired, *group.group.MaxSize);
  if (desired < *group.group.MinSize) throw desired_below_min(desired, *group.group.MinSize);
  if (request.HonorCooldown.value_or(false)) check_cooldown(context, group);
  const std::int32_t before = *group.group.DesiredCapacity;
  if (desired == before) return {};
  change_desired_capacity(context, name, desired,
                          "At " + cause_time(context) +
                              " a user request explicitly set group desired capacity" +
                              changing_text(before, desired));
  reconcile_later(context, name, kReaction);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
api::autoscaling::DeleteAutoScalingGroupResponse delete_auto_scaling_group(
    Context& context, const api::autoscaling::DeleteAutoScalingGroupType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  const GroupRecord group = find_group(context, name);
  check_deletion(group.group,
                 request.ForceDelete.value_or(false) ? Deletion::forced : Deletion::plain);
  const auto members = members_of(context, name);
  if (has_warm_pool(group)) {
    if (!request.ForceDelete.value_or(false)) throw group_has_warm_pool();
    delete_warm_pool_by_force(context, name);
  }
  const bool is_active =
      std::ranges::any_of(members, [](const Member& member) { return member.is_active(); });
  if (!request.ForceDelete.value_or(false)) {
    if (is_active) throw group_has_instances();
    if (!members.empty()) throw group_has_activities();
  }
  if (members.empty()) {
    forget_group(context, name);
    return {};
  }
  // AWS: with ForceDelete the group goes with all its instances, without waiting for anything else.
  if (group.is_deleting) return {};
  const std::int32_t before = *group.group.DesiredCapacity;
  context.state.groups.update(name, [](GroupRecord& record) {
    record.is_deleting = true;
    record.group.MinSize = 0;
    record.group.MaxSize = 0;
  });
  change_desired_capacity(context, name, 0,
                          "At " + cause_time(context) +
                              " a user request force deleted AutoScalingGroup" +
                              changing_text(before, 0));
  reconcile_later(context, name, kReaction);
  return {};
}

}  // namespace fallstreak::services::autoscaling
