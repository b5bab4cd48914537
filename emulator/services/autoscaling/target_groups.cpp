#include <algorithm>

#include "api/elbv2/targets.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/group_settings.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/pages.h"

namespace fallstreak::services::autoscaling {
namespace {

std::vector<api::elbv2::TargetDescription> targets_in_service(const Context& context,
                                                              const std::string& group_name) {
  std::vector<api::elbv2::TargetDescription> targets;
  for (const auto& member : members_of(context, group_name)) {
    if (member.lifecycle == kInService) targets.push_back({.Id = member.instance_id});
  }
  return targets;
}

/// AWS: `InService` once an instance has passed the load balancer's checks, `Added` before.
std::string attachment_state(Context& context, const std::string& arn) {
  const auto health = context.try_call<api::elbv2::DescribeTargetHealth>({.TargetGroupArn = arn});
  const bool is_in_service =
      health &&
      std::ranges::any_of(api::each(health->TargetHealthDescriptions), [](const auto& description) {
        return description.TargetHealth->State == "healthy";
      });
  return is_in_service ? "InService" : "Added";
}

struct ArnRow {
  std::string first;
};

}  // namespace

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachLoadBalancerTargetGroups.html
api::autoscaling::AttachLoadBalancerTargetGroupsResultType attach_load_balancer_target_groups(
    Context& context, const api::autoscaling::AttachLoadBalancerTargetGroupsType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  check_target_groups(context, *request.TargetGroupARNs);
  const auto targets = targets_in_service(context, name);
  for (const auto& arn : *request.TargetGroupARNs) {
    bool is_new = false;
    context.state.groups.update(name, [&](GroupRecord& record) {
      auto& arns = *record.group.TargetGroupARNs;
      is_new = std::ranges::find(arns, arn) == arns.end();
      if (is_new) arns.push_back(arn);
    });
    if (!is_new) continue;
    // One by one: an instance that has just stopped must not keep the others out.
    for (const auto& target : targets) {
      static_cast<void>(context.try_call<api::elbv2::RegisterTargets>(
          {.TargetGroupArn = arn, .Targets = {{target}}}));
    }
  }
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLoadBalancerTargetGroups.html
api::autoscaling::DescribeLoadBalancerTargetGroupsResponse describe_load_balancer_target_groups(
    Context& context, const api::autoscaling::DescribeLoadBalancerTargetGroupsRequest& request) {
  const GroupRecord& group = find_group(context, *request.AutoScalingGroupName);
  std::vector<ArnRow> rows;
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) rows.push_back({arn});
  std::ranges::sort(rows, {}, &ArnRow::first);
  api::autoscaling::DescribeLoadBalancerTargetGroupsResponse response;
  auto& list = response.LoadBalancerTargetGroups.emplace();
  response.NextToken = read_page(
      rows, {request.NextToken, request.MaxRecords, 100, 100}, [](const ArnRow&) { return true; },
      [&](const ArnRow& row) {
        list.push_back({.LoadBalancerTargetGroupARN = row.first,
                        .State = attachment_state(context, row.first)});
      });
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachLoadBalancerTargetGroups.html
api::autoscaling::DetachLoadBalancerTargetGroupsResultType detach_load_balancer_target_groups(
    Context& context, const api::autoscaling::DetachLoadBalancerTargetGroupsType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  const GroupRecord& group = find_changeable_group(context, name);
  for (const auto& arn : *request.TargetGroupARNs) {
    const auto arns = api::each(group.group.TargetGroupARNs);
    if (std::ranges::find(arns, arn) == arns.end()) {
      throw validation_error("Trying to remove Target Groups that are not part of the group");
    }
  }
  const auto targets = targets_in_service(context, name);
  for (const auto& arn : *request.TargetGroupARNs) {
    context.state.groups.update(
        name, [&](GroupRecord& record) { std::erase(*record.group.TargetGroupARNs, arn); });
    if (targets.empty()) continue;
    static_cast<void>(context.try_call<api::elbv2::DeregisterTargets>(
        {.TargetGroupArn = arn, .Targets = targets}));
  }
  return {};
}

}  // namespace fallstreak::services::autoscaling
