#include <algorithm>

#include "api/ec2/vpcs.h"
#include "dispatch/target_anomalies.h"
#include "dispatch/unhealthy_targets.h"
#include "services/elbv2/actions.h"
#include "services/elbv2/attributes.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/health_checks.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/metrics.h"
#include "services/elbv2/pages.h"
#include "services/elbv2/paths.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::CreateTargetGroupInput;
using api::elbv2::Matcher;
using api::elbv2::ModifyTargetGroupInput;
using api::elbv2::TargetGroup;

bool is_http(std::string_view protocol) { return protocol == "HTTP" || protocol == "HTTPS"; }
bool is_grpc(const TargetGroup& group) { return group.ProtocolVersion == "GRPC"; }

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
std::string default_path(const TargetGroup& group) {
  return is_grpc(group) ? "/AWS.ALB/healthcheck" : "/";
}
Matcher default_matcher(const TargetGroup& group) {
  return is_grpc(group) ? Matcher{.GrpcCode = "12"} : Matcher{.HttpCode = "200"};
}

void check_kind(const CreateTargetGroupInput& request) {
  const std::string type = request.TargetType.value_or("instance");
  if (type != "instance" && type != "ip" && type != "alb") {
    throw not_implemented("Target type '" + type + "'");
  }
  if (!request.Protocol) throw validation_error("A protocol must be specified");
  if (!request.Port) throw validation_error("A port must be specified");
  if (!request.VpcId) throw validation_error("A VPC ID must be specified");
  if (!is_http(*request.Protocol) && !is_network_protocol(*request.Protocol)) {
    throw not_implemented("Protocol '" + *request.Protocol + "' of a target group");
  }
  // AWS: TCP is "the only supported protocol" of a group whose target is a load balancer.
  if (type == "alb" && request.Protocol != "TCP") {
    throw validation_error("The protocol of a target group with target type 'alb' must be TCP");
  }
  const std::string version = request.ProtocolVersion.value_or("HTTP1");
  if (version != "HTTP1" && version != "HTTP2" && version != "GRPC") {
    throw validation_error("Protocol version '" + version +
                           "' must be one of 'HTTP1', 'HTTP2', 'GRPC'");
  }
  if (request.ProtocolVersion && !is_http(*request.Protocol)) {
    throw validation_error("Protocol version is supported only for HTTP and HTTPS target groups");
  }
  // Chosen: a target that is a load balancer is reached by IPv4.
  if (request.IpAddressType == "ipv6" && type == "alb") {
    throw validation_error(
        "IP address type 'ipv6' is not supported for target groups with target type 'alb'");
  }
}

/// AWS: the timeout's default depends on who checks and how.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
std::int32_t default_timeout_seconds(std::string_view protocol, std::string_view check_protocol) {
  if (is_http(protocol)) return 5;
  return check_protocol == "HTTP" ? 6 : 10;
}

/// AWS: codes of gRPC for its target groups, of HTTP for all others.
void check_matcher(const TargetGroup& group) {
  const Matcher& matcher = *group.Matcher;
  if (is_grpc(group) ? matcher.HttpCode.has_value() : matcher.GrpcCode.has_value()) {
    throw validation_error(std::string("Health check matcher ") +
                           (is_grpc(group) ? "HTTP" : "GRPC") +
                           " code is not supported for target groups with protocol version '" +
                           group.ProtocolVersion.value_or("") + "'");
  }
  if (is_grpc(group)) {
    if (StatusMatcher::parse(*matcher.GrpcCode, 0, 99)) return;
    throw validation_error("Health check matcher GRPC code '" + *matcher.GrpcCode +
                           "' must be within '0-99' inclusive");
  }
  // AWS: 200 to 499 for an Application Load Balancer, 200 to 599 for a Network Load Balancer.
  const int highest = is_http(*group.Protocol) ? 499 : 599;
  if (!StatusMatcher::parse(*group.Matcher->HttpCode, 200, highest)) {
    throw validation_error("Health check matcher HTTP code '" + *group.Matcher->HttpCode +
                           "' must be within '200-" + std::to_string(highest) + "' inclusive");
  }
}

void check_health_check(const TargetGroup& group) {
  if (group.HealthCheckEnabled == false) {
    throw validation_error(
        "Health check enabled must be true for target groups with target type '" +
        *group.TargetType + "'");
  }
  if (!is_http(*group.HealthCheckProtocol) && group.HealthCheckProtocol != "TCP") {
    throw unsupported_health_check_protocol(*group.HealthCheckProtocol);
  }
  // AWS: an Application Load Balancer checks, and is checked, over HTTP or HTTPS only.
  const bool needs_http = is_http(*group.Protocol) || group.TargetType == "alb";
  if (needs_http && !is_http(*group.HealthCheckProtocol)) {
    throw unsupported_health_check_protocol(*group.HealthCheckProtocol);
  }
  if (*group.HealthCheckTimeoutSeconds >= *group.HealthCheckIntervalSeconds) {
    throw validation_error("Health check interval must be greater than the timeout.");
  }
  if (group.HealthCheckPath && !group.HealthCheckPath->starts_with("/")) {
    throw validation_error("Health check path '" + *group.HealthCheckPath +
                           "' must begin with a '/' character");
  }
  if (!is_health_check_port(*group.HealthCheckPort)) {
    throw validation_error("Health check port '" + *group.HealthCheckPort +
                           "' must be 'traffic-port' or a number from 1 to 65535");
  }
  if (!is_http(*group.HealthCheckProtocol)) {
    if (group.HealthCheckPath || group.Matcher) {
      throw validation_error(
          "Health check path and matcher are supported only for HTTP and HTTPS "
          "health checks");
    }
    return;
  }
  check_matcher(group);
}

TargetGroup wanted_group(const CreateTargetGroupInput& request) {
  const std::string& protocol = *request.Protocol;
  const bool is_checked_by_tcp = is_network_protocol(protocol) && request.TargetType != "alb";
  const std::string check_protocol =
      request.HealthCheckProtocol.value_or(is_checked_by_tcp ? "TCP" : "HTTP");
  TargetGroup group{.TargetGroupName = request.Name,
                    .Protocol = protocol,
                    .Port = request.Port,
                    .VpcId = request.VpcId,
                    .HealthCheckProtocol = check_protocol,
                    .HealthCheckPort = request.HealthCheckPort.value_or("traffic-port"),
                    .HealthCheckEnabled = request.HealthCheckEnabled.value_or(true),
                    .HealthCheckIntervalSeconds = request.HealthCheckIntervalSeconds.value_or(30),
                    .HealthCheckTimeoutSeconds = request.HealthCheckTimeoutSeconds.value_or(
                        default_timeout_seconds(protocol, check_protocol)),
                    .HealthyThresholdCount = request.HealthyThresholdCount.value_or(5),
                    .UnhealthyThresholdCount = request.UnhealthyThresholdCount.value_or(2),
                    .HealthCheckPath = request.HealthCheckPath,
                    .Matcher = request.Matcher,
                    .TargetType = request.TargetType.value_or("instance"),
                    .IpAddressType = request.IpAddressType.value_or("ipv4")};
  if (is_http(protocol)) group.ProtocolVersion = request.ProtocolVersion.value_or("HTTP1");
  if (is_http(check_protocol)) {
    if (!group.HealthCheckPath) group.HealthCheckPath = default_path(group);
    if (!group.Matcher) group.Matcher.emplace();
    if (group.Matcher == Matcher()) group.Matcher = default_matcher(group);
  }
  return group;
}

void check_vpc(Context& context, const std::string& vpc_id) {
  if (!context.try_call<api::ec2::DescribeVpcs>({.VpcIds = {{vpc_id}}})) {
    throw validation_error("The VPC ID '" + vpc_id + "' is not found");
  }
}

/// Throws when the group shares a forward that does not keep clients with one group.
void check_group_stickiness(const Context& context, const TargetGroupRecord& record) {
  for (const auto& user : record.user_arns) {
    const auto* listener = context.state.listeners.find(user);
    const auto* rule = context.state.rules.find(user);
    const auto& actions =
        listener != nullptr ? listener->listener.DefaultActions : rule->rule.Actions;
    for (const auto& action : api::each(actions)) {
      if (forward_targets({{action}}).size() < 2 || has_group_stickiness(action)) continue;
      throw group_stickiness_disabled(user);
    }
  }
}

/// What attributes of an HTTP group must be together.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
void check_together(const Context& context, const TargetGroupRecord& record,
                    const Attributes& attributes) {
  const auto value = [&](const char* key) {
    const auto found = attributes.find(key);
    return found == attributes.end() ? std::string() : found->second;
  };
  const bool is_warmed = attributes.contains("slow_start.duration_seconds");
  // AWS: slow start is for round robin alone. Chosen: the words, here and below.
  if (is_warmed && attributes.contains("load_balancing.algorithm.type")) {
    throw invalid_configuration_request(
        "Slow start mode is supported only with the round robin routing algorithm");
  }
  // AWS: anomaly mitigation is for weighted random alone.
  if (value("load_balancing.algorithm.anomaly_mitigation") == "on" &&
      value("load_balancing.algorithm.type") != "weighted_random") {
    throw invalid_configuration_request(
        "Anomaly mitigation is supported only with the weighted random routing algorithm");
  }
  const std::string cookie = value("stickiness.app_cookie.cookie_name");
  for (const std::string_view own : {"AWSALB", "AWSALBAPP", "AWSALBTG"}) {
    // AWS: "The following names are reserved".
    if (cookie == own) {
      throw invalid_configuration_request("The cookie name '" + cookie + "' is reserved");
    }
  }
  if (value("stickiness.enabled") != "true") return;
  if (value("stickiness.type") == "app_cookie" && cookie.empty()) {
    throw invalid_configuration_request(
        "A cookie name must be specified for stickiness of type 'app_cookie'");
  }
  check_group_stickiness(context, record);
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
api::elbv2::CreateTargetGroupOutput create_target_group(Context& context,
                                                        const CreateTargetGroupInput& request) {
  check_name("Target group", *request.Name);
  const Tags tags = checked_tags(request.Tags);
  check_kind(request);
  TargetGroup wanted = wanted_group(request);
  check_health_check(wanted);
  check_vpc(context, *request.VpcId);

  // AWS: creating the same target group again answers with the one that is there.
  if (const auto* arn = context.state.target_group_names.find(*request.Name)) {
    const TargetGroupRecord& existing = *context.state.target_groups.find(*arn);
    wanted.TargetGroupArn = existing.target_group.TargetGroupArn;
    if (existing.target_group != wanted) throw duplicate_target_group_name(*request.Name);
    return {.TargetGroups = {{wire_target_group(existing)}}};
  }

  const std::string arn = context.arn(
      "elasticloadbalancing", "targetgroup/" + *request.Name + "/" + context.new_id("", 16));
  wanted.TargetGroupArn = arn;
  TargetGroupRecord record{.target_group = wanted,
                           .attributes = {},
                           .tags = tags,
                           .load_balancer_arn = {},
                           .user_arns = {}};
  // AWS: targets that are addresses see the load balancer's in TCP and TLS, unless asked for.
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
  const bool is_stream = wanted.Protocol == "TCP" || wanted.Protocol == "TLS";
  if (is_stream && wanted.TargetType == "ip") {
    record.attributes["preserve_client_ip.enabled"] = "false";
  }
  context.state.target_group_names.insert(*request.Name, arn);
  api::elbv2::CreateTargetGroupOutput response{.TargetGroups = {{wire_target_group(record)}}};
  context.state.target_groups.insert(arn, std::move(record));
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html
api::elbv2::DescribeTargetGroupsOutput describe_target_groups(
    Context& context, const api::elbv2::DescribeTargetGroupsInput& request) {
  if (int(request.LoadBalancerArn.has_value()) + int(request.TargetGroupArns.has_value()) +
          int(request.Names.has_value()) >
      1) {
    throw validation_error(
        "You can specify only one of the following: load balancer ARN, target "
        "group ARNs, target group names");
  }
  api::elbv2::DescribeTargetGroupsOutput response;
  auto& list = response.TargetGroups.emplace();
  if (request.TargetGroupArns || request.Names) {
    for (const auto& arn : api::each(request.TargetGroupArns)) {
      if (arn_kind(arn) != ArnKind::target_group) throw invalid_target_group_arn(arn);
      const auto* found = context.state.target_groups.find(arn);
      if (found == nullptr) throw target_groups_not_found();
      list.push_back(wire_target_group(*found));
    }
    for (const auto& name : api::each(request.Names)) {
      const auto* arn = context.state.target_group_names.find(name);
      if (arn == nullptr) throw target_groups_not_found();
      list.push_back(wire_target_group(*context.state.target_groups.find(*arn)));
    }
    return response;
  }
  if (request.LoadBalancerArn) find_load_balancer(context, *request.LoadBalancerArn);
  response.NextMarker = read_page(
      context.state.target_groups, request.Marker, request.PageSize,
      [&](const auto& row) {
        return !request.LoadBalancerArn || row.second.load_balancer_arn == *request.LoadBalancerArn;
      },
      [&](const auto& row) { list.push_back(wire_target_group(row.second)); });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html
api::elbv2::DescribeTargetGroupAttributesOutput describe_target_group_attributes(
    Context& context, const api::elbv2::DescribeTargetGroupAttributesInput& request) {
  const auto& record = find_target_group(context, *request.TargetGroupArn);
  return {.Attributes = all_attributes<api::elbv2::TargetGroupAttribute>(
              attribute_rules_of(record.target_group), record.attributes)};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html
api::elbv2::ModifyTargetGroupOutput modify_target_group(Context& context,
                                                        const ModifyTargetGroupInput& request) {
  const std::string& arn = *request.TargetGroupArn;
  TargetGroup group = find_target_group(context, arn).target_group;
  const auto take = [](auto& member, const auto& wanted) {
    if (wanted) member = wanted;
  };
  // AWS: the path and matcher of HTTP checks mean nothing to a TCP check, and get defaults when
  // they are needed.
  if (request.HealthCheckProtocol && !is_http(*request.HealthCheckProtocol)) {
    group.HealthCheckPath.reset();
    group.Matcher.reset();
  } else if (request.HealthCheckProtocol && !group.Matcher) {
    group.HealthCheckPath = default_path(group);
    group.Matcher = default_matcher(group);
  }
  take(group.HealthCheckProtocol, request.HealthCheckProtocol);
  take(group.HealthCheckPort, request.HealthCheckPort);
  take(group.HealthCheckPath, request.HealthCheckPath);
  take(group.HealthCheckEnabled, request.HealthCheckEnabled);
  take(group.HealthCheckIntervalSeconds, request.HealthCheckIntervalSeconds);
  take(group.HealthCheckTimeoutSeconds, request.HealthCheckTimeoutSeconds);
  take(group.HealthyThresholdCount, request.HealthyThresholdCount);
  take(group.UnhealthyThresholdCount, request.UnhealthyThresholdCount);
  if (request.Matcher && *request.Matcher != Matcher()) group.Matcher = request.Matcher;
  check_health_check(group);
  context.state.target_groups.update(
      arn, [&](TargetGroupRecord& record) { record.target_group = group; });
  ask_target_paths(context, arn);
  return {.TargetGroups = {{wire_target_group(*context.state.target_groups.find(arn))}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html
api::elbv2::ModifyTargetGroupAttributesOutput modify_target_group_attributes(
    Context& context, const api::elbv2::ModifyTargetGroupAttributesInput& request) {
  const std::string& arn = *request.TargetGroupArn;
  const auto& record = find_target_group(context, arn);
  const auto rules = attribute_rules_of(record.target_group);
  Attributes attributes = record.attributes;
  for (const auto& change : api::each(request.Attributes)) {
    set_attribute(rules, "target group", change.Key.value_or(""), change.Value.value_or(""),
                  attributes);
  }
  if (is_http(*record.target_group.Protocol)) check_together(context, record, attributes);
  context.state.target_groups.update(
      arn, [&](TargetGroupRecord& changed) { changed.attributes = attributes; });
  check_healthy_minimums(*context.state.target_groups.find(arn));
  count_hosts(context, arn);
  ask_target_paths(context, arn);
  return {.Attributes = all_attributes<api::elbv2::TargetGroupAttribute>(rules, attributes)};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html
api::elbv2::DeleteTargetGroupOutput delete_target_group(
    Context& context, const api::elbv2::DeleteTargetGroupInput& request) {
  const std::string& arn = *request.TargetGroupArn;
  if (arn_kind(arn) != ArnKind::target_group) throw invalid_target_group_arn(arn);
  const auto* record = context.state.target_groups.find(arn);
  // AWS: lists no error for a group that does not exist; deleting one again succeeds.
  if (record == nullptr) return {};
  if (!record->user_arns.empty()) throw target_group_in_use(arn);
  context.state.target_group_names.erase(*record->target_group.TargetGroupName);
  context.state.target_groups.erase(arn);
  forget_target_paths(context, arn);
  context.state.targets.erase_prefix(targets_prefix(arn));
  dispatch::unhealthy_targets(context.world(), context.caller().scope(dispatch::Scope::regional))
      .targets.erase_prefix(targets_prefix(arn));
  dispatch::target_anomalies(context.world(), context.caller().scope(dispatch::Scope::regional))
      .targets.erase_prefix(targets_prefix(arn));
  context.state.generations.erase(arn);
  return {};
}

}  // namespace fallstreak::services::elbv2
