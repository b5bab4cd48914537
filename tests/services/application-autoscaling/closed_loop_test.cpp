#include "scaling_fixture.h"

namespace fallstreak::application_autoscaling_test {
namespace {

using testing::Succeeds;

class ClosedLoop : public ScalingTest {
 protected:
  ClosedLoop() { must(try_register(10, 100)); }
};

TEST_F(ClosedLoop, AddsCapacityUntilTheLoadIsAtTheTarget) {
  must(scaling.put_scaling_policy(policy(70)));
  // 30 writes a second on 10 units: what was saved carries them for a while.
  load(300, minutes(15));
  // 30 of 43 units are just below 70 %.
  EXPECT_EQ(writes(), 43);
  EXPECT_EQ(load(300, minutes(10)), 0);
  EXPECT_EQ(writes(), 43);

  const auto all = activities();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front().StatusCode, "Successful");
  EXPECT_EQ(all.front().Description, "Setting write capacity units to 43.");
  EXPECT_EQ(all.front().StatusMessage,
            "Successfully set write capacity units to 43. Change successfully fulfilled by "
            "dynamodb.");
  EXPECT_TRUE(all.front().Cause->starts_with("monitor alarm TargetTracking-table/tbl-AlarmHigh-"));
  EXPECT_TRUE(all.front().Cause->ends_with(" in state ALARM triggered policy p"));
}

TEST_F(ClosedLoop, StopsAtTheMaximum) {
  must(try_register(10, 20));
  must(scaling.put_scaling_policy(policy(50)));
  load(300, minutes(20));
  EXPECT_EQ(writes(), 20);
}

TEST_F(ClosedLoop, TakesCapacityAwayAfterAQuarterOfAnHour) {
  must(scaling.put_scaling_policy(policy(70)));
  load(300, minutes(15));
  ASSERT_EQ(writes(), 43);
  load(100, minutes(10));
  EXPECT_EQ(writes(), 43);
  load(100, minutes(10));
  // 10 writes a second are 70 % of 14.3 units; what is removed is rounded down.
  EXPECT_EQ(writes(), 15);
}

TEST_F(ClosedLoop, KeepsTheCapacityOfATableThatNobodyUses) {
  must(scaling.put_scaling_policy(policy(70)));
  load(300, minutes(15));
  cloud.advance(hours(5));
  EXPECT_EQ(writes(), 43);
}

TEST_F(ClosedLoop, FailsToTakeAwayMoreOftenThanDynamoDbAllows) {
  // 2026-01-01 00:01 in UTC: a whole day is ahead.
  must(scaling.put_scaling_policy(policy(70)));
  std::int64_t units = 100;
  for (int decrease = 0; decrease < 4; ++decrease, units -= 10) {
    must(dynamodb.update_table(
        {.TableName = "tbl", .ProvisionedThroughput = capacity(10, units + 15)}));
    cloud.advance(minutes(1));
    must(dynamodb.update_table({.TableName = "tbl", .ProvisionedThroughput = capacity(10, units)}));
    cloud.advance(minutes(1));
  }
  load(200, minutes(25));
  const auto all = activities();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front().StatusCode, "Failed");
  EXPECT_TRUE(all.front().StatusMessage->find("Provisioned throughput decreases are limited") !=
              std::string::npos)
      << *all.front().StatusMessage;
  EXPECT_EQ(writes(), 70);
  // An hour after the last decrease there may be another.
  load(200, minutes(50));
  EXPECT_EQ(writes(), 29);
}

TEST_F(ClosedLoop, DoesNotScaleWhatIsSuspended) {
  must(scaling.put_scaling_policy(policy(70)));
  must(
      scaling.register_scalable_target({.ServiceNamespace = "dynamodb",
                                        .ResourceId = "table/tbl",
                                        .ScalableDimension = kWrites,
                                        .SuspendedState = {{.DynamicScalingOutSuspended = true}}}));
  load(300, minutes(10));
  EXPECT_EQ(writes(), 10);
}

TEST_F(ClosedLoop, FollowsWhatSomebodyElseProvisions) {
  must(scaling.put_scaling_policy(policy(70)));
  EXPECT_EQ(alarm("AlarmHigh").Threshold, 10 * 60 * 0.7);
  must(dynamodb.update_table({.TableName = "tbl", .ProvisionedThroughput = capacity(10, 50)}));
  cloud.advance(minutes(20));
  EXPECT_EQ(alarm("AlarmHigh").Threshold, 50 * 60 * 0.7);
  EXPECT_EQ(alarm("ProvisionedCapacityHigh").Threshold, 50);
}

}  // namespace
}  // namespace fallstreak::application_autoscaling_test
