#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/autoscaling/activities.h"
#include "api/autoscaling/groups.h"
#include "api/autoscaling/instance_refreshes.h"
#include "api/autoscaling/lifecycle_hooks.h"
#include "api/autoscaling/policies.h"
#include "api/autoscaling/scheduled_actions.h"
#include "base/time.h"

namespace fallstreak::services::autoscaling {

/// Where a group may launch: a subnet, or the default subnet of a zone when the id is empty.
struct PlacementRecord {
  std::string zone;
  std::string subnet_id;
};
template <class Visitor>
void visit_fields(PlacementRecord& record, Visitor&& visit) {
  visit("zone", record.zone);
  visit("subnet_id", record.subnet_id);
}

/// A zone in which launches failed for lack of capacity.
struct BackoffRecord {
  std::int32_t failures = 0;
  Time until{};
};
template <class Visitor>
void visit_fields(BackoffRecord& record, Visitor&& visit) {
  visit("failures", record.failures);
  visit("until", record.until);
}

struct GroupRecord {
  /// Without Instances, which are rows of their own.
  api::autoscaling::AutoScalingGroup group;
  std::vector<PlacementRecord> placements;
  std::map<std::string, BackoffRecord> backoffs;  // by zone
  /// Why the desired capacity is what it is: the first sentence of the causes of activities that
  /// follow from it.
  std::string pending_cause;
  /// Launches that stand in for unhealthy instances, of those that are still to come.
  std::int32_t pending_replacements = 0;
  Time cooldown_until{};
  /// The cooldown of a simple policy: it begins when the policy's last activity is over.
  std::optional<std::int32_t> simple_cooldown;
  bool is_deleting = false;
  /// While an instance refresh goes on: what it launches from, and how many more than desired.
  std::optional<api::autoscaling::LaunchTemplateSpecification> refresh_template = {};
  std::optional<api::autoscaling::MixedInstancesPolicy> refresh_policy = {};
  std::int32_t refresh_extra = 0;
  /// How many more than desired are launched before unhealthy or old ones are terminated.
  std::int32_t replacement_extra = 0;
};
template <class Visitor>
void visit_fields(GroupRecord& record, Visitor&& visit) {
  visit("group", record.group);
  visit("placements", record.placements);
  visit("backoffs", record.backoffs);
  visit("pending_cause", record.pending_cause);
  visit("pending_replacements", record.pending_replacements);
  visit("cooldown_until", record.cooldown_until);
  visit("simple_cooldown", record.simple_cooldown);
  visit("is_deleting", record.is_deleting);
  visit("refresh_template", record.refresh_template);
  visit("refresh_policy", record.refresh_policy);
  visit("refresh_extra", record.refresh_extra);
  visit("replacement_extra", record.replacement_extra);
}

/// A lifecycle action that is going on.
struct HookWaitRecord {
  std::string hook_name;
  std::string token;
  Time expires{};
  /// No heartbeat moves it beyond this.
  Time deadline{};
};
template <class Visitor>
void visit_fields(HookWaitRecord& record, Visitor&& visit) {
  visit("hook_name", record.hook_name);
  visit("token", record.token);
  visit("expires", record.expires);
  visit("deadline", record.deadline);
}

struct InstanceRecord {
  std::string group_name;
  api::autoscaling::Instance instance;
  Time launch_time{};
  std::optional<Time> in_service_since;
  /// How much of the desired capacity it stands for.
  std::int32_t weight = 1;
  /// Launched beyond the desired capacity, to make the zones even.
  bool is_rebalancing = false;
  /// What found it unhealthy: the sentence of the activity's cause.
  std::string unhealthy_cause;
  /// EC2 does not run it any more.
  bool is_gone = false;
  std::string launch_activity;
  std::string termination_activity;
  /// EC2 was told to terminate it.
  bool is_termination_requested = false;
  /// The lifecycle actions that it waits for.
  std::vector<HookWaitRecord> waits = {};
  /// A Spot Instance; EC2 recommends to replace it.
  bool is_spot = false;
  bool is_at_risk = false;
  /// It goes back to the warm pool when it has left the load balancers.
  bool returns_to_pool = false;
  /// It comes into service, or leaves, without lifecycle actions, or has them behind it.
  bool skips_hooks = false;
};
template <class Visitor>
void visit_fields(InstanceRecord& record, Visitor&& visit) {
  visit("group_name", record.group_name);
  visit("instance", record.instance);
  visit("launch_time", record.launch_time);
  visit("in_service_since", record.in_service_since);
  visit("weight", record.weight);
  visit("is_rebalancing", record.is_rebalancing);
  visit("unhealthy_cause", record.unhealthy_cause);
  visit("is_gone", record.is_gone);
  visit("launch_activity", record.launch_activity);
  visit("termination_activity", record.termination_activity);
  visit("is_termination_requested", record.is_termination_requested);
  visit("waits", record.waits);
  visit("is_spot", record.is_spot);
  visit("is_at_risk", record.is_at_risk);
  visit("returns_to_pool", record.returns_to_pool);
  visit("skips_hooks", record.skips_hooks);
}

struct PolicyRecord {
  /// Alarms are those that a target tracking policy owns: above the target, and below if it may
  /// scale in.
  api::autoscaling::ScalingPolicy policy;
  /// When its alarm below the target last asked for less, and for how much: a group shrinks when
  /// all its target tracking policies do.
  std::optional<Time> scale_in_asked;
  std::int64_t scale_in_to = 0;
};
template <class Visitor>
void visit_fields(PolicyRecord& record, Visitor&& visit) {
  visit("policy", record.policy);
  visit("scale_in_asked", record.scale_in_asked);
  visit("scale_in_to", record.scale_in_to);
}

/// What a predictive scaling policy expects of an hour, counted from the epoch.
struct ForecastHour {
  std::int64_t hour = 0;
  double load = 0;
  std::int64_t capacity = 0;
};
template <class Visitor>
void visit_fields(ForecastHour& record, Visitor&& visit) {
  visit("hour", record.hour);
  visit("load", record.load);
  visit("capacity", record.capacity);
}

struct ForecastRecord {
  /// Another whenever the policy is put, so that an event of an earlier life is recognised.
  std::string id;
  Time updated{};
  /// In their order; of the past, too.
  std::vector<ForecastHour> hours;
};
template <class Visitor>
void visit_fields(ForecastRecord& record, Visitor&& visit) {
  visit("id", record.id);
  visit("updated", record.updated);
  visit("hours", record.hours);
}

struct RefreshRecord {
  api::autoscaling::InstanceRefresh refresh;
  /// Instances launched before `since` are replaced, and not before `launched_from`.
  Time since{};
  Time launched_from{};
  /// Those launched from this version already are not. Empty: all are replaced.
  std::string skipped_template;
  std::string skipped_version;
  std::string skipped_configuration;
  /// And of these types; empty: of any.
  std::vector<std::string> skipped_types;
  std::int32_t total = 0;
  /// How many were replaced at the last checkpoint, and until when it is waited there.
  std::int32_t passed = 0;
  Time wait_until{};
  Time last_progress{};
  std::optional<Time> baking_since;
};
template <class Visitor>
void visit_fields(RefreshRecord& record, Visitor&& visit) {
  visit("refresh", record.refresh);
  visit("since", record.since);
  visit("launched_from", record.launched_from);
  visit("skipped_template", record.skipped_template);
  visit("skipped_version", record.skipped_version);
  visit("skipped_configuration", record.skipped_configuration);
  visit("skipped_types", record.skipped_types);
  visit("total", record.total);
  visit("passed", record.passed);
  visit("wait_until", record.wait_until);
  visit("last_progress", record.last_progress);
  visit("baking_since", record.baking_since);
}

struct ScheduledActionRecord {
  api::autoscaling::ScheduledUpdateGroupAction action;
  Time next{};
};
template <class Visitor>
void visit_fields(ScheduledActionRecord& record, Visitor&& visit) {
  visit("action", record.action);
  visit("next", record.next);
}

struct ActivityRecord {
  api::autoscaling::Activity activity;
};
template <class Visitor>
void visit_fields(ActivityRecord& record, Visitor&& visit) {
  visit("activity", record.activity);
}

}  // namespace fallstreak::services::autoscaling
