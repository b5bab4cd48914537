#include "dynamodb_test.h"

/// What requests of several operations have in common, and how each words what is wrong with it.
namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;

class RequestParts : public DynamoDbTest {
 protected:
  RequestParts() { create_table("hash", {"pk:S"}); }

  static std::string enveloped(const std::string& what) {
    return "1 validation error detected: " + what;
  }
  static Value in_maps(int depth) {
    Value value = S("leaf");
    for (int count = 0; count < depth; ++count) value = M({{"n", value}});
    return value;
  }
};

TEST_F(RequestParts, ConditionalOperatorsNeedConditions) {
  using Conditions = api::Map<api::dynamodb::Condition>;
  using Expected = api::Map<api::dynamodb::ExpectedAttributeValue>;
  const Item key{{"pk", S("a")}};
  const std::string unknown =
      "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]";
  const std::string older = enveloped(
      "Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy "
      "enum value set: [OR, AND]");
  const Conditions filter{{"b", {.ComparisonOperator = "NULL"}},
                          {"c", {.ComparisonOperator = "NULL"}}};
  EXPECT_THAT(dynamodb.query({.TableName = "hash",
                              .Select = "BOGUS",
                              .QueryFilter = filter,
                              .ConditionalOperator = "XOR"}),
              FailsSaying(unknown));
  EXPECT_THAT(
      dynamodb.scan({.TableName = "hash", .ScanFilter = filter, .ConditionalOperator = "XOR"}),
      FailsSaying(older));
  for (const auto& [depth, message] : {std::pair{40, enveloped(unknown)}, std::pair{100, older}}) {
    const Expected expected{{"a", {.Value = in_maps(depth)}}, {"b", {.Exists = false}}};
    EXPECT_THAT(dynamodb.put_item({.TableName = "missing",
                                   .Item = key,
                                   .Expected = expected,
                                   .ConditionalOperator = "XOR"}),
                FailsSaying(message));
    EXPECT_THAT(dynamodb.update_item({.TableName = "missing",
                                      .Key = key,
                                      .Expected = expected,
                                      .ConditionalOperator = "XOR"}),
                FailsSaying(message));
  }

  const std::string nothing = "ConditionalOperator cannot be used without Filter or Expected";
  const std::string alone =
      "ConditionalOperator can only be used when Filter or Expected has two or more elements";
  EXPECT_THAT(dynamodb.scan({.TableName = "hash", .ConditionalOperator = "AND"}),
              FailsSaying(nothing));
  EXPECT_THAT(
      dynamodb.scan({.TableName = "hash", .ScanFilter = Conditions{}, .ConditionalOperator = "OR"}),
      FailsSaying(nothing));
  EXPECT_THAT(dynamodb.query({.TableName = "hash", .ConditionalOperator = "AND"}),
              FailsSaying(nothing));
  EXPECT_THAT(dynamodb.put_item({.TableName = "hash", .Item = key, .ConditionalOperator = "AND"}),
              FailsSaying(enveloped(nothing)));
  EXPECT_THAT(dynamodb.delete_item({.TableName = "hash", .Key = key, .ConditionalOperator = "AND"}),
              FailsSaying(enveloped(nothing)));
  EXPECT_THAT(dynamodb.update_item({.TableName = "hash", .Key = key, .ConditionalOperator = "AND"}),
              FailsSaying(enveloped(nothing)));
  EXPECT_THAT(dynamodb.delete_item({.TableName = "hash",
                                    .Key = key,
                                    .Expected = Expected{{"a", {.Exists = false}}},
                                    .ConditionalOperator = "AND"}),
              FailsSaying(enveloped(alone)));
  EXPECT_EQ(get("hash", key), std::nullopt);
}

TEST_F(RequestParts, ItemCollectionMetricsAreAskedForBySize) {
  const Item key{{"pk", S("a")}};
  const std::string words = enveloped("ReturnItemCollectionMetrics can only be SIZE or NONE");
  EXPECT_THAT(
      dynamodb.put_item({.TableName = "hash", .Item = key, .ReturnItemCollectionMetrics = "BOGUS"}),
      FailsSaying(words));
  EXPECT_THAT(dynamodb.delete_item(
                  {.TableName = "hash", .Key = key, .ReturnItemCollectionMetrics = "BOGUS"}),
              FailsSaying(words));
  EXPECT_THAT(dynamodb.update_item(
                  {.TableName = "hash", .Key = key, .ReturnItemCollectionMetrics = "BOGUS"}),
              FailsSaying(words));
  EXPECT_EQ(get("hash", key), std::nullopt);
}

TEST_F(RequestParts, PlaceholdersHaveAtMost255Bytes) {
  const std::string longest(254, 'x');
  const std::string too_long =
      " contains invalid key: The expression attribute map contains a key that is too long;";
  const auto project = [&](const std::string& name) {
    return message_of(dynamodb.get_item({.TableName = "hash",
                                         .Key = Item{{"pk", S("a")}},
                                         .ProjectionExpression = "#" + longest,
                                         .ExpressionAttributeNames = Names{{name, "a"}}}));
  };
  EXPECT_EQ(project("#" + longest), "succeeded");
  EXPECT_EQ(project("#" + longest + "y"),
            "ExpressionAttributeNames" + too_long + " size of key: 256");
  EXPECT_EQ(project("#" + longest + "y-x"),
            "ExpressionAttributeNames" + too_long + " size of key: 258");
  EXPECT_EQ(project("#a-b"),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
  EXPECT_THAT(dynamodb.scan({.TableName = "hash",
                             .FilterExpression = "a = :v",
                             .ExpressionAttributeValues = Item{{":" + longest + "y", S("a")}}}),
              FailsSaying("ExpressionAttributeValues" + too_long));
}

TEST_F(RequestParts, SelectsGoWithTheRest) {
  const auto query = [&](const std::string& select, std::optional<std::string> projection) {
    return message_of(dynamodb.query({.TableName = "hash",
                                      .Select = select,
                                      .ProjectionExpression = std::move(projection),
                                      .KeyConditionExpression = "pk = :p",
                                      .ExpressionAttributeValues = Item{{":p", S("a")}}}));
  };
  const auto scan = [&](const std::string& select) {
    return message_of(
        dynamodb.scan({.TableName = "hash", .Select = select, .ProjectionExpression = "a"}));
  };
  const std::string cannot = "Cannot specify the ProjectionExpression when choosing to get ";
  for (const auto& [select, what] :
       {std::pair{"COUNT", "only the Count"}, std::pair{"ALL_ATTRIBUTES", "ALL_ATTRIBUTES"},
        std::pair{"ALL_PROJECTED_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"}}) {
    EXPECT_EQ(query(select, "a"), enveloped(cannot + what));
    EXPECT_EQ(scan(select), cannot + what);
  }
  EXPECT_EQ(query("ALL_PROJECTED_ATTRIBUTES", std::nullopt),
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  EXPECT_EQ(scan("SPECIFIC_ATTRIBUTES"), "succeeded");
}

TEST_F(RequestParts, ParametersAreCheckedInTheirOrder) {
  const Value deep = in_maps(40);
  const std::string nest =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit";
  const std::string numeric = "The parameter cannot be converted to a numeric value: abc";
  const auto select_where = [&](const std::string& where, std::vector<Value> parameters) {
    return message_of(
        dynamodb.execute_statement({.Statement = "SELECT * FROM hash WHERE pk = 'a' AND " + where,
                                    .Parameters = std::move(parameters)}));
  };
  EXPECT_EQ(select_where("x = ? AND y = ?", {deep, N("abc")}), nest);
  EXPECT_EQ(select_where("x = ? AND y = ?", {N("abc"), deep}), numeric);
  EXPECT_EQ(select_where("x = ?", {M({{"d", deep}, {"bad", N("abc")}})}), nest);
  EXPECT_EQ(select_where("x = ?", {M({{"bad", N("abc")}, {"d", deep}})}), numeric);
  EXPECT_THAT(dynamodb.execute_transaction(
                  {.TransactStatements = {{{.Statement = "UPDATE hash SET x = ? WHERE pk = 'a'",
                                            .Parameters = std::vector{N("abc")}}}}}),
              FailsSaying(numeric));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
