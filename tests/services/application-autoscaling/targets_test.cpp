#include "scaling_fixture.h"

namespace fallstreak::application_autoscaling_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

class RegisterScalableTarget : public ScalingTest {
 protected:
  std::vector<wire::ScalableTarget> targets() {
    return *must(scaling.describe_scalable_targets({.ServiceNamespace = "dynamodb"}))
                .ScalableTargets;
  }
};

TEST_F(RegisterScalableTarget, IsShownWithItsRoleAndArn) {
  const auto answer = must(try_register(5, 50));
  const auto all = targets();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().MinCapacity, 5);
  EXPECT_EQ(all.front().MaxCapacity, 50);
  EXPECT_EQ(all.front().ScalableTargetARN, answer.ScalableTargetARN);
  EXPECT_EQ(all.front().RoleARN,
            "arn:aws:iam::000000000000:role/aws-service-role/"
            "dynamodb.application-autoscaling.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable");
  EXPECT_EQ(all.front().SuspendedState->ScheduledScalingSuspended, false);
}

TEST_F(RegisterScalableTarget, ChangesOnlyWhatItNames) {
  must(try_register(5, 50));
  must(scaling.register_scalable_target({.ServiceNamespace = "dynamodb",
                                         .ResourceId = "table/tbl",
                                         .ScalableDimension = kWrites,
                                         .MaxCapacity = 60}));
  EXPECT_EQ(targets().front().MinCapacity, 5);
  EXPECT_EQ(targets().front().MaxCapacity, 60);
}

TEST_F(RegisterScalableTarget, BringsTheTableIntoItsBounds) {
  must(try_register(20, 50));
  cloud.advance(minutes(1));
  EXPECT_EQ(writes(), 20);
  EXPECT_EQ(activities().front().Cause, "minimum capacity was set to 20");
  must(try_register(1, 15));
  cloud.advance(minutes(1));
  EXPECT_EQ(writes(), 15);
  EXPECT_EQ(activities().front().Cause, "maximum capacity was set to 15");
}

TEST_F(RegisterScalableTarget, WaitsForATableThatIsBeingChanged) {
  must(dynamodb.update_table({.TableName = "tbl", .ProvisionedThroughput = capacity(11, 10)}));
  must(try_register(20, 50));
  cloud.advance(minutes(1));
  EXPECT_EQ(writes(), 20);
}

TEST_F(RegisterScalableTarget, ScalesAnIndex) {
  must(scaling.register_scalable_target({.ServiceNamespace = "dynamodb",
                                         .ResourceId = "table/tbl/index/idx",
                                         .ScalableDimension = "dynamodb:index:ReadCapacityUnits",
                                         .MinCapacity = 8,
                                         .MaxCapacity = 50}));
  cloud.advance(minutes(1));
  const auto table = must(dynamodb.describe_table({.TableName = "tbl"}));
  EXPECT_EQ(table.Table->GlobalSecondaryIndexes->front().ProvisionedThroughput->ReadCapacityUnits,
            8);
}

TEST_F(RegisterScalableTarget, RefusesWhatIsNoTarget) {
  EXPECT_THAT(try_register(50, 5), FailsWith("ValidationException"));
  EXPECT_THAT(try_register(-1, 5), FailsWith("ValidationException"));
  const auto try_as = [&](const std::string& id, const std::string& dimension) {
    return scaling.register_scalable_target({.ServiceNamespace = "dynamodb",
                                             .ResourceId = id,
                                             .ScalableDimension = dimension,
                                             .MinCapacity = 1,
                                             .MaxCapacity = 2});
  };
  EXPECT_THAT(try_as("table/none", kWrites),
              FailsSaying("DynamoDB table does not exist: table/none"));
  EXPECT_THAT(try_as("tbl", kWrites), FailsWith("ValidationException"));
  EXPECT_THAT(try_as("table/tbl/index/idx", kWrites), FailsWith("ValidationException"));
  EXPECT_THAT(try_as("table/tbl", "ecs:service:DesiredCount"), FailsWith("ValidationException"));
  EXPECT_TRUE(targets().empty());
}

TEST_F(RegisterScalableTarget, RefusesOtherServicesByName) {
  EXPECT_THAT(scaling.register_scalable_target({.ServiceNamespace = "ecs",
                                                .ResourceId = "service/default/web",
                                                .ScalableDimension = "ecs:service:DesiredCount",
                                                .MinCapacity = 1,
                                                .MaxCapacity = 2}),
              FailsWith("NotImplemented", 501));
}

TEST_F(RegisterScalableTarget, KeepsTags) {
  const auto arn = *must(scaling.register_scalable_target({.ServiceNamespace = "dynamodb",
                                                           .ResourceId = "table/tbl",
                                                           .ScalableDimension = kWrites,
                                                           .MinCapacity = 1,
                                                           .MaxCapacity = 20,
                                                           .Tags = {{{"a", "1"}}}}))
                        .ScalableTargetARN;
  must(scaling.tag_resource({.ResourceARN = arn, .Tags = {{{"b", "2"}}}}));
  must(scaling.untag_resource({.ResourceARN = arn, .TagKeys = {{"a"}}}));
  const auto tags = *must(scaling.list_tags_for_resource({.ResourceARN = arn})).Tags;
  ASSERT_EQ(tags.size(), 1U);
  EXPECT_EQ(tags.front().key, "b");
  EXPECT_THAT(scaling.tag_resource({.ResourceARN = arn + "0", .Tags = {{{"b", "2"}}}}),
              FailsWith("ResourceNotFoundException"));
}

using DeregisterScalableTarget = RegisterScalableTarget;

TEST_F(DeregisterScalableTarget, TakesPoliciesAndAlarmsAlong) {
  must(try_register(10, 50));
  must(scaling.put_scaling_policy(policy(70)));
  EXPECT_EQ(alarms().size(), 4U);
  const wire::DeregisterScalableTargetRequest request{
      .ServiceNamespace = "dynamodb", .ResourceId = "table/tbl", .ScalableDimension = kWrites};
  must(scaling.deregister_scalable_target(request));
  EXPECT_TRUE(targets().empty());
  EXPECT_TRUE(alarms().empty());
  EXPECT_TRUE(must(scaling.describe_scaling_policies({.ServiceNamespace = "dynamodb"}))
                  .ScalingPolicies->empty());
  EXPECT_THAT(scaling.deregister_scalable_target(request),
              FailsSaying("No scalable target found for service namespace: dynamodb, resource ID: "
                          "table/tbl, scalable dimension: dynamodb:table:WriteCapacityUnits"));
}

using DescribeScalableTargets = RegisterScalableTarget;

TEST_F(DescribeScalableTargets, ComeInPages) {
  must(try_register(10, 50));
  must(scaling.register_scalable_target({.ServiceNamespace = "dynamodb",
                                         .ResourceId = "table/tbl",
                                         .ScalableDimension = "dynamodb:table:ReadCapacityUnits",
                                         .MinCapacity = 10,
                                         .MaxCapacity = 50}));
  wire::DescribeScalableTargetsRequest request{.ServiceNamespace = "dynamodb", .MaxResults = 1};
  const auto first = must(scaling.describe_scalable_targets(request));
  EXPECT_EQ(first.ScalableTargets->front().ScalableDimension, "dynamodb:table:ReadCapacityUnits");
  request.NextToken = first.NextToken;
  const auto second = must(scaling.describe_scalable_targets(request));
  EXPECT_EQ(second.ScalableTargets->front().ScalableDimension, kWrites);
  EXPECT_FALSE(second.NextToken);
  request.NextToken = "nonsense";
  EXPECT_THAT(scaling.describe_scalable_targets(request), FailsWith("InvalidNextTokenException"));
}

}  // namespace
}  // namespace fallstreak::application_autoscaling_test
