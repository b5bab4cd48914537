#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/autoscaling.h"
#include "client/ec2.h"
#include "client/elbv2.h"
#include "testing/testing.h"

/// What suites of load balancers and groups build on: a network over three zones, made as a user
/// makes it.
namespace fallstreak::testing {

class StackTest : public CloudTest {
 protected:
  explicit StackTest(CloudOptions options = {})
      : CloudTest(options, dispatch::Caller("123456789012", "eu-central-1")) {}

  static constexpr std::string_view kImage = "ami-0abcdef1234567890";

  client::Ec2 ec2{transport};
  client::ElbV2 elbv2{transport};
  client::AutoScaling autoscaling{transport};

  std::string vpc_id;
  /// One in each of eu-central-1a, b, c.
  std::vector<std::string> subnet_ids;

  /// A VPC with three subnets and an internet gateway.
  void make_network() {
    vpc_id = *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"})).Vpc->VpcId;
    const char* const zones[] = {"eu-central-1a", "eu-central-1b", "eu-central-1c"};
    for (int i = 0; i < 3; ++i) {
      const std::string block = "10.0." + std::to_string(i) + ".0/24";
      subnet_ids.push_back(make_subnet(zones[i], block));
    }
    const auto gateway = *must(ec2.create_internet_gateway({})).InternetGateway->InternetGatewayId;
    must_do(ec2.attach_internet_gateway({.InternetGatewayId = gateway, .VpcId = vpc_id}));
  }

  std::string make_subnet(const std::string& zone, const std::string& block) {
    return *must(ec2.create_subnet({.AvailabilityZone = zone, .CidrBlock = block, .VpcId = vpc_id}))
                .Subnet->SubnetId;
  }

  std::string run_instance(const std::string& subnet_id) {
    const auto reservation = must(ec2.run_instances({.ImageId = std::string(kImage),
                                                     .InstanceType = "t3.micro",
                                                     .MaxCount = 1,
                                                     .MinCount = 1,
                                                     .SubnetId = subnet_id}));
    return *reservation.Instances->front().InstanceId;
  }

  /// Runs it until it is `running`.
  std::string run_instance_to_running(const std::string& subnet_id) {
    std::string id = run_instance(subnet_id);
    cloud.advance(std::chrono::minutes(3));
    return id;
  }

  std::string make_target_group(const std::string& name) {
    return *must(elbv2.create_target_group(
                     {.Name = name, .Protocol = "HTTP", .Port = 80, .VpcId = vpc_id}))
                .TargetGroups->front()
                .TargetGroupArn;
  }

  /// An active load balancer in all three zones.
  std::string make_load_balancer(const std::string& name) {
    const auto made = must(elbv2.create_load_balancer({.Name = name, .Subnets = subnet_ids}));
    cloud.advance(std::chrono::minutes(5));
    return *made.LoadBalancers->front().LoadBalancerArn;
  }

  std::string make_listener(const std::string& load_balancer_arn,
                            const std::string& target_group_arn, std::int32_t port = 80) {
    const auto made = must(elbv2.create_listener(
        {.LoadBalancerArn = load_balancer_arn,
         .Protocol = "HTTP",
         .Port = port,
         .DefaultActions = {{{.Type = "forward", .TargetGroupArn = target_group_arn}}}}));
    return *made.Listeners->front().ListenerArn;
  }

  std::string make_launch_template(const std::string& name) {
    const auto made = must(ec2.create_launch_template(
        {.LaunchTemplateName = name,
         .LaunchTemplateData = {{.ImageId = std::string(kImage), .InstanceType = "t3.micro"}}}));
    return *made.LaunchTemplate->LaunchTemplateId;
  }

  api::elbv2::TargetHealth target_health(const std::string& target_group_arn,
                                         const std::string& target_id) {
    const auto described = must(elbv2.describe_target_health(
        {.TargetGroupArn = target_group_arn, .Targets = {{{.Id = target_id}}}}));
    return *described.TargetHealthDescriptions->front().TargetHealth;
  }

  void must_do_fault(std::string_view id, const faults::FaultRecord& fault,
                     std::optional<Duration> lasting = {}) {
    const auto begun = cloud.begin_fault(id, fault, lasting);
    if (!begun) throw std::runtime_error(begun.error().message);
  }

  /// A call whose answer does not matter, but which must succeed.
  template <class Value>
  static void must_do(Outcome<Value> outcome) {
    static_cast<void>(must(std::move(outcome)));
  }
};

}  // namespace fallstreak::testing
