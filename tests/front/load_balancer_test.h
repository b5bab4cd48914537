#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/ec2.h"
#include "client/elbv2.h"
#include "front/server_test.h"
#include "front/target_server.h"

namespace fallstreak::testing {

/// An active load balancer in two zones with a group of targets that are addresses of this
/// machine. Time stands still, but for `advance`.
class LoadBalancerTest : public ServerTest {
 protected:
  static front::ServerOptions serving() {
    auto with = options();
    with.load_balancers.serve = true;
    return with;
  }
  LoadBalancerTest() : ServerTest(serving()) {
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

  template <class Value>
  static Value must(Outcome<Value> outcome) {
    if (!outcome) throw std::runtime_error(outcome.error().code + ": " + outcome.error().message);
    return std::move(*outcome);
  }

  std::string make_group(const std::string& name, const std::string& type = "ip") {
    return *must(elbv2.create_target_group({.Name = name,
                                            .Protocol = "HTTP",
                                            .Port = 80,
                                            .VpcId = vpc_id,
                                            .TargetType = type}))
                .TargetGroups->front()
                .TargetGroupArn;
  }
  void add_target(const std::string& group_arn, std::uint16_t port) {
    must(elbv2.register_targets(
        {.TargetGroupArn = group_arn,
         .Targets = {{{.Id = "127.0.0.1", .Port = port, .AvailabilityZone = "all"}}}}));
  }
  static api::elbv2::Action forward(const std::string& group_arn) {
    return {.Type = "forward", .TargetGroupArn = group_arn};
  }
  static api::elbv2::Action forward(const std::vector<std::pair<std::string, int>>& weights) {
    api::elbv2::ForwardActionConfig config;
    auto& groups = config.TargetGroups.emplace();
    for (const auto& [arn, weight] : weights) {
      groups.push_back({.TargetGroupArn = arn, .Weight = weight});
    }
    return {.Type = "forward", .ForwardConfig = config};
  }
  std::string make_listener(const api::elbv2::Action& action, std::int32_t port = 80) {
    return *must(elbv2.create_listener({.LoadBalancerArn = balancer,
                                        .Protocol = "HTTP",
                                        .Port = port,
                                        .DefaultActions = {{action}}}))
                .Listeners->front()
                .ListenerArn;
  }
  /// A group with this target, behind a listener on port 80.
  void serve_with(const TargetServer& target) {
    group = make_group("web");
    add_target(group, target.port());
    listener = make_listener(forward(group));
  }
  void set_attribute(const std::string& key, const std::string& value) {
    must(elbv2.modify_load_balancer_attributes(
        {.LoadBalancerArn = balancer, .Attributes = {{{.Key = key, .Value = value}}}}));
  }
  void set_group_attribute(const std::string& key, const std::string& value) {
    must(elbv2.modify_target_group_attributes(
        {.TargetGroupArn = group, .Attributes = {{{.Key = key, .Value = value}}}}));
  }

  void advance(const std::string& duration) {
    const auto reply = exchange(post("/_fallstreak/clock", "{\"advance\":\"" + duration + "\"}"));
    ASSERT_EQ(reply.status, 200) << reply.body;
  }
  nlohmann::json shown() {
    const auto reply = control.exchange(get("/_fallstreak/load-balancers"));
    if (!reply || reply->status != 200) throw std::runtime_error("the control API is silent");
    return nlohmann::json::parse(reply->body)["load_balancers"].at(0);
  }
  /// The port of this machine at which the listener serves; 0 when it does not.
  std::uint16_t local_port(std::int32_t listener_port = 80) {
    const auto all = shown();
    for (const auto& one : all["listeners"]) {
      if (one["port"] != listener_port || one["address"].is_null()) continue;
      const auto address = one["address"].get<std::string>();
      return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    }
    return 0;
  }
  /// One request on a connection of its own.
  Reply ask(std::string_view bytes, std::int32_t listener_port = 80) {
    HttpClient client(local_port(listener_port));
    auto reply = client.exchange(bytes);
    EXPECT_TRUE(reply.has_value()) << "no answer to " << bytes.substr(0, 200);
    return reply.value_or(Reply());
  }

  HttpClient control{server.port()};
  InProcessTransport transport{cloud};
  client::Ec2 ec2{transport};
  client::ElbV2 elbv2{transport};
  std::string vpc_id, balancer, group, listener;
  std::vector<std::string> subnet_ids;
};

}  // namespace fallstreak::testing
