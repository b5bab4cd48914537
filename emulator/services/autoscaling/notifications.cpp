#include "services/autoscaling/notifications.h"

#include <algorithm>
#include <array>

#include "base/arn.h"
#include "dispatch/notices.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/pages.h"
#include "services/autoscaling/termination_policy.h"

namespace fallstreak::services::autoscaling {
namespace {

constexpr std::array<std::string_view, 5> kTypes = {
    "autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
    "autoscaling:EC2_INSTANCE_TERMINATE", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
    "autoscaling:TEST_NOTIFICATION"};

/// `<group>:<topic ARN> <type>`
std::string topic_prefix(const std::string& group_name, const std::string& topic) {
  return group_prefix(group_name) + topic + " ";
}

constexpr std::string_view kSource = "aws.autoscaling";
constexpr std::string_view kService = "AWS Auto Scaling";

/// What kind of notification an activity is one of; empty: of none, as moves to standby are.
/// Chosen: a launch that was abandoned did not succeed.
std::string notification_type(const api::autoscaling::Activity& activity) {
  const std::string& description = *activity.Description;
  const bool launches = description.starts_with("Launching ");
  if (!launches && !description.starts_with("Terminating ")) return {};
  const std::string type =
      launches ? "autoscaling:EC2_INSTANCE_LAUNCH" : "autoscaling:EC2_INSTANCE_TERMINATE";
  return activity.StatusCode == "Successful" ? type : type + "_ERROR";
}

/// `Launching a new EC2 instance: i-0abc` names it; a launch that failed has none.
std::string instance_of(const api::autoscaling::Activity& activity) {
  const auto at = activity.Description->find(": i-");
  return at == std::string::npos ? "" : activity.Description->substr(at + 2);
}

JsonObject group_message(const Context& context, const GroupRecord& group) {
  JsonObject message;
  message.add("AccountId", context.account_id())
      .add("AutoScalingGroupName", *group.group.AutoScalingGroupName)
      .add("AutoScalingGroupARN", *group.group.AutoScalingGroupARN)
      .add("Service", kService)
      .add("Time", to_iso8601(context.now(), Precision::milliseconds));
  return message;
}

std::string activity_message(const Context& context, const GroupRecord& group,
                             const api::autoscaling::Activity& activity, std::string_view type) {
  JsonObject message = group_message(context, group);
  message.add("Event", type)
      .add("ActivityId", *activity.ActivityId)
      // Observed: the request is the activity's.
      .add("RequestId", *activity.ActivityId)
      .add("EC2InstanceId", instance_of(activity))
      // Observed: it is told of just before it is over.
      .add("StatusCode", activity.StatusCode == "Successful" ? "InProgress" : *activity.StatusCode)
      .add("StatusMessage", activity.StatusMessage.value_or(""))
      .add("Description", *activity.Description)
      .add("Cause", *activity.Cause)
      .add("StartTime", to_iso8601(*activity.StartTime, Precision::milliseconds))
      .add("EndTime", to_iso8601(context.now(), Precision::milliseconds))
      .add_raw("Progress", activity.StatusCode == "Successful" ? "50" : "100")
      .add_raw("Details", *activity.Details);
  return message.text();
}

}  // namespace

void notify_of_activity(Context& context, const api::autoscaling::Activity& activity) {
  const std::string type = notification_type(activity);
  if (type.empty()) return;
  const std::string& name = *activity.AutoScalingGroupName;
  const GroupRecord* group = context.state.groups.find(name);
  if (group == nullptr) return;
  for (const auto& [key, wanted] : context.state.notifications.range(group_prefix(name))) {
    if (wanted.NotificationType != type) continue;
    dispatch::send_notice(context, kSource, *wanted.TopicARN,
                          activity_message(context, *group, activity, type));
  }
}

void notify_of_wait(Context& context, const api::autoscaling::LifecycleHook& hook,
                    const std::string& instance_id, const std::string& token) {
  const GroupRecord& group = *context.state.groups.find(*hook.AutoScalingGroupName);
  const auto describe = [&](JsonObject& text) {
    text.add("LifecycleActionToken", token)
        .add("LifecycleHookName", *hook.LifecycleHookName)
        .add("LifecycleTransition", *hook.LifecycleTransition)
        .add("EC2InstanceId", instance_id);
    if (hook.NotificationMetadata) text.add("NotificationMetadata", *hook.NotificationMetadata);
  };
  const std::string target = hook.NotificationTargetARN.value_or("");
  if (!target.empty()) {
    JsonObject message = group_message(context, group);
    message.add("RequestId", context.new_uuid("notification-request"));
    describe(message);
    dispatch::send_notice(context, kSource, target, message.text());
  }
  const bool launches = hook.LifecycleTransition == "autoscaling:EC2_INSTANCE_LAUNCHING";
  dispatch::BusEvent event{.source = kSource,
                           .detail_type = launches ? "EC2 Instance-launch Lifecycle Action"
                                                   : "EC2 Instance-terminate Lifecycle Action",
                           .resources = {*group.group.AutoScalingGroupARN},
                           .detail = {}};
  event.detail.add("AutoScalingGroupName", *hook.AutoScalingGroupName);
  describe(event.detail);
  dispatch::send_event(context, event);
}

void send_test_notification(Context& context, const std::string& group_name,
                            const std::string& target_arn) {
  JsonObject message = group_message(context, *context.state.groups.find(group_name));
  message.add("Event", kTypes.back()).add("RequestId", context.new_uuid("notification-request"));
  dispatch::send_notice(context, kSource, target_arn, message.text());
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutNotificationConfiguration.html
api::autoscaling::PutNotificationConfigurationResponse put_notification_configuration(
    Context& context, const api::autoscaling::PutNotificationConfigurationType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  if (!Arn::parse(*request.TopicARN)) {
    throw validation_error("Invalid SNS topic ARN: " + *request.TopicARN);
  }
  for (const auto& type : *request.NotificationTypes) {
    if (std::ranges::find(kTypes, type) == kTypes.end()) {
      throw validation_error("'" + type + "' is not a valid Notification Type");
    }
  }
  // AWS: what is put takes the place of what the topic was told of before.
  const std::string prefix = topic_prefix(name, *request.TopicARN);
  context.state.notifications.erase_prefix(prefix);
  for (const auto& type : *request.NotificationTypes) {
    context.state.notifications.put(
        prefix + type,
        {.AutoScalingGroupName = name, .TopicARN = request.TopicARN, .NotificationType = type});
  }
  send_test_notification(context, name, *request.TopicARN);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeNotificationConfigurations.html
api::autoscaling::DescribeNotificationConfigurationsAnswer describe_notification_configurations(
    Context& context, const api::autoscaling::DescribeNotificationConfigurationsType& request) {
  const auto names = api::each(request.AutoScalingGroupNames);
  api::autoscaling::DescribeNotificationConfigurationsAnswer answer;
  auto& list = answer.NotificationConfigurations.emplace();
  answer.NextToken = read_page(
      context.state.notifications, {request.NextToken, request.MaxRecords, 50, 100},
      [&](const auto& row) {
        return names.empty() ||
               std::ranges::find(names, *row.second.AutoScalingGroupName) != names.end();
      },
      [&](const auto& row) { list.push_back(row.second); });
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingNotificationTypes.html
api::autoscaling::DescribeAutoScalingNotificationTypesAnswer
describe_auto_scaling_notification_types(
    Context&, const api::autoscaling::DescribeAutoScalingNotificationTypes::Request&) {
  api::autoscaling::DescribeAutoScalingNotificationTypesAnswer answer;
  answer.AutoScalingNotificationTypes.emplace(kTypes.begin(), kTypes.end());
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteNotificationConfiguration.html
api::autoscaling::DeleteNotificationConfigurationResponse delete_notification_configuration(
    Context& context, const api::autoscaling::DeleteNotificationConfigurationType& request) {
  find_group(context, *request.AutoScalingGroupName);
  context.state.notifications.erase_prefix(
      topic_prefix(*request.AutoScalingGroupName, *request.TopicARN));
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAccountLimits.html
api::autoscaling::DescribeAccountLimitsAnswer describe_account_limits(
    Context& context, const api::autoscaling::DescribeAccountLimits::Request&) {
  // AWS: the default quotas of a region.
  return {.MaxNumberOfAutoScalingGroups = 500,
          .MaxNumberOfLaunchConfigurations = 200,
          .NumberOfAutoScalingGroups = std::int32_t(context.state.groups.size()),
          .NumberOfLaunchConfigurations = std::int32_t(context.state.launch_configurations.size())};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTerminationPolicyTypes.html
api::autoscaling::DescribeTerminationPolicyTypesAnswer describe_termination_policy_types(
    Context&, const api::autoscaling::DescribeTerminationPolicyTypes::Request&) {
  const auto names = termination_policy_names();
  api::autoscaling::DescribeTerminationPolicyTypesAnswer answer;
  answer.TerminationPolicyTypes.emplace(names.begin(), names.end());
  return answer;
}

}  // namespace fallstreak::services::autoscaling
