#include "services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::SizeIs;

class GroupOptions : public testing::GroupTest {
 protected:
  auto update(api::autoscaling::UpdateAutoScalingGroupType request) {
    request.AutoScalingGroupName = "web";
    return autoscaling.update_auto_scaling_group(request);
  }
  auto remove(bool is_forced) {
    return autoscaling.delete_auto_scaling_group(
        {.AutoScalingGroupName = "web", .ForceDelete = is_forced});
  }
  std::string placement_group_of(const std::string& instance_id) {
    const auto described = must(ec2.describe_instances({.InstanceIds = {{instance_id}}}));
    return described.Reservations->front().Instances->front().Placement->GroupName.value_or("");
  }
};

TEST_F(GroupOptions, PutInstancesIntoAPlacementGroup) {
  must(ec2.create_placement_group({.GroupName = "spread", .Strategy = "spread"}));
  auto request = wanted(1);
  request.PlacementGroup = "spread";
  make_group(request);

  EXPECT_EQ(group().PlacementGroup, "spread");
  EXPECT_EQ(placement_group_of(*instances().front().InstanceId), "spread");
  EXPECT_THAT(update({.PlacementGroup = "none"}),
              FailsSaying("The placement group 'none' does not exist."));
  must(update({.PlacementGroup = ""}));
  EXPECT_FALSE(group().PlacementGroup);
}

TEST_F(GroupOptions, KeepMixedGroupsOutOfPlacementGroups) {
  must(ec2.create_placement_group({.GroupName = "spread", .Strategy = "spread"}));
  auto request = wanted(1);
  request.MixedInstancesPolicy = {
      {.LaunchTemplate = {{.LaunchTemplateSpecification = request.LaunchTemplate}}}};
  request.LaunchTemplate.reset();
  make_group(request);

  EXPECT_THAT(update({.PlacementGroup = "spread"}), FailsWith("NotImplemented", 501));
  EXPECT_FALSE(group().PlacementGroup);
}

TEST_F(GroupOptions, ProtectAGroupFromDeletion) {
  auto request = wanted(1);
  request.DeletionProtection = "prevent-force-deletion";
  make_group(request);

  EXPECT_THAT(remove(true), FailsWith("ValidationError", 400));
  EXPECT_THAT(remove(false), FailsWith("ResourceInUse", 400)) << "as without protection";
  must(update({.DeletionProtection = "prevent-all-deletion"}));
  EXPECT_EQ(group().DeletionProtection, "prevent-all-deletion");
  EXPECT_THAT(remove(false), FailsWith("ValidationError", 400));
  EXPECT_THAT(instances(), SizeIs(1));

  must(update({.DeletionProtection = "none"}));
  must(remove(true));
  cloud.advance(std::chrono::minutes(5));
  EXPECT_THAT(groups_named("web"), SizeIs(0));
}

TEST_F(GroupOptions, NameZonesByTheirIds) {
  const auto zones = must(ec2.describe_availability_zones({}));
  const auto& zone = zones.AvailabilityZones->front();
  auto request = wanted(0);
  request.VPCZoneIdentifier.reset();
  request.AvailabilityZoneIds = {{*zone.ZoneId}};
  make_group(request);

  EXPECT_THAT(*group().AvailabilityZones, ElementsAre(*zone.ZoneName));
  EXPECT_THAT(
      update({.AvailabilityZones = {{*zone.ZoneName}}, .AvailabilityZoneIds = {{*zone.ZoneId}}}),
      FailsWith("ValidationError", 400));
  EXPECT_THAT(update({.AvailabilityZoneIds = {{"zzz1-az9"}}}), FailsWith("ValidationError", 400));
}

TEST_F(GroupOptions, ThatAreNotThereAreRefusedByName) {
  make_group(wanted(0));

  EXPECT_THAT(update({.DesiredCapacityType = "vcpu"}), FailsWith("NotImplemented", 501));
  EXPECT_THAT(update({.DesiredCapacityType = "boxes"}), FailsWith("ValidationError", 400));
  EXPECT_THAT(update({.AvailabilityZoneImpairmentPolicy = {{.ZonalShiftEnabled = true}}}),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(update({.CapacityReservationSpecification = {{.CapacityReservationPreference =
                                                                "capacity-reservations-only"}}}),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(update({.InstanceLifecyclePolicy = {{.RetentionTriggers = {{.TerminateHookAbandon =
                                                                              "retain"}}}}}),
              FailsWith("NotImplemented", 501));
  must(update({.DesiredCapacityType = "units",
               .AvailabilityZoneImpairmentPolicy = {{.ZonalShiftEnabled = false}},
               .CapacityReservationSpecification = {{.CapacityReservationPreference = "default"}},
               .InstanceLifecyclePolicy = {
                   {.RetentionTriggers = {{.TerminateHookAbandon = "terminate"}}}}}));
  EXPECT_EQ(group().CapacityReservationSpecification->CapacityReservationPreference, "default");
  EXPECT_EQ(group().AvailabilityZoneImpairmentPolicy->ZonalShiftEnabled, false);
}

}  // namespace
}  // namespace fallstreak
