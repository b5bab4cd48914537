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
  explicit LoadBalancerTest(front::ServerOptions with = serving());
  ~LoadBalancerTest() override;

  template <class Value>
  static Value must(Outcome<Value> outcome) {
    if (!outcome) throw std::runtime_error(outcome.error().code + ": " + outcome.error().message);
    return std::move(*outcome);
  }

  std::string make_group(const std::string& name, const std::string& type = "ip");
  void add_target(const std::string& group_arn, std::uint16_t port);
  static api::elbv2::Action forward(const std::string& group_arn);
  static api::elbv2::Action forward(const std::vector<std::pair<std::string, int>>& weights);
  std::string make_listener(const api::elbv2::Action& action, std::int32_t port = 80);
  /// A group with this target, behind a listener on port 80.
  void serve_with(const TargetServer& target);
  void set_attribute(const std::string& key, const std::string& value);
  void set_group_attribute(const std::string& key, const std::string& value);

  void advance(const std::string& duration);
  nlohmann::json shown();
  /// The port of this machine at which the listener serves; 0 when it does not.
  std::uint16_t local_port(std::int32_t listener_port = 80);
  /// One request on a connection of its own.
  Reply ask(std::string_view bytes, std::int32_t listener_port = 80);

  HttpClient control{server.port()};
  InProcessTransport transport{cloud};
  client::Ec2 ec2{transport};
  client::ElbV2 elbv2{transport};
  std::string vpc_id, balancer, group, listener;
  std::vector<std::string> subnet_ids;
};

}  // namespace fallstreak::testing
