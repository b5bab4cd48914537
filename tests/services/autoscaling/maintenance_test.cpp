#include "services/autoscaling/maintenance.h"

#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using services::autoscaling::HealthyRange;
using services::autoscaling::replacement_step;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::FailsSaying;
using ::testing::HasSubstr;

// AWS: an unhealthy instance is replaced a tenth of the group at a time, at least one.
TEST(ReplacementStep, TakesATenthAtATimeWithoutAPolicy) {
  struct Row {
    std::int32_t desired, ready, to_replace, terminate;
  };
  for (const Row& row : {Row{1, 1, 1, 1}, Row{6, 6, 6, 1}, Row{55, 55, 55, 5}, Row{55, 52, 55, 2},
                         Row{10, 9, 3, 0}, Row{10, 10, 0, 0}}) {
    const auto step = replacement_step(HealthyRange(), row.desired, row.ready, row.to_replace);
    EXPECT_EQ(step.terminate, row.terminate) << row.desired << " " << row.ready;
    EXPECT_EQ(step.extra, 0);
  }
}

TEST(ReplacementStep, KeepsWithinThePolicysBounds) {
  struct Row {
    HealthyRange range;
    std::int32_t desired, ready, to_replace, terminate, extra;
  };
  const HealthyRange launch_first = {100, 110};
  const HealthyRange custom = {90, 120};
  for (const Row& row : {
           Row{launch_first, 10, 10, 3, 0, 1},
           Row{launch_first, 10, 11, 3, 1, 1},
           Row{launch_first, 10, 11, 1, 1, 0},
           Row{launch_first, 1, 1, 1, 0, 1},
           Row{custom, 10, 10, 5, 1, 2},
           Row{{50, 100}, 4, 4, 4, 2, 0},
           Row{{100, 100}, 4, 4, 4, 1, 0},
       }) {
    const auto step = replacement_step(row.range, row.desired, row.ready, row.to_replace);
    EXPECT_EQ(step.terminate, row.terminate) << row.desired << " " << row.ready;
    EXPECT_EQ(step.extra, row.extra) << row.desired << " " << row.ready;
  }
}

class InstanceMaintenancePolicy : public testing::GroupTest {
 protected:
  api::autoscaling::CreateAutoScalingGroupType with_policy(std::int32_t desired, std::int32_t least,
                                                           std::int32_t most) {
    auto request = wanted(desired);
    request.InstanceMaintenancePolicy = {
        {.MinHealthyPercentage = least, .MaxHealthyPercentage = most}};
    return request;
  }
  /// The fewest and the most members in service in the next while, looked at as often as a group
  /// may change.
  std::pair<int, int> in_service_during(Duration lasting) {
    std::pair<int, int> range(1000, 0);
    for (Duration passed{}; passed < lasting; passed += seconds(1)) {
      cloud.advance(seconds(1));
      const int now = count_in("InService");
      range = {std::min(range.first, now), std::max(range.second, now)};
    }
    return range;
  }
  void mark_unhealthy(const std::string& id) {
    must_do(autoscaling.set_instance_health(
        {.InstanceId = id, .HealthStatus = "Unhealthy", .ShouldRespectGracePeriod = false}));
  }
};

TEST_F(InstanceMaintenancePolicy, IsReturnedChangedAndTakenAway) {
  make_group(with_policy(1, 100, 110));
  EXPECT_EQ(group().InstanceMaintenancePolicy->MaxHealthyPercentage, 110);
  const auto update = [&](std::int32_t least, std::int32_t most) {
    return autoscaling.update_auto_scaling_group(
        {.AutoScalingGroupName = "web",
         .InstanceMaintenancePolicy = {
             {.MinHealthyPercentage = least, .MaxHealthyPercentage = most}}});
  };
  EXPECT_THAT(update(0, 150),
              FailsSaying("The difference between MaxHealthyPercentage and MinHealthyPercentage "
                          "cannot be greater than 100."));
  EXPECT_THAT(update(90, 90), FailsSaying("MaxHealthyPercentage must be between 100 and 200."));
  must_do(update(50, 150));
  EXPECT_EQ(group().InstanceMaintenancePolicy->MinHealthyPercentage, 50);
  must_do(update(-1, -1));
  EXPECT_FALSE(group().InstanceMaintenancePolicy.has_value());
}

TEST_F(InstanceMaintenancePolicy, LaunchesBeforeItTerminatesAnUnhealthyInstance) {
  make_group(with_policy(3, 100, 110));
  const auto id = *instances().front().InstanceId;
  mark_unhealthy(id);

  EXPECT_EQ(in_service_during(minutes(8)), std::pair(3, 4));
  for (const auto& instance : instances()) EXPECT_NE(instance.InstanceId, id);
  EXPECT_GE(activity("Terminating EC2 instance: " + id).StartTime, activity("Launching").EndTime);
  EXPECT_THAT(*activity("Launching").Cause,
              HasSubstr("an instance was launched in response to an unhealthy instance needing to "
                        "be replaced."));
}

TEST_F(InstanceMaintenancePolicy, WaitsForTheWarmupOfWhatItLaunched) {
  auto request = with_policy(2, 100, 150);
  request.DefaultInstanceWarmup = 600;
  make_group(request);
  cloud.advance(minutes(15));
  const auto id = *instances().front().InstanceId;
  mark_unhealthy(id);
  cloud.advance(minutes(9));
  EXPECT_EQ(instances().size(), 3U);
  cloud.advance(minutes(8));
  EXPECT_EQ(instances().size(), 2U);
}

TEST_F(InstanceMaintenancePolicy, TerminatesFirstWhenItLeavesNoRoomAbove) {
  make_group(with_policy(4, 50, 100));
  const auto described = instances();
  for (std::size_t i = 0; i < 3; ++i) mark_unhealthy(*described[i].InstanceId);

  EXPECT_EQ(in_service_during(minutes(8)), std::pair(2, 4));
  EXPECT_EQ(count_in("InService"), 4);
}

TEST_F(InstanceMaintenancePolicy, DoesNotKeepWhatDoesNotRun) {
  make_group(with_policy(2, 100, 200));
  const auto id = *instances().front().InstanceId;
  must_do(ec2.stop_instances({.InstanceIds = {{id}}}));
  cloud.advance(minutes(6));

  EXPECT_EQ(count_in("InService"), 2);
  EXPECT_LT(activity("Terminating EC2 instance: " + id).StartTime, activity("Launching").EndTime);
}

TEST_F(InstanceMaintenancePolicy, HoldsForInstancesThatHaveReachedTheirLifetime) {
  auto request = with_policy(3, 100, 110);
  request.MaxInstanceLifetime = 86'400;
  make_group(request);
  const auto before = instances();
  cloud.advance(hours(24) - minutes(5));

  EXPECT_EQ(in_service_during(minutes(30)).first, 3);
  for (const auto& old : before) {
    for (const auto& instance : instances()) EXPECT_NE(instance.InstanceId, old.InstanceId);
  }
}

TEST_F(InstanceMaintenancePolicy, IsWhatAnInstanceRefreshPrefers) {
  make_group(with_policy(2, 100, 150));
  must_do(autoscaling.start_instance_refresh({.AutoScalingGroupName = "web"}));
  const auto refresh =
      must(autoscaling.describe_instance_refreshes({.AutoScalingGroupName = "web"}))
          .InstanceRefreshes->front();
  EXPECT_EQ(refresh.Preferences->MinHealthyPercentage, 100);
  EXPECT_EQ(refresh.Preferences->MaxHealthyPercentage, 150);
}

TEST_F(InstanceMaintenancePolicy, KeepsRebalancingWithinItsBounds) {
  for (const auto& [least, most, expected] :
       {std::tuple(50, 100, std::pair(2, 4)), std::tuple(100, 125, std::pair(4, 5))}) {
    auto request = with_policy(4, least, most);
    request.VPCZoneIdentifier = subnet_ids[0];
    make_group(request);
    must_do(autoscaling.update_auto_scaling_group(
        {.AutoScalingGroupName = "web", .VPCZoneIdentifier = subnet_ids[1] + "," + subnet_ids[2]}));

    EXPECT_EQ(in_service_during(minutes(20)), expected) << least << " " << most;
    EXPECT_EQ(in_service_by_zone(),
              (std::map<std::string, int>{{"eu-central-1b", 2}, {"eu-central-1c", 2}}));
    must_do(autoscaling.delete_auto_scaling_group(
        {.AutoScalingGroupName = "web", .ForceDelete = true}));
    cloud.advance(minutes(5));
  }
}

}  // namespace
}  // namespace fallstreak
