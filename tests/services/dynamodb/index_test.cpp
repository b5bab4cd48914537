#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;

/// A table with two global indexes and a local one.
class SecondaryIndexes : public DynamoDbTest {
 protected:
  SecondaryIndexes() {
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "sk", .AttributeType = "S"},
                                   {.AttributeName = "owner", .AttributeType = "S"},
                                   {.AttributeName = "price", .AttributeType = "N"}}},
         .TableName = "goods",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                        {.AttributeName = "sk", .KeyType = "RANGE"}}},
         .LocalSecondaryIndexes =
             {{{.IndexName = "by-price",
                .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                               {.AttributeName = "price", .KeyType = "RANGE"}}},
                .Projection = api::dynamodb::Projection{.ProjectionType = "KEYS_ONLY"}}}},
         .GlobalSecondaryIndexes =
             {{{.IndexName = "by-owner",
                .KeySchema = {{{.AttributeName = "owner", .KeyType = "HASH"},
                               {.AttributeName = "price", .KeyType = "RANGE"}}},
                .Projection = api::dynamodb::Projection{.ProjectionType = "INCLUDE",
                                                        .NonKeyAttributes = {{"colour"}}}},
               {.IndexName = "owners",
                .KeySchema = {{{.AttributeName = "owner", .KeyType = "HASH"}}},
                .Projection = api::dynamodb::Projection{.ProjectionType = "ALL"}}}},
         .BillingMode = "PAY_PER_REQUEST"}));
  }

  static Item good(const std::string& sk, const std::string& owner, const std::string& price) {
    return {{"colour", S("red")}, {"owner", S(owner)}, {"pk", S("a")},
            {"price", N(price)},  {"sk", S(sk)},       {"text", S("t")}};
  }
  api::dynamodb::QueryOutput owned(const std::string& index, const std::string& owner,
                                   std::optional<Item> start = {},
                                   std::optional<std::int32_t> limit = {}) {
    return must(dynamodb.query({.TableName = "goods",
                                .IndexName = index,
                                .Limit = limit,
                                .ExclusiveStartKey = std::move(start),
                                .KeyConditionExpression = "#o = :o",
                                .ExpressionAttributeNames = {{{"#o", "owner"}}},
                                .ExpressionAttributeValues = {{{":o", S(owner)}}}}));
  }
  std::int64_t entries(std::size_t index) {
    return *(*must(dynamodb.describe_table({.TableName = "goods"}))
                  .Table->GlobalSecondaryIndexes)[index]
                .ItemCount;
  }
};

TEST_F(SecondaryIndexes, AreSortedByTheirOwnKeyAndShowWhatIsProjected) {
  put("goods", good("1", "me", "30"));
  put("goods", good("2", "me", "4"));
  put("goods", good("3", "you", "1"));

  const auto items = *owned("by-owner", "me").Items;

  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0], (Item{{"colour", S("red")},
                            {"owner", S("me")},
                            {"pk", S("a")},
                            {"price", N("4")},
                            {"sk", S("2")}}));
  EXPECT_EQ(*api::find(items[1], "price"), N("30"));
  EXPECT_EQ(owned("owners", "me").Items->front().size(), 6U);
}

TEST_F(SecondaryIndexes, HoldOnlyItemsThatHaveTheirKeys) {
  put("goods", {{"pk", S("a")}, {"sk", S("1")}});
  put("goods", {{"pk", S("a")}, {"sk", S("2")}, {"owner", S("me")}});

  EXPECT_EQ(owned("by-owner", "me").Count, 0);
  EXPECT_EQ(owned("owners", "me").Count, 1);
  EXPECT_EQ(entries(0), 0);
  EXPECT_EQ(entries(1), 1);
}

TEST_F(SecondaryIndexes, FollowUpdatesAndDeletes) {
  put("goods", good("1", "me", "30"));
  must(dynamodb.update_item({.TableName = "goods",
                             .Key = {{{"pk", S("a")}, {"sk", S("1")}}},
                             .UpdateExpression = "SET #o = :o",
                             .ExpressionAttributeNames = {{{"#o", "owner"}}},
                             .ExpressionAttributeValues = {{{":o", S("you")}}}}));
  EXPECT_EQ(owned("owners", "me").Count, 0);
  EXPECT_EQ(owned("owners", "you").Count, 1);

  must(dynamodb.delete_item({.TableName = "goods", .Key = {{{"pk", S("a")}, {"sk", S("1")}}}}));
  EXPECT_EQ(owned("owners", "you").Count, 0);
  EXPECT_EQ(entries(0), 0);
  EXPECT_EQ(entries(1), 0);
}

TEST_F(SecondaryIndexes, GoThroughEqualKeysPageByPage) {
  for (int number = 0; number < 7; ++number) put("goods", good(std::to_string(number), "me", "5"));
  std::optional<Item> start;
  std::size_t count = 0;
  do {
    const auto page = owned("by-owner", "me", start, 3);
    count += page.Items->size();
    start = page.LastEvaluatedKey;
    if (start) {
      EXPECT_EQ(start->size(), 4U);
    }
  } while (start);
  EXPECT_EQ(count, 7U);
}

TEST_F(SecondaryIndexes, LocalOnesFetchWhatTheyDoNotHave) {
  put("goods", good("1", "me", "30"));
  api::dynamodb::QueryInput request{
      .TableName = "goods",
      .IndexName = "by-price",
      .ConsistentRead = true,
      .ReturnConsumedCapacity = "INDEXES",
      .KeyConditionExpression = "pk = :p AND price > :n",
      .ExpressionAttributeValues = {{{":p", S("a")}, {":n", N("1")}}}};
  const auto own = must(dynamodb.query(request));
  EXPECT_EQ(own.Items->front(), (Item{{"pk", S("a")}, {"price", N("30")}, {"sk", S("1")}}));
  EXPECT_EQ(own.ConsumedCapacity->CapacityUnits, 1);
  EXPECT_EQ(own.ConsumedCapacity->Table->CapacityUnits, 0);

  request.Select = "ALL_ATTRIBUTES";
  const auto all = must(dynamodb.query(request));
  EXPECT_EQ(all.Items->front(), good("1", "me", "30"));
  EXPECT_EQ(all.ConsumedCapacity->CapacityUnits, 2);
}

TEST_F(SecondaryIndexes, CostWhatIsWrittenToThem) {
  const auto units = [&](Item item) {
    return *must(dynamodb.put_item({.TableName = "goods",
                                    .Item = std::move(item),
                                    .ReturnConsumedCapacity = "INDEXES"}))
                .ConsumedCapacity;
  };
  // The table, two global indexes and a local one.
  EXPECT_EQ(units(good("1", "me", "30")).CapacityUnits, 4);
  // The same item again changes no index.
  EXPECT_EQ(units(good("1", "me", "30")).CapacityUnits, 1);
  // Another key is a removal and an entry.
  const auto moved = units(good("1", "you", "30"));
  EXPECT_EQ(moved.Table->CapacityUnits, 1);
  EXPECT_EQ(api::find(*moved.GlobalSecondaryIndexes, "by-owner")->CapacityUnits, 2);
  EXPECT_FALSE(moved.LocalSecondaryIndexes);
}

TEST_F(SecondaryIndexes, RefuseKeysOfAnotherTypeAndReadsTheyCannotDo) {
  EXPECT_THAT(dynamodb.put_item({.TableName = "goods",
                                 .Item = {{{"pk", S("a")}, {"sk", S("1")}, {"owner", N("5")}}}}),
              FailsSaying("One or more parameter values were invalid: Type mismatch for Index Key "
                          "owner Expected: S "
                          "Actual: N IndexName: by-owner"));
  EXPECT_THAT(
      dynamodb.put_item(
          {.TableName = "goods", .Item = {{{"pk", S("a")}, {"sk", S("1")}, {"owner", S("")}}}}),
      FailsSaying(
          "One or more parameter values are not valid. A value specified for a secondary index key "
          "is not "
          "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
          "IndexName: by-owner, IndexKey: owner"));
  EXPECT_THAT(dynamodb.scan({.TableName = "goods", .IndexName = "owners", .ConsistentRead = true}),
              FailsSaying("Consistent reads are not supported on global secondary indexes"));
  EXPECT_THAT(dynamodb.scan({.TableName = "goods", .IndexName = "nothing"}),
              FailsSaying("The table does not have the specified index: nothing"));
  EXPECT_THAT(
      dynamodb.scan({.TableName = "goods", .IndexName = "by-owner", .Select = "ALL_ATTRIBUTES"}),
      FailsSaying("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not "
                  "supported for "
                  "global secondary index by-owner because its projection type is not ALL"));
}

TEST_F(SecondaryIndexes, CanBeScanned) {
  for (int number = 0; number < 5; ++number) put("goods", good(std::to_string(number), "me", "5"));

  EXPECT_EQ(must(dynamodb.scan({.TableName = "goods", .IndexName = "by-price"})).Count, 5);
}

TEST_F(SecondaryIndexes, TellTheSizeOfAnItemCollection) {
  const auto metrics = must(dynamodb.put_item({.TableName = "goods",
                                               .Item = good("1", "me", "30"),
                                               .ReturnItemCollectionMetrics = "SIZE"}))
                           .ItemCollectionMetrics;

  ASSERT_TRUE(metrics);
  EXPECT_EQ(*metrics->ItemCollectionKey, (Item{{"pk", S("a")}}));
  EXPECT_THAT(*metrics->SizeEstimateRangeGB, ::testing::ElementsAre(0, 1));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
