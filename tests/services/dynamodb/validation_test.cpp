#include "dynamodb_test.h"

/// Which words DynamoDB has for what is wrong, and for which of two wrongs it has them. By the
/// categories of the Parity Suite (https://github.com/paritysuite/dynamodb-conformance), whose
/// answers were recorded from AWS.
namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodb::BatchWriteItemInput;
using api::dynamodb::CreateTableInput;
using api::dynamodb::TransactWriteItem;
using api::dynamodb::UpdateItemInput;
using testing::FailsSaying;
using testing::FailsWith;

const std::string kNest =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
    "beyond supported limit";
const std::string kCapacity =
    "Value 'BOGUS' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy "
    "enum value set: [INDEXES, TOTAL, NONE]";
const std::string kMetrics =
    "Value 'BOGUS2' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must "
    "satisfy enum value set: [SIZE, NONE]";

std::string one(const std::string& what) { return "1 validation error detected: " + what; }
std::string two(const std::string& first, const std::string& second) {
  return "2 validation errors detected: " + first + "; " + second;
}

/// A leaf in so many maps.
Value deep(int depth) {
  Value value = S("leaf");
  for (int count = 0; count < depth; ++count) value = M({{"n", value}});
  return value;
}

class Validation : public DynamoDbTest {
 protected:
  Validation() {
    create_table("hash", {"pk:S"});
    create_table("both", {"pk:S", "sk:S"});
  }
  static TransactWriteItem put_of(const std::string& table, Item item) {
    return {.Put = {{.Item = std::move(item), .TableName = table}}};
  }
  static api::dynamodb::WriteRequest put_request(Item item) {
    return {.PutRequest = api::dynamodb::PutRequest{.Item = std::move(item)}};
  }
  static api::dynamodb::WriteRequest delete_request(Item key) {
    return {.DeleteRequest = api::dynamodb::DeleteRequest{.Key = std::move(key)}};
  }
  static BatchWriteItemInput write_of(const std::string& table,
                                      std::vector<api::dynamodb::WriteRequest> requests) {
    BatchWriteItemInput write;
    write.RequestItems.emplace().push_back({table, std::move(requests)});
    return write;
  }
  auto transact(std::vector<TransactWriteItem> actions) {
    return dynamodb.transact_write_items({.TransactItems = std::move(actions)});
  }
};

TEST_F(Validation, OrderOfCreateTable) {
  const CreateTableInput good{
      .AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                {.AttributeName = "sk", .AttributeType = "S"}}},
      .TableName = "valid_table_name",
      .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                     {.AttributeName = "sk", .KeyType = "RANGE"}}},
      .BillingMode = "PAY_PER_REQUEST"};
  const auto message = [&](auto&& change) {
    CreateTableInput request = good;
    change(request);
    return message_of(dynamodb.create_table(request));
  };
  EXPECT_THAT(message([](auto& wrong) {
                wrong.TableName = "";
                wrong.KeySchema->clear();
              }),
              ::testing::HasSubstr("tableName"));
  EXPECT_THAT(message([](auto& wrong) { wrong.BillingMode = "INVALID_MODE"; }),
              ::testing::AllOf(::testing::HasSubstr("billingMode"),
                               ::testing::HasSubstr("[PROVISIONED, PAY_PER_REQUEST]")));
}

TEST_F(Validation, NamesThatAreMissing) {
  const std::string missing =
      "The parameter 'TableName' is required but was not present in the request";
  EXPECT_THAT(dynamodb.create_table({}), FailsSaying(missing));
  EXPECT_THAT(dynamodb.describe_table({}), FailsSaying(missing));
  EXPECT_THAT(dynamodb.delete_table({}), FailsSaying(missing));
  EXPECT_THAT(dynamodb.describe_time_to_live({}), FailsSaying(missing));
  EXPECT_THAT(dynamodb.update_table({}), FailsSaying(missing));
  const std::string null = " failed to satisfy constraint: Member must not be null";
  EXPECT_THAT(dynamodb.put_item({.Item = Item{{"pk", S("a")}}}),
              FailsSaying(one("Value null at 'tableName'" + null)));
  const std::string too_short =
      " at 'tableName' failed to satisfy constraint: Member must have length greater than or equal "
      "to 3";
  EXPECT_THAT(dynamodb.scan({.TableName = "ab"}), FailsSaying(one("Value 'ab'" + too_short)));
  EXPECT_THAT(dynamodb.describe_table({.TableName = "a;"}),
              FailsSaying(two("Value 'a;' at 'tableName' failed to satisfy constraint: Member must "
                              "satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                              "Value 'a;'" + too_short)));
  EXPECT_THAT(dynamodb.create_table({.TableName = "abc"}),
              FailsSaying(two("Value null at 'attributeDefinitions'" + null,
                              "Value null at 'keySchema'" + null)));
}

TEST_F(Validation, OrderOfIndexNames) {
  const auto too_short = [](const std::string& name, const std::string& kind) {
    return "Value '" + name + "' at '" + kind +
           "SecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have "
           "length greater than or equal to 3";
  };
  EXPECT_THAT(
      dynamodb.create_table(
          {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
           .TableName = "valid_table_name",
           .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
           .LocalSecondaryIndexes = {{{.IndexName = "aa",
                                       .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
                                       .Projection = {{.ProjectionType = "ALL"}}}}},
           .GlobalSecondaryIndexes = {{{.IndexName = "zz",
                                        .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
                                        .Projection = {{.ProjectionType = "ALL"}}}}},
           .BillingMode = "PAY_PER_REQUEST"}),
      FailsSaying(two(too_short("zz", "global"), too_short("aa", "local"))));
}

TEST_F(Validation, WordsOfCreateTable) {
  const CreateTableInput good{
      .AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
      .TableName = "valid_table_name",
      .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
      .BillingMode = "PAY_PER_REQUEST"};
  const auto message = [&](auto&& change) {
    CreateTableInput request = good;
    change(request);
    return message_of(dynamodb.create_table(request));
  };
  EXPECT_EQ(message([](auto& wrong) { wrong.TableName = "ab"; }),
            one("Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length "
                "greater than or equal to 3"));
  EXPECT_EQ(message([](auto& wrong) {
              wrong.KeySchema->push_back({.AttributeName = "pk", .KeyType = "RANGE"});
            }),
            "Invalid KeySchema: Some index key attribute have no definition");
  EXPECT_EQ(message([](auto& wrong) { wrong.KeySchema->front().KeyType = "INVALID"; }),
            one("Value 'INVALID' at 'keySchema.1.member.keyType' failed to satisfy constraint: "
                "Member must satisfy enum value set: [HASH, RANGE]"));
  EXPECT_EQ(
      message([](auto& wrong) { wrong.AttributeDefinitions->front().AttributeType = "INVALID"; }),
      one("Value 'INVALID' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
          "constraint: Member must satisfy enum value set: [B, N, S]"));
  EXPECT_EQ(
      message([](auto& wrong) {
        for (const char* name : {"sk", "extra"}) {
          wrong.AttributeDefinitions->push_back({.AttributeName = name, .AttributeType = "S"});
          wrong.KeySchema->push_back({.AttributeName = name, .KeyType = "RANGE"});
        }
      }),
      one("Value '[KeySchemaElement(attributeName=pk, keyType=HASH), "
          "KeySchemaElement(attributeName=sk, keyType=RANGE), "
          "KeySchemaElement(attributeName=extra, keyType=RANGE)]' at 'keySchema' failed to "
          "satisfy constraint: Member must have length less than or equal to 2"));
}

TEST_F(Validation, OperandsOfAKeyConditionExpression) {
  create_table("number", {"pk:S", "sk:N"});
  const std::string schema =
      "One or more parameter values were invalid: Condition parameter type does not match schema "
      "type";
  const auto operand = [](const std::string& name, const std::string& type) {
    return "Invalid KeyConditionExpression: Incorrect operand type for operator or function; "
           "operator or function: " +
           name + ", operand type: " + type;
  };
  const auto message = [&](const std::string& table, const std::string& condition, Item values) {
    values.push_back({":p", S("q")});
    return message_of(dynamodb.query({.TableName = table,
                                      .KeyConditionExpression = "pk = :p AND " + condition,
                                      .ExpressionAttributeValues = std::move(values)}));
  };
  EXPECT_EQ(message("both", "begins_with(sk, :v)", {{":v", N("1")}}), operand("begins_with", "N"));
  EXPECT_EQ(message("both", "begins_with(sk, :v)", {{":v", Bool(true)}}),
            operand("begins_with", "BOOL"));
  EXPECT_EQ(message("number", "begins_with(sk, :v)", {{":v", N("1")}}),
            operand("begins_with", "N"));
  EXPECT_EQ(message("number", "begins_with(sk, :v)", {{":v", S("a")}}), schema);
  EXPECT_EQ(message("number", "sk < :v", {{":v", Bool(true)}}), operand("<", "BOOL"));
  EXPECT_EQ(message("number", ":v >= sk", {{":v", Bool(true)}}), operand(">=", "BOOL"));
  EXPECT_EQ(message("number", "sk BETWEEN :a AND :b", {{":a", Bool(false)}, {":b", Bool(true)}}),
            operand("BETWEEN", "BOOL"));
  EXPECT_EQ(message("number", "sk = :v", {{":v", Bool(true)}}), schema);
  EXPECT_EQ(message("number", "sk > :a AND sk < :b", {{":a", N("1")}, {":b", N("5")}}),
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one "
            "condition per key");
  EXPECT_EQ(message("number", "sk > :a AND extra = :b", {{":a", N("1")}, {":b", N("5")}}),
            "The number of query conditions (3) exceeds the number of key attributes defined in "
            "the schema (2)");
}

TEST_F(Validation, KeysInTransactions) {
  const auto reason = [&](TransactWriteItem action) {
    const auto outcome = transact({std::move(action)});
    EXPECT_THAT(outcome, FailsWith("TransactionCanceledException"));
    if (outcome || !outcome.error().members) return std::string("no reason");
    const auto& error = *static_cast<const api::dynamodb::TransactionCanceledException*>(
        outcome.error().members.get());
    return *error.CancellationReasons->front().Code + ": " +
           *error.CancellationReasons->front().Message;
  };
  const std::string mismatch =
      "ValidationError: The provided key element does not match the schema";
  EXPECT_EQ(reason(put_of("hash", {{"pk", N("5")}})),
            "ValidationError: One or more parameter values were invalid: Type mismatch for key pk "
            "expected: S actual: N");
  EXPECT_EQ(reason(put_of("hash", {{"pk", L({S("x")})}})),
            "ValidationError: One or more parameter values were invalid: Type mismatch for key pk "
            "expected: S actual: L");
  for (const Value& value : {N("5"), L({S("x")})}) {
    EXPECT_EQ(reason({.Delete = {{.Key = Item{{"pk", value}}, .TableName = "hash"}}}), mismatch);
    EXPECT_EQ(reason({.ConditionCheck = {{.Key = Item{{"pk", value}},
                                          .TableName = "hash",
                                          .ConditionExpression = "attribute_not_exists(pk)"}}}),
              mismatch);
  }
  const std::string empty =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty string value. Key: pk";
  EXPECT_THAT(transact({put_of("hash", {{"pk", S("")}})}), FailsSaying(empty));
  EXPECT_THAT(transact({{.Delete = {{.Key = Item{{"pk", S("")}}, .TableName = "hash"}}}}),
              FailsSaying(empty));
  EXPECT_THAT(transact({put_of("hash", {{"pk", S("a")}}), put_of("hash", {{"pk", S("a")}})}),
              FailsSaying("Transaction request cannot include multiple operations on one item"));
  EXPECT_THAT(transact({}),
              FailsSaying(one("Value '[]' at 'transactItems' failed to satisfy constraint: Member "
                              "must have length greater than or equal to 1")));
}

TEST_F(Validation, OrderOfBatches) {
  BatchWriteItemInput write = write_of("hash", {put_request({{"pk", S("a")}})});
  write.ReturnConsumedCapacity = "BOGUS";
  EXPECT_THAT(dynamodb.batch_write_item(write), FailsSaying(one(kCapacity)));
  write.ReturnItemCollectionMetrics = "BOGUS2";
  EXPECT_THAT(dynamodb.batch_write_item(write), FailsSaying(two(kCapacity, kMetrics)));
  write.ReturnConsumedCapacity = std::nullopt;
  EXPECT_THAT(dynamodb.batch_write_item(write), FailsSaying(one(kMetrics)));
  for (const char* table : {"missing", "bad!name"}) {
    BatchWriteItemInput other = write_of(table, {put_request({{"pk", S("a")}})});
    other.ReturnConsumedCapacity = "BOGUS";
    EXPECT_THAT(dynamodb.batch_write_item(other), FailsSaying(one(kCapacity)));
  }
  EXPECT_EQ(get("hash", {{"pk", S("a")}}), std::nullopt) << "nothing was written";

  api::dynamodb::BatchGetItemInput read;
  read.RequestItems.emplace().push_back({"missing", {.Keys = std::vector<Item>{{{"pk", S("a")}}}}});
  EXPECT_THAT(dynamodb.batch_get_item(read), FailsWith("ResourceNotFoundException"));
  read.ReturnConsumedCapacity = "BOGUS";
  EXPECT_THAT(dynamodb.batch_get_item(read), FailsSaying(one(kCapacity)));
  const std::string keys =
      " at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member "
      "must have length less than or equal to 255, Member must have length greater than or equal "
      "to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";
  read.RequestItems->front().key = "bad!name";
  const std::string shown = R"(Value '{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}')" + keys;
  EXPECT_THAT(dynamodb.batch_get_item(read), FailsSaying(two(shown, kCapacity)));
  read.ReturnConsumedCapacity = std::nullopt;
  EXPECT_THAT(dynamodb.batch_get_item(read), FailsSaying(one(shown)));
  read.RequestItems->front().value.Keys->front().front().value = B("\x01\x02");
  EXPECT_THAT(message_of(dynamodb.batch_get_item(read)),
              ::testing::HasSubstr(R"([{"pk":{"B":"AQI="}}])"));
  EXPECT_EQ(
      message_of(dynamodb.batch_write_item(write_of("bad!name", {put_request({{"pk", S("x")}})}))),
      one("Value '{bad!name=[WriteRequest(putRequest=PutRequest(item={pk=AttributeValue(s=x, "
          "n=null, b=null, iNT=null, dECIMAL=null, dOUBLE=null, sS=null, nS=null, bS=null, "
          "iNTSET=null, dECIMALSET=null, dOUBLESET=null, m=null, l=null, nULL=null, bOOL=null)}, "
          "workloadProfileName=null), deleteRequest=null)]}'" +
          keys));
}

TEST_F(Validation, WordsOfBatchGetItem) {
  const auto message = [&](std::string table, std::optional<std::vector<Item>> keys) {
    api::dynamodb::BatchGetItemInput read;
    read.RequestItems.emplace().push_back({std::move(table), {.Keys = std::move(keys)}});
    return message_of(dynamodb.batch_get_item(read));
  };
  api::dynamodb::BatchGetItemInput empty;
  EXPECT_THAT(dynamodb.batch_get_item(empty),
              FailsSaying(one("Value null at 'requestItems' failed to satisfy constraint: Member "
                              "must not be null")));
  empty.RequestItems.emplace();
  const std::string at_least_one =
      " failed to satisfy constraint: Member must have length greater than or equal to 1";
  EXPECT_THAT(dynamodb.batch_get_item(empty),
              FailsSaying(one("Value at 'RequestItems'" + at_least_one)));
  EXPECT_EQ(message("hash", std::vector<Item>{}),
            one("Value at 'RequestItems.hash.member.Keys'" + at_least_one));
  EXPECT_EQ(message("hash", std::vector<Item>(101, Item{{"pk", S("a")}})),
            one("Value at 'RequestItems.hash.member.Keys' failed to satisfy constraint: Member "
                "must have length less than or equal to 100"));
  EXPECT_EQ(message("hash", std::nullopt),
            one("Value null at 'requestItems.hash.member.keys' failed to satisfy constraint: "
                "Member must not be null"));
  EXPECT_EQ(message("arn:aws:dynamodb:us-east-1:999999999999:table/hash",
                    std::vector<Item>{{{"pk", S("a")}}}),
            "Requested resource not found");
}

TEST_F(Validation, WordsOfBatchWriteItem) {
  const auto message = [&](api::dynamodb::WriteRequest request) {
    return message_of(dynamodb.batch_write_item(write_of("hash", {std::move(request)})));
  };
  EXPECT_THAT(dynamodb.batch_write_item(write_of("hash", {})),
              FailsSaying(one("Value '{hash=[]}' at 'requestItems' failed to satisfy constraint: "
                              "Map value must satisfy constraint: [Member must have length less "
                              "than or equal to 25, Member must have length greater than or equal "
                              "to 1]")));
  const std::string schema = "The provided key element does not match the schema";
  EXPECT_EQ(message(put_request({{"pk", N("5")}})), schema);
  EXPECT_EQ(message(put_request({{"pk", L({S("x")})}})), schema);
  EXPECT_EQ(message(put_request({{"other", S("x")}})), schema);
  EXPECT_EQ(message(delete_request({{"other", S("x")}})), schema);
  EXPECT_EQ(message(put_request({{"pk", S("")}})),
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty string value. Key: pk");
  EXPECT_THAT(dynamodb.batch_write_item(write_of(
                  "hash", {put_request({{"pk", S("a")}}), delete_request({{"pk", S("a")}})})),
              FailsSaying("Provided list of item keys contains duplicates"));
}

TEST_F(Validation, OrderOfTransactions) {
  const auto put_a = [] { return put_of("hash", {{"pk", S("a")}}); };
  EXPECT_THAT(dynamodb.transact_write_items(
                  {.TransactItems = {{put_a()}}, .ReturnConsumedCapacity = "BOGUS"}),
              FailsSaying(one(kCapacity)));
  EXPECT_THAT(dynamodb.transact_write_items({.TransactItems = {{put_a()}},
                                             .ReturnConsumedCapacity = "BOGUS",
                                             .ReturnItemCollectionMetrics = "BOGUS2"}),
              FailsSaying(two(kCapacity, kMetrics)));
  EXPECT_THAT(
      dynamodb.transact_write_items({.TransactItems = {{put_of("missing", {{"pk", S("a")}})}},
                                     .ReturnConsumedCapacity = "BOGUS"}),
      FailsSaying(one(kCapacity)));
  EXPECT_THAT(dynamodb.transact_write_items(
                  {.TransactItems = {{put_a(), put_a()}}, .ReturnConsumedCapacity = "BOGUS"}),
              FailsSaying(one(kCapacity)));
  const std::string token(37, 'x');
  const std::string too_long = "Value '" + token +
                               "' at 'clientRequestToken' failed to satisfy constraint: Member "
                               "must have length less than or equal to 36";
  EXPECT_THAT(
      dynamodb.transact_write_items({.TransactItems = {{put_a()}}, .ClientRequestToken = token}),
      FailsSaying(one(too_long)));
  EXPECT_THAT(dynamodb.transact_write_items({.TransactItems = {{put_a()}},
                                             .ReturnConsumedCapacity = "BOGUS",
                                             .ClientRequestToken = token}),
              FailsSaying(two(too_long, kCapacity)));
}

TEST_F(Validation, OrderOfActionsInATransaction) {
  const auto check = [](Item key, std::string condition, std::optional<Item> values = {}) {
    return TransactWriteItem{.ConditionCheck = {{.Key = std::move(key),
                                                 .TableName = "hash",
                                                 .ConditionExpression = std::move(condition),
                                                 .ExpressionAttributeValues = std::move(values)}}};
  };
  const std::string syntax =
      "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"(\"";
  const std::string unused =
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}";
  const Item key{{"pk", S("c")}};
  const auto missing = [] { return put_of("missing", {{"pk", S("a")}}); };
  const auto too_deep = [] { return put_of("hash", {{"pk", S("a")}, {"d", deep(32)}}); };
  EXPECT_THAT(transact({missing(), check(key, "attribute_not_exists(")}), FailsSaying(syntax));
  EXPECT_THAT(transact({check(key, "attribute_not_exists("), too_deep()}), FailsSaying(syntax));
  EXPECT_THAT(transact({too_deep(), check(key, "attribute_not_exists(")}), FailsSaying(kNest));
  const auto unused_check = check(key, "attribute_not_exists(pk)", Item{{":v", S("x")}});
  EXPECT_THAT(transact({missing(), unused_check}), FailsSaying(unused));
  EXPECT_THAT(transact({unused_check, missing()}), FailsSaying(unused));
  EXPECT_THAT(transact({put_of("hash", key), unused_check}), FailsSaying(unused));
  EXPECT_EQ(get("hash", key), std::nullopt);

  const auto nameless = [] { return put_of("hash", {{"pk", S("a")}, {"", S("x")}}); };
  EXPECT_THAT(transact({too_deep(), nameless()}), FailsSaying(kNest));
  EXPECT_THAT(transact({nameless(), too_deep()}), FailsSaying("Empty attribute name"));
  EXPECT_THAT(transact({put_of("hash", {{"pk", S("a")}, {"", S("x")}, {"d", deep(100)}})}),
              FailsSaying("Empty attribute name"));
  EXPECT_THAT(transact({put_of("hash", {{"pk", S("a")}, {"d", deep(100)}, {"", S("x")}})}),
              FailsSaying("Empty attribute name"));
  EXPECT_THAT(
      transact({put_of("hash", {{"pk", S("a")}, {"m", M({{"", S("x")}})}, {"d", deep(40)}})}),
      FailsSaying(kNest));
  EXPECT_THAT(transact({check(Item{{"pk", deep(40)}}, "attribute_exists(a)"), nameless()}),
              FailsSaying(kNest));
  EXPECT_THAT(transact({check(Item{{"pk", deep(100)}}, "a = = b")}),
              FailsSaying("Invalid ConditionExpression: Syntax error; token: \"=\", near: \"= = "
                          "b\""));
}

TEST_F(Validation, SeveralErrorsOfUpdateItem) {
  const auto message = [&](auto&& change) {
    UpdateItemInput request{.TableName = "hash",
                            .UpdateExpression = "SET a = :a",
                            .ExpressionAttributeValues = Item{{":a", S("x")}}};
    change(request);
    return message_of(dynamodb.update_item(request));
  };
  const std::string name =
      "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than "
      "or equal to 1";
  const std::string key =
      "Value null at 'key' failed to satisfy constraint: Member must not be null";
  EXPECT_EQ(message([](auto& wrong) { wrong.TableName = ""; }), two(name, key));
  const std::string returned =
      "Value 'INVALID' at 'returnValues' failed to satisfy constraint: Member must satisfy enum "
      "value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";
  EXPECT_EQ(
      message([](auto& wrong) {
        wrong.TableName = "";
        wrong.ReturnConsumedCapacity = "BOGUS";
        wrong.ReturnValues = "INVALID";
      }),
      "4 validation errors detected: " + kCapacity + "; " + name + "; " + returned + "; " + key);
  EXPECT_EQ(message([](auto& wrong) { wrong.ConditionalOperator = "XOR"; }),
            two("Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must "
                "satisfy enum value set: [OR, AND]",
                key));
}

TEST_F(Validation, OneErrorOfAWriteThatHasItsKey) {
  const std::string name = one(
      "Value at 'TableName' failed to satisfy constraint: Member must have length greater than or "
      "equal to 1");
  const std::string returned = one(
      "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, "
      "ALL_NEW, UPDATE_NEW, NONE]");
  const Item key{{"pk", S("a")}};
  EXPECT_THAT(dynamodb.put_item({.TableName = "", .Item = key, .ReturnValues = "INVALID"}),
              FailsSaying(name));
  EXPECT_THAT(dynamodb.update_item({.TableName = "",
                                    .Key = key,
                                    .ReturnValues = "INVALID",
                                    .ReturnConsumedCapacity = "BOGUS"}),
              FailsSaying(name));
  EXPECT_THAT(
      dynamodb.update_item(
          {.TableName = "hash", .Key = key, .ReturnValues = "X", .ReturnConsumedCapacity = "X"}),
      FailsSaying(returned));
  EXPECT_THAT(dynamodb.delete_item({.TableName = "hash", .Key = key, .ReturnValues = "BOGUS"}),
              FailsSaying(returned));
  const std::string older =
      one("Value 'BOGUS' at 'returnValues' failed to satisfy constraint: Member must satisfy enum "
          "value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
  for (const int depth : {63, 100}) {
    EXPECT_THAT(
        dynamodb.delete_item(
            {.TableName = "hash", .Key = Item{{"pk", deep(depth)}}, .ReturnValues = "BOGUS"}),
        FailsSaying(older));
  }
  EXPECT_THAT(dynamodb.delete_item(
                  {.TableName = "hash", .Key = Item{{"pk", deep(40)}}, .ReturnValues = "BOGUS"}),
              FailsSaying(returned));
  const std::string old_or_none = "ReturnValues can only be ALL_OLD or NONE";
  for (const auto& [depth, message] :
       {std::pair{1, one(old_or_none)}, std::pair{100, old_or_none}}) {
    EXPECT_THAT(dynamodb.delete_item({.TableName = "hash",
                                      .Key = key,
                                      .ReturnValues = "UPDATED_NEW",
                                      .ConditionExpression = "d = :deep",
                                      .ExpressionAttributeValues = Item{{":deep", deep(depth)}}}),
                FailsSaying(message));
  }
}

TEST_F(Validation, WordsOfUpdateItem) {
  const auto message = [&](std::string update, std::optional<Item> values,
                           std::optional<Names> names = {}) {
    return message_of(dynamodb.update_item({.TableName = "both",
                                            .Key = Item{{"pk", S("a")}, {"sk", S("b")}},
                                            .UpdateExpression = std::move(update),
                                            .ExpressionAttributeNames = std::move(names),
                                            .ExpressionAttributeValues = std::move(values)}));
  };
  const Item v{{":v", S("x")}};
  for (const char* attribute : {"pk", "sk"}) {
    EXPECT_EQ(message(std::string("SET ") + attribute + " = :v", v),
              std::string("One or more parameter values were invalid: Cannot update attribute ") +
                  attribute + ". This attribute is part of the key");
  }
  EXPECT_EQ(message("INVALID SYNTAX HERE", v),
            one("Invalid UpdateExpression: Syntax error; token: \"INVALID\", near: \"INVALID "
                "SYNTAX\""));
  EXPECT_EQ(message("SET attr1 = :v", v, Names{{"#unused", "x"}}),
            one("Value provided in ExpressionAttributeNames unused in expressions: keys: "
                "{#unused}"));
  EXPECT_EQ(message("SET attr1 = :v", std::nullopt),
            one("Invalid UpdateExpression: An expression attribute value used in expression is "
                "not defined; attribute value: :v"));
  EXPECT_EQ(message("", std::nullopt),
            one("Invalid UpdateExpression: The expression can not be empty;"));
}

TEST_F(Validation, OrderOfAKeyConditionExpression) {
  const std::string operand =
      "Incorrect operand type for operator or function; operator or function: begins_with, "
      "operand type: N";
  const std::string undefined =
      "An expression attribute value used in expression is not defined; attribute value: :missing";
  const auto message = [&](const std::string& table, const std::string& condition, Item values) {
    return message_of(dynamodb.query({.TableName = table,
                                      .KeyConditionExpression = condition,
                                      .ExpressionAttributeValues = std::move(values)}));
  };
  using ::testing::HasSubstr;
  EXPECT_THAT(message("both", "pk = :missing AND begins_with(sk, :n)", {{":n", N("1")}}),
              HasSubstr(undefined));
  EXPECT_THAT(message("both", "begins_with(sk, :n) AND pk = :missing", {{":n", N("1")}}),
              HasSubstr(operand));
  EXPECT_THAT(message("both", "pk = :p AND begins_with(sk, :n) AND sk = :missing",
                      {{":p", S("q")}, {":n", N("1")}}),
              HasSubstr(operand));
  EXPECT_THAT(message("both", "pk = :p AND begins_with(sk, :n) AND sk > :s",
                      {{":p", S("q")}, {":n", N("1")}, {":s", S("a")}}),
              HasSubstr(operand));
  EXPECT_THAT(
      message("missing", "pk = :p AND begins_with(sk, :n)", {{":p", S("q")}, {":n", N("1")}}),
      HasSubstr(operand));
  EXPECT_EQ(message("missing", "pk = :p AND begins_with(sk, :s)", {{":p", S("q")}, {":s", S("a")}}),
            "Requested resource not found");
}

TEST_F(Validation, NumbersByOperation) {
  const std::string not_numeric = "The parameter cannot be converted to a numeric value";
  const std::string overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const std::string underflow =
      "Number underflow. Attempting to store a number with magnitude smaller than supported range";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"1e99999999999", overflow},
      {"-1e99999999999", overflow},
      {"1e-99999999999", underflow},
      {"1e2147483648", overflow},
      {"1e2147483647", overflow},
      {"1e-2147483648", underflow},
      {"1e126", overflow},
      {"1e-131", underflow},
      {"abc", not_numeric + ": abc"},
      {"1.2.3", not_numeric + ": 1.2.3"},
      {"", not_numeric + ": "},
      {" 1", not_numeric + ":  1"},
      {"1 ", not_numeric + ": 1 "},
      {"0x10", not_numeric + ": 0x10"},
      {"1e", not_numeric + ": 1e"},
      {"NaN", not_numeric + ": NaN"},
      {"Infinity", not_numeric + ": Infinity"},
      {"1234567890123456789012345678901234567890",
       "Attempting to store more than 38 significant digits in a Number"}};
  for (const auto& [number, message] : cases) {
    EXPECT_THAT(
        dynamodb.put_item({.TableName = "hash", .Item = Item{{"pk", S("a")}, {"n", N(number)}}}),
        FailsSaying(one(message)));
    EXPECT_THAT(
        dynamodb.put_item(
            {.TableName = "hash", .Item = Item{{"pk", S("a")}, {"n", M({{"x", L({N(number)})}})}}}),
        FailsSaying(one(message)));
    EXPECT_THAT(dynamodb.delete_item({.TableName = "hash", .Key = Item{{"pk", N(number)}}}),
                FailsSaying(one(message)));
    EXPECT_THAT(dynamodb.get_item({.TableName = "hash", .Key = Item{{"pk", N(number)}}}),
                FailsSaying(message));
    EXPECT_THAT(
        dynamodb.query({.TableName = "hash",
                        .FilterExpression = "n = :v",
                        .KeyConditionExpression = "pk = :p",
                        .ExpressionAttributeValues = Item{{":p", S("a")}, {":v", N(number)}}}),
        FailsSaying(message));
  }
  for (const auto& [number, message] : std::vector<std::pair<std::string, std::string>>{
           {"abc", not_numeric + ": abc"},
           {"", not_numeric},
           {"1e126", overflow},
           {"1e2147483646", overflow},
           {"1e2147483647", underflow},
           {"10e2147483646", underflow},
           {"1e99999999999", not_numeric + ": 1e99999999999"}}) {
    EXPECT_THAT(dynamodb.batch_write_item(
                    write_of("hash", {put_request({{"pk", S("a")}, {"n", N(number)}})})),
                FailsSaying(message))
        << number;
  }
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
