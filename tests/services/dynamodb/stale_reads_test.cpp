#include "dynamodb_realism.h"
#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Reads lag behind by a second at most.
class StaleReads : public DynamoDbTest {
 protected:
  StaleReads() {
    set_dynamodb_realism(cloud, {.stale_reads = seconds(1)});
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "sk", .AttributeType = "S"},
                                   {.AttributeName = "by", .AttributeType = "S"}}},
         .TableName = "tbl",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                        {.AttributeName = "sk", .KeyType = "RANGE"}}},
         .GlobalSecondaryIndexes = {{{.IndexName = "idx",
                                      .KeySchema = {{{.AttributeName = "by", .KeyType = "HASH"}}},
                                      .Projection = {{.ProjectionType = "ALL"}}}}},
         .BillingMode = "PAY_PER_REQUEST"}));
    cloud.advance(seconds(10));
  }
  void write(const std::string& sort, const std::string& value) {
    put("tbl", {{"pk", S("p")}, {"sk", S(sort)}, {"by", S("b")}, {"v", S(value)}});
  }
  void remove(const std::string& sort) {
    must(dynamodb.delete_item({.TableName = "tbl", .Key = Item{{"pk", S("p")}, {"sk", S(sort)}}}));
  }
  /// The value, or `none`.
  std::string read(const std::string& sort, bool is_consistent = false) {
    const auto answer = must(dynamodb.get_item({.TableName = "tbl",
                                                .Key = Item{{"pk", S("p")}, {"sk", S(sort)}},
                                                .ConsistentRead = is_consistent}));
    if (!answer.Item) return "none";
    return *api::find(*answer.Item, "v")->S;
  }
  static std::string values(const std::vector<Item>& items) {
    std::string all;
    for (const Item& item : items) all += *api::find(item, "v")->S;
    return all;
  }
  api::dynamodb::QueryInput query(std::optional<std::string> index = {}) {
    return {.TableName = "tbl",
            .IndexName = index,
            .KeyConditionExpression = index ? "#k = :b" : "#k = :p",
            .ExpressionAttributeNames = Names{{"#k", index ? "by" : "pk"}},
            .ExpressionAttributeValues = index ? Item{{":b", S("b")}} : Item{{":p", S("p")}}};
  }
  std::string queried(api::dynamodb::QueryInput request) {
    return values(*must(dynamodb.query(request)).Items);
  }
};

TEST_F(StaleReads, SeeWhatWasThereAndSoonWhatIs) {
  write("a", "1");
  cloud.advance(seconds(5));
  write("a", "2");
  EXPECT_EQ(read("a"), "1");
  EXPECT_EQ(read("a", true), "2");
  cloud.advance(milliseconds(500));
  int old = 0;
  for (int count = 0; count < 200; ++count) old += read("a") == "1" ? 1 : 0;
  EXPECT_GT(old, 50);
  EXPECT_LT(old, 150);
  cloud.advance(milliseconds(501));
  for (int count = 0; count < 100; ++count) ASSERT_EQ(read("a"), "2");
}

TEST_F(StaleReads, SeeDeletedItemsAndMissNewOnes) {
  write("a", "1");
  write("b", "2");
  cloud.advance(seconds(5));
  remove("a");
  write("c", "3");
  EXPECT_EQ(queried(query()), "12");
  auto backwards = query();
  backwards.ScanIndexForward = false;
  EXPECT_EQ(queried(backwards), "21");
  auto consistent = query();
  consistent.ConsistentRead = true;
  EXPECT_EQ(queried(consistent), "23");
  EXPECT_EQ(values(*must(dynamodb.scan({.TableName = "tbl"})).Items), "12");
  EXPECT_EQ(read("a"), "1");
  EXPECT_EQ(read("c"), "none");
  cloud.advance(seconds(2));
  EXPECT_EQ(queried(query()), "23");
}

TEST_F(StaleReads, AreOfIndexesToo) {
  write("a", "1");
  cloud.advance(seconds(5));
  write("a", "2");
  write("b", "3");
  EXPECT_EQ(queried(query("idx")), "1");
  cloud.advance(seconds(2));
  EXPECT_EQ(queried(query("idx")), "23");
}

TEST_F(StaleReads, GoOnPageByPage) {
  for (const char* sort : {"a", "b", "c", "d"}) write(sort, sort);
  cloud.advance(seconds(5));
  remove("b");
  write("c", "C");
  for (const bool is_forward : {true, false}) {
    auto page = query();
    page.Limit = 1;
    page.ScanIndexForward = is_forward;
    std::string all;
    do {
      const auto answer = must(dynamodb.query(page));
      all += values(*answer.Items);
      page.ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (page.ExclusiveStartKey);
    EXPECT_EQ(all, is_forward ? "abcd" : "dcba");
  }
}

TEST_F(StaleReads, AreTheSameInEveryRun) {
  write("a", "1");
  cloud.advance(seconds(5));
  write("a", "2");
  cloud.advance(milliseconds(500));
  const auto reads = [&] {
    std::string all;
    for (int count = 0; count < 50; ++count) all += read("a");
    return all;
  };
  const auto before = cloud.snapshot();
  const std::string first = reads();
  cloud.restore(before);
  EXPECT_EQ(reads(), first);
}

TEST_F(StaleReads, ForgetWhatNobodyCanSeeAnyMore) {
  write("a", "1");
  for (int count = 0; count < 200; ++count) write("a", std::to_string(count));
  cloud.advance(seconds(5));
  remove("a");
  cloud.advance(seconds(5));
  // Nothing comes back, however often it is asked.
  for (int count = 0; count < 50; ++count) ASSERT_EQ(read("a"), "none");
}

TEST_F(StaleReads, EndWhenTheyAreSwitchedOff) {
  write("a", "1");
  cloud.advance(seconds(5));
  set_dynamodb_realism(cloud, {});
  write("a", "2");
  EXPECT_EQ(read("a"), "2");
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
