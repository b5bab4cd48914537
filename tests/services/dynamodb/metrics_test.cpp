#include "capacity_fixture.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsWith;
using testing::Succeeds;

class DynamoDbMetrics : public CapacityTest {
 protected:
  DynamoDbMetrics() : CapacityTest(CapacityMode::counted) {
    create_provisioned("tbl", 5, 5, capacity(3, 4));
  }
};

TEST_F(DynamoDbMetrics, SayWhatATableAndItsIndexesConsumed) {
  must(dynamodb.put_item({.TableName = "tbl", .Item = Item{{"pk", S("a")}, {"by", S("x")}}}));
  must(try_put("tbl", "b", 3000));
  must(dynamodb.get_item({.TableName = "tbl", .Key = Item{{"pk", S("a")}}}));
  must(dynamodb.query({.TableName = "tbl",
                       .IndexName = "by-index",
                       .KeyConditionExpression = "#by = :v",
                       .ExpressionAttributeNames = Names{{"#by", "by"}},
                       .ExpressionAttributeValues = Item{{":v", S("x")}}}));
  cloud.advance(minutes(2));

  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl")), 4);
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl"), "SampleCount"), 2);
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl", "by-index")), 1);
  EXPECT_EQ(metric("ConsumedReadCapacityUnits", of("tbl")), 0.5);
  EXPECT_EQ(metric("ConsumedReadCapacityUnits", of("tbl", "by-index")), 0.5);
  EXPECT_EQ(metric("ReturnedItemCount", of("tbl", "", "Query")), 1);
}

TEST_F(DynamoDbMetrics, AreAbsentOfMinutesWithoutRequests) {
  must(try_put("tbl", "a"));
  cloud.advance(minutes(10));
  const auto points =
      must(cloudwatch.get_metric_statistics({.Namespace = "AWS/DynamoDB",
                                             .MetricName = "ConsumedWriteCapacityUnits",
                                             .Dimensions = of("tbl"),
                                             .StartTime = cloud.now() - minutes(11),
                                             .EndTime = cloud.now(),
                                             .Period = 60,
                                             .Statistics = {{"Sum"}}}));
  EXPECT_EQ(points.Datapoints->size(), 1U);
}

TEST_F(DynamoDbMetrics, ShowWhatIsProvisionedAndWhatItBecomes) {
  cloud.advance(minutes(5));
  EXPECT_EQ(metric("ProvisionedReadCapacityUnits", of("tbl"), "Average"), 5);
  EXPECT_EQ(metric("ProvisionedWriteCapacityUnits", of("tbl", "by-index"), "Average"), 4);
  must(dynamodb.update_table({.TableName = "tbl", .ProvisionedThroughput = capacity(50, 5)}));
  cloud.advance(minutes(70));
  EXPECT_EQ(metric("ProvisionedReadCapacityUnits", of("tbl"), "Average"), 50);
}

TEST_F(DynamoDbMetrics, CountConditionsThatFailedAndWhatTheyConsumed) {
  must(try_put("tbl", "a", 3000));
  const auto refused = dynamodb.put_item({.TableName = "tbl",
                                          .Item = Item{{"pk", S("a")}},
                                          .ConditionExpression = "attribute_not_exists(pk)"});
  EXPECT_THAT(refused, FailsWith("ConditionalCheckFailedException"));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("ConditionalCheckFailedRequests", of("tbl")), 1);
  // The item that is there has three kilobytes.
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl")), 6);
  EXPECT_EQ(metric("UserErrors", {}), 0);
}

TEST_F(DynamoDbMetrics, CountWhatCallersDoWrongForTheAccount) {
  EXPECT_FALSE(dynamodb.get_item({.TableName = "nowhere", .Key = Item{{"pk", S("a")}}}));
  EXPECT_FALSE(dynamodb.get_item({.TableName = "tbl", .Key = Item{{"wrong", S("a")}}}));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("UserErrors", {}), 2);
}

TEST_F(DynamoDbMetrics, CountWhatDynamoDbDoesWrong) {
  must(cloud.begin_fault("f", {.kind = "api-error",
                               .service = "dynamodb",
                               .operation = "GetItem",
                               .code = "InternalServerError",
                               .message = "broken",
                               .status = 500,
                               .percentage = 100}));
  EXPECT_FALSE(dynamodb.get_item({.TableName = "tbl", .Key = Item{{"pk", S("a")}}}));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("SystemErrors", of("tbl", "", "GetItem")), 1);
}

TEST_F(DynamoDbMetrics, CountAFailedTransactionAsNothingConsumed) {
  must(try_put("tbl", "a"));
  const auto refused = dynamodb.transact_write_items(
      {.TransactItems = {{{.Put = {{.Item = Item{{"pk", S("b")}}, .TableName = "tbl"}}},
                          {.Put = {{.Item = Item{{"pk", S("a")}},
                                    .TableName = "tbl",
                                    .ConditionExpression = "attribute_not_exists(pk)"}}}}}});
  EXPECT_THAT(refused, FailsWith("TransactionCanceledException"));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl")), 1);
}

TEST_F(DynamoDbMetrics, CountTransactionsTwice) {
  must(dynamodb.transact_write_items(
      {.TransactItems = {{{.Put = {{.Item = Item{{"pk", S("b")}}, .TableName = "tbl"}}}}}}));
  must(dynamodb.transact_get_items(
      {.TransactItems = {{{.Get = {{.Key = Item{{"pk", S("b")}}, .TableName = "tbl"}}}}}}));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl")), 2);
  EXPECT_EQ(metric("ConsumedReadCapacityUnits", of("tbl")), 2);
}

TEST_F(DynamoDbMetrics, ServeMoreThanTheCapacityWhileItIsOnlyCounted) {
  EXPECT_EQ(puts("tbl", 3000, "k"), 3000);
}

TEST_F(DynamoDbMetrics, StopWhenNothingIsCountedAnyMore) {
  set_dynamodb_realism(cloud, {.capacity = CapacityMode::ignored});
  must(try_put("tbl", "a"));
  EXPECT_FALSE(dynamodb.get_item({.TableName = "nowhere", .Key = Item{{"pk", S("a")}}}));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl")), 0);
  EXPECT_EQ(metric("UserErrors", {}), 0);
}

TEST_F(DynamoDbMetrics, AreTheSameAfterASnapshotIsBroughtBack) {
  must(try_put("tbl", "a"));
  const auto before = cloud.snapshot();
  must(try_put("tbl", "b"));
  cloud.restore(before);
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl")), 1);
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
