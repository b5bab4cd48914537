#include "services/autoscaling/refresh.h"

#include <algorithm>

#include "api/cloudwatch/alarms.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/refresh_plan.h"
#include "services/autoscaling/termination_policy.h"
#include "services/autoscaling/timing.h"

namespace fallstreak::services::autoscaling {
namespace {

using std::chrono::seconds;

/// AWS: a refresh that makes no progress for an hour fails.
constexpr Duration kPatience = std::chrono::hours(1);

bool is_over(const RefreshRecord& record) {
  const std::string& status = *record.refresh.Status;
  return status == "Successful" || status == "Failed" || status == "Cancelled" ||
         status == "RollbackSuccessful" || status == "RollbackFailed";
}

bool is_rolling_back(const RefreshRecord& record) {
  return record.refresh.Status == "RollbackInProgress";
}

/// What the refresh is to replace, as long as it is in service.
bool is_old(const RefreshRecord& record, const InstanceRecord& instance) {
  if (instance.launch_time >= record.since || instance.launch_time < record.launched_from) {
    return false;
  }
  const auto& preferences = *record.refresh.Preferences;
  const auto& lifecycle = *instance.instance.LifecycleState;
  if (lifecycle == kStandby) return preferences.StandbyInstances != "Ignore";
  if (!is_pending(lifecycle) && lifecycle != kInService) return false;
  if (*instance.instance.ProtectedFromScaleIn &&
      preferences.ScaleInProtectedInstances == "Ignore") {
    return false;
  }
  if (!record.skipped_configuration.empty()) {
    return instance.instance.LaunchConfigurationName != record.skipped_configuration;
  }
  if (record.skipped_version.empty()) return true;
  const auto& types = record.skipped_types;
  const bool is_other_type =
      !types.empty() && std::ranges::find(types, *instance.instance.InstanceType) == types.end();
  const auto& launch_template = instance.instance.LaunchTemplate;
  return is_other_type || !launch_template ||
         launch_template->LaunchTemplateId != record.skipped_template ||
         launch_template->Version != record.skipped_version;
}

/// AWS: "Wait" leaves it alone until its user has let go of it.
bool may_go(const RefreshRecord& record, const InstanceRecord& instance) {
  const auto& preferences = *record.refresh.Preferences;
  if (instance.instance.LifecycleState == kStandby) {
    return preferences.StandbyInstances == "Terminate";
  }
  return !*instance.instance.ProtectedFromScaleIn ||
         preferences.ScaleInProtectedInstances == "Refresh";
}

struct Look {
  RefreshState state;
  std::vector<Candidate> candidates;
};

Look look_at(const Context& context, const RefreshRecord& record) {
  const std::string& name = *record.refresh.AutoScalingGroupName;
  const auto& preferences = *record.refresh.Preferences;
  Look look{.state = {.total = record.total,
                      .desired = *context.state.groups.find(name)->group.DesiredCapacity,
                      .min_healthy_percentage = *preferences.MinHealthyPercentage,
                      .max_healthy_percentage = *preferences.MaxHealthyPercentage},
            .candidates = {}};
  const seconds warmup(*preferences.InstanceWarmup);
  for (const auto& row : context.state.members.range(group_prefix(name))) {
    const InstanceRecord& instance = *context.state.instances.find(row.second);
    const bool is_replaced = is_old(record, instance);
    if (is_replaced) ++look.state.remaining;
    const bool serves = instance.instance.LifecycleState == kInService &&
                        instance.instance.HealthStatus == "Healthy";
    const bool is_ready =
        serves && (is_replaced || *instance.in_service_since + warmup <= context.now());
    if (is_ready) ++look.state.ready;
    if (!is_replaced || !may_go(record, instance)) continue;
    look.candidates.push_back({.instance_id = row.second,
                               .zone = *instance.instance.AvailabilityZone,
                               .launch_time = instance.launch_time});
  }
  return look;
}

void set_extra(Context& context, const std::string& group_name, std::int32_t extra) {
  if (context.state.groups.find(group_name)->refresh_extra == extra) return;
  context.state.groups.update(group_name, [&](GroupRecord& group) { group.refresh_extra = extra; });
  reconcile_later(context, group_name, kReaction);
}

void finish(Context& context, const std::string& key, std::string_view status,
            const std::string& reason) {
  const std::string name = *context.state.refreshes.find(key)->refresh.AutoScalingGroupName;
  const bool is_new = status == "Successful";
  context.state.refreshes.update(key, [&](RefreshRecord& record) {
    record.refresh.Status = std::string(status);
    record.refresh.EndTime = context.now();
    if (!reason.empty()) record.refresh.StatusReason = reason;
  });
  context.state.groups.update(name, [&](GroupRecord& group) {
    // AWS: the group takes the desired configuration over when the refresh has succeeded.
    if (is_new && group.refresh_template) {
      group.group.LaunchTemplate = group.refresh_template;
      // AWS: a launch template takes a mixed instances policy's place, as in an update.
      group.group.MixedInstancesPolicy.reset();
      group.group.LaunchConfigurationName.reset();
    }
    if (is_new && group.refresh_policy) group.group.MixedInstancesPolicy = group.refresh_policy;
    group.refresh_template.reset();
    group.refresh_policy.reset();
    group.refresh_extra = 0;
  });
  context.state.active_refreshes.erase(name);
  reconcile_later(context, name, kReaction);
}

/// AWS: rolls back if it was asked to, else it fails and leaves things as they are.
void give_up(Context& context, const std::string& key, const std::string& reason) {
  const RefreshRecord& record = *context.state.refreshes.find(key);
  if (is_rolling_back(record)) return finish(context, key, "RollbackFailed", reason);
  if (!*record.refresh.Preferences->AutoRollback) return finish(context, key, "Failed", reason);
  begin_rollback(context, key, reason);
}

/// The first of the refresh's alarms that is in ALARM.
std::optional<std::string> alarm_that_is_on(Context& context, const RefreshRecord& record) {
  const auto& alarms = record.refresh.Preferences->AlarmSpecification;
  if (!alarms || api::each(alarms->Alarms).empty()) return {};
  const auto described = context.try_call<api::cloudwatch::DescribeAlarms>(
      {.AlarmNames = alarms->Alarms, .StateValue = "ALARM"});
  if (!described || api::each(described->MetricAlarms).empty()) return {};
  return described->MetricAlarms->front().AlarmName;
}

void terminate(Context& context, Look& look, const std::string& group_name, std::int32_t count) {
  const std::vector<std::string> policies = {"OldestInstance"};
  for (; count > 0; --count) {
    const auto zones = zone_counts(context, *context.state.groups.find(group_name),
                                   members_of(context, group_name));
    const auto chosen =
        instance_to_terminate(look.candidates, zones, policies, context.now(),
                              context.world().random().next(context.stream("refresh")));
    if (!chosen) return;
    begin_termination(context, *chosen,
                      "At " + cause_time(context) +
                          " an instance was taken out of service in response to an instance "
                          "refresh.");
    std::erase_if(look.candidates,
                  [&](const Candidate& one) { return one.instance_id == *chosen; });
  }
  reconcile_later(context, group_name, kReaction);
}

void record_progress(Context& context, const std::string& key, std::int32_t replaced) {
  const RefreshRecord& record = *context.state.refreshes.find(key);
  const std::int32_t left = record.total - replaced;
  if (record.refresh.InstancesToUpdate == left) return;
  const std::int32_t percentage = record.total == 0 ? 100 : replaced * 100 / record.total;
  context.state.refreshes.update(key, [&](RefreshRecord& changed) {
    changed.refresh.InstancesToUpdate = left;
    changed.refresh.PercentageComplete = percentage;
    changed.refresh.ProgressDetails = {
        {.LivePoolProgress = {{.PercentageComplete = percentage, .InstancesToUpdate = left}}}};
    changed.last_progress = context.now();
  });
}

/// A checkpoint that is reached is waited at. True when the last one is.
bool pass_checkpoints(Context& context, const std::string& key, std::int32_t replaced) {
  const RefreshRecord record = *context.state.refreshes.find(key);
  const auto counts = checkpoint_counts(
      record.total, is_rolling_back(record)
                        ? std::span<const std::int32_t>()
                        : api::each(record.refresh.Preferences->CheckpointPercentages));
  if (replaced >= counts.back()) return true;
  const auto next = std::ranges::upper_bound(counts, record.passed);
  if (replaced < *next) return false;
  context.state.refreshes.update(key, [&](RefreshRecord& changed) {
    changed.passed = *next;
    changed.wait_until = context.now() + seconds(*record.refresh.Preferences->CheckpointDelay);
    changed.refresh.StatusReason = "Waiting at a checkpoint.";
  });
  return false;
}

std::int32_t limit_of(const RefreshRecord& record) {
  if (is_rolling_back(record)) return record.total;
  const auto counts =
      checkpoint_counts(record.total, api::each(record.refresh.Preferences->CheckpointPercentages));
  return *std::ranges::upper_bound(counts, record.passed);
}

/// AWS: the bake time begins when all is replaced.
bool is_baked(Context& context, const std::string& key) {
  const RefreshRecord& record = *context.state.refreshes.find(key);
  const seconds bake(record.refresh.Preferences->BakeTime.value_or(0));
  if (bake == seconds(0) || is_rolling_back(record)) return true;
  if (!record.baking_since) {
    context.state.refreshes.update(key, [&](RefreshRecord& changed) {
      changed.baking_since = context.now();
      changed.refresh.Status = "Baking";
    });
    return false;
  }
  return context.now() >= *record.baking_since + bake;
}

void make_step(Context& context, const std::string& key) {
  const RefreshRecord record = *context.state.refreshes.find(key);
  const std::string& name = *record.refresh.AutoScalingGroupName;
  if (record.refresh.Status == "Pending") {
    context.state.refreshes.update(
        key, [](RefreshRecord& changed) { changed.refresh.Status = "InProgress"; });
  }
  if (!is_rolling_back(record)) {
    if (const auto alarm = alarm_that_is_on(context, record)) {
      return give_up(context, key,
                     "Instance refresh stopped because alarm " + *alarm + " is in ALARM state.");
    }
  }
  Look look = look_at(context, record);
  const std::int32_t replaced = replaced_count(look.state);
  record_progress(context, key, replaced);
  if (pass_checkpoints(context, key, replaced)) {
    set_extra(context, name, 0);
    if (is_baked(context, key)) {
      finish(context, key, is_rolling_back(record) ? "RollbackSuccessful" : "Successful", {});
    }
    return;
  }
  const RefreshRecord& after = *context.state.refreshes.find(key);
  const bool waits = context.now() < after.wait_until;
  if (waits) return;
  if (context.now() >= std::max(after.last_progress, after.wait_until) + kPatience) {
    return give_up(context, key,
                   "Instance refresh made no progress for an hour: replacements did not become "
                   "healthy, or instances are protected or in standby.");
  }
  const RefreshStep step = next_step(look.state, limit_of(after));
  set_extra(context, name, step.extra);
  if (step.terminate > 0) terminate(context, look, name, step.terminate);
}

}  // namespace

const std::string* active_refresh(const Context& context, const std::string& group_name) {
  return context.state.active_refreshes.find(group_name);
}

const api::autoscaling::LaunchTemplateSpecification& launch_template_of(const GroupRecord& group) {
  return group.refresh_template ? *group.refresh_template : *group.group.LaunchTemplate;
}

std::int32_t count_to_replace(const Context& context, const RefreshRecord& record) {
  return look_at(context, record).state.remaining;
}

void schedule_refresh(Context& context, const GroupRecord& group, const std::string& key) {
  context.schedule_periodic(kInstancePoll, "refresh-step", *group.group.AutoScalingGroupARN, key);
}

void on_refresh_step(Context& context, const world::Event& event) {
  const auto* record = context.state.refreshes.find(event.payload);
  if (record == nullptr || is_over(*record)) return;
  const auto* group = context.state.groups.find(*record->refresh.AutoScalingGroupName);
  const bool is_there = group != nullptr && group->group.AutoScalingGroupARN == event.entity;
  if (!is_there || group->is_deleting) {
    if (is_there) finish(context, event.payload, "Cancelled", "The group is being deleted.");
    return;
  }
  if (record->refresh.Status == "Cancelling") {
    return finish(context, event.payload, "Cancelled", "Cancelled by user.");
  }
  schedule_refresh(context, *group, event.payload);
  if (!is_suspended(*group, Process::instance_refresh)) make_step(context, event.payload);
}

void begin_rollback(Context& context, const std::string& key, const std::string& reason) {
  const std::string name = *context.state.refreshes.find(key)->refresh.AutoScalingGroupName;
  context.state.groups.update(name, [](GroupRecord& group) {
    group.refresh_template.reset();
    group.refresh_policy.reset();
    group.refresh_extra = 0;
  });
  context.state.refreshes.update(key, [&](RefreshRecord& record) {
    auto& refresh = record.refresh;
    refresh.RollbackDetails = {{.RollbackReason = reason,
                                .RollbackStartTime = context.now(),
                                .PercentageCompleteOnRollback = refresh.PercentageComplete,
                                .InstancesToUpdateOnRollback = refresh.InstancesToUpdate,
                                .ProgressDetailsOnRollback = refresh.ProgressDetails}};
    refresh.Status = "RollbackInProgress";
    refresh.StatusReason = reason;
    refresh.InstancesToUpdate.reset();
    // What the refresh has launched goes; what was there before it stays.
    record.launched_from = *refresh.StartTime;
    record.since = context.now();
    record.skipped_version.clear();
    record.skipped_configuration.clear();
    record.skipped_types.clear();
    record.passed = 0;
    record.wait_until = {};
    record.last_progress = context.now();
  });
  const std::int32_t total = count_to_replace(context, *context.state.refreshes.find(key));
  context.state.refreshes.update(key, [&](RefreshRecord& record) { record.total = total; });
}

}  // namespace fallstreak::services::autoscaling
