#include "api/dynamodb/items.h"
#include "capacity_fixture.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

constexpr const char* kProvisioned =
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API.";

template <class Shape, class Outcome>
const Shape& members_of(const Outcome& outcome) {
  return *static_cast<const Shape*>(outcome.error().members.get());
}

class ProvisionedCapacity : public CapacityTest {};

TEST_F(ProvisionedCapacity, KeepsUnusedUnitsForFiveMinutesAndNoLonger) {
  create_provisioned("tbl", 5, 2);
  // Two units a second since it was made, eight seconds ago, and those it began with.
  EXPECT_EQ(puts("tbl", 100, "a"), 18);
  EXPECT_EQ(puts("tbl", 1, "b"), 0);
  cloud.advance(seconds(10));
  EXPECT_EQ(puts("tbl", 100, "c"), 20);
  cloud.advance(minutes(60));
  EXPECT_EQ(puts("tbl", 1000, "d"), 600);
}

TEST_F(ProvisionedCapacity, RefusesWithTheReasonAndLeavesNothing) {
  create_provisioned("tbl", 5, 1);
  cloud.advance(minutes(6));
  EXPECT_EQ(puts("tbl", 300, "a"), 300);
  const auto refused = try_put("tbl", "late");
  EXPECT_THAT(refused, FailsWith("ProvisionedThroughputExceededException", 400));
  EXPECT_THAT(refused, FailsSaying(kProvisioned));
  const auto& members = members_of<api::dynamodb::ProvisionedThroughputExceededException>(refused);
  ASSERT_EQ(members.ThrottlingReasons->size(), 1U);
  EXPECT_EQ(members.ThrottlingReasons->front().reason, "TableWriteProvisionedThroughputExceeded");
  EXPECT_EQ(members.ThrottlingReasons->front().resource,
            "arn:aws:dynamodb:us-east-1:000000000000:table/tbl");
  EXPECT_EQ(get("tbl", {{"pk", S("late")}}), std::nullopt);

  cloud.advance(minutes(2));
  EXPECT_EQ(metric("WriteThrottleEvents", of("tbl")), 1);
  EXPECT_EQ(metric("WriteProvisionedThroughputThrottleEvents", of("tbl")), 1);
  EXPECT_EQ(metric("ThrottledRequests", of("tbl", "", "PutItem")), 1);
  EXPECT_EQ(metric("UserErrors", {}), 0);
  EXPECT_EQ(metric("ConsumedWriteCapacityUnits", of("tbl")), 300);
}

TEST_F(ProvisionedCapacity, ServesALargeRequestOnCredit) {
  create_provisioned("tbl", 1, 1);
  cloud.advance(minutes(6));
  must(try_put("tbl", "large", 399 * 1024));
  EXPECT_FALSE(try_put("tbl", "next"));
  // 400 units were taken of 300; a unit a second pays them back.
  cloud.advance(seconds(99));
  EXPECT_FALSE(try_put("tbl", "next"));
  cloud.advance(seconds(2));
  EXPECT_THAT(try_put("tbl", "next"), Succeeds());
}

TEST_F(ProvisionedCapacity, OfReadsIsAnotherThanOfWrites) {
  create_provisioned("tbl", 1, 1);
  EXPECT_EQ(puts("tbl", 100, "a"), 9);
  int reads = 0;
  for (int index = 0; index < 100; ++index) {
    reads += dynamodb.get_item({.TableName = "tbl", .Key = Item{{"pk", S("a0")}}}) ? 1 : 0;
  }
  // An eventually consistent read of a small item is half a unit.
  EXPECT_EQ(reads, 18);
  const auto scan = dynamodb.scan({.TableName = "tbl"});
  ASSERT_THAT(scan, FailsWith("ProvisionedThroughputExceededException"));
  const auto& members = members_of<api::dynamodb::ProvisionedThroughputExceededException>(scan);
  EXPECT_EQ(members.ThrottlingReasons->front().reason, "TableReadProvisionedThroughputExceeded");
}

TEST_F(ProvisionedCapacity, OfAnIndexHoldsBackWritesOfItsTable) {
  create_provisioned("tbl", 100, 100, capacity(100, 1));
  int done = 0;
  const auto put_in_index = [&](int number) {
    return dynamodb.put_item(
        {.TableName = "tbl",
         .Item = Item{{"pk", S("k" + std::to_string(number))}, {"by", S("one")}}});
  };
  for (int number = 0; number < 100; ++number) done += put_in_index(number) ? 1 : 0;
  EXPECT_EQ(done, 9);
  const auto refused = put_in_index(100);
  const auto& members = members_of<api::dynamodb::ProvisionedThroughputExceededException>(refused);
  EXPECT_EQ(members.ThrottlingReasons->front().reason, "IndexWriteProvisionedThroughputExceeded");
  EXPECT_EQ(members.ThrottlingReasons->front().resource,
            "arn:aws:dynamodb:us-east-1:000000000000:table/tbl/index/by-index");
  // What is not in the index is none of its business.
  EXPECT_EQ(puts("tbl", 100, "free"), 100);
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("WriteThrottleEvents", of("tbl", "by-index")), 92);
  EXPECT_EQ(metric("WriteThrottleEvents", of("tbl")), 0);
  EXPECT_EQ(metric("ThrottledRequests", of("tbl", "", "PutItem")), 92);
}

TEST_F(ProvisionedCapacity, GrowsWhenTheUpdateIsDone) {
  create_provisioned("tbl", 1, 1);
  puts("tbl", 100, "a");
  must(dynamodb.update_table({.TableName = "tbl", .ProvisionedThroughput = capacity(1, 50)}));
  cloud.advance(seconds(10));
  // What was saved until then was saved at the old rate.
  EXPECT_EQ(puts("tbl", 1000, "b"), 10);
  cloud.advance(seconds(1));
  EXPECT_EQ(puts("tbl", 1000, "c"), 50);
}

TEST_F(ProvisionedCapacity, IsPaidByAWriteWhoseConditionFails) {
  create_provisioned("tbl", 1, 1);
  must(try_put("tbl", "a"));
  const api::dynamodb::PutItemInput insert{.TableName = "tbl",
                                           .Item = Item{{"pk", S("a")}},
                                           .ConditionExpression = "attribute_not_exists(pk)"};
  for (int count = 0; count < 8; ++count)
    EXPECT_THAT(dynamodb.put_item(insert), FailsWith("ConditionalCheckFailedException"));
  EXPECT_THAT(dynamodb.put_item(insert), FailsWith("ProvisionedThroughputExceededException"));
}

TEST_F(ProvisionedCapacity, SurvivesForksAndSnapshots) {
  create_provisioned("tbl", 1, 1);
  EXPECT_EQ(puts("tbl", 5, "a"), 5);
  const auto five_left = cloud.snapshot();
  EXPECT_EQ(puts("tbl", 100, "b"), 4);
  const auto hash = cloud.hash();
  cloud.restore(five_left);
  EXPECT_EQ(puts("tbl", 100, "b"), 4);
  EXPECT_EQ(cloud.hash(), hash);
}

class BatchUnderThrottling : public CapacityTest {
 protected:
  BatchUnderThrottling() { create_provisioned("tbl", 1, 1); }
  auto batch(int count, const std::string& prefix) {
    std::vector<api::dynamodb::WriteRequest> writes;
    for (int index = 0; index < count; ++index) {
      writes.push_back({.PutRequest = {{.Item = Item{{"pk", S(prefix + std::to_string(index))}}}}});
    }
    return dynamodb.batch_write_item({.RequestItems = {{{"tbl", std::move(writes)}}}});
  }
};

TEST_F(BatchUnderThrottling, LeavesWhatWasThrottledUnprocessed) {
  const auto answer = must(batch(20, "a"));
  ASSERT_EQ(answer.UnprocessedItems->size(), 1U);
  EXPECT_EQ(answer.UnprocessedItems->front().value.size(), 11U);
  EXPECT_TRUE(get("tbl", {{"pk", S("a8")}}));
  EXPECT_FALSE(get("tbl", {{"pk", S("a9")}}));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("WriteThrottleEvents", of("tbl")), 11);
  EXPECT_EQ(metric("ThrottledRequests", of("tbl", "", "BatchWriteItem")), 0);
}

TEST_F(BatchUnderThrottling, FailsWhenAllIsThrottled) {
  must(batch(20, "a"));
  EXPECT_THAT(batch(3, "b"), FailsWith("ProvisionedThroughputExceededException"));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("WriteThrottleEvents", of("tbl")), 14);
  EXPECT_EQ(metric("ThrottledRequests", of("tbl", "", "BatchWriteItem")), 1);
}

TEST_F(BatchUnderThrottling, LeavesKeysUnprocessed) {
  std::vector<Item> keys;
  for (int index = 0; index < 40; ++index) keys.push_back({{"pk", S(std::to_string(index))}});
  const auto answer = must(dynamodb.batch_get_item(
      {.RequestItems = {{{"tbl", {.Keys = keys, .ConsistentRead = true}}}}}));
  ASSERT_EQ(answer.UnprocessedKeys->size(), 1U);
  EXPECT_EQ(answer.UnprocessedKeys->front().value.Keys->size(), 31U);
  EXPECT_EQ(answer.UnprocessedKeys->front().value.ConsistentRead, true);
}

TEST_F(BatchUnderThrottling, CancelsATransactionWithTheReason) {
  must(batch(20, "a"));
  const auto refused = dynamodb.transact_write_items(
      {.TransactItems = {{{.Put = {{.Item = Item{{"pk", S("x")}}, .TableName = "tbl"}}},
                          {.Put = {{.Item = Item{{"pk", S("y")}}, .TableName = "tbl"}}}}}});
  ASSERT_THAT(refused, FailsWith("TransactionCanceledException"));
  EXPECT_THAT(refused,
              FailsSaying("Transaction cancelled, please refer cancellation reasons for specific "
                          "reasons [ProvisionedThroughputExceeded, None]"));
  const auto& members = members_of<api::dynamodb::TransactionCanceledException>(refused);
  EXPECT_EQ(members.CancellationReasons->front().Message, kProvisioned);
  EXPECT_FALSE(get("tbl", {{"pk", S("x")}}));
}

TEST_F(BatchUnderThrottling, TellsItOfASingleStatement) {
  must(batch(20, "a"));
  const auto answer = must(dynamodb.batch_execute_statement(
      {.Statements = {{{.Statement = "INSERT INTO tbl VALUE {'pk': 'x'}"},
                       {.Statement = "SELECT * FROM tbl WHERE pk = 'a0'"}}}}));
  EXPECT_EQ(answer.Responses->front().Error->Code, "ProvisionedThroughputExceeded");
  EXPECT_TRUE(answer.Responses->back().Item);
  EXPECT_FALSE(get("tbl", {{"pk", S("x")}}));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
