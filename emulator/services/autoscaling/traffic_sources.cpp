#include "services/autoscaling/traffic_sources.h"

#include "base/arn.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"

/// Traffic sources are a newer name for what load is spread over; of the kinds that AWS has, only
/// target groups are here.
namespace fallstreak::services::autoscaling {
namespace {

constexpr std::string_view kTargetGroup = "elbv2";

/// AWS: the type is told from the identifier when it is not given.
std::string type_of(const api::autoscaling::TrafficSourceIdentifier& source) {
  if (source.Type) return *source.Type;
  const auto arn = Arn::parse(*source.Identifier);
  if (!arn) return "elb";
  return arn->service == "vpc-lattice" ? "vpc-lattice" : std::string(kTargetGroup);
}

}  // namespace

std::vector<std::string> target_groups_of(
    const std::vector<api::autoscaling::TrafficSourceIdentifier>& sources) {
  std::vector<std::string> arns;
  for (const auto& source : sources) {
    const std::string type = type_of(source);
    if (type == "elb" || type == "vpc-lattice") throw not_implemented("Traffic source " + type);
    if (type != kTargetGroup) {
      throw validation_error("Traffic source type '" + type +
                             "' is not valid. Valid types are: [elb, elbv2, vpc-lattice]");
    }
    arns.push_back(*source.Identifier);
  }
  return arns;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachTrafficSources.html
api::autoscaling::AttachTrafficSourcesResultType attach_traffic_sources(
    Context& context, const api::autoscaling::AttachTrafficSourcesType& request) {
  attach_load_balancer_target_groups(
      context, {.AutoScalingGroupName = request.AutoScalingGroupName,
                .TargetGroupARNs = target_groups_of(*request.TrafficSources)});
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTrafficSources.html
api::autoscaling::DescribeTrafficSourcesResponse describe_traffic_sources(
    Context& context, const api::autoscaling::DescribeTrafficSourcesRequest& request) {
  const auto described = describe_load_balancer_target_groups(
      context, {.AutoScalingGroupName = request.AutoScalingGroupName,
                .NextToken = request.NextToken,
                .MaxRecords = request.MaxRecords});
  api::autoscaling::DescribeTrafficSourcesResponse response;
  auto& list = response.TrafficSources.emplace();
  if (request.TrafficSourceType.value_or(std::string(kTargetGroup)) != kTargetGroup) {
    return response;
  }
  for (const auto& one : *described.LoadBalancerTargetGroups) {
    list.push_back({.TrafficSource = one.LoadBalancerTargetGroupARN,
                    .State = one.State,
                    .Identifier = one.LoadBalancerTargetGroupARN,
                    .Type = std::string(kTargetGroup)});
  }
  response.NextToken = described.NextToken;
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachTrafficSources.html
api::autoscaling::DetachTrafficSourcesResultType detach_traffic_sources(
    Context& context, const api::autoscaling::DetachTrafficSourcesType& request) {
  detach_load_balancer_target_groups(
      context, {.AutoScalingGroupName = request.AutoScalingGroupName,
                .TargetGroupARNs = target_groups_of(*request.TrafficSources)});
  return {};
}

}  // namespace fallstreak::services::autoscaling
