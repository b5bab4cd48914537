#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodb::CancellationReason;
using api::dynamodb::TransactGetItem;
using api::dynamodb::TransactionCanceledException;
using api::dynamodb::TransactWriteItem;
using testing::FailsSaying;
using testing::FailsWith;

/// `Code` or `Code: Message` of each reason for a cancellation; what else it was, otherwise.
template <class Outcome>
std::vector<std::string> reasons_of(const Outcome& outcome) {
  if (outcome) return {"succeeded"};
  const ApiError& error = outcome.error();
  if (error.code != "TransactionCanceledException") return {error.code + ": " + error.message};
  std::vector<std::string> texts;
  const auto& exception = *static_cast<const TransactionCanceledException*>(error.members.get());
  for (const CancellationReason& reason : *exception.CancellationReasons) {
    texts.push_back(*reason.Code + (reason.Message ? ": " + *reason.Message : ""));
  }
  return texts;
}

using Texts = std::vector<std::string>;

class Transactions : public DynamoDbTest {
 protected:
  explicit Transactions(CloudOptions options = {.timing = dispatch::Timing::instant})
      : DynamoDbTest(options) {
    create_table("one", {"pk:S"});
    create_table("two", {"pk:S", "sk:N"});
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "mail", .AttributeType = "S"}}},
         .TableName = "indexed",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
         .GlobalSecondaryIndexes = {{{.IndexName = "by-index",
                                      .KeySchema = {{{.AttributeName = "mail", .KeyType = "HASH"}}},
                                      .Projection = {{.ProjectionType = "ALL"}}}}},
         .BillingMode = "PAY_PER_REQUEST"}));
  }
  static TransactWriteItem put_of(const std::string& table, Item item,
                                  std::optional<std::string> condition = {}) {
    return {.Put = {{.Item = std::move(item),
                     .TableName = table,
                     .ConditionExpression = std::move(condition)}}};
  }
  static TransactWriteItem delete_of(const std::string& table, Item key) {
    return {.Delete = {{.Key = std::move(key), .TableName = table}}};
  }
  static TransactWriteItem update_of(const std::string& table, Item key, std::string expression,
                                     Value value) {
    return {.Update = {{.Key = std::move(key),
                        .UpdateExpression = std::move(expression),
                        .TableName = table,
                        .ExpressionAttributeValues = Item{{":v", std::move(value)}}}}};
  }
  static TransactWriteItem check_of(const std::string& table, Item key, std::string condition) {
    return {.ConditionCheck = {{.Key = std::move(key),
                                .TableName = table,
                                .ConditionExpression = std::move(condition)}}};
  }
  static TransactGetItem get_of(const std::string& table, Item key) {
    return {.Get = {{.Key = std::move(key), .TableName = table}}};
  }
  auto write(std::vector<TransactWriteItem> items, std::optional<std::string> token = {}) {
    return dynamodb.transact_write_items({.TransactItems = std::move(items),
                                          .ReturnConsumedCapacity = "TOTAL",
                                          .ClientRequestToken = std::move(token)});
  }
};
using TransactWriteItems = Transactions;
using TransactGetItems = Transactions;

TEST_F(TransactWriteItems, PutsUpdatesDeletesAndChecksInSeveralTables) {
  put("one", {{"pk", S("updated")}, {"n", N("1")}});
  put("one", {{"pk", S("deleted")}});
  put("one", {{"pk", S("checked")}});

  const auto answer =
      must(write({put_of("two", {{"pk", S("new")}, {"sk", N("1")}}),
                  update_of("one", {{"pk", S("updated")}}, "SET n = n + :v", N("4")),
                  update_of("one", {{"pk", S("made")}}, "SET n = :v", N("7")),
                  delete_of("one", {{"pk", S("deleted")}}),
                  check_of("one", {{"pk", S("checked")}}, "attribute_exists(pk)")}));

  EXPECT_TRUE(get("two", {{"pk", S("new")}, {"sk", N("1")}}));
  EXPECT_EQ(get("one", {{"pk", S("updated")}}), (Item{{"n", N("5")}, {"pk", S("updated")}}));
  EXPECT_EQ(get("one", {{"pk", S("made")}}), (Item{{"n", N("7")}, {"pk", S("made")}}));
  EXPECT_FALSE(get("one", {{"pk", S("deleted")}}));
  // Everything is written twice, and a check costs as much as a write.
  ASSERT_EQ(answer.ConsumedCapacity->size(), 2U);
  EXPECT_EQ(answer.ConsumedCapacity->at(0).CapacityUnits, 2);
  EXPECT_EQ(answer.ConsumedCapacity->at(1).TableName, "one");
  EXPECT_EQ(answer.ConsumedCapacity->at(1).CapacityUnits, 8);
  EXPECT_EQ(answer.ConsumedCapacity->at(1).WriteCapacityUnits, 8);
}

TEST_F(TransactWriteItems, DoesNothingAtAllWhenOneConditionFails) {
  put("one", {{"pk", S("there")}, {"n", N("1")}});

  auto failing = put_of("one", {{"pk", S("there")}}, "attribute_not_exists(pk)");
  failing.Put->ReturnValuesOnConditionCheckFailure = "ALL_OLD";
  const auto outcome =
      write({put_of("one", {{"pk", S("new")}}), failing,
             update_of("one", {{"pk", S("other")}}, "SET n = nothing + :v", N("1"))});

  EXPECT_EQ(reasons_of(outcome),
            (Texts{"None", "ConditionalCheckFailed: The conditional request failed",
                   "ValidationError: The provided expression refers to an attribute that does not "
                   "exist in the item"}));
  EXPECT_EQ(outcome.error().message,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
            "ConditionalCheckFailed, ValidationError]");
  ASSERT_TRUE(outcome.error().members);
  const auto& exception =
      *static_cast<const TransactionCanceledException*>(outcome.error().members.get());
  EXPECT_EQ(exception.CancellationReasons->at(1).Item, (Item{{"n", N("1")}, {"pk", S("there")}}));
  EXPECT_FALSE(exception.CancellationReasons->at(0).Item);
  EXPECT_FALSE(get("one", {{"pk", S("new")}}));
}

TEST_F(TransactWriteItems, CancelsForWhatIsWrongWithOneActionAlone) {
  const std::string mismatch =
      "ValidationError: The provided key element does not match the schema";
  const std::string invalid = "ValidationError: One or more parameter values were invalid: ";
  const std::string index_key =
      "Type mismatch for Index Key mail Expected: S Actual: N IndexName: by-index";
  const struct {
    TransactWriteItem action;
    std::string reason;
  } cases[] = {
      {put_of("one", {{"pk", N("5")}}), invalid + "Type mismatch for key pk expected: S actual: N"},
      {put_of("one", {{"pk", L({S("x")})}}),
       invalid + "Type mismatch for key pk expected: S actual: L"},
      {put_of("one", {{"other", S("x")}}), invalid + "Missing the key pk in the item"},
      {put_of("indexed", {{"pk", S("a")}, {"mail", N("5")}}), invalid + index_key},
      {update_of("indexed", {{"pk", S("a")}}, "SET mail = :v", N("5")), invalid + index_key},
      {update_of("one", {{"pk", N("5")}}, "SET a = :v", S("x")), mismatch},
      {update_of("one", {{"pk", S("a")}, {"sk", S("b")}}, "SET a = :v", S("x")), mismatch},
      {update_of("one", {{"pk", S("a")}}, "SET pk = :v", S("x")),
       invalid + "Cannot update attribute pk. This attribute is part of the key"},
      {delete_of("one", {{"pk", L({S("x")})}}), mismatch},
      {delete_of("one", {}), mismatch},
      {check_of("one", {{"pk", N("5")}}, "attribute_exists(pk)"), mismatch},
      {update_of("one", {{"pk", S("a")}}, "SET a = :v", S(std::string(400 * 1024, 'x'))),
       "ValidationError: Item size to update has exceeded the maximum allowed size"},
  };
  for (const auto& [action, reason] : cases) {
    EXPECT_EQ(reasons_of(write({action, put_of("one", {{"pk", S("beside")}})})),
              (Texts{reason, "None"}));
  }
  EXPECT_FALSE(get("one", {{"pk", S("beside")}}));
}

TEST_F(TransactWriteItems, RefusesTheWholeRequestForEmptyKeysAndLargeItems) {
  const std::string empty =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty string value. Key: pk";
  for (const auto& action : {put_of("one", {{"pk", S("")}}), delete_of("one", {{"pk", S("")}}),
                             update_of("one", {{"pk", S("")}}, "SET a = :v", S("x")),
                             check_of("one", {{"pk", S("")}}, "attribute_exists(pk)")}) {
    EXPECT_THAT(write({action}), FailsSaying(empty));
  }
  EXPECT_THAT(
      write({put_of("indexed", {{"pk", S("a")}, {"mail", S("")}})}),
      FailsSaying("One or more parameter values are not valid. A value specified for a secondary "
                  "index key is not supported. The AttributeValue for a key attribute cannot "
                  "contain an empty string value. IndexName: by-index, IndexKey: mail"));
  EXPECT_THAT(
      write({update_of("indexed", {{"pk", S("a")}}, "SET mail = :v", S(""))}),
      FailsSaying("One or more parameter values are not valid. The update expression attempted to "
                  "update a secondary index key to a value that is not supported. The "
                  "AttributeValue for a key attribute cannot contain an empty string value."));
  const Value large = S(std::string(400 * 1024, 'x'));
  EXPECT_THAT(write({put_of("one", {{"pk", S("a")}, {"v", large}})}),
              FailsSaying("Item size has exceeded the maximum allowed size"));
}

TEST_F(TransactWriteItems, TakesAHundredActionsOfFourMegabytesOnDistinctItems) {
  std::vector<TransactWriteItem> items;
  for (int number = 0; number < 100; ++number) {
    items.push_back(put_of("one", {{"pk", S(std::to_string(number))}}));
  }
  EXPECT_TRUE(write(items));
  items.push_back(put_of("one", {{"pk", S("100")}}));
  EXPECT_THAT(message_of(write(items)),
              ::testing::HasSubstr("at 'transactItems' failed to satisfy constraint: Member must "
                                   "have length less than or equal to 100"));
  EXPECT_THAT(
      write({}),
      FailsSaying("1 validation error detected: Value '[]' at 'transactItems' failed to "
                  "satisfy constraint: Member must have length greater than or equal to 1"));

  std::vector<TransactWriteItem> large;
  for (int number = 0; number < 12; ++number) {
    large.push_back(put_of(
        "one", {{"pk", S("large" + std::to_string(number))}, {"v", S(std::string(350'000, 'x'))}}));
  }
  EXPECT_THAT(write(large), FailsWith("ValidationException", 400));
  large.resize(10);
  EXPECT_TRUE(write(large));
}

TEST_F(TransactWriteItems, WordsBadValuesAsDynamoDbUsedTo) {
  const std::string numeric = "The parameter cannot be converted to a numeric value: abc";
  const std::string wrapped = "ExpressionAttributeValues contains invalid value: ";
  EXPECT_THAT(write({put_of("one", {{"pk", S("a")}, {"n", N("abc")}})}), FailsSaying(numeric));
  EXPECT_THAT(write({delete_of("one", {{"pk", N("abc")}})}), FailsSaying(numeric));
  EXPECT_THAT(write({update_of("one", {{"pk", S("a")}}, "SET n = :v", N("abc"))}),
              FailsSaying(wrapped + numeric + " for key :v"));
  EXPECT_THAT(write({put_of("one", {{"pk", S("a")}, {"n", NS({"2", "1", "2"})}})}),
              FailsSaying("Input collection contains duplicates"));
  EXPECT_THAT(dynamodb.transact_get_items({.TransactItems = {{get_of("one", {{"pk", N("")}})}}}),
              FailsSaying("The parameter cannot be converted to a numeric value"));
}

TEST_F(TransactWriteItems, TellsTheSizeOfAConditionAloneThatIsTooLong) {
  const std::string too_long = "Expression size has exceeded the maximum allowed size;";
  const std::string padding(4097, ' ');
  EXPECT_THAT(write({put_of("one", {{"pk", S("a")}}, "attribute_exists(a)" + padding)}),
              FailsSaying("Invalid ConditionExpression: " + too_long + " expression size: 4116"));
  EXPECT_THAT(write({update_of("one", {{"pk", S("a")}}, "SET a = :v" + padding, N("1"))}),
              FailsSaying("Invalid UpdateExpression: " + too_long));
}

TEST_F(TransactWriteItems, LetsPlaceholdersBeWhereThereIsNoExpression) {
  auto named = put_of("one", {{"pk", S("named")}});
  named.Put->ExpressionAttributeNames = {{{"#n", "n"}}};
  auto valued = delete_of("one", {{"pk", S("valued")}});
  valued.Delete->ExpressionAttributeValues = {{{":v", N("1")}}};
  EXPECT_TRUE(write({named, valued}));
  auto read = get_of("one", {{"pk", S("named")}});
  read.Get->ExpressionAttributeNames = {{{"#n", "n"}}};
  EXPECT_TRUE(dynamodb.transact_get_items({.TransactItems = {{read}}}));

  const std::string unused =
      "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}";
  named.Put->ConditionExpression = "attribute_not_exists(absent)";
  EXPECT_THAT(write({named}), FailsSaying(unused));
  read.Get->ProjectionExpression = "pk";
  EXPECT_THAT(dynamodb.transact_get_items({.TransactItems = {{read}}}), FailsSaying(unused));
}

TEST_F(TransactWriteItems, TakesValuesInExpressionsOneLevelDeeperThanItemsAre) {
  const auto deep = [](int depth) {
    Value value = S("leaf");
    for (int count = 0; count < depth; ++count) value = M({{"n", value}});
    return value;
  };
  const std::string nest =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit";
  put("one", {{"pk", S("a")}});
  auto check = check_of("one", {{"pk", S("a")}}, "d = :d");
  check.ConditionCheck->ExpressionAttributeValues = {{{":d", deep(32)}}};
  EXPECT_EQ(reasons_of(write({check})),
            (Texts{"ConditionalCheckFailed: The conditional request failed"}));
  check.ConditionCheck->ExpressionAttributeValues = {{{":d", deep(40)}}};
  EXPECT_THAT(
      write({check}),
      FailsSaying("ExpressionAttributeValues contains invalid value: " + nest + " for key :d"));
  EXPECT_EQ(reasons_of(write({update_of("one", {{"pk", S("a")}}, "SET d = :v", deep(32))})),
            (Texts{"ValidationError: " + nest}));
  EXPECT_TRUE(write({update_of("one", {{"pk", S("a")}}, "SET d = :v", deep(31))}));
}

TEST_F(TransactWriteItems, RefusesTwoOperationsOnOneItemAndStrangeActions) {
  EXPECT_THAT(write({put_of("one", {{"pk", S("a")}}),
                     check_of("one", {{"pk", S("a")}}, "attribute_exists(pk)")}),
              FailsSaying("Transaction request cannot include multiple operations on one item"));
  auto two_in_one = put_of("one", {{"pk", S("a")}});
  two_in_one.Delete = delete_of("one", {{"pk", S("b")}}).Delete;
  EXPECT_THAT(write({two_in_one}),
              FailsSaying("TransactItems can only contain one of Check, Put, Update or Delete"));
  EXPECT_THAT(write({TransactWriteItem{}}),
              FailsSaying("Invalid Request: TransactWriteRequest should contain Delete or Put or "
                          "Update request"));
  EXPECT_THAT(write({put_of("none", {{"pk", S("a")}})}),
              FailsSaying("Requested resource not found"));
}

class ClientRequestToken : public Transactions {
 protected:
  ClientRequestToken() : Transactions({}) { cloud.advance(std::chrono::minutes(1)); }
};

TEST_F(ClientRequestToken, DoesARequestOnceForTenMinutes) {
  const std::vector<TransactWriteItem> items = {
      update_of("one", {{"pk", S("a")}}, "ADD n :v", N("1"))};
  EXPECT_EQ(must(write(items, "token")).ConsumedCapacity->front().WriteCapacityUnits, 2);
  const auto repeated = must(write(items, "token"));
  EXPECT_EQ(repeated.ConsumedCapacity->front().ReadCapacityUnits, 2);
  EXPECT_FALSE(repeated.ConsumedCapacity->front().WriteCapacityUnits);
  EXPECT_EQ(*api::find(*get("one", {{"pk", S("a")}}), "n"), N("1"));

  EXPECT_THAT(write({put_of("one", {{"pk", S("b")}})}, "token"),
              FailsWith("IdempotentParameterMismatchException", 400));

  cloud.advance(std::chrono::minutes(10));
  must(write(items, "token"));
  EXPECT_EQ(*api::find(*get("one", {{"pk", S("a")}}), "n"), N("2"));
}

TEST_F(ClientRequestToken, OfACancelledTransactionCanBeUsedAgain) {
  const std::vector<TransactWriteItem> items = {
      check_of("one", {{"pk", S("a")}}, "attribute_exists(pk)")};
  EXPECT_THAT(write(items, "token"), FailsWith("TransactionCanceledException", 400));
  put("one", {{"pk", S("a")}});
  EXPECT_TRUE(write(items, "token"));
}

TEST_F(TransactGetItems, FindsItemsInOrderAndChargesTwiceForEach) {
  put("one", {{"pk", S("a")}, {"v", S(std::string(5000, 'x'))}});
  put("two", {{"pk", S("b")}, {"sk", N("1")}, {"v", N("2")}});

  auto projected = get_of("two", {{"pk", S("b")}, {"sk", N("1")}});
  projected.Get->ProjectionExpression = "#v";
  projected.Get->ExpressionAttributeNames = {{{"#v", "v"}}};
  const auto answer = must(
      dynamodb.transact_get_items({.TransactItems = {{projected, get_of("one", {{"pk", S("none")}}),
                                                      get_of("one", {{"pk", S("a")}})}},
                                   .ReturnConsumedCapacity = "INDEXES"}));

  ASSERT_EQ(answer.Responses->size(), 3U);
  EXPECT_EQ(answer.Responses->at(0).Item, (Item{{"v", N("2")}}));
  EXPECT_FALSE(answer.Responses->at(1).Item);
  EXPECT_TRUE(answer.Responses->at(2).Item);
  EXPECT_EQ(answer.ConsumedCapacity->at(0).CapacityUnits, 2);
  EXPECT_EQ(answer.ConsumedCapacity->at(1).CapacityUnits, 2 + 4);
  EXPECT_EQ(answer.ConsumedCapacity->at(1).Table->ReadCapacityUnits, 6);
}

TEST_F(TransactGetItems, RefusesWrongKeysDuplicatesAndBadExpressions) {
  EXPECT_EQ(reasons_of(dynamodb.transact_get_items(
                {.TransactItems = {{get_of("one", {}), get_of("one", {{"pk", S("a")}})}}})),
            (Texts{"ValidationError: The provided key element does not match the schema", "None"}));
  EXPECT_THAT(dynamodb.transact_get_items({.TransactItems = {{get_of("one", {{"pk", S("a")}}),
                                                              get_of("one", {{"pk", S("a")}})}}}),
              FailsSaying("Transaction request cannot include multiple operations on one item"));
  EXPECT_THAT(dynamodb.transact_get_items({.TransactItems = {{get_of("none", {{"pk", S("a")}})}}}),
              FailsSaying("Requested resource not found"));
  auto bad = get_of("one", {{"pk", S("a")}});
  bad.Get->ProjectionExpression = "!!!";
  EXPECT_THAT(
      dynamodb.transact_get_items({.TransactItems = {{bad}}}),
      FailsSaying("Invalid ProjectionExpression: Syntax error; token: \"!\", near: \"!!\""));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
