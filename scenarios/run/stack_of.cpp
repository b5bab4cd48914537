#include "scenarios/run/stack_of.h"

#include <algorithm>

#include <algorithm>
#include <chrono>

namespace fallstreak::scenarios {
namespace {

using provisioner::Properties;
using provisioner::Resource;

std::string seconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

std::string subnet_of(std::string_view zone) { return "subnet-" + std::string(zone); }

std::string subnets_of(const std::vector<std::string>& zones) {
  std::string text;
  for (const auto& zone : zones) text += (text.empty() ? "@" : ", @") + subnet_of(zone);
  return text;
}

void add_network(provisioner::Stack& stack, const CloudDescription& cloud) {
  stack.resources.push_back({"network", "vpc", {{"cidr", "10.0.0.0/16"}}, 0});
  for (std::size_t i = 0; i < cloud.azs.size(); ++i) {
    stack.resources.push_back({subnet_of(cloud.azs[i]),
                               "subnet",
                               {{"vpc", "@network"},
                                {"zone", cloud.azs[i]},
                                {"cidr", "10.0." + std::to_string(i) + ".0/24"}},
                               0});
  }
  stack.resources.push_back({"edge-access",
                             "security-group",
                             {{"vpc", "@network"}, {"ingress", "tcp 80 from 0.0.0.0/0"}},
                             0});
  stack.resources.push_back({"web-access",
                             "security-group",
                             {{"vpc", "@network"}, {"ingress", "tcp 80 from @edge-access"}},
                             0});
}

std::string_view algorithm_text(BalancingAlgorithm algorithm) {
  switch (algorithm) {
    case BalancingAlgorithm::round_robin:
      return "round_robin";
    case BalancingAlgorithm::least_outstanding_requests:
      return "least_outstanding_requests";
    case BalancingAlgorithm::weighted_random:
      return "weighted_random";
  }
  return "round_robin";
}

void add_load_balancer(provisioner::Stack& stack, const CloudDescription& cloud,
                       const LoadBalancer& alb) {
  const HealthCheck& check = alb.health_check;
  std::string listener = "HTTP 80 to ";
  for (const auto& [group, weight] : alb.to) {
    const std::string name = target_group_of(alb.name, group);
    // AWS: an Application Load Balancer's own cross-zone attribute is on and stays so; a target
    // group can turn it off.
    stack.resources.push_back(
        {name,
         "target-group",
         {{"vpc", "@network"},
          {"health-path", check.path},
          {"health-interval", seconds(check.interval)},
          {"health-timeout", seconds(check.timeout)},
          {"healthy-threshold", std::to_string(check.healthy_threshold)},
          {"unhealthy-threshold", std::to_string(check.unhealthy_threshold)},
          {"deregistration-delay", seconds(alb.drain)},
          {"algorithm", std::string(algorithm_text(alb.algorithm))},
          {"cross-zone", alb.cross_zone ? "use_load_balancer_configuration" : "false"}},
         0});
    if (&group != &alb.to.front().group) listener += " and ";
    listener += "@" + name;
    if (alb.to.size() > 1) listener += " " + std::to_string(weight);
  }
  stack.resources.push_back({alb.name,
                             "load-balancer",
                             {{"subnets", subnets_of(cloud.azs)},
                              {"security-groups", "@edge-access"},
                              {"idle-timeout", seconds(alb.idle_timeout)},
                              {"listeners", listener}},
                             0});
}

void add_group(provisioner::Stack& stack, const CloudDescription& cloud,
               const AutoScalingGroup& group) {
  const std::string launch_template = group.name + "-template";
  stack.resources.push_back(
      {launch_template,
       "launch-template",
       // Chosen: what runs on an instance is a model, so any image of the catalogue will do.
       {{"image", "ami-0abcdef1234567890"},
        {"instance-type", group.type},
        {"security-groups", "@web-access"}},
       0});
  Properties properties{
      {"launch-template", "@" + launch_template},
      {"subnets", subnets_of(group.azs)},
      {"min", std::to_string(group.size.min)},
      {"max", std::to_string(group.size.max)},
      {"desired", std::to_string(group.size.desired)},
      {"health-check", group.health == HealthCheckType::elb ? "ELB" : "EC2"},
      {"grace", seconds(group.grace)},
      {"zones",
       group.strategy == ZoneStrategy::balanced_only ? "balanced-only" : "balanced-best-effort"}};
  std::string targets;
  for (const auto& alb : cloud.load_balancers) {
    if (std::ranges::find(alb.to, group.name, &ForwardTo::group) == alb.to.end()) continue;
    targets += (targets.empty() ? "@" : ", @") + target_group_of(alb.name, group.name);
  }
  properties["target-groups"] = targets;
  stack.resources.push_back({group.name, "auto-scaling-group", std::move(properties), 0});
}

}  // namespace

std::string physical_name(std::string_view logical) {
  return std::string(kStackName) + "-" + std::string(logical);
}

std::string target_group_of(std::string_view load_balancer, std::string_view group) {
  return std::string(load_balancer) + "-to-" + std::string(group);
}

provisioner::Stack stack_of(const Scenario& scenario) {
  const CloudDescription& cloud = scenario.cloud;
  provisioner::Stack stack;
  stack.name = kStackName;
  stack.region = cloud.region;
  if (!cloud.groups.empty() || !cloud.load_balancers.empty()) add_network(stack, cloud);
  for (const auto& alb : cloud.load_balancers) add_load_balancer(stack, cloud, alb);
  for (const auto& group : cloud.groups) add_group(stack, cloud, group);
  for (const auto& table : cloud.tables) {
    Properties properties{{"partition-key", table.partition_key + " S"}};
    if (table.sort_key) properties["sort-key"] = *table.sort_key + " S";
    stack.resources.push_back({table.name, "dynamodb-table", std::move(properties), 0});
  }
  return stack;
}

}  // namespace fallstreak::scenarios
