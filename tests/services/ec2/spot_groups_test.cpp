#include "services/ec2/spot_test.h"

namespace fallstreak::ec2_tests {
namespace {

/// Requests of Spot Instances that belong together.
class SpotGroups : public SpotTest {
 protected:
  using Request = api::ec2::RequestSpotInstancesRequest;

  std::vector<std::string> ask_all(const Request& request) {
    std::vector<std::string> ids;
    const auto made = must(ec2.request_spot_instances(request));
    for (const auto& each : *made.SpotInstanceRequests) {
      ids.push_back(*each.SpotInstanceRequestId);
    }
    return ids;
  }
  Request of_launch_group(int count, std::string type = "one-time") {
    auto request = spot_request(std::move(type));
    request.InstanceCount = count;
    request.LaunchGroup = "crew";
    return request;
  }
  /// Wherever there is room.
  Request of_zone_group(int count, std::string type = "m4.xlarge") {
    auto request = spot_request();
    request.LaunchSpecification->Placement.reset();
    request.LaunchSpecification->InstanceType = std::move(type);
    request.InstanceCount = count;
    request.AvailabilityZoneGroup = "near";
    return request;
  }
  void fill(std::string_view id, const std::string& zone) {
    inject(id, {.kind = "insufficient-capacity", .zone = zone});
  }
};
using LaunchGroup = SpotGroups;
using AvailabilityZoneGroup = SpotGroups;

TEST_F(LaunchGroup, IsToldOfItsRequests) {
  const auto ids = ask_all(of_launch_group(1));
  EXPECT_EQ(request_named(ids.front()).LaunchGroup, "crew");
}

TEST_F(LaunchGroup, LaunchesTogether) {
  auto elsewhere = of_launch_group(1);
  elsewhere.LaunchSpecification->Placement->AvailabilityZone = "eu-central-1b";
  fill("full", "eu-central-1b");
  const auto here = ask_all(of_launch_group(2));
  const auto there = ask_all(elsewhere);
  settle();
  EXPECT_EQ(status(request_named(here[0])), "open launch-group-constraint");
  EXPECT_EQ(status(request_named(here[1])), "open launch-group-constraint");
  EXPECT_EQ(status(request_named(there[0])), "open capacity-not-available");

  cloud.end_fault("full");
  cloud.advance(1h);
  const auto time = [&](const std::string& id) {
    return look(*request_named(id).InstanceId).LaunchTime;
  };
  EXPECT_EQ(status(request_named(there[0])), "active fulfilled");
  EXPECT_EQ(time(here[0]), time(there[0]));
  EXPECT_EQ(time(here[1]), time(there[0]));
}

TEST_F(LaunchGroup, EndsTogether) {
  const auto ids = ask_all(of_launch_group(3));
  const auto alone = ask(spot_request());
  cloud.advance(1h);
  must(ec2.terminate_instances({.InstanceIds = {{*request_named(ids[1]).InstanceId}}}));
  settle();
  EXPECT_EQ(status(request_named(ids[1])), "closed instance-terminated-by-user");
  for (const int other : {0, 2}) {
    const auto request = request_named(ids[std::size_t(other)]);
    EXPECT_EQ(status(request), "closed instance-terminated-launch-group-constraint");
    EXPECT_EQ(state_of(*request.InstanceId), "terminated");
  }
  EXPECT_EQ(status(request_named(alone)), "active fulfilled");
}

TEST_F(LaunchGroup, EndsWithAnInterruptionAndBeginsAgainWhenItIsPersistent) {
  auto elsewhere = of_launch_group(1, "persistent");
  elsewhere.LaunchSpecification->Placement->AvailabilityZone = "eu-central-1b";
  const auto here = ask_all(of_launch_group(1, "persistent"));
  const auto there = ask_all(elsewhere);
  cloud.advance(1h);
  const std::string first = *request_named(here[0]).InstanceId;
  inject("gone", {.kind = "spot-interruption", .zone = "eu-central-1b"}, 30min);
  cloud.advance(20min);
  EXPECT_EQ(state_of(first), "terminated");
  EXPECT_EQ(request_named(here[0]).State, "open");
  cloud.advance(2h);
  EXPECT_EQ(status(request_named(here[0])), "active fulfilled");
  EXPECT_EQ(status(request_named(there[0])), "active fulfilled");
  EXPECT_NE(*request_named(here[0]).InstanceId, first);
}

TEST_F(LaunchGroup, DoesNotWaitForRequestsThatWereCancelled) {
  auto elsewhere = of_launch_group(1);
  elsewhere.LaunchSpecification->Placement->AvailabilityZone = "eu-central-1b";
  fill("full", "eu-central-1b");
  const auto there = ask_all(elsewhere);
  const auto here = ask_all(of_launch_group(1));
  settle();
  must(ec2.cancel_spot_instance_requests({.SpotInstanceRequestIds = {{there[0]}}}));
  cloud.advance(1h);
  EXPECT_EQ(status(request_named(here[0])), "active fulfilled");
}

TEST_F(AvailabilityZoneGroup, IsInOneZone) {
  const auto ids = ask_all(of_zone_group(6));
  cloud.advance(1h);
  const auto zone = request_named(ids[0]).LaunchedAvailabilityZone;
  for (const auto& id : ids) {
    EXPECT_EQ(request_named(id).AvailabilityZoneGroup, "near");
    EXPECT_EQ(request_named(id).LaunchedAvailabilityZone, zone);
  }
}

TEST_F(AvailabilityZoneGroup, KeepsLaterRequestsInItsZoneWhileAnInstanceIsActive) {
  auto first = of_zone_group(1);
  first.LaunchSpecification->Placement = {{.AvailabilityZone = "eu-central-1c"}};
  const auto id = ask(first);
  cloud.advance(1h);
  const auto second = ask(of_zone_group(1));
  auto other = first;
  other.LaunchSpecification->Placement = {{.AvailabilityZone = "eu-central-1a"}};
  const auto third = ask(other);
  cloud.advance(1h);
  EXPECT_EQ(request_named(second).LaunchedAvailabilityZone, "eu-central-1c");
  EXPECT_EQ(status(request_named(third)), "open az-group-constraint");

  for (const auto& each : {id, second}) {
    must(ec2.terminate_instances({.InstanceIds = {{*request_named(each).InstanceId}}}));
  }
  cloud.advance(1h);
  EXPECT_EQ(request_named(third).LaunchedAvailabilityZone, "eu-central-1a");
}

TEST_F(AvailabilityZoneGroup, IsOfOneInstanceType) {
  auto first = of_zone_group(1);
  first.LaunchSpecification->Placement = {{.AvailabilityZone = "eu-central-1c"}};
  ask(first);
  cloud.advance(1h);
  auto other = of_zone_group(1, "m5.large");
  other.LaunchSpecification->Placement = {{.AvailabilityZone = "eu-central-1a"}};
  const auto id = ask(other);
  cloud.advance(1h);
  EXPECT_EQ(request_named(id).LaunchedAvailabilityZone, "eu-central-1a");
}

}  // namespace
}  // namespace fallstreak::ec2_tests
