// The closed loop: groups of 20 instances with target tracking, each behind a load balancer of its own, whose health
// checks are made, whose metrics are published and whose alarms are evaluated for an hour of virtual time.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>

#include "client/autoscaling.h"
#include "client/ec2.h"
#include "client/elbv2.h"
#include "cloud.h"

namespace {

using namespace fallstreak;

template <class Value>
Value must(Outcome<Value> outcome) {
  if (!outcome) throw std::runtime_error(outcome.error().message);
  return std::move(*outcome);
}

/// A load balancer with one listener; gives its target group.
std::string make_load_balancer(client::ElbV2& elbv2, const std::string& name, const std::string& vpc,
                               const std::vector<std::string>& subnets) {
  const auto balancer = must(elbv2.create_load_balancer({.Name = name, .Subnets = subnets, .Scheme = "internal"}));
  const auto group = must(elbv2.create_target_group({.Name = name, .Protocol = "HTTP", .Port = 80, .VpcId = vpc}));
  const std::string arn = *group.TargetGroups->front().TargetGroupArn;
  must(elbv2.create_listener({.LoadBalancerArn = balancer.LoadBalancers->front().LoadBalancerArn,
                              .Protocol = "HTTP",
                              .Port = 80,
                              .DefaultActions = {{{.Type = "forward", .TargetGroupArn = arn}}}}));
  return arn;
}

void make_group(client::AutoScaling& autoscaling, const std::string& name, const std::string& subnets,
                const std::string& target_group) {
  must(autoscaling.create_auto_scaling_group({.AutoScalingGroupName = name,
                                              .LaunchTemplate = {{.LaunchTemplateName = "web"}},
                                              .MinSize = 1,
                                              .MaxSize = 40,
                                              .DesiredCapacity = 20,
                                              .TargetGroupARNs = {{target_group}},
                                              .HealthCheckType = "ELB",
                                              .HealthCheckGracePeriod = 300,
                                              .VPCZoneIdentifier = subnets}));
  api::autoscaling::PutScalingPolicyType policy{
      .AutoScalingGroupName = name, .PolicyName = "cpu", .PolicyType = "TargetTrackingScaling"};
  auto& configuration = policy.TargetTrackingConfiguration.emplace();
  configuration.PredefinedMetricSpecification = {{.PredefinedMetricType = "ASGAverageCPUUtilization"}};
  configuration.TargetValue = 50;
  must(autoscaling.put_scaling_policy(policy));
  must(autoscaling.enable_metrics_collection({.AutoScalingGroupName = name, .Granularity = "1Minute"}));
}

/// So many instances, all in service, at 47 % of CPU: the groups stay as they are.
Cloud& loaded_cloud(int instances) {
  static std::map<int, std::unique_ptr<Cloud>> clouds;
  auto& cloud = clouds[instances];
  if (cloud) return *cloud;
  cloud = std::make_unique<Cloud>();
  cloud->set_usage([](const dispatch::UsageQuestion&) {
    return dispatch::InstanceUsage{.cpu_percent = 47, .network_in = 1e6, .network_out = 2e6};
  });
  InProcessTransport transport(*cloud);
  client::Ec2 ec2(transport);
  client::AutoScaling autoscaling(transport);
  const auto vpc = *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"})).Vpc->VpcId;
  std::string subnets;
  std::vector<std::string> subnet_ids;
  for (const auto& [zone, block] : {std::pair("us-east-1a", "10.0.0.0/18"), std::pair("us-east-1b", "10.0.64.0/18"),
                                    std::pair("us-east-1c", "10.0.128.0/18")}) {
    const auto made = must(ec2.create_subnet({.AvailabilityZone = zone, .CidrBlock = block, .VpcId = vpc}));
    subnets += (subnets.empty() ? "" : ",") + *made.Subnet->SubnetId;
    subnet_ids.push_back(*made.Subnet->SubnetId);
  }
  must(ec2.create_launch_template(
      {.LaunchTemplateName = "web",
       .LaunchTemplateData = {{.ImageId = "ami-0abcdef1234567890", .InstanceType = "t3.micro"}}}));
  client::ElbV2 elbv2(transport);
  for (int i = 0; i < instances / 20; ++i) {
    const std::string name = "group-" + std::to_string(i);
    make_group(autoscaling, name, subnets, make_load_balancer(elbv2, name, vpc, subnet_ids));
  }
  cloud->advance(std::chrono::minutes(20));
  return *cloud;
}

void hour_of_scaling(benchmark::State& state) {
  Cloud& origin = loaded_cloud(int(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    auto cloud = origin.fork();
    state.ResumeTiming();
    cloud->advance(std::chrono::hours(1));
    state.PauseTiming();
    if (!cloud->complaints().empty()) state.SkipWithError(cloud->complaints().front().c_str());
    cloud.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(hour_of_scaling)->Arg(100)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
