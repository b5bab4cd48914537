#pragma once

#include <chrono>
#include <string>

#include "client/application-autoscaling.h"
#include "client/cloudwatch.h"
#include "client/dynamodb.h"
#include "dynamodb_realism.h"
#include "testing/testing.h"

/// What the suites have in common: a table whose load is counted, and a target that is it.
namespace fallstreak::application_autoscaling_test {

namespace wire = api::application_autoscaling;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class ScalingTest : public testing::CloudTest {
 protected:
  ScalingTest() {
    set_dynamodb_realism(cloud, {.capacity = dispatch::CapacityMode::enforced});
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "by", .AttributeType = "S"}}},
         .TableName = "tbl",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
         .GlobalSecondaryIndexes = {{{.IndexName = "idx",
                                      .KeySchema = {{{.AttributeName = "by", .KeyType = "HASH"}}},
                                      .Projection = {{.ProjectionType = "ALL"}},
                                      .ProvisionedThroughput = capacity(5, 5)}}},
         .ProvisionedThroughput = capacity(10, 10)}));
    cloud.advance(minutes(1));
  }
  static api::dynamodb::ProvisionedThroughput capacity(std::int64_t reads, std::int64_t writes) {
    return {.ReadCapacityUnits = reads, .WriteCapacityUnits = writes};
  }
  static constexpr const char* kWrites = "dynamodb:table:WriteCapacityUnits";

  auto try_register(std::int32_t least, std::int32_t most) {
    return scaling.register_scalable_target({.ServiceNamespace = "dynamodb",
                                             .ResourceId = "table/tbl",
                                             .ScalableDimension = kWrites,
                                             .MinCapacity = least,
                                             .MaxCapacity = most});
  }
  static wire::PutScalingPolicyRequest policy(double target) {
    return {.PolicyName = "p",
            .ServiceNamespace = "dynamodb",
            .ResourceId = "table/tbl",
            .ScalableDimension = kWrites,
            .PolicyType = "TargetTrackingScaling",
            .TargetTrackingScalingPolicyConfiguration = {
                {.TargetValue = target,
                 .PredefinedMetricSpecification = {
                     {.PredefinedMetricType = "DynamoDBWriteCapacityUtilization"}}}}};
  }
  /// So many writes each ten seconds, for so long. Gives how many were throttled.
  int load(int writes_in_ten_seconds, Duration lasting) {
    int throttled = 0;
    const Time end = cloud.now() + lasting;
    for (int round = 0; cloud.now() < end; ++round) {
      for (int index = 0; index < writes_in_ten_seconds; ++index) {
        const std::string key = std::to_string(index);
        if (!dynamodb.put_item({.TableName = "tbl", .Item = {{{"pk", {.S = key}}}}})) ++throttled;
      }
      cloud.advance(seconds(10));
    }
    return throttled;
  }
  std::int64_t writes() {
    return *must(dynamodb.describe_table({.TableName = "tbl"}))
                .Table->ProvisionedThroughput->WriteCapacityUnits;
  }
  std::vector<wire::ScalingActivity> activities() {
    return *must(scaling.describe_scaling_activities(
                     {.ServiceNamespace = "dynamodb", .ResourceId = "table/tbl"}))
                .ScalingActivities;
  }
  std::vector<api::cloudwatch::MetricAlarm> alarms() {
    return *must(cloudwatch.describe_alarms({})).MetricAlarms;
  }
  api::cloudwatch::MetricAlarm alarm(const std::string& side) {
    for (auto& one : alarms()) {
      if (one.AlarmName->starts_with("TargetTracking-table/tbl-" + side + "-")) return one;
    }
    throw std::runtime_error("no alarm " + side);
  }

  client::ApplicationAutoScaling scaling{transport};
  client::DynamoDb dynamodb{transport};
  client::CloudWatch cloudwatch{transport};
};

}  // namespace fallstreak::application_autoscaling_test
