#include <algorithm>

#include "api/ec2/launch_templates.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/group_settings.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/launch_configurations.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/maintenance.h"
#include "services/autoscaling/mixed_instances.h"
#include "services/autoscaling/pages.h"
#include "services/autoscaling/refresh.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::InstanceRefresh;
using api::autoscaling::LaunchTemplateSpecification;
using api::autoscaling::RefreshPreferences;
using api::autoscaling::StartInstanceRefreshType;

void check_range(const std::optional<std::int32_t>& value, const char* name, std::int32_t least,
                 std::int32_t most) {
  if (value && (*value < least || *value > most)) {
    throw validation_error(std::string(name) + " must be between " + std::to_string(least) +
                           " and " + std::to_string(most));
  }
}

void check_choice(const std::optional<std::string>& value, const char* name,
                  std::initializer_list<std::string_view> choices) {
  if (value && std::ranges::find(choices, *value) == choices.end()) {
    throw validation_error(std::string(name) + " '" + *value + "' is not valid");
  }
}

void check_preferences(const RefreshPreferences& wanted) {
  check_range(wanted.MinHealthyPercentage, "MinHealthyPercentage", 0, 100);
  check_range(wanted.MaxHealthyPercentage, "MaxHealthyPercentage", 100, 200);
  check_range(wanted.CheckpointDelay, "CheckpointDelay", 0, 172'800);
  check_range(wanted.BakeTime, "BakeTime", 0, 172'800);
  check_range(wanted.InstanceWarmup, "InstanceWarmup", 0, 172'800);
  check_choice(wanted.StandbyInstances, "StandbyInstances", {"Terminate", "Ignore", "Wait"});
  check_choice(wanted.ScaleInProtectedInstances, "ScaleInProtectedInstances",
               {"Refresh", "Ignore", "Wait"});
  if (wanted.MaxHealthyPercentage &&
      *wanted.MaxHealthyPercentage - wanted.MinHealthyPercentage.value_or(90) > 100) {
    throw validation_error(
        "The difference between MaxHealthyPercentage and MinHealthyPercentage cannot be greater "
        "than 100");
  }
  std::int32_t before = 0;
  for (const std::int32_t percentage : api::each(wanted.CheckpointPercentages)) {
    if (percentage <= before || percentage > 100) {
      throw validation_error(
          "CheckpointPercentages must be unique and in ascending order, between 1 and 100");
    }
    before = percentage;
  }
}

/// AWS's defaults for what is not given.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-instance-refresh-default-values.html
RefreshPreferences with_defaults(RefreshPreferences wanted, const GroupRecord& group) {
  const auto fill = [](auto& member, auto value) {
    if (!member) member = value;
  };
  const std::int32_t warmup = group.group.DefaultInstanceWarmup.value_or(-1);
  // AWS: those of the group's maintenance policy, where it has one.
  const HealthyRange range = healthy_range(group);
  fill(wanted.MinHealthyPercentage, range.min_percentage);
  fill(wanted.MaxHealthyPercentage, range.max_percentage);
  fill(wanted.InstanceWarmup, warmup >= 0 ? warmup : *group.group.HealthCheckGracePeriod);
  fill(wanted.SkipMatching, false);
  fill(wanted.AutoRollback, false);
  fill(wanted.ScaleInProtectedInstances, std::string("Wait"));
  fill(wanted.StandbyInstances, std::string("Wait"));
  if (wanted.CheckpointPercentages) fill(wanted.CheckpointDelay, 3600);
  return wanted;
}

/// The number of a version that may be called `$Latest`.
std::string version_of(Context& context, const LaunchTemplateSpecification& launch_template) {
  const auto versions = context.call<api::ec2::DescribeLaunchTemplateVersions>(
      {.LaunchTemplateId = launch_template.LaunchTemplateId,
       .Versions = {{*launch_template.Version}}});
  return std::to_string(*versions.LaunchTemplateVersions->front().VersionNumber);
}

/// AWS: what cannot be told apart from what was there before cannot be rolled back.
bool is_reversible(const GroupRecord& group) {
  if (!group.group.LaunchTemplate) return false;
  const std::string& version = *group.group.LaunchTemplate->Version;
  return group.refresh_template && version != "$Latest" && version != "$Default";
}

/// What the refresh is to launch from; given back as the refresh shows it.
api::autoscaling::DesiredConfiguration take_configuration(
    Context& context, GroupRecord& group, const api::autoscaling::DesiredConfiguration& wanted) {
  if (wanted.LaunchTemplate && wanted.MixedInstancesPolicy) {
    throw validation_error(
        "The desired configuration has either a launch template or a mixed instances policy");
  }
  if (wanted.MixedInstancesPolicy) {
    if (group.group.WarmPoolConfiguration) throw warm_pool_and_mixed_policy();
    group.refresh_policy = checked_mixed_policy(context, *wanted.MixedInstancesPolicy);
    if (has_weights(group)) throw not_implemented("An instance refresh of a group with weights");
    group.refresh_template = group.refresh_policy->LaunchTemplate->LaunchTemplateSpecification;
    return {.MixedInstancesPolicy = group.refresh_policy};
  }
  if (!wanted.LaunchTemplate) return {};
  group.refresh_template = checked_launch_template(context, *wanted.LaunchTemplate);
  return {.LaunchTemplate = group.refresh_template};
}

std::string next_refresh_key(Context& context, const std::string& group_name) {
  constexpr std::uint64_t kHighest = 9'999'999'999;
  const std::string prefix = group_prefix(group_name);
  const auto rows = context.state.refreshes.range(prefix);
  if (rows.empty()) return prefix + std::to_string(kHighest);
  // Newest first: the number counts down.
  const std::string newest(rows.begin()->first.substr(prefix.size()));
  return prefix + std::to_string(std::stoull(newest) - 1);
}

const std::string& find_active(const Context& context, const std::string& group_name) {
  const std::string* key = active_refresh(context, group_name);
  if (key == nullptr) throw active_refresh_not_found(group_name);
  return *key;
}

}  // namespace

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
api::autoscaling::StartInstanceRefreshAnswer start_instance_refresh(
    Context& context, const StartInstanceRefreshType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  GroupRecord group = find_changeable_group(context, name);
  if (active_refresh(context, name) != nullptr) throw refresh_in_progress();
  if (has_weights(group)) throw not_implemented("An instance refresh of a group with weights");
  if (request.Strategy.value_or("Rolling") != "Rolling") {
    throw not_implemented("Strategy '" + *request.Strategy + "'");
  }
  check_preferences(request.Preferences.value_or(RefreshPreferences()));
  RefreshRecord record;
  record.refresh = {
      .InstanceRefreshId = context.new_uuid("instance-refresh-id"),
      .AutoScalingGroupName = name,
      .Status = "Pending",
      .StartTime = context.now(),
      .PercentageComplete = 0,
      .Preferences = with_defaults(request.Preferences.value_or(RefreshPreferences()), group),
      .Strategy = "Rolling"};
  record.since = context.now();
  record.last_progress = context.now();
  if (request.DesiredConfiguration) {
    record.refresh.DesiredConfiguration =
        take_configuration(context, group, *request.DesiredConfiguration);
  }
  if (*record.refresh.Preferences->AutoRollback && !is_reversible(group)) {
    throw validation_error(
        "Auto rollback needs a desired configuration, and a group with a numbered version of its "
        "launch template");
  }
  const bool skips = *record.refresh.Preferences->SkipMatching;
  if (skips && launches_from_configuration(group)) {
    record.skipped_configuration = *group.group.LaunchConfigurationName;
  } else if (skips) {
    const auto& target = launch_template_of(group);
    record.skipped_template = *target.LaunchTemplateId;
    record.skipped_version = version_of(context, target);
    const auto& policy = mixed_policy_of(group);
    if (policy) record.skipped_types = types_of(context, *policy);
  }
  context.state.groups.put(name, group);
  record.total = count_to_replace(context, record);
  record.refresh.InstancesToUpdate = record.total;
  const std::string id = *record.refresh.InstanceRefreshId;
  const std::string key = next_refresh_key(context, name);
  context.state.refreshes.insert(key, std::move(record));
  context.state.active_refreshes.put(name, key);
  schedule_refresh(context, group, key);
  return {.InstanceRefreshId = id};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
api::autoscaling::DescribeInstanceRefreshesAnswer describe_instance_refreshes(
    Context& context, const api::autoscaling::DescribeInstanceRefreshesType& request) {
  find_group(context, *request.AutoScalingGroupName);
  const auto ids = api::each(request.InstanceRefreshIds);
  api::autoscaling::DescribeInstanceRefreshesAnswer answer;
  auto& list = answer.InstanceRefreshes.emplace();
  answer.NextToken = read_page(
      context.state.refreshes.range(group_prefix(*request.AutoScalingGroupName)),
      {request.NextToken, request.MaxRecords, 50, 100},
      [&](const auto& row) {
        return ids.empty() ||
               std::ranges::find(ids, *row.second.refresh.InstanceRefreshId) != ids.end();
      },
      [&](const auto& row) { list.push_back(row.second.refresh); });
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
api::autoscaling::CancelInstanceRefreshAnswer cancel_instance_refresh(
    Context& context, const api::autoscaling::CancelInstanceRefreshType& request) {
  find_group(context, *request.AutoScalingGroupName);
  const std::string key = find_active(context, *request.AutoScalingGroupName);
  context.state.refreshes.update(
      key, [](RefreshRecord& record) { record.refresh.Status = "Cancelling"; });
  return {.InstanceRefreshId = context.state.refreshes.find(key)->refresh.InstanceRefreshId};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html
api::autoscaling::RollbackInstanceRefreshAnswer rollback_instance_refresh(
    Context& context, const api::autoscaling::RollbackInstanceRefreshType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  const GroupRecord& group = find_group(context, name);
  const std::string key = find_active(context, name);
  if (!is_reversible(group)) throw irreversible_refresh();
  begin_rollback(context, key, "Rolled back by user.");
  return {.InstanceRefreshId = context.state.refreshes.find(key)->refresh.InstanceRefreshId};
}

}  // namespace fallstreak::services::autoscaling
