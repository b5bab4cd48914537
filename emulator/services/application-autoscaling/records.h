#pragma once

#include <optional>
#include <string>

#include "api/application-autoscaling/policies.h"
#include "api/application-autoscaling/scheduled_actions.h"
#include "api/application-autoscaling/tags.h"
#include "api/application-autoscaling/targets.h"
#include "base/time.h"

/// What is stored of targets, policies and what was done.
namespace fallstreak::services::application_autoscaling {

/// By namespace, resource and dimension.
struct TargetRecord {
  api::application_autoscaling::ScalableTarget target;
  std::optional<api::Map<std::string>> tags;
  /// What the last policy asked for, and until when another must ask for more.
  std::int32_t scaled_out_to = 0;
  Time no_scale_out_until{};
  Time no_scale_in_until{};
  /// Set while the resource takes over a capacity: the key of the activity.
  std::string activity;
};
template <class Visitor>
void visit_fields(TargetRecord& record, Visitor&& visit) {
  visit("target", record.target);
  visit("tags", record.tags);
  visit("scaled_out_to", record.scaled_out_to);
  visit("no_scale_out_until", record.no_scale_out_until);
  visit("no_scale_in_until", record.no_scale_in_until);
  visit("activity", record.activity);
}

/// By the target's key and the policy's name.
struct PolicyRecord {
  api::application_autoscaling::ScalingPolicy policy;
  /// When it last wanted less, and how much.
  std::optional<Time> scale_in_asked;
  std::int64_t scale_in_to = 0;
};
template <class Visitor>
void visit_fields(PolicyRecord& record, Visitor&& visit) {
  visit("policy", record.policy);
  visit("scale_in_asked", record.scale_in_asked);
  visit("scale_in_to", record.scale_in_to);
}

/// By the target's key and the action's name.
struct ScheduledActionRecord {
  api::application_autoscaling::ScheduledAction action;
  /// Empty when it does not happen any more.
  std::optional<Time> next;
};
template <class Visitor>
void visit_fields(ScheduledActionRecord& record, Visitor&& visit) {
  visit("action", record.action);
  visit("next", record.next);
}

/// By the target's key and the number of the activity, the newest first.
struct ActivityRecord {
  api::application_autoscaling::ScalingActivity activity;
  std::int32_t capacity = 0;
};
template <class Visitor>
void visit_fields(ActivityRecord& record, Visitor&& visit) {
  visit("activity", record.activity);
  visit("capacity", record.capacity);
}

struct SequenceRecord {
  std::uint64_t last = 0;
};
template <class Visitor>
void visit_fields(SequenceRecord& record, Visitor&& visit) {
  visit("last", record.last);
}

}  // namespace fallstreak::services::application_autoscaling
