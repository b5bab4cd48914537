#include <algorithm>
#include <array>

#include "base/arn.h"
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

}  // namespace

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
          .NumberOfLaunchConfigurations = 0};
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
