#include "capacity_fixture.h"
#include "client/dynamodbstreams.h"

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

TEST_F(DynamoDbMetrics, TellWhatTheAccountMayProvisionAndHowMuchOfItHas) {
  create_provisioned("small", 5, 1);
  cloud.advance(minutes(5));
  const auto average = [&](const std::string& name) { return metric(name, {}, "Average"); };
  EXPECT_EQ(average("AccountMaxReads"), 80'000);
  EXPECT_EQ(average("AccountMaxWrites"), 80'000);
  EXPECT_EQ(average("AccountMaxTableLevelReads"), 40'000);
  EXPECT_EQ(average("AccountMaxTableLevelWrites"), 40'000);
  must(dynamodb.delete_table({.TableName = "small"}));
  cloud.advance(minutes(70));
  // 5 of the table and 3 of its index, 5 and 4; the most is the table's.
  EXPECT_DOUBLE_EQ(average("AccountProvisionedReadCapacityUtilization"), 100 * 8.0 / 80'000);
  EXPECT_DOUBLE_EQ(average("AccountProvisionedWriteCapacityUtilization"), 100 * 9.0 / 80'000);
  EXPECT_DOUBLE_EQ(average("MaxProvisionedTableReadCapacityUtilization"), 100 * 5.0 / 40'000);
  EXPECT_DOUBLE_EQ(average("MaxProvisionedTableWriteCapacityUtilization"), 100 * 5.0 / 40'000);
  must(dynamodb.delete_table({.TableName = "tbl"}));
  cloud.advance(minutes(70));
  EXPECT_EQ(average("AccountMaxReads"), 0) << "an account without tables tells nothing";
}

TEST_F(DynamoDbMetrics, ShowTheMostThatAnOnDemandTableMayServe) {
  create_table("free", {"pk:S"});
  cloud.advance(minutes(1));
  must(dynamodb.update_table(
      {.TableName = "free",
       .OnDemandThroughput = {{.MaxReadRequestUnits = 70, .MaxWriteRequestUnits = -1}}}));
  cloud.advance(minutes(70));
  EXPECT_EQ(metric("OnDemandMaxReadRequestUnits", of("free"), "Average"), 70);
  EXPECT_EQ(metric("OnDemandMaxWriteRequestUnits", of("free"), "Average"), 0);
}

TEST_F(DynamoDbMetrics, FollowAnIndexWhileItIsFilled) {
  for (const char* key : {"a", "b", "c"})
    must(dynamodb.put_item({.TableName = "tbl", .Item = Item{{"pk", S(key)}, {"to", S("x")}}}));
  must(dynamodb.update_table(
      {.AttributeDefinitions = {{{.AttributeName = "to", .AttributeType = "S"}}},
       .TableName = "tbl",
       .GlobalSecondaryIndexUpdates = {
           {{.Create = {{.IndexName = "later",
                         .KeySchema = {{{.AttributeName = "to", .KeyType = "HASH"}}},
                         .Projection = {{.ProjectionType = "KEYS_ONLY"}},
                         .ProvisionedThroughput = capacity(1, 1)}}}}}}));
  cloud.advance(minutes(2) + seconds(55));
  const auto progress = [&](const std::string& statistic) {
    return metric("OnlineIndexPercentageProgress", of("tbl", "later"), statistic);
  };
  EXPECT_EQ(progress("Average"), 50) << "after one of two minutes";
  EXPECT_EQ(metric("OnlineIndexConsumedWriteCapacity", of("tbl", "later")), 0);
  cloud.advance(minutes(3));
  EXPECT_EQ(progress("Sum"), 150);
  EXPECT_EQ(metric("OnlineIndexConsumedWriteCapacity", of("tbl", "later")), 3);
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl", "later")), 0)
      << "no request paid for it";
}

TEST_F(DynamoDbMetrics, SayHowMuchIsReadOfAStream) {
  must(dynamodb.update_table(
      {.TableName = "tbl",
       .StreamSpecification = {{.StreamEnabled = true, .StreamViewType = "KEYS_ONLY"}}}));
  cloud.advance(minutes(1));
  must(try_put("tbl", "a"));
  must(try_put("tbl", "b"));
  client::DynamoDbStreams streams(transport);
  const auto table = *must(dynamodb.describe_table({.TableName = "tbl"})).Table;
  const auto stream =
      *must(streams.describe_stream({.StreamArn = table.LatestStreamArn})).StreamDescription;
  const auto iterator = must(streams.get_shard_iterator({.StreamArn = table.LatestStreamArn,
                                                         .ShardId = stream.Shards->front().ShardId,
                                                         .ShardIteratorType = "TRIM_HORIZON"}));
  const auto records = must(streams.get_records({.ShardIterator = iterator.ShardIterator}));
  std::int64_t bytes = 0;
  for (const auto& record : *records.Records) bytes += *record.dynamodb->SizeBytes;
  cloud.advance(minutes(2));
  auto dimensions = of("tbl", "", "GetRecords");
  dimensions.push_back({.Name = "StreamLabel", .Value = *table.LatestStreamLabel});
  EXPECT_EQ(metric("ReturnedRecordsCount", dimensions), 2);
  EXPECT_EQ(metric("ReturnedBytes", dimensions), static_cast<double>(bytes));
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
