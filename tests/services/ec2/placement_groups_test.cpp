#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class PlacementGroups : public Ec2Test {
 protected:
  void make(const std::string& name, const std::string& strategy) {
    must(ec2.create_placement_group({.GroupName = name, .Strategy = strategy}));
  }
  static api::ec2::RunInstancesRequest launch_into(const std::string& name, int count = 1) {
    auto request = launch(count);
    request.Placement = {.GroupName = name, .AvailabilityZone = "eu-central-1a"};
    return request;
  }
};
using CreatePlacementGroup = PlacementGroups;
using DeletePlacementGroup = PlacementGroups;

TEST_F(CreatePlacementGroup, HasAStrategyOfItsOwn) {
  const auto made = *must(ec2.create_placement_group(
                              {.PartitionCount = 3, .GroupName = "parts", .Strategy = "partition"}))
                         .PlacementGroup;
  EXPECT_EQ(made.PartitionCount, 3);
  EXPECT_EQ(made.State, "available");
  make("packed", "cluster");
  EXPECT_THAT(ec2.create_placement_group({.GroupName = "packed"}),
              FailsWith("InvalidPlacementGroup.Duplicate"));
  EXPECT_THAT(ec2.create_placement_group({.PartitionCount = 2, .GroupName = "x"}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(
      ec2.create_placement_group({.PartitionCount = 8, .GroupName = "x", .Strategy = "partition"}),
      FailsWith("InvalidParameterValue"));
  const auto find = [&](const api::ec2::DescribePlacementGroupsRequest& request) {
    return must(ec2.describe_placement_groups(request)).PlacementGroups->size();
  };
  EXPECT_EQ(find({}), 2U);
  EXPECT_EQ(find({.GroupIds = {{*made.GroupId}}}), 1U);
  EXPECT_EQ(find({.GroupNames = {{"packed"}}}), 1U);
  EXPECT_EQ(find({.Filters = {{{.Name = "strategy", .Values = {{"part*"}}}}}}), 1U);
  EXPECT_THAT(ec2.describe_placement_groups({.GroupNames = {{"none"}}}),
              FailsWith("InvalidPlacementGroup.Unknown"));
  EXPECT_THAT(ec2.describe_placement_groups({.GroupIds = {{"pg-0"}}}),
              FailsWith("InvalidPlacementGroup.Unknown"));
}

TEST_F(PlacementGroups, SpreadSevenInstancesInAZone) {
  make("apart", "spread");
  const auto ids = run(launch_into("apart", 7));
  settle();
  EXPECT_THAT(ec2.run_instances(launch_into("apart")), FailsWith("InsufficientInstanceCapacity"));
  auto elsewhere = launch_into("apart");
  elsewhere.Placement->AvailabilityZone = "eu-central-1b";
  EXPECT_THAT(ec2.run_instances(elsewhere), Succeeds());

  must(ec2.stop_instances({.InstanceIds = {{ids[0]}}}));
  must(ec2.terminate_instances({.InstanceIds = {{ids[1]}}}));
  settle();

  run(launch_into("apart", 2));
  EXPECT_THAT(ec2.start_instances({.InstanceIds = {{ids[0]}}}),
              FailsWith("InsufficientInstanceCapacity"));
  EXPECT_THAT(select("placement-group-name", {"apart"}), SizeIs(10));
}

TEST_F(PlacementGroups, RefuseWhatTheirStrategyCannotTake) {
  make("packed", "cluster");
  must(ec2.create_placement_group(
      {.PartitionCount = 2, .GroupName = "parts", .Strategy = "partition"}));
  auto burstable = launch_into("packed");
  burstable.InstanceType = "t3.micro";
  EXPECT_THAT(ec2.run_instances(burstable), FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(ec2.run_instances(launch_into("none")),
              FailsSaying("The Placement Group 'none' is unknown."));
  auto in_part = launch_into("parts");
  in_part.Placement->PartitionNumber = 3;
  EXPECT_THAT(ec2.run_instances(in_part), FailsWith("InvalidParameterValue"));
  in_part.Placement->PartitionNumber = 2;

  const auto id = run(in_part).front();

  EXPECT_EQ(look(id).Placement->GroupName, "parts");
  EXPECT_EQ(look(id).Placement->PartitionNumber, 2);
}

TEST_F(DeletePlacementGroup, WaitsForItsInstances) {
  make("packed", "cluster");
  const auto id = run(launch_into("packed")).front();
  settle();
  EXPECT_THAT(ec2.delete_placement_group({.GroupName = "packed"}),
              FailsWith("InvalidPlacementGroup.InUse"));
  must(ec2.terminate_instances({.InstanceIds = {{id}}}));
  settle();

  must(ec2.delete_placement_group({.GroupName = "packed"}));

  EXPECT_THAT(ec2.delete_placement_group({.GroupName = "packed"}),
              FailsWith("InvalidPlacementGroup.Unknown"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
