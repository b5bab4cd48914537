#include <limits>
#include <map>

#include "services/ec2/spot_test.h"

namespace fallstreak::ec2_tests {
namespace {

class CreateFleet : public SpotTest {
 protected:
  api::ec2::CreateFleetRequest fleet_of(const std::vector<std::string>& types,
                                        std::int32_t capacity, const std::string& market) {
    std::vector<api::ec2::FleetLaunchTemplateOverridesRequest> overrides;
    for (const auto& type : types) {
      overrides.push_back({.InstanceType = type,
                           .AvailabilityZone = "eu-central-1a",
                           .Priority = double(overrides.size())});
    }
    return {.LaunchTemplateConfigs = {{{.LaunchTemplateSpecification = {{.LaunchTemplateId =
                                                                             template_id}},
                                        .Overrides = overrides}}},
            .TargetCapacitySpecification = {{.TotalTargetCapacity = capacity,
                                             .DefaultTargetCapacityType = market}},
            .Type = "instant"};
  }
  /// How many instances a fleet got of each type.
  static std::map<std::string, std::size_t> types_of(const api::ec2::CreateFleetResult& result) {
    std::map<std::string, std::size_t> types;
    for (const auto& row : *result.Instances) types[*row.InstanceType] += row.InstanceIds->size();
    return types;
  }

  std::string template_id =
      *must(ec2.create_launch_template(
                {.LaunchTemplateName = "fleet",
                 .LaunchTemplateData = {{.ImageId = kImage, .InstanceType = "m4.xlarge"}}}))
           .LaunchTemplate->LaunchTemplateId;
};

using Types = std::map<std::string, std::size_t>;

TEST_F(CreateFleet, LaunchesTheCheapestTypeOnDemand) {
  const auto result = must(ec2.create_fleet(fleet_of({"m4.2xlarge", "m4.xlarge"}, 2, "on-demand")));

  EXPECT_EQ(types_of(result), (Types{{"m4.xlarge", 2}}));
  EXPECT_TRUE(result.FleetId->starts_with("fleet-"));
  const auto id = result.Instances->front().InstanceIds->front();
  EXPECT_FALSE(look(id).InstanceLifecycle.has_value());
}

TEST_F(CreateFleet, MakesNoSecondFleetForTheSameToken) {
  auto request = fleet_of({"m4.xlarge"}, 2, "spot");
  request.ClientToken = "once";
  const auto first = must(ec2.create_fleet(request));
  const auto again = must(ec2.create_fleet(request));

  EXPECT_EQ(again.FleetId, first.FleetId);
  EXPECT_EQ(types_of(again), (Types{{"m4.xlarge", 2}}));
  EXPECT_EQ(again.Instances->front().Lifecycle, "spot");
  EXPECT_EQ(must(ec2.describe_instances({})).Reservations->size(), 2U);
  request.TargetCapacitySpecification->TotalTargetCapacity = 3;
  EXPECT_THAT(ec2.create_fleet(request), FailsWith("IdempotentParameterMismatch", 400));
}

TEST_F(CreateFleet, RefusesWhatWouldNeverEnd) {
  auto weightless = fleet_of({"m4.xlarge"}, 1, "on-demand");
  auto& choice = weightless.LaunchTemplateConfigs->front().Overrides->front();
  for (const double weight : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    choice.WeightedCapacity = weight;
    EXPECT_THAT(ec2.create_fleet(weightless), FailsWith("InvalidParameterValue", 400));
  }
  EXPECT_THAT(ec2.create_fleet(fleet_of({"m4.xlarge"}, 10'001, "on-demand")),
              FailsWith("TargetCapacityLimitExceededException"));
  EXPECT_THAT(ec2.create_fleet(fleet_of({"m4.xlarge"}, -1, "on-demand")),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(*must(ec2.describe_instances({})).Reservations, ::testing::IsEmpty());
}

TEST_F(CreateFleet, LaunchesByPriorityWhenItIsAsked) {
  auto request = fleet_of({"m4.2xlarge", "m4.xlarge"}, 1, "on-demand");
  request.OnDemandOptions = {{.AllocationStrategy = "prioritized"}};

  EXPECT_EQ(types_of(must(ec2.create_fleet(request))), (Types{{"m4.2xlarge", 1}}));
}

TEST_F(CreateFleet, TakesTheNextPoolAndSaysWhyTheFirstFailed) {
  inject("full", {.kind = "insufficient-capacity", .instance_type = "m4.xlarge"});
  const auto result = must(ec2.create_fleet(fleet_of({"m4.2xlarge", "m4.xlarge"}, 1, "on-demand")));

  EXPECT_EQ(types_of(result), (Types{{"m4.2xlarge", 1}}));
  EXPECT_EQ(result.Errors->front().ErrorCode, "InsufficientInstanceCapacity");
  EXPECT_EQ(result.Errors->front().Lifecycle, "on-demand");
}

TEST_F(CreateFleet, LaunchesNothingWhereNothingIs) {
  inject("full", {.kind = "spot-interruption"});
  const auto result = must(ec2.create_fleet(fleet_of({"m4.xlarge", "t3.small"}, 1, "spot")));

  EXPECT_THAT(*result.Instances, IsEmpty());
  EXPECT_THAT(*result.Errors, SizeIs(2));
}

TEST_F(CreateFleet, LaunchesSpotInstancesAndOnDemandInstancesTogether) {
  auto request = fleet_of({"m4.xlarge"}, 4, "spot");
  request.TargetCapacitySpecification->OnDemandTargetCapacity = 1;
  const auto result = must(ec2.create_fleet(request));

  ASSERT_THAT(*result.Instances, SizeIs(2));
  EXPECT_EQ(result.Instances->front().Lifecycle, "on-demand");
  EXPECT_THAT(*result.Instances->front().InstanceIds, SizeIs(1));
  EXPECT_EQ(result.Instances->back().Lifecycle, "spot");
  EXPECT_THAT(*result.Instances->back().InstanceIds, SizeIs(3));
  EXPECT_EQ(look(result.Instances->back().InstanceIds->front()).InstanceLifecycle, "spot");
}

TEST_F(CreateFleet, SharesAmongAsManyPoolsAsItIsAsked) {
  auto request = fleet_of({"m4.xlarge", "m4.2xlarge", "t3.small"}, 6, "spot");
  request.SpotOptions = {{.AllocationStrategy = "lowest-price", .InstancePoolsToUseCount = 2}};
  EXPECT_EQ(types_of(must(ec2.create_fleet(request))), (Types{{"m4.xlarge", 3}, {"t3.small", 3}}));

  request.SpotOptions = {{.AllocationStrategy = "diversified"}};
  EXPECT_EQ(types_of(must(ec2.create_fleet(request))),
            (Types{{"m4.2xlarge", 2}, {"m4.xlarge", 2}, {"t3.small", 2}}));
}

TEST_F(CreateFleet, LeavesPoolsAtRiskToTheLast) {
  auto request = fleet_of({"m4.xlarge", "m4.2xlarge"}, 1, "spot");
  request.SpotOptions = {{.AllocationStrategy = "price-capacity-optimized"}};
  inject("risk", {.kind = "spot-rebalance", .instance_type = "m4.xlarge"});

  EXPECT_EQ(types_of(must(ec2.create_fleet(request))), (Types{{"m4.2xlarge", 1}}));
}

TEST_F(CreateFleet, CountsWeights) {
  auto request = fleet_of({"m4.xlarge"}, 5, "on-demand");
  request.LaunchTemplateConfigs->front().Overrides->front().WeightedCapacity = 2;

  EXPECT_EQ(types_of(must(ec2.create_fleet(request))), (Types{{"m4.xlarge", 3}}));
}

TEST_F(CreateFleet, RefusesWhatDoesNotAddUp) {
  auto too_much = fleet_of({"m4.xlarge"}, 1, "spot");
  too_much.TargetCapacitySpecification->SpotTargetCapacity = 2;
  EXPECT_THAT(ec2.create_fleet(too_much), FailsWith("InvalidParameterCombination", 400));
  auto unknown = fleet_of({"m4.xlarge"}, 1, "spot");
  unknown.LaunchTemplateConfigs->front().LaunchTemplateSpecification->LaunchTemplateId =
      "lt-00000000000000000";
  unknown.LaunchTemplateConfigs->front().Overrides->front().InstanceType.reset();
  EXPECT_THAT(ec2.create_fleet(unknown), FailsWith("InvalidLaunchTemplateId.NotFound", 400));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
