#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodb::WriteRequest;
using testing::FailsSaying;
using testing::FailsWith;

class Batches : public DynamoDbTest {
 protected:
  Batches() {
    create_table("one", {"pk:S"});
    create_table("two", {"pk:S"});
  }
  static WriteRequest write_put(Item item) {
    return {.PutRequest = api::dynamodb::PutRequest{.Item = std::move(item)}};
  }
  static WriteRequest write_delete(Item key) {
    return {.DeleteRequest = api::dynamodb::DeleteRequest{.Key = std::move(key)}};
  }
};
using BatchWriteItem = Batches;
using BatchGetItem = Batches;

TEST_F(BatchWriteItem, PutsAndDeletesInSeveralTables) {
  put("two", {{"pk", S("old")}});

  const auto answer = must(dynamodb.batch_write_item(
      {.RequestItems = {{{"one", {write_put({{"pk", S("a")}}), write_put({{"pk", S("b")}})}},
                         {"two", {write_delete({{"pk", S("old")}})}}}},
       .ReturnConsumedCapacity = "TOTAL"}));

  EXPECT_TRUE(answer.UnprocessedItems->empty());
  EXPECT_TRUE(get("one", {{"pk", S("b")}}));
  EXPECT_FALSE(get("two", {{"pk", S("old")}}));
  ASSERT_EQ(answer.ConsumedCapacity->size(), 2U);
  EXPECT_EQ(answer.ConsumedCapacity->front().CapacityUnits, 2);
}

TEST_F(BatchWriteItem, RefusesDuplicatesTooManyAndWrongKeys) {
  EXPECT_THAT(
      dynamodb.batch_write_item(
          {.RequestItems = {{{"one",
                              {write_put({{"pk", S("a")}}), write_delete({{"pk", S("a")}})}}}}}),
      FailsSaying("Provided list of item keys contains duplicates"));
  std::vector<WriteRequest> many;
  for (int number = 0; number < 13; ++number)
    many.push_back(write_put({{"pk", S(std::to_string(number))}}));
  EXPECT_THAT(dynamodb.batch_write_item({.RequestItems = {{{"one", many}, {"two", many}}}}),
              FailsSaying("Too many items requested for the BatchWriteItem call"));
  EXPECT_THAT(
      dynamodb.batch_write_item({.RequestItems = {{{"one", {write_put({{"pk", N("5")}})}}}}}),
      FailsSaying("The provided key element does not match the schema"));
  EXPECT_THAT(
      dynamodb.batch_write_item({.RequestItems = {{{"one", {write_put({{"pk", S("x")}})}},
                                                   {"none", {write_put({{"pk", S("a")}})}}}}}),
      FailsWith("ResourceNotFoundException", 400));
  // What was refused wrote nothing.
  EXPECT_EQ(must(dynamodb.scan({.TableName = "one"})).Count, 0);
}

TEST_F(BatchWriteItem, WordsBadValuesAsDynamoDbUsedTo) {
  const auto refusal = [&](Value value) {
    return message_of(dynamodb.batch_write_item(
        {.RequestItems = {{{"one", {write_put({{"pk", S("a")}, {"v", std::move(value)}})}}}}}));
  };
  EXPECT_EQ(refusal(N("abc")), "The parameter cannot be converted to a numeric value: abc");
  EXPECT_EQ(refusal(N("")), "The parameter cannot be converted to a numeric value");
  EXPECT_EQ(
      refusal(SS({"b", "a", "b"})),
      "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates.");
  EXPECT_EQ(refusal(NS({"2", "1", "2"})), "Input collection contains duplicates");
}

TEST_F(BatchGetItem, FindsItemsOfSeveralTables) {
  put("one", {{"pk", S("a")}, {"x", N("1")}, {"y", N("2")}});
  put("two", {{"pk", S("b")}});

  const auto answer = must(dynamodb.batch_get_item(
      {.RequestItems = {{{"one",
                          {.Keys = {{{{"pk", S("a")}}, {{"pk", S("none")}}}},
                           .ProjectionExpression = "x"}},
                         {"two", {.Keys = {{{{"pk", S("b")}}}}, .ConsistentRead = true}}}},
       .ReturnConsumedCapacity = "TOTAL"}));

  EXPECT_EQ(*api::find(*answer.Responses, "one"), (std::vector<Item>{{{"x", N("1")}}}));
  EXPECT_EQ(*api::find(*answer.Responses, "two"), (std::vector<Item>{{{"pk", S("b")}}}));
  EXPECT_TRUE(answer.UnprocessedKeys->empty());
  EXPECT_EQ(answer.ConsumedCapacity->front().CapacityUnits, 1);
}

TEST_F(BatchGetItem, LeavesWhatDoesNotFitInto16Megabytes) {
  std::vector<Item> keys;
  for (int number = 0; number < 60; ++number) {
    const Item key{{"pk", S(std::to_string(number))}};
    keys.push_back(key);
    put("one", {key.front(), {"text", S(std::string(300 * 1024, 'x'))}});
  }

  const auto answer = must(dynamodb.batch_get_item({.RequestItems = {{{"one", {.Keys = keys}}}}}));

  const std::size_t found = api::find(*answer.Responses, "one")->size();
  EXPECT_EQ(found, 54U);
  EXPECT_EQ(api::find(*answer.UnprocessedKeys, "one")->Keys->size(), 60 - found);
}

TEST_F(BatchGetItem, RefusesDuplicatesAndTooMany) {
  EXPECT_THAT(dynamodb.batch_get_item(
                  {.RequestItems = {{{"one", {.Keys = {{{{"pk", S("a")}}, {{"pk", S("a")}}}}}}}}}),
              FailsSaying("Provided list of item keys contains duplicates"));
  EXPECT_THAT(
      dynamodb.batch_get_item(
          {.RequestItems = {{{"none", {.Keys = {{{{"pk", N("1")}}, {{"pk", N("1.0")}}}}}}}}}),
      FailsSaying("Provided list of item keys contains duplicates"));
  std::vector<Item> keys;
  for (int number = 0; number < 51; ++number) keys.push_back({{"pk", S(std::to_string(number))}});
  EXPECT_THAT(dynamodb.batch_get_item(
                  {.RequestItems = {{{"one", {.Keys = keys}}, {"two", {.Keys = keys}}}}}),
              FailsSaying("Too many items requested for the BatchGetItem call"));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
