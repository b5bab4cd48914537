#include <algorithm>
#include <array>

#include "dynamodb_test.h"
#include "services/dynamodb/item_collections.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;

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

TEST_F(SecondaryIndexes, RefuseToShowAndToFilterByWhatTheyDoNotHave) {
  put("goods", good("1", "me", "30"));
  const auto query = [&](const std::string& index, std::optional<std::string> filter,
                         std::optional<std::string> projection) {
    const bool is_local = index == "by-price";
    Item values{{":key", S(is_local ? "a" : "me")}};
    if (filter) values.push_back({":v", S("t")});
    return message_of(
        dynamodb.query({.TableName = "goods",
                        .IndexName = index,
                        .ProjectionExpression = std::move(projection),
                        .FilterExpression = std::move(filter),
                        .KeyConditionExpression = "#k = :key",
                        .ExpressionAttributeNames = Names{{"#k", is_local ? "pk" : "owner"}},
                        .ExpressionAttributeValues = std::move(values)}));
  };
  const std::string invalid = "One or more parameter values were invalid: ";
  EXPECT_EQ(query("by-owner", {}, "pk, texts.x, colour, more"),
            invalid + "Global secondary index by-owner does not project [texts, more]");
  EXPECT_EQ(query("by-owner", {}, "pk, colour"), "succeeded");
  EXPECT_EQ(query("owners", "texts = :v", "texts"), "succeeded");
  EXPECT_EQ(query("by-price", {}, "texts"), "succeeded") << "the table is asked for it";
  const std::string filters = " does not project one or more filter attributes: ";
  EXPECT_EQ(query("by-owner", "texts = :v OR more.x = :v", {}),
            invalid + "Secondary index by-owner" + filters + "[more, texts]");
  EXPECT_EQ(query("by-price", "texts = :v", {}),
            invalid + "Secondary index by-price" + filters + "[texts]");
  EXPECT_EQ(query("by-owner", "colour = :v", {}), "succeeded");

  EXPECT_THAT(dynamodb.scan(
                  {.TableName = "goods", .IndexName = "by-owner", .ProjectionExpression = "texts"}),
              FailsSaying(invalid + "Global secondary index by-owner does not project [texts]"));
  EXPECT_EQ(must(dynamodb.scan({.TableName = "goods",
                                .IndexName = "by-owner",
                                .FilterExpression = "attribute_not_exists(texts)"}))
                .Count,
            1);
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

/// AWS: 20 global indexes and five local ones a table.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
class IndexQuotas : public DynamoDbTest {
 protected:
  static api::dynamodb::CreateTableInput table(int global, int local) {
    api::dynamodb::CreateTableInput request{
        .AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                  {.AttributeName = "sk", .AttributeType = "S"}}},
        .TableName = "many",
        .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                       {.AttributeName = "sk", .KeyType = "RANGE"}}},
        .BillingMode = "PAY_PER_REQUEST"};
    for (int index = 0; index < global; ++index) {
      if (!request.GlobalSecondaryIndexes) request.GlobalSecondaryIndexes.emplace();
      request.GlobalSecondaryIndexes->push_back(
          {.IndexName = "global" + std::to_string(index),
           .KeySchema = {{{.AttributeName = "sk", .KeyType = "HASH"}}},
           .Projection = api::dynamodb::Projection{.ProjectionType = "KEYS_ONLY"}});
    }
    for (int index = 0; index < local; ++index) {
      if (!request.LocalSecondaryIndexes) request.LocalSecondaryIndexes.emplace();
      request.LocalSecondaryIndexes->push_back(
          {.IndexName = "local" + std::to_string(index),
           .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                          {.AttributeName = "sk", .KeyType = "RANGE"}}},
           .Projection = api::dynamodb::Projection{.ProjectionType = "KEYS_ONLY"}});
    }
    return request;
  }
  auto add_one_more() {
    return dynamodb.update_table(
        {.AttributeDefinitions = {{{.AttributeName = "sk", .AttributeType = "S"}}},
         .TableName = "many",
         .GlobalSecondaryIndexUpdates = {
             {{.Create = {{.IndexName = "more",
                           .KeySchema = {{{.AttributeName = "sk", .KeyType = "HASH"}}},
                           .Projection = {{.ProjectionType = "KEYS_ONLY"}}}}}}}});
  }
};

TEST_F(IndexQuotas, RefuseTheTwentyFirstGlobalIndexOfANewTable) {
  EXPECT_THAT(dynamodb.create_table(table(21, 0)), FailsWith("ValidationException", 400));
  EXPECT_THAT(
      dynamodb.create_table(table(21, 0)),
      FailsSaying("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds "
                  "the per-table limit of 20"));
  EXPECT_THAT(dynamodb.describe_table({.TableName = "many"}),
              FailsWith("ResourceNotFoundException"));
  EXPECT_THAT(dynamodb.create_table(table(20, 0)), testing::Succeeds());
}

TEST_F(IndexQuotas, RefuseTheTwentyFirstGlobalIndexOfATableThatIsThere) {
  must(dynamodb.create_table(table(20, 0)));
  EXPECT_THAT(add_one_more(), FailsWith("LimitExceededException", 400));
  must(dynamodb.update_table(
      {.TableName = "many",
       .GlobalSecondaryIndexUpdates = {{{.Delete = {{.IndexName = "global7"}}}}}}));
  cloud.advance(std::chrono::hours(1));
  EXPECT_THAT(add_one_more(), testing::Succeeds());
}

TEST_F(IndexQuotas, RefuseTheSixthLocalIndex) {
  EXPECT_THAT(dynamodb.create_table(table(0, 6)), FailsWith("ValidationException", 400));
  EXPECT_THAT(
      dynamodb.create_table(table(0, 6)),
      FailsSaying("One or more parameter values were invalid: Number of LocalSecondaryIndexes "
                  "exceeds per-table limit of 5"));
  EXPECT_THAT(dynamodb.create_table(table(20, 5)), testing::Succeeds());
}

/// Items with one partition key. Ten gigabytes of them would not fit into a test: what is known of
/// their size is set instead.
class ItemCollections : public SecondaryIndexes {
 protected:
  using Collections = world::Table<services::dynamodb::CollectionRecord>;

  Collections& known() {
    const dispatch::Caller caller;
    return cloud.world()
        .state<services::dynamodb::State>("dynamodb", caller.scope(dispatch::Scope::regional))
        .collections;
  }
  void fill_up_to(std::int64_t bytes_left) {
    world::Transaction transaction(cloud.world());
    const std::string key(std::string_view(known().begin()->first));
    known().put(key, {.size_bytes = services::dynamodb::kLargestCollection - bytes_left});
    transaction.commit();
  }
  auto put(const std::string& sk, std::size_t text_bytes) {
    Item item = good(sk, "me", "30");
    item.back().value.S = std::string(text_bytes, 't');
    return dynamodb.put_item(
        {.TableName = "goods", .Item = item, .ReturnItemCollectionMetrics = "SIZE"});
  }
};

TEST_F(ItemCollections, HaveTenGigabytesAtMost) {
  must(put("1", 10));
  fill_up_to(1000);

  EXPECT_THAT(*must(put("2", 100)).ItemCollectionMetrics->SizeEstimateRangeGB,
              ::testing::ElementsAre(9, 10));
  const auto refused = put("3", 2000);
  EXPECT_THAT(refused, FailsWith("ItemCollectionSizeLimitExceededException", 400));
  EXPECT_EQ(message_of(refused), "Collection size exceeded.");
  api::dynamodb::TransactWriteItemsInput both;
  auto& actions = both.TransactItems.emplace();
  const auto add = [&](Item item) {
    actions.push_back({.Put = {{.Item = std::move(item), .TableName = "goods"}}});
  };
  add(good("4", "me", "7"));
  add({{"pk", S("a")}, {"sk", S("5")}, {"text", S(std::string(2000, 't'))}});
  const auto cancelled = dynamodb.transact_write_items(both);
  EXPECT_EQ(message_of(cancelled),
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
            "ItemCollectionSizeLimitExceeded]");
  EXPECT_EQ(must(dynamodb.scan({.TableName = "goods"})).Count, 2);

  // What makes it smaller is done, and makes room.
  must(put("1", 1));
  must(dynamodb.delete_item({.TableName = "goods", .Key = {{{"pk", S("a")}, {"sk", S("2")}}}}));
  must(put("6", 700));
}

TEST_F(ItemCollections, AreForgottenWithTheirLastItem) {
  must(put("1", 10));
  must(put("2", 500));
  must(put("2", 5));
  must(dynamodb.update_item({.TableName = "goods",
                             .Key = {{{"pk", S("a")}, {"sk", S("1")}}},
                             .UpdateExpression = "REMOVE price SET colour = :c",
                             .ExpressionAttributeValues = {{{":c", S("dark blue")}}}}));
  EXPECT_EQ(known().size(), 1U);
  for (const std::string sk : {"1", "2"}) {
    must(dynamodb.delete_item({.TableName = "goods", .Key = {{{"pk", S("a")}, {"sk", S(sk)}}}}));
  }
  // Had a byte been counted wrong, something would be left.
  EXPECT_EQ(known().size(), 0U);
}

/// Keys of several attributes. What is expected was recorded from AWS by the Parity Suite
/// (https://github.com/paritysuite/dynamodb-conformance).
class CompositeKeys : public DynamoDbTest {
 protected:
  using Keys = std::vector<api::dynamodb::KeySchemaElement>;

  CompositeKeys() {
    must(create("many", {hash("h"), range("a"), range("b"), range("c"), range("d")}));
    const std::vector<std::array<std::string, 5>> rows{{"p1", "T", "live", "b", "r1"},
                                                       {"p2", "T", "live", "a", "r2"},
                                                       {"p3", "T", "live", "a", "r1"},
                                                       {"p4", "T", "draft", "c", "r1"},
                                                       {"p5", "F", "live", "a", "r0"}};
    for (const auto& [pk, a, b, c, d] : rows) {
      put("many",
          {{"pk", S(pk)}, {"h", S("o")}, {"a", S(a)}, {"b", S(b)}, {"c", S(c)}, {"d", S(d)}});
    }
    put("many", {{"pk", S("p6")}, {"h", S("o")}, {"a", S("T")}, {"b", S("live")}, {"d", S("r1")}});
  }

  static api::dynamodb::KeySchemaElement hash(std::string name) {
    return {.AttributeName = std::move(name), .KeyType = "HASH"};
  }
  static api::dynamodb::KeySchemaElement range(std::string name) {
    return {.AttributeName = std::move(name), .KeyType = "RANGE"};
  }
  Outcome<api::dynamodb::CreateTableOutput> create(const std::string& table, Keys keys) {
    api::dynamodb::CreateTableInput request{
        .AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
        .TableName = table,
        .KeySchema = {{hash("pk")}},
        .GlobalSecondaryIndexes = {{{.IndexName = "index",
                                     .KeySchema = keys,
                                     .Projection = {{.ProjectionType = "ALL"}}}}},
        .BillingMode = "PAY_PER_REQUEST"};
    for (const auto& key : keys) {
      request.AttributeDefinitions->push_back(
          {.AttributeName = key.AttributeName, .AttributeType = "S"});
    }
    return dynamodb.create_table(request);
  }
  static api::dynamodb::QueryInput asking(const std::string& condition) {
    const Item values{{":h", S("o")}, {":a", S("T")},  {":b", S("live")}, {":c", S("a")},
                      {":d", S("r")}, {":x", S("r1")}, {":y", S("r1")}};
    Item used;
    for (const auto& entry : values) {
      if (condition.find(entry.key) != std::string::npos) used.push_back(entry);
    }
    return {.TableName = "many",
            .IndexName = "index",
            .KeyConditionExpression = condition,
            .ExpressionAttributeValues = std::move(used)};
  }
  /// The partition keys of what is found, one after the other.
  std::string found(const api::dynamodb::QueryInput& request) {
    const auto outcome = dynamodb.query(request);
    if (!outcome) return outcome.error().message;
    std::string keys;
    for (const Item& item : *outcome->Items) keys += *api::find(item, "pk")->S + " ";
    return keys;
  }
};

TEST_F(CompositeKeys, AreAskedFromLeftToRight) {
  const auto unequal = [](const std::string& first, const std::string& second) {
    return "RANGE key attributes " + first +
           " must have equality conditions specified in the query because a condition is present "
           "on key attribute " +
           second;
  };
  const std::vector<std::pair<std::string, std::string>> cases{
      {"h = :h", "p5 p4 p3 p2 p1 "},
      {"h = :h AND a = :a", "p4 p3 p2 p1 "},
      {"h = :h AND a = :a AND b = :b", "p3 p2 p1 "},
      {"h = :h AND a = :a AND b = :b AND c = :c", "p3 p2 "},
      {"h = :h AND a = :a AND b = :b AND c > :c", "p1 "},
      {"h = :h AND a = :a AND b = :b AND c = :c AND begins_with(d, :d)", "p3 p2 "},
      {"h = :h AND a = :a AND b = :b AND c = :c AND d BETWEEN :x AND :y", "p3 "},
      {"h = :h AND a = :a AND b < :b", "p4 "},
      {"h = :h AND a = :a AND b <= :b", "p4 p3 p2 p1 "},
      {"b = :b AND h = :h AND a = :a", "p3 p2 p1 "},
      {"h = :h AND a = :a AND c = :c", unequal("b", "c")},
      {"h = :h AND a = :a AND b > :b AND c = :c", unequal("b", "c")},
      {"h = :h AND b = :b", unequal("a", "b")},
      {"a = :a", "Query condition missed key schema element: h"},
      {"h > :h", "Query key condition not supported"},
  };
  for (const auto& [condition, answer] : cases) EXPECT_EQ(found(asking(condition)), answer);
}

TEST_F(CompositeKeys, GoOnFromPageToPageInBothDirections) {
  auto request = asking("h = :h AND a = :a");
  request.Limit = 2;
  const auto first = must(dynamodb.query(request));
  std::vector<std::string> names;
  for (const auto& entry : *first.LastEvaluatedKey) names.push_back(entry.key);
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "c", "d", "h", "pk"}));
  request.ExclusiveStartKey = first.LastEvaluatedKey;
  EXPECT_EQ(found(request), "p2 p1 ");
  request.ScanIndexForward = false;
  EXPECT_EQ(found(request), "p4 ");
  for (auto& entry : *request.ExclusiveStartKey) {
    if (entry.key == "a") entry.value = S("other");
  }
  EXPECT_EQ(found(request),
            "The provided starting key is outside query boundaries based on provided conditions");
}

TEST_F(CompositeKeys, HaveUpToFourAttributesOfEachKind) {
  must(create("wide", {hash("a"), hash("b"), hash("c"), hash("d"), range("e"), range("f")}));
  const auto table = *must(dynamodb.describe_table({.TableName = "wide"})).Table;
  const auto& keys = *table.GlobalSecondaryIndexes->front().KeySchema;
  ASSERT_EQ(keys.size(), 6U);
  EXPECT_EQ(keys[3].KeyType, "HASH");
  EXPECT_EQ(keys[5].AttributeName, "f");
  Item item{{"pk", S("1")}};
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) item.push_back({name, S(name)});
  put("wide", item);
  api::dynamodb::QueryInput request{
      .TableName = "wide",
      .IndexName = "index",
      .KeyConditionExpression = "a = :a AND b = :b AND c = :c AND d = :d",
      .ExpressionAttributeValues =
          Item{{":a", S("a")}, {":b", S("b")}, {":c", S("c")}, {":d", S("d")}}};
  EXPECT_EQ(found(request), "1 ");
  (*request.ExpressionAttributeValues)[1].value = S("c");
  EXPECT_EQ(found(request), "");
  request.KeyConditionExpression = "a = :a AND b = :b AND c = :c";
  request.ExpressionAttributeValues->pop_back();
  EXPECT_EQ(found(request), "Query condition missed key schema element: d");

  using ::testing::StartsWith;
  EXPECT_THAT(message_of(create("none", {hash("a"), hash("b"), hash("c"), hash("d"), hash("e")})),
              StartsWith("Invalid KeySchema: The number of HASH key attributes"));
  EXPECT_THAT(message_of(create("none", {hash("a"), range("b"), hash("c")})),
              StartsWith("Invalid KeySchema: HASH key attributes must precede"));
  EXPECT_THAT(message_of(create("none", {range("a"), range("b"), range("c")})),
              StartsWith("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
}

TEST_F(CompositeKeys, AreRefusedByPartiQl) {
  const std::string refused =
      "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
      "multi-attribute RANGE keys.";
  const auto message = [&](const std::string& statement) {
    return message_of(dynamodb.execute_statement({.Statement = statement}));
  };
  EXPECT_EQ(message("SELECT * FROM \"many\".\"index\" WHERE h = 'o'"), refused);
  EXPECT_EQ(message("SELECT * FROM \"many\".\"index\""), refused);
  EXPECT_EQ(message("SELECT * FROM \"many\" WHERE pk = 'p1'"), "succeeded");
  EXPECT_EQ(message("UPDATE \"many\" SET x = 1 WHERE pk = 'p1'"), "succeeded");
  const auto batch = must(dynamodb.batch_execute_statement(
      {.Statements = {{{.Statement = "SELECT * FROM \"many\".\"index\" WHERE h = 'o'"}}}}));
  EXPECT_EQ(batch.Responses->front().Error->Message, refused);
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
