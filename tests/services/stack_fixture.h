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
  explicit StackTest(CloudOptions options = {});
  ~StackTest() override;

  static constexpr std::string_view kImage = "ami-0abcdef1234567890";

  client::Ec2 ec2{transport};
  client::ElbV2 elbv2{transport};
  client::AutoScaling autoscaling{transport};

  std::string vpc_id;
  /// One in each of eu-central-1a, b, c.
  std::vector<std::string> subnet_ids;

  /// A VPC with three subnets and an internet gateway.
  void make_network();
  std::string make_subnet(const std::string& zone, const std::string& block);
  std::string run_instance(const std::string& subnet_id);
  /// Runs it until it is `running`.
  std::string run_instance_to_running(const std::string& subnet_id);
  std::string make_target_group(const std::string& name);
  /// An active load balancer in all three zones.
  std::string make_load_balancer(const std::string& name);
  std::string make_listener(const std::string& load_balancer_arn,
                            const std::string& target_group_arn, std::int32_t port = 80);
  std::string make_launch_template(const std::string& name);
  api::elbv2::TargetHealth target_health(const std::string& target_group_arn,
                                         const std::string& target_id);
  void must_do_fault(std::string_view id, const faults::FaultRecord& fault,
                     std::optional<Duration> lasting = {});

  /// A call whose answer does not matter, but which must succeed.
  template <class Value>
  static void must_do(Outcome<Value> outcome) {
    static_cast<void>(must(std::move(outcome)));
  }
};

}  // namespace fallstreak::testing
