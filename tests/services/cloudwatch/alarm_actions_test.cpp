#include "client/cloudwatch.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;

/// An instance, and an alarm on a metric of it.
class AlarmActions : public testing::StackTest {
 protected:
  AlarmActions() {
    make_network();
    instance_id = run_instance_to_running(subnet_ids[0]);
  }
  void put_alarm(const std::string& action, const char* dimension = "InstanceId") {
    must_do(
        cloudwatch.put_metric_alarm({.AlarmName = "act",
                                     .AlarmActions = {{action}},
                                     .MetricName = "StatusCheckFailed_System",
                                     .Namespace = "AWS/EC2",
                                     .Statistic = "Maximum",
                                     .Dimensions = {{{.Name = dimension, .Value = instance_id}}},
                                     .Period = 60,
                                     .EvaluationPeriods = 2,
                                     .Threshold = 0.99,
                                     .ComparisonOperator = "GreaterThanOrEqualToThreshold"}));
  }
  void set_alarm() {
    must_do(cloudwatch.set_alarm_state(
        {.AlarmName = "act", .StateValue = "ALARM", .StateReason = "drill"}));
  }
  std::string instance_state() {
    const auto described = must(ec2.describe_instances({.InstanceIds = {{instance_id}}}));
    return *described.Reservations->front().Instances->front().State->Name;
  }
  /// Of the newest action.
  api::cloudwatch::AlarmHistoryItem action() {
    return must(
               cloudwatch.describe_alarm_history({.AlarmName = "act", .HistoryItemType = "Action"}))
        .AlarmHistoryItems->at(0);
  }

  client::CloudWatch cloudwatch{transport};
  std::string instance_id;
};

TEST_F(AlarmActions, StopAnInstance) {
  put_alarm("arn:aws:automate:eu-central-1:ec2:stop");
  set_alarm();
  EXPECT_EQ(instance_state(), "stopping");
  EXPECT_EQ(action().HistorySummary,
            "Successfully executed action arn:aws:automate:eu-central-1:ec2:stop");
}

TEST_F(AlarmActions, TerminateAnInstanceByTheOlderNameToo) {
  put_alarm(
      "arn:aws:swf:eu-central-1:123456789012:action/actions/AWS_EC2.InstanceId.Terminate/1.0");
  set_alarm();
  EXPECT_EQ(instance_state(), "shutting-down");
}

TEST_F(AlarmActions, RebootAndRecoverAnInstanceThatRuns) {
  for (const char* what : {"reboot", "recover"}) {
    put_alarm("arn:aws:automate:eu-central-1:ec2:" + std::string(what));
    set_alarm();
    EXPECT_EQ(instance_state(), "running");
    EXPECT_THAT(*action().HistorySummary, HasSubstr("Successfully executed"));
    must_do(cloudwatch.set_alarm_state(
        {.AlarmName = "act", .StateValue = "OK", .StateReason = "drill"}));
  }
}

TEST_F(AlarmActions, FailWhenEc2Refuses) {
  put_alarm("arn:aws:automate:eu-central-1:ec2:stop");
  must_do(ec2.terminate_instances({.InstanceIds = {{instance_id}}}));
  cloud.advance(minutes(5));
  set_alarm();
  EXPECT_EQ(action().HistorySummary,
            "Failed to execute action arn:aws:automate:eu-central-1:ec2:stop");
}

TEST_F(AlarmActions, FailWithoutAnInstanceInTheMetric) {
  put_alarm("arn:aws:automate:eu-central-1:ec2:stop", "ImageId");
  set_alarm();
  EXPECT_EQ(instance_state(), "running");
  EXPECT_THAT(*action().HistoryData, HasSubstr("InstanceId"));
}

TEST_F(AlarmActions, SeeThatStatusChecksPass) {
  put_alarm("arn:aws:automate:eu-central-1:ec2:recover");
  cloud.advance(minutes(5));
  const auto alarm = must(cloudwatch.describe_alarms({.AlarmNames = {{"act"}}}));
  EXPECT_EQ(alarm.MetricAlarms->front().StateValue, "OK");
}

}  // namespace
}  // namespace fallstreak
