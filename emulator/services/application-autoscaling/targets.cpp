#include <algorithm>

#include "dispatch/dispatcher.h"
#include "services/application-autoscaling/activities.h"
#include "services/application-autoscaling/handlers.h"
#include "services/application-autoscaling/lookup.h"
#include "services/application-autoscaling/pages.h"
#include "services/application-autoscaling/resource.h"
#include "services/application-autoscaling/tags.h"

namespace fallstreak::services::application_autoscaling {
namespace {

using wire::ScalableTarget;

/// AWS: the default quota of targets of DynamoDB.
constexpr std::size_t kMostTargets = 5000;

TargetRecord new_target(Context& context, const wire::RegisterScalableTargetRequest& request) {
  if (!request.MinCapacity || !request.MaxCapacity) {
    throw validation_exception(
        "MinCapacity and MaxCapacity must be provided when registering a new scalable target");
  }
  if (context.state.targets.size() >= kMostTargets)
    throw limit_exceeded("You have reached the limit of scalable targets for dynamodb.");
  TargetRecord record;
  record.target = {
      .ServiceNamespace = request.ServiceNamespace,
      .ResourceId = request.ResourceId,
      .ScalableDimension = request.ScalableDimension,
      .RoleARN = "arn:aws:iam::" + context.account_id() +
                 ":role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
                 "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
      .CreationTime = context.now(),
      .SuspendedState = wire::SuspendedState{.DynamicScalingInSuspended = false,
                                             .DynamicScalingOutSuspended = false,
                                             .ScheduledScalingSuspended = false},
      // Observed: what such an ARN looks like.
      .ScalableTargetARN =
          context.arn("application-autoscaling", context.new_id("scalable-target/", 20))};
  return record;
}

void apply(const wire::RegisterScalableTargetRequest& request, ScalableTarget& target) {
  if (request.MinCapacity) target.MinCapacity = request.MinCapacity;
  if (request.MaxCapacity) target.MaxCapacity = request.MaxCapacity;
  if (!request.SuspendedState) return;
  const auto& wanted = *request.SuspendedState;
  auto& suspended = *target.SuspendedState;
  if (wanted.DynamicScalingInSuspended)
    suspended.DynamicScalingInSuspended = wanted.DynamicScalingInSuspended;
  if (wanted.DynamicScalingOutSuspended)
    suspended.DynamicScalingOutSuspended = wanted.DynamicScalingOutSuspended;
  if (wanted.ScheduledScalingSuspended)
    suspended.ScheduledScalingSuspended = wanted.ScheduledScalingSuspended;
}

}  // namespace

void check_namespace(const std::string& service_namespace) {
  if (service_namespace == "dynamodb") return;
  throw dispatch::not_implemented("Scaling of service namespace " + service_namespace);
}

void check_bounds(const std::optional<std::int32_t>& least,
                  const std::optional<std::int32_t>& most) {
  if (least && *least < 0) throw validation_exception("Minimum capacity cannot be negative");
  if (most && *most < 0) throw validation_exception("Maximum capacity cannot be negative");
  if (least && most && *most < *least)
    throw validation_exception("Maximum capacity cannot be less than minimum capacity");
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
wire::RegisterScalableTargetResponse register_scalable_target(
    Context& context, const wire::RegisterScalableTargetRequest& request) {
  check_namespace(*request.ServiceNamespace);
  const Resource resource = resource_of(*request.ResourceId, *request.ScalableDimension);
  const std::string key = target_key(request);
  const TargetRecord* known = context.state.targets.find(key);
  if (known != nullptr && request.Tags) {
    // AWS: TagResource is for those that are there.
    throw validation_exception("Tags can only be specified when registering a new scalable target");
  }
  TargetRecord record = known != nullptr ? *known : new_target(context, request);
  apply(request, record.target);
  check_bounds(record.target.MinCapacity, record.target.MaxCapacity);
  if (request.Tags) record.tags = checked_tags({}, *request.Tags);
  if (!capacity_of(context, resource)) {
    // Observed: AWS names the resource so.
    throw validation_exception("DynamoDB table does not exist: " + *request.ResourceId);
  }
  wire::RegisterScalableTargetResponse response{.ScalableTargetARN =
                                                    record.target.ScalableTargetARN};
  context.state.target_arns.put(*record.target.ScalableTargetARN, key);
  context.state.targets.put(key, std::move(record));
  keep_bounds(context, key);
  return response;
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
wire::DescribeScalableTargetsResponse describe_scalable_targets(
    Context& context, const wire::DescribeScalableTargetsRequest& request) {
  const auto ids = api::each(request.ResourceIds);
  if (request.ScalableDimension && ids.empty())
    throw validation_exception("ResourceIds must be provided when ScalableDimension is specified");
  wire::DescribeScalableTargetsResponse response;
  auto& list = response.ScalableTargets.emplace();
  const auto is_wanted = [&](const auto& row) {
    const ScalableTarget& target = row.second.target;
    if (!ids.empty() && std::ranges::find(ids, *target.ResourceId) == ids.end()) return false;
    return !request.ScalableDimension || target.ScalableDimension == request.ScalableDimension;
  };
  response.NextToken =
      read_page(context.state.targets, *request.ServiceNamespace + kBetween, request, is_wanted,
                [&](const auto& row) { list.push_back(row.second.target); });
  return response;
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html
wire::DeregisterScalableTargetResponse deregister_scalable_target(
    Context& context, const wire::DeregisterScalableTargetRequest& request) {
  const TargetRecord record = find_target(context, request);
  const std::string key = target_key(request);
  // AWS: what belongs to a target goes with it; its activities stay.
  forget_policies(context, key);
  context.state.scheduled_actions.erase_prefix(prefix_of_target(key));
  context.state.target_arns.erase(*record.target.ScalableTargetARN);
  context.state.targets.erase(key);
  return {};
}

}  // namespace fallstreak::services::application_autoscaling
