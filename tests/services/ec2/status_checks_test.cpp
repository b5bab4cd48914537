#include "client/cloudwatch.h"
#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class StatusChecks : public Ec2Test {
 protected:
  api::ec2::InstanceStatus status() {
    return must(ec2.describe_instance_status({.InstanceIds = {{id}}})).InstanceStatuses->front();
  }
  /// The maximum of a metric in the last five minutes.
  double maximum(const std::string& metric) {
    const auto result = must(
        cloudwatch.get_metric_statistics({.Namespace = "AWS/EC2",
                                          .MetricName = metric,
                                          .Dimensions = {{{.Name = "InstanceId", .Value = id}}},
                                          .StartTime = cloud.now() - 5min,
                                          .EndTime = cloud.now(),
                                          .Period = 300,
                                          .Statistics = {{"Maximum"}}}));
    double most = -1;
    for (const auto& point : *result.Datapoints) most = std::max(most, *point.Maximum);
    return most;
  }

  client::CloudWatch cloudwatch{transport};
  std::string id = run_one();
};

TEST_F(StatusChecks, FailWhileAFaultLastsAndRecover) {
  settle();
  ASSERT_EQ(status().SystemStatus->Status, "ok");
  inject("host", {.kind = "status-check", .instance_id = id, .check = "system"}, 10min);

  const auto impaired = status();

  EXPECT_EQ(impaired.SystemStatus->Status, "impaired");
  EXPECT_EQ(impaired.SystemStatus->Details->front().Status, "failed");
  EXPECT_EQ(impaired.SystemStatus->Details->front().ImpairedSince, cloud.now());
  EXPECT_EQ(impaired.InstanceStatus_->Status, "ok");
  EXPECT_THAT(
      *must(ec2.describe_instance_status(
                {.Filters = {{{.Name = "system-status.status", .Values = {{"impaired"}}}}}}))
           .InstanceStatuses,
      SizeIs(1));
  cloud.advance(6min);
  EXPECT_EQ(maximum("StatusCheckFailed"), 1);
  EXPECT_EQ(maximum("StatusCheckFailed_System"), 1);
  EXPECT_EQ(maximum("StatusCheckFailed_Instance"), 0);
  cloud.advance(12min);
  EXPECT_EQ(status().SystemStatus->Status, "ok");
  EXPECT_EQ(maximum("StatusCheckFailed_System"), 0);
}

TEST_F(StatusChecks, AreOfTheInstanceUnlessTheFaultSaysOtherwise) {
  settle();
  inject("boot", {.kind = "status-check", .instance_id = id});
  EXPECT_EQ(status().InstanceStatus_->Status, "impaired");
  EXPECT_EQ(status().AttachedEbsStatus->Status, "ok");
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();
  EXPECT_EQ(must(ec2.describe_instance_status({.InstanceIds = {{id}}, .IncludeAllInstances = true}))
                .InstanceStatuses->front()
                .InstanceStatus_->Status,
            "not-applicable");
  cloud.end_fault("boot");
  EXPECT_THAT(cloud.begin_fault("x", {.kind = "status-check"}), FailsWith("ValidationException"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
