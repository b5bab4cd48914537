#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "client/ec2.h"
#include "testing/testing.h"

namespace fallstreak::ec2_tests {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::Succeeds;
using ::testing::UnorderedElementsAre;

constexpr auto kImage = "ami-0abcdef1234567890";
constexpr auto kArmImage = "ami-0abcdef1234567891";

/// A cloud in eu-central-1, which has zones a, b and c.
class Ec2Test : public testing::CloudTest {
 protected:
  explicit Ec2Test(CloudOptions options = {})
      : CloudTest(options, dispatch::Caller("123456789012", "eu-central-1")) {}

  std::string make_vpc(std::string cidr = "10.0.0.0/16") {
    return *must(ec2.create_vpc({.CidrBlock = std::move(cidr)})).Vpc->VpcId;
  }
  std::string make_subnet(std::string vpc_id, std::string cidr,
                          std::string zone = "eu-central-1a") {
    return *must(ec2.create_subnet({.AvailabilityZone = std::move(zone),
                                    .CidrBlock = std::move(cidr),
                                    .VpcId = std::move(vpc_id)}))
                .Subnet->SubnetId;
  }
  std::string make_group(std::string vpc_id, std::string name = "web") {
    return *must(ec2.create_security_group(
                     {.Description = "a group", .GroupName = std::move(name), .VpcId = vpc_id}))
                .GroupId;
  }
  static api::ec2::RunInstancesRequest launch(int count = 1) {
    return {.ImageId = kImage, .InstanceType = "m4.xlarge", .MaxCount = count, .MinCount = count};
  }
  /// Launches in the default VPC and gives the ids.
  std::vector<std::string> run(const api::ec2::RunInstancesRequest& request) {
    std::vector<std::string> ids;
    const auto reservation = must(ec2.run_instances(request));
    for (const auto& instance : *reservation.Instances) ids.push_back(*instance.InstanceId);
    return ids;
  }
  std::string run_one() { return run(launch()).front(); }
  api::ec2::Instance look(const std::string& instance_id) {
    return must(ec2.describe_instances({.InstanceIds = {{instance_id}}}))
        .Reservations->front()
        .Instances->front();
  }
  std::string state_of(const std::string& instance_id) { return *look(instance_id).State->Name; }
  /// The ids that a filter selects.
  std::vector<std::string> select(const std::string& name, std::vector<std::string> values) {
    std::vector<std::string> ids;
    const auto result =
        must(ec2.describe_instances({.Filters = {{{.Name = name, .Values = std::move(values)}}}}));
    for (const auto& reservation : *result.Reservations) {
      for (const auto& instance : *reservation.Instances) ids.push_back(*instance.InstanceId);
    }
    return ids;
  }
  void inject(std::string_view id, const faults::FaultRecord& fault,
              std::optional<Duration> lasting = {}) {
    ASSERT_THAT(cloud.begin_fault(id, fault, lasting), Succeeds());
  }
  /// Long enough for any change of state.
  void settle() { cloud.advance(10min); }

  client::Ec2 ec2{transport};
};

}  // namespace fallstreak::ec2_tests
