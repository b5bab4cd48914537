#include "services/autoscaling/activities.h"

#include <algorithm>

#include "base/encoding.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/notifications.h"
#include "services/autoscaling/pages.h"

namespace fallstreak::services::autoscaling {
namespace {

/// Newest first: the number counts down.
std::string next_activity_key(Context& context, const std::string& group_name) {
  constexpr std::uint64_t kHighest = 99'999'999'999;
  const std::uint64_t* count = context.state.activity_counts.find(group_name);
  const std::uint64_t number = count == nullptr ? 0 : *count;
  context.state.activity_counts.put(group_name, number + 1);
  return group_prefix(group_name) + std::to_string(kHighest - number);
}

std::string details_json(const ActivityStart& start) {
  std::string json = "{";
  if (!start.subnet_id.empty()) json += R"("Subnet ID":")" + start.subnet_id + "\",";
  return json + R"("Availability Zone":")" + start.zone + "\"}";
}

bool is_of_live_group(const Context& context, const api::autoscaling::Activity& activity) {
  const auto* group = context.state.groups.find(*activity.AutoScalingGroupName);
  return group != nullptr && group->group.AutoScalingGroupARN == activity.AutoScalingGroupARN;
}

api::autoscaling::Activity wire_activity(const Context& context, const ActivityRecord& record) {
  api::autoscaling::Activity activity = record.activity;
  if (!is_of_live_group(context, activity)) activity.AutoScalingGroupState = "Deleted";
  return activity;
}

}  // namespace

std::string group_prefix(std::string_view group_name) { return std::string(group_name) + ":"; }

std::string cause_time(const Context& context) { return to_iso8601(context.now()); }

std::string start_activity(Context& context, const GroupRecord& group, const ActivityStart& start) {
  const std::string key = next_activity_key(context, *group.group.AutoScalingGroupName);
  const std::string id = context.new_uuid("activity-id");
  context.state.activities.insert(
      key, {.activity = {.ActivityId = id,
                         .AutoScalingGroupName = group.group.AutoScalingGroupName,
                         .Description = start.description,
                         .Cause = start.cause,
                         .StartTime = context.now(),
                         .StatusCode = "InProgress",
                         .Progress = 0,
                         .Details = details_json(start),
                         .AutoScalingGroupARN = group.group.AutoScalingGroupARN}});
  context.state.activity_keys.insert(id, key);
  return key;
}

void set_activity_description(Context& context, const std::string& key, std::string description) {
  context.state.activities.update(
      key, [&](ActivityRecord& record) { record.activity.Description = std::move(description); });
}

void set_activity_status(Context& context, const std::string& key, std::string_view status,
                         std::int32_t progress) {
  context.state.activities.update(key, [&](ActivityRecord& record) {
    record.activity.StatusCode = std::string(status);
    record.activity.Progress = progress;
  });
}

void finish_activity(Context& context, const std::string& key, std::string_view status,
                     const std::string& message) {
  context.state.activities.update(key, [&](ActivityRecord& record) {
    record.activity.StatusCode = std::string(status);
    record.activity.Progress = 100;
    record.activity.EndTime = context.now();
    if (!message.empty()) record.activity.StatusMessage = message;
  });
  notify_of_activity(context, context.state.activities.find(key)->activity);
}

api::autoscaling::Activity find_activity(const Context& context, const std::string& key) {
  return wire_activity(context, *context.state.activities.find(key));
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
api::autoscaling::ActivitiesType describe_scaling_activities(
    Context& context, const api::autoscaling::DescribeScalingActivitiesType& request) {
  const bool with_deleted = request.IncludeDeletedGroups.value_or(false);
  api::autoscaling::ActivitiesType response;
  auto& list = response.Activities.emplace();
  if (!api::each(request.ActivityIds).empty()) {
    for (const auto& id : api::each(request.ActivityIds)) {
      const auto* key = context.state.activity_keys.find(id);
      if (key == nullptr) continue;
      auto activity = find_activity(context, *key);
      if (request.AutoScalingGroupName.value_or(*activity.AutoScalingGroupName) !=
          *activity.AutoScalingGroupName) {
        continue;
      }
      list.push_back(std::move(activity));
    }
    return response;
  }
  const auto is_wanted = [&](const auto& row) {
    return with_deleted || is_of_live_group(context, row.second.activity);
  };
  const auto add = [&](const auto& row) { list.push_back(wire_activity(context, row.second)); };
  const Page page{request.NextToken, request.MaxRecords, 100, 100};
  if (request.AutoScalingGroupName) {
    const std::string& name = *request.AutoScalingGroupName;
    if (!with_deleted && !context.state.groups.contains(name)) throw group_not_found(name);
    response.NextToken =
        read_page(context.state.activities.range(group_prefix(name)), page, is_wanted, add);
  } else {
    // AWS: newest first within a group; groups follow each other.
    response.NextToken = read_page(context.state.activities, page, is_wanted, add);
  }
  return response;
}

}  // namespace fallstreak::services::autoscaling
