#include "services/application-autoscaling/activities.h"

#include <algorithm>

#include "services/application-autoscaling/alarms.h"
#include "services/application-autoscaling/handlers.h"
#include "services/application-autoscaling/lookup.h"
#include "services/application-autoscaling/pages.h"
#include "services/application-autoscaling/resource.h"
#include "services/application-autoscaling/timing.h"

namespace fallstreak::services::application_autoscaling {
namespace {

using api::application_autoscaling::ScalingActivity;

/// AWS keeps six weeks of activities. Chosen: and of one target no more than so many, which a
/// policy that fails each minute would make without end.
constexpr std::ptrdiff_t kMostActivities = 500;

Resource resource_of(const TargetRecord& record) {
  return application_autoscaling::resource_of(*record.target.ResourceId,
                                              *record.target.ScalableDimension);
}

/// Keys fall, so that the newest activity comes first.
std::string next_key(Context& context, const std::string& target) {
  constexpr std::string_view kName = "activities";
  const SequenceRecord* sequence = context.state.sequences.find(kName);
  const std::uint64_t number = sequence == nullptr ? 1 : sequence->last + 1;
  context.state.sequences.put(std::string(kName), {number});
  const std::string digits = std::to_string(UINT64_MAX - number);
  return prefix_of_target(target) + std::string(20 - digits.size(), '0') + digits;
}

void drop_old_activities(Context& context, const std::string& target) {
  const auto rows = context.state.activities.range(prefix_of_target(target));
  std::ptrdiff_t count = 0;
  std::string oldest;
  for (const auto& row : rows) {
    if (++count > kMostActivities) oldest = std::string_view(row.first);
  }
  if (!oldest.empty()) context.state.activities.erase(oldest);
}

std::string note(Context& context, const std::string& target, std::int32_t capacity,
                 const std::string& cause) {
  const TargetRecord& record = *context.state.targets.find(target);
  // Observed: the words of activities, in AWS's guide.
  ScalingActivity activity{.ActivityId = context.new_uuid("activity-id"),
                           .ServiceNamespace = record.target.ServiceNamespace,
                           .ResourceId = record.target.ResourceId,
                           .ScalableDimension = record.target.ScalableDimension,
                           .Description = "Setting " + name_of(resource_of(record).units) + " to " +
                                          std::to_string(capacity) + ".",
                           .Cause = cause,
                           .StartTime = context.now(),
                           .StatusCode = "InProgress"};
  const std::string key = next_key(context, target);
  context.state.activities.insert(key, {.activity = std::move(activity), .capacity = capacity});
  drop_old_activities(context, target);
  return key;
}

void finish(Context& context, const std::string& key, const char* status, std::string message) {
  context.state.activities.update(key, [&](ActivityRecord& record) {
    record.activity.StatusCode = status;
    record.activity.StatusMessage = std::move(message);
    record.activity.EndTime = context.now();
  });
}

}  // namespace

Scaled scale(Context& context, const std::string& target, std::int32_t capacity,
             const std::string& cause) {
  const TargetRecord record = *context.state.targets.find(target);
  const Resource resource = resource_of(record);
  const auto current = capacity_of(context, resource);
  if (!record.activity.empty() || (current && !current->is_active)) return Scaled::busy;
  const std::string key = note(context, target, capacity, cause);
  if (!current) {
    finish(context, key, "Failed", "Failed to get the current capacity of the resource.");
    return Scaled::refused;
  }
  const auto changed = set_capacity(context, resource, *current, capacity);
  if (!changed) {
    finish(context, key, "Failed",
           "Failed to set " + name_of(resource.units) + " to " + std::to_string(capacity) +
               ". Reason: " + changed.error().message);
    return Scaled::refused;
  }
  context.state.targets.update(target, [&](TargetRecord& changing) { changing.activity = key; });
  context.schedule_periodic(kActivityPoll, kActivityDue, target);
  return Scaled::begun;
}

void keep_bounds(Context& context, const std::string& target) {
  const TargetRecord* record = context.state.targets.find(target);
  if (record == nullptr) return;
  const auto current = capacity_of(context, resource_of(*record));
  if (!current) return;
  const Units units = resource_of(*record).units;
  const std::int32_t least = *record->target.MinCapacity;
  const std::int32_t most = *record->target.MaxCapacity;
  const std::int32_t wanted = std::clamp(current->of(units), least, most);
  if (wanted == current->of(units)) return;
  const std::string cause = wanted == least ? "minimum capacity was set to " + std::to_string(least)
                                            : "maximum capacity was set to " + std::to_string(most);
  if (scale(context, target, wanted, cause) == Scaled::busy)
    context.schedule_periodic(kActivityPoll, kBoundsDue, target);
}

void on_bounds_due(Context& context, const world::Event& event) {
  keep_bounds(context, event.entity);
}

void on_activity_due(Context& context, const world::Event& event) {
  const TargetRecord* record = context.state.targets.find(event.entity);
  // It may have been deregistered, and registered anew.
  if (record == nullptr || record->activity.empty()) return;
  const std::string key = record->activity;
  const Resource resource = resource_of(*record);
  const ActivityRecord activity = *context.state.activities.find(key);
  const auto current = capacity_of(context, resource);
  if (current && !current->is_active && context.now() - *activity.activity.StartTime < kGiveUp) {
    context.schedule_periodic(kActivityPoll, kActivityDue, event.entity);
    return;
  }
  context.state.targets.update(event.entity, [](TargetRecord& done) { done.activity.clear(); });
  const std::string what = name_of(resource.units) + " to " + std::to_string(activity.capacity);
  if (current && current->of(resource.units) == activity.capacity) {
    finish(context, key, "Successful",
           "Successfully set " + what + ". Change successfully fulfilled by dynamodb.");
  } else {
    finish(context, key, "Unfulfilled", "Could not set " + what + " in time.");
  }
  // The alarms are about the units themselves, so they move with what is provisioned.
  renew_alarms(context, event.entity);
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html
api::application_autoscaling::DescribeScalingActivitiesResponse describe_scaling_activities(
    Context& context,
    const api::application_autoscaling::DescribeScalingActivitiesRequest& request) {
  api::application_autoscaling::DescribeScalingActivitiesResponse response;
  auto& list = response.ScalingActivities.emplace();
  response.NextToken = read_page(
      context.state.activities, prefix_of_list(request), request, [](const auto&) { return true; },
      [&](const auto& row) { list.push_back(row.second.activity); });
  // AWS: the newest come first, of whatever target.
  std::ranges::stable_sort(list, std::ranges::greater(), &ScalingActivity::StartTime);
  return response;
}

}  // namespace fallstreak::services::application_autoscaling
