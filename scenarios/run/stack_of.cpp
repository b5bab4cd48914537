#include "scenarios/run/stack_of.h"

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
  const bool has_tls = std::ranges::any_of(
      cloud.load_balancers, [](const LoadBalancer& one) { return one.certificate.has_value(); });
  std::string open = "tcp 80 from 0.0.0.0/0";
  if (has_tls) open += ", tcp 443 from 0.0.0.0/0";
  stack.resources.push_back(
      {"edge-access", "security-group", {{"vpc", "@network"}, {"ingress", open}}, 0});
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
                       const LoadBalancer& alb,
                       const std::map<std::string, std::string>& certificates) {
  const HealthCheck& check = alb.health_check;
  std::string listener =
      alb.certificate ? "HTTPS 443 with " + certificates.at(*alb.certificate) : "HTTP 80";
  listener += " to ";
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
          {"anomaly-mitigation", alb.mitigates_anomalies ? "on" : "off"},
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

void add_network_load_balancer(provisioner::Stack& stack, const CloudDescription& cloud,
                               const LoadBalancer& nlb) {
  const HealthCheck& check = nlb.health_check;
  const auto behind = std::ranges::find(cloud.load_balancers, nlb.passes_to, &LoadBalancer::name);
  const bool is_encrypted = behind->certificate.has_value();
  const std::string port = is_encrypted ? "443" : "80";
  const std::string name = target_group_of(nlb.name, nlb.passes_to);
  stack.resources.push_back({name,
                             "target-group",
                             {{"vpc", "@network"},
                              {"protocol", "TCP"},
                              {"port", port},
                              {"target-type", "alb"},
                              {"load-balancer", "@" + nlb.passes_to},
                              {"health-protocol", is_encrypted ? "HTTPS" : "HTTP"},
                              {"health-path", check.path},
                              {"health-interval", seconds(check.interval)},
                              {"health-timeout", seconds(check.timeout)},
                              {"healthy-threshold", std::to_string(check.healthy_threshold)},
                              {"unhealthy-threshold", std::to_string(check.unhealthy_threshold)}},
                             0});
  // Chosen: without security groups of its own; whoever gets in is the Application Load Balancer's
  // to say, which sees the clients' addresses.
  stack.resources.push_back({nlb.name,
                             "load-balancer",
                             {{"subnets", subnets_of(cloud.azs)},
                              {"type", "network"},
                              {"listeners", "TCP " + port + " to @" + name}},
                             0});
}

/// The load balancer whose requests a group scales on: the only one, the reader made sure.
const LoadBalancer* balancer_of(const CloudDescription& cloud, const std::string& group) {
  for (const auto& alb : cloud.load_balancers) {
    if (std::ranges::find(alb.to, group, &ForwardTo::group) != alb.to.end()) return &alb;
  }
  return nullptr;
}

void add_tracking(provisioner::Stack& stack, const CloudDescription& cloud,
                  const AutoScalingGroup& group, const TargetTracking& tracking,
                  const std::string& name) {
  Properties properties{{"group", "@" + group.name},
                        {"scale-in", tracking.scales_in ? "yes" : "no"}};
  const std::string target = " " + number_text(tracking.target);
  if (tracking.metric == ScalingMetric::cpu) {
    properties["track"] = "ASGAverageCPUUtilization" + target;
  } else {
    const std::string& balancer = balancer_of(cloud, group.name)->name;
    properties["track"] = "ALBRequestCountPerTarget" + target;
    properties["load-balancer"] = "@" + balancer;
    properties["target-group"] = "@" + target_group_of(balancer, group.name);
  }
  stack.resources.push_back({name, "scaling-policy", std::move(properties), 0});
}

/// AWS: bounds are relative to the alarm's threshold, and negative below it.
std::string steps_text(const StepScaling& step) {
  std::string text;
  for (std::size_t i = 0; i < step.changes.size(); ++i) {
    const auto& [from, change] = step.changes[i];
    const bool is_last = i + 1 == step.changes.size();
    const double sign = step.is_above ? 1 : -1;
    const std::string near = number_text(sign * from);
    const std::string far = is_last ? std::string() : number_text(sign * step.changes[i + 1].from);
    text += (text.empty() ? "" : ", ") + (step.is_above ? near + ".." + far : far + ".." + near) +
            (change >= 0 ? " +" : " ") + std::to_string(change);
  }
  return text;
}

void add_step(provisioner::Stack& stack, const CloudDescription& cloud,
              const AutoScalingGroup& group, const StepScaling& step, const std::string& name) {
  stack.resources.push_back(
      {name,
       "scaling-policy",
       {{"group", "@" + group.name},
        {"steps", steps_text(step)},
        {"adjustment", step.is_percent ? "PercentChangeInCapacity" : "ChangeInCapacity"}},
       0});
  Properties alarm{
      {"period", seconds(step.period)},
      {"evaluate", std::to_string(step.datapoints) + " of " + std::to_string(step.periods)},
      {"when", (step.is_above ? "> " : "< ") + number_text(step.threshold)},
      {"actions", "@" + name}};
  if (step.metric == ScalingMetric::cpu) {
    alarm["metric"] = "AWS/EC2 CPUUtilization";
    alarm["of"] = "AutoScalingGroupName=" + physical_name(group.name);
  } else {
    const LoadBalancer& balancer = *balancer_of(cloud, group.name);
    alarm["metric"] = "AWS/ApplicationELB RequestCountPerTarget";
    alarm["statistic"] = "Sum";
    alarm["of"] = "TargetGroup=@" + target_group_of(balancer.name, group.name);
  }
  stack.resources.push_back({name + "-alarm", "alarm", std::move(alarm), 0});
}

void add_mixed(const Mixed& mixed, Properties& properties) {
  std::string types;
  for (const auto& type : mixed.types) types += (types.empty() ? "" : ", ") + type;
  properties["instance-types"] = types;
  properties["on-demand-base"] = std::to_string(mixed.on_demand_base);
  properties["on-demand-percentage"] = std::to_string(mixed.on_demand_percent);
  properties["spot-strategy"] = mixed.spot_strategy;
  properties["capacity-rebalance"] = mixed.rebalances ? "yes" : "no";
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
        {"monitoring", group.has_detailed_monitoring ? "yes" : "no"},
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
      {"cooldown", seconds(group.cooldown)},
      {"warmup", group.warmup ? seconds(*group.warmup) : std::string()},
      {"zones",
       group.strategy == ZoneStrategy::balanced_only ? "balanced-only" : "balanced-best-effort"}};
  if (group.mixed) add_mixed(*group.mixed, properties);
  std::string targets;
  for (const auto& alb : cloud.load_balancers) {
    if (std::ranges::find(alb.to, group.name, &ForwardTo::group) == alb.to.end()) continue;
    targets += (targets.empty() ? "@" : ", @") + target_group_of(alb.name, group.name);
  }
  properties["target-groups"] = targets;
  stack.resources.push_back({group.name, "auto-scaling-group", std::move(properties), 0});
  for (std::size_t i = 0; i < group.scaling.size(); ++i) {
    const std::string name = group.name + "-scaling-" + std::to_string(i + 1);
    if (const auto* tracking = std::get_if<TargetTracking>(&group.scaling[i])) {
      add_tracking(stack, cloud, group, *tracking, name);
    } else {
      add_step(stack, cloud, group, std::get<StepScaling>(group.scaling[i]), name);
    }
  }
}

}  // namespace

std::string physical_name(std::string_view logical) {
  return std::string(kStackName) + "-" + std::string(logical);
}

std::string target_group_of(std::string_view load_balancer, std::string_view group) {
  return std::string(load_balancer) + "-to-" + std::string(group);
}

provisioner::Stack stack_of(const Scenario& scenario, const std::string& region,
                            const std::map<std::string, std::string>& certificates) {
  CloudDescription cloud = scenario.cloud;
  const auto is_elsewhere = [&](const auto& one) { return one.region != region; };
  std::erase_if(cloud.groups, is_elsewhere);
  std::erase_if(cloud.load_balancers, is_elsewhere);
  std::erase_if(cloud.tables, is_elsewhere);
  provisioner::Stack stack;
  stack.name = kStackName;
  stack.region = region;
  if (!cloud.groups.empty() || !cloud.load_balancers.empty()) add_network(stack, cloud);
  for (const auto& one : cloud.load_balancers) {
    if (one.is_network()) {
      add_network_load_balancer(stack, cloud, one);
    } else {
      add_load_balancer(stack, cloud, one, certificates);
    }
  }
  for (const auto& group : cloud.groups) add_group(stack, cloud, group);
  for (const auto& table : cloud.tables) {
    Properties properties{{"partition-key", table.partition_key + " S"}};
    if (table.sort_key) properties["sort-key"] = *table.sort_key + " S";
    if (table.mode == BillingMode::provisioned) {
      properties["read-units"] = std::to_string(table.read_units);
      properties["write-units"] = std::to_string(table.write_units);
    }
    stack.resources.push_back({table.name, "dynamodb-table", std::move(properties), 0});
  }
  return stack;
}

}  // namespace fallstreak::scenarios
