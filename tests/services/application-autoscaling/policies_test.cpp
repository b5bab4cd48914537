#include "scaling_fixture.h"

namespace fallstreak::application_autoscaling_test {
namespace {

using testing::FailsWith;
using testing::Succeeds;

class PutScalingPolicy : public ScalingTest {
 protected:
  PutScalingPolicy() { must(try_register(1, 100)); }
};

TEST_F(PutScalingPolicy, MakesTheAlarmsThatAwsMakes) {
  must(dynamodb.update_table({.TableName = "tbl", .ProvisionedThroughput = capacity(10, 1)}));
  cloud.advance(minutes(1));
  const auto answer = must(scaling.put_scaling_policy(policy(70)));
  EXPECT_EQ(answer.Alarms->size(), 4U);
  const auto high = alarm("AlarmHigh");
  EXPECT_EQ(high.MetricName, "ConsumedWriteCapacityUnits");
  EXPECT_EQ(high.Statistic, "Sum");
  EXPECT_EQ(high.Period, 60);
  EXPECT_EQ(high.EvaluationPeriods, 2);
  EXPECT_EQ(high.Threshold, 42);
  EXPECT_EQ(high.AlarmActions->front(), *answer.PolicyARN);
  const auto low = alarm("AlarmLow");
  EXPECT_EQ(low.EvaluationPeriods, 15);
  EXPECT_EQ(low.Threshold, 30);
  EXPECT_EQ(alarm("ProvisionedCapacityHigh").Period, 300);
  EXPECT_EQ(alarm("ProvisionedCapacityHigh").EvaluationPeriods, 2);
  EXPECT_EQ(alarm("ProvisionedCapacityLow").EvaluationPeriods, 3);
}

TEST_F(PutScalingPolicy, ChangesAPolicyAndKeepsItsAlarms) {
  const auto first = must(scaling.put_scaling_policy(policy(70)));
  auto changed = policy(50);
  changed.TargetTrackingScalingPolicyConfiguration->DisableScaleIn = true;
  const auto second = must(scaling.put_scaling_policy(changed));
  EXPECT_EQ(second.PolicyARN, first.PolicyARN);
  EXPECT_EQ(second.Alarms->front().AlarmName, first.Alarms->front().AlarmName);
  EXPECT_EQ(alarms().size(), 3U);
  EXPECT_EQ(alarm("AlarmHigh").Threshold, 10 * 60 * 0.5);
}

TEST_F(PutScalingPolicy, RefusesWhatDynamoDbDoesNotHave) {
  auto request = policy(70);
  request.PolicyType = "StepScaling";
  EXPECT_THAT(scaling.put_scaling_policy(request), FailsWith("ValidationException"));
  request.PolicyType.reset();
  EXPECT_THAT(scaling.put_scaling_policy(request), FailsWith("ValidationException"));
  EXPECT_THAT(scaling.put_scaling_policy(policy(19)), FailsWith("ValidationException"));
  EXPECT_THAT(scaling.put_scaling_policy(policy(91)), FailsWith("ValidationException"));
  request = policy(70);
  request.TargetTrackingScalingPolicyConfiguration->PredefinedMetricSpecification
      ->PredefinedMetricType = "DynamoDBReadCapacityUtilization";
  EXPECT_THAT(scaling.put_scaling_policy(request), FailsWith("ValidationException"));
  request = policy(70);
  request.TargetTrackingScalingPolicyConfiguration->CustomizedMetricSpecification.emplace();
  EXPECT_THAT(scaling.put_scaling_policy(request), FailsWith("NotImplemented", 501));
  request = policy(70);
  request.ResourceId = "table/other";
  EXPECT_THAT(scaling.put_scaling_policy(request), FailsWith("ObjectNotFoundException"));
  EXPECT_TRUE(alarms().empty());
}

using DeleteScalingPolicy = PutScalingPolicy;

TEST_F(DeleteScalingPolicy, DeletesItsAlarms) {
  must(scaling.put_scaling_policy(policy(70)));
  const wire::DeleteScalingPolicyRequest request{.PolicyName = "p",
                                                 .ServiceNamespace = "dynamodb",
                                                 .ResourceId = "table/tbl",
                                                 .ScalableDimension = kWrites};
  must(scaling.delete_scaling_policy(request));
  EXPECT_TRUE(alarms().empty());
  EXPECT_THAT(scaling.delete_scaling_policy(request), FailsWith("ObjectNotFoundException"));
}

using DescribeScalingPolicies = PutScalingPolicy;

TEST_F(DescribeScalingPolicies, AreFoundByNameAndByArn) {
  const auto arn = *must(scaling.put_scaling_policy(policy(70))).PolicyARN;
  for (const std::string& name : {std::string("p"), arn}) {
    const auto found = must(scaling.describe_scaling_policies(
        {.PolicyNames = {{name}}, .ServiceNamespace = "dynamodb"}));
    ASSERT_EQ(found.ScalingPolicies->size(), 1U);
    EXPECT_EQ(found.ScalingPolicies->front().PolicyARN, arn);
  }
}

class PutScheduledAction : public PutScalingPolicy {
 protected:
  static wire::PutScheduledActionRequest action(const std::string& schedule, std::int32_t least) {
    return {.ServiceNamespace = "dynamodb",
            .Schedule = schedule,
            .ScheduledActionName = "a",
            .ResourceId = "table/tbl",
            .ScalableDimension = kWrites,
            .ScalableTargetAction = {{.MinCapacity = least}}};
  }
};

TEST_F(PutScheduledAction, SetsBoundsAtItsTime) {
  must(scaling.put_scheduled_action(action("at(2026-01-01T06:00:00)", 30)));
  cloud.advance_to(*parse_iso8601("2026-01-01T05:59:59Z"));
  EXPECT_EQ(writes(), 10);
  cloud.advance(minutes(1));
  EXPECT_EQ(writes(), 30);
  EXPECT_EQ(activities().front().Cause, "minimum capacity was set to 30");
}

TEST_F(PutScheduledAction, HappensAgainAndAgainInItsZone) {
  auto request = action("cron(0 8 ? * 2-6 *)", 30);
  request.Timezone = "Europe/Berlin";
  must(scaling.put_scheduled_action(request));
  // The first of January 2026 is a Thursday; eight o'clock in Berlin is seven in UTC.
  cloud.advance_to(*parse_iso8601("2026-01-01T07:01:00Z"));
  EXPECT_EQ(writes(), 30);
  must(try_register(1, 100));
  must(dynamodb.update_table({.TableName = "tbl", .ProvisionedThroughput = capacity(10, 5)}));
  cloud.advance_to(*parse_iso8601("2026-01-02T07:01:00Z"));
  EXPECT_EQ(writes(), 30);
}

TEST_F(PutScheduledAction, HappensAtARate) {
  must(scaling.put_scheduled_action(action("rate(2 hours)", 25)));
  cloud.advance(hours(2) + minutes(1));
  EXPECT_EQ(writes(), 25);
}

TEST_F(PutScheduledAction, RefusesWhatIsNoSchedule) {
  for (const char* schedule :
       {"", "at(tomorrow)", "rate(0 minutes)", "rate(5)", "cron(* * * *)", "cron(0 8 ? * ? *)",
        "soon", "rate(1 minutes", "cron(99 * * * ? *)"}) {
    EXPECT_THAT(scaling.put_scheduled_action(action(schedule, 30)),
                FailsWith("ValidationException"))
        << schedule;
  }
  EXPECT_THAT(scaling.put_scheduled_action(action("cron(0 8 L * ? *)", 30)),
              FailsWith("NotImplemented", 501));
  EXPECT_TRUE(must(scaling.describe_scheduled_actions({.ServiceNamespace = "dynamodb"}))
                  .ScheduledActions->empty());
}

using DeleteScheduledAction = PutScheduledAction;

TEST_F(DeleteScheduledAction, NothingHappensAfterwards) {
  must(scaling.put_scheduled_action(action("rate(2 hours)", 25)));
  const wire::DeleteScheduledActionRequest request{.ServiceNamespace = "dynamodb",
                                                   .ScheduledActionName = "a",
                                                   .ResourceId = "table/tbl",
                                                   .ScalableDimension = kWrites};
  must(scaling.delete_scheduled_action(request));
  cloud.advance(hours(3));
  EXPECT_EQ(writes(), 10);
  EXPECT_THAT(scaling.delete_scheduled_action(request), FailsWith("ObjectNotFoundException"));
}

}  // namespace
}  // namespace fallstreak::application_autoscaling_test
