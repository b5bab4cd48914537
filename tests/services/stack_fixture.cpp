// Apart from the header: these calls take seconds to compile, and dozens of suites use them.
#include "services/stack_fixture.h"

namespace fallstreak::testing {

StackTest::StackTest(CloudOptions options)
    : CloudTest(options, dispatch::Caller("123456789012", "eu-central-1")) {}

StackTest::~StackTest() = default;

void StackTest::make_network() {
  vpc_id = *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"})).Vpc->VpcId;
  const char* const zones[] = {"eu-central-1a", "eu-central-1b", "eu-central-1c"};
  for (int i = 0; i < 3; ++i) {
    const std::string block = "10.0." + std::to_string(i) + ".0/24";
    subnet_ids.push_back(make_subnet(zones[i], block));
  }
  const auto gateway = *must(ec2.create_internet_gateway({})).InternetGateway->InternetGatewayId;
  must_do(ec2.attach_internet_gateway({.InternetGatewayId = gateway, .VpcId = vpc_id}));
}

std::string StackTest::make_subnet(const std::string& zone, const std::string& block) {
  return *must(ec2.create_subnet({.AvailabilityZone = zone, .CidrBlock = block, .VpcId = vpc_id}))
              .Subnet->SubnetId;
}

std::string StackTest::run_instance(const std::string& subnet_id) {
  const auto reservation = must(ec2.run_instances({.ImageId = std::string(kImage),
                                                   .InstanceType = "t3.micro",
                                                   .MaxCount = 1,
                                                   .MinCount = 1,
                                                   .SubnetId = subnet_id}));
  return *reservation.Instances->front().InstanceId;
}

std::string StackTest::run_instance_to_running(const std::string& subnet_id) {
  std::string id = run_instance(subnet_id);
  cloud.advance(std::chrono::minutes(3));
  return id;
}

std::string StackTest::make_target_group(const std::string& name) {
  return *must(elbv2.create_target_group(
                   {.Name = name, .Protocol = "HTTP", .Port = 80, .VpcId = vpc_id}))
              .TargetGroups->front()
              .TargetGroupArn;
}

std::string StackTest::make_load_balancer(const std::string& name) {
  const auto made = must(elbv2.create_load_balancer({.Name = name, .Subnets = subnet_ids}));
  cloud.advance(std::chrono::minutes(5));
  return *made.LoadBalancers->front().LoadBalancerArn;
}

std::string StackTest::make_listener(const std::string& load_balancer_arn,
                                     const std::string& target_group_arn, std::int32_t port) {
  const auto made = must(elbv2.create_listener(
      {.LoadBalancerArn = load_balancer_arn,
       .Protocol = "HTTP",
       .Port = port,
       .DefaultActions = {{{.Type = "forward", .TargetGroupArn = target_group_arn}}}}));
  return *made.Listeners->front().ListenerArn;
}

std::string StackTest::make_launch_template(const std::string& name) {
  const auto made = must(ec2.create_launch_template(
      {.LaunchTemplateName = name,
       .LaunchTemplateData = {{.ImageId = std::string(kImage), .InstanceType = "t3.micro"}}}));
  return *made.LaunchTemplate->LaunchTemplateId;
}

api::elbv2::TargetHealth StackTest::target_health(const std::string& target_group_arn,
                                                  const std::string& target_id) {
  const auto described = must(elbv2.describe_target_health(
      {.TargetGroupArn = target_group_arn, .Targets = {{{.Id = target_id}}}}));
  return *described.TargetHealthDescriptions->front().TargetHealth;
}

void StackTest::must_do_fault(std::string_view id, const faults::FaultRecord& fault,
                              std::optional<Duration> lasting) {
  const auto begun = cloud.begin_fault(id, fault, lasting);
  if (!begun) throw std::runtime_error(begun.error().message);
}

}  // namespace fallstreak::testing
