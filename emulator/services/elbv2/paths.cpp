#include "services/elbv2/paths.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/elbv2/attributes.h"
#include "services/elbv2/lookup.h"

namespace fallstreak::services::elbv2 {
namespace {

const dispatch::TargetPathState& answers(Context& context) {
  return dispatch::target_paths(context.world(), context.caller().scope(dispatch::Scope::regional));
}

std::vector<std::string> asked_of(Context& context, const std::string& target_group_arn) {
  std::vector<std::string> keys;
  for (const auto& row : answers(context).questions.range(targets_prefix(target_group_arn))) {
    keys.emplace_back(row.first);
  }
  return keys;
}

std::int32_t check_port_of(const api::elbv2::TargetGroup& group, std::int32_t port) {
  const std::string& own = *group.HealthCheckPort;
  return own == "traffic-port" ? port : std::stoi(own);
}

bool keeps_client_address(const TargetGroupRecord& record) {
  const auto& group = record.target_group;
  if (!is_network_protocol(*group.Protocol)) return false;
  return attribute(attribute_rules_of(group), record.attributes, "preserve_client_ip.enabled") ==
         "true";
}

}  // namespace

void tell_path_nodes(Context& context, const LoadBalancerRecord& record) {
  std::vector<dispatch::PathNode> nodes;
  for (const auto& node : record.nodes) nodes.push_back({node.zone, node.interface_id});
  dispatch::set_path_nodes(context, *record.load_balancer.LoadBalancerArn, std::move(nodes));
}

void forget_path_nodes(Context& context, const std::string& load_balancer_arn) {
  dispatch::set_path_nodes(context, load_balancer_arn, {});
}

void ask_target_path(Context& context, const TargetGroupRecord& record, const std::string& key) {
  const auto& group = record.target_group;
  // Chosen: the way from one load balancer to another is not judged.
  if (group.TargetType == "alb") return;
  const TargetRecord& target = *context.state.targets.find(key);
  const bool is_instance = group.TargetType == "instance";
  const bool is_ipv6 = group.IpAddressType == "ipv6";
  const std::int32_t port = *target.target.Port;
  dispatch::ask_path(context, key,
                     {.load_balancer_arn = record.load_balancer_arn,
                      .instance_id = is_instance ? *target.target.Id : std::string(),
                      .ip_address = is_instance && !is_ipv6 ? std::string() : target.ip_address,
                      .port = port,
                      .check_port = check_port_of(group, port),
                      .keeps_client_address = keeps_client_address(record)});
}

void ask_target_paths(Context& context, const std::string& target_group_arn) {
  const TargetGroupRecord& group = *context.state.target_groups.find(target_group_arn);
  // A draining target of a group that has left its load balancer is asked about no more.
  if (group.load_balancer_arn.empty()) return;
  for (const auto& key : asked_of(context, target_group_arn)) ask_target_path(context, group, key);
}

void forget_target_paths(Context& context, const std::string& target_group_arn) {
  for (const auto& key : asked_of(context, target_group_arn)) dispatch::forget_path(context, key);
}

const world::Table<dispatch::StoppedPath>& stopped_paths(Context& context) {
  return answers(context).stopped;
}

bool is_check_stopped(const world::Table<dispatch::StoppedPath>& stopped, std::string_view key,
                      const TargetRecord& target) {
  if (stopped.size() == 0) return false;
  const dispatch::StoppedPath* path = stopped.find(key);
  // AWS: every node checks the targets that it may send to. Chosen: the verdict is that of the node
  // in the target's own zone.
  return path != nullptr &&
         std::ranges::find(path->check_zones, target.zone) != path->check_zones.end();
}

}  // namespace fallstreak::services::elbv2
