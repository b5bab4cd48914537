// Apart from the header: these calls take seconds to compile, and a dozen suites use them.
#include "front/load_balancer_fixture.h"

namespace fallstreak::testing {

LoadBalancerTest::LoadBalancerTest(front::ServerOptions with) : ServerTest(std::move(with)) {
  vpc_id = *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"})).Vpc->VpcId;
  for (const auto& [zone, block] :
       {std::pair("us-east-1a", "10.0.0.0/24"), std::pair("us-east-1b", "10.0.1.0/24")}) {
    subnet_ids.push_back(
        *must(ec2.create_subnet({.AvailabilityZone = zone, .CidrBlock = block, .VpcId = vpc_id}))
             .Subnet->SubnetId);
  }
  const auto gateway = *must(ec2.create_internet_gateway({})).InternetGateway->InternetGatewayId;
  must(ec2.attach_internet_gateway({.InternetGatewayId = gateway, .VpcId = vpc_id}));
  balancer = *must(elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids}))
                  .LoadBalancers->front()
                  .LoadBalancerArn;
  advance("3m");
}

LoadBalancerTest::~LoadBalancerTest() = default;

std::string LoadBalancerTest::make_group(const std::string& name, const std::string& type) {
  return *must(elbv2.create_target_group({.Name = name,
                                          .Protocol = "HTTP",
                                          .Port = 80,
                                          .VpcId = vpc_id,
                                          .TargetType = type}))
              .TargetGroups->front()
              .TargetGroupArn;
}

void LoadBalancerTest::add_target(const std::string& group_arn, std::uint16_t port) {
  must(elbv2.register_targets(
      {.TargetGroupArn = group_arn,
       .Targets = {{{.Id = "127.0.0.1", .Port = port, .AvailabilityZone = "all"}}}}));
}

api::elbv2::Action LoadBalancerTest::forward(const std::string& group_arn) {
  return {.Type = "forward", .TargetGroupArn = group_arn};
}

api::elbv2::Action LoadBalancerTest::forward(
    const std::vector<std::pair<std::string, int>>& weights) {
  api::elbv2::ForwardActionConfig config;
  auto& groups = config.TargetGroups.emplace();
  for (const auto& [arn, weight] : weights) {
    groups.push_back({.TargetGroupArn = arn, .Weight = weight});
  }
  return {.Type = "forward", .ForwardConfig = config};
}

std::string LoadBalancerTest::make_listener(const api::elbv2::Action& action, std::int32_t port) {
  return *must(elbv2.create_listener({.LoadBalancerArn = balancer,
                                      .Protocol = "HTTP",
                                      .Port = port,
                                      .DefaultActions = {{action}}}))
              .Listeners->front()
              .ListenerArn;
}

void LoadBalancerTest::serve_with(const TargetServer& target) {
  group = make_group("web");
  add_target(group, target.port());
  listener = make_listener(forward(group));
}

void LoadBalancerTest::set_attribute(const std::string& key, const std::string& value) {
  must(elbv2.modify_load_balancer_attributes(
      {.LoadBalancerArn = balancer, .Attributes = {{{.Key = key, .Value = value}}}}));
}

void LoadBalancerTest::set_group_attribute(const std::string& key, const std::string& value) {
  must(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = group, .Attributes = {{{.Key = key, .Value = value}}}}));
}

void LoadBalancerTest::advance(const std::string& duration) {
  const auto reply = exchange(post("/_fallstreak/clock", "{\"advance\":\"" + duration + "\"}"));
  ASSERT_EQ(reply.status, 200) << reply.body;
}

nlohmann::json LoadBalancerTest::shown() {
  const auto reply = control.exchange(get("/_fallstreak/load-balancers"));
  if (!reply || reply->status != 200) throw std::runtime_error("the control API is silent");
  return nlohmann::json::parse(reply->body)["load_balancers"].at(0);
}

std::uint16_t LoadBalancerTest::local_port(std::int32_t listener_port) {
  const auto all = shown();
  for (const auto& one : all["listeners"]) {
    if (one["port"] != listener_port || one["address"].is_null()) continue;
    const auto address = one["address"].get<std::string>();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  return 0;
}

Reply LoadBalancerTest::ask(std::string_view bytes, std::int32_t listener_port) {
  HttpClient client(local_port(listener_port));
  auto reply = client.exchange(bytes);
  EXPECT_TRUE(reply.has_value()) << "no answer to " << bytes.substr(0, 200);
  return reply.value_or(Reply());
}

}  // namespace fallstreak::testing
