#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;

class UpdateItem : public DynamoDbTest {
 protected:
  UpdateItem() {
    create_table("hash", {"pk:S"});
    put("hash", before());
  }
  static Item before() {
    return {{"l", L({S("a"), S("b"), S("c")})},
            {"m", M({{"inside", M({{"n", N("1")}})}, {"x", S("old")}})},
            {"n", N("10")},
            {"pk", S("a")},
            {"ss", SS({"a", "b"})}};
  }

  Outcome<api::dynamodb::UpdateItemOutput> update(std::string expression,
                                                  std::optional<Item> values = {},
                                                  std::optional<Names> names = {}) {
    return dynamodb.update_item({.TableName = "hash",
                                 .Key = {{{"pk", S("a")}}},
                                 .ReturnValues = "ALL_NEW",
                                 .UpdateExpression = std::move(expression),
                                 .ExpressionAttributeNames = std::move(names),
                                 .ExpressionAttributeValues = std::move(values)});
  }
  /// The attribute after the update.
  std::optional<Value> after(const std::string& name, std::string expression,
                             std::optional<Item> values = {}) {
    const auto item = *must(update(std::move(expression), std::move(values))).Attributes;
    const Value* value = api::find(item, name);
    return value == nullptr ? std::nullopt : std::optional(*value);
  }
  std::string refusal(std::string expression, std::optional<Item> values = {},
                      std::optional<Names> names = {}) {
    return message_of(update(std::move(expression), std::move(values), std::move(names)));
  }
};

TEST_F(UpdateItem, SetsAttributesElementsAndNestedOnes) {
  EXPECT_EQ(after("fresh", "SET fresh = :v", Item{{":v", S("x")}}), S("x"));
  EXPECT_EQ(after("l", "SET l[1] = :v", Item{{":v", S("x")}}), L({S("a"), S("x"), S("c")}));
  EXPECT_EQ(after("m", "set m.inside.n = :v, m.y = :w", Item{{":v", N("2")}, {":w", S("new")}}),
            M({{"inside", M({{"n", N("2")}})}, {"x", S("old")}, {"y", S("new")}}));
  EXPECT_EQ(after("other_", "SET other_ = m.x"), S("old"));
}

TEST_F(UpdateItem, AppendsElementsThatAreSetPastTheEnd) {
  EXPECT_EQ(after("l", "SET l[9] = :y, l[5] = :x", Item{{":x", S("x")}, {":y", S("y")}}),
            L({S("a"), S("b"), S("c"), S("x"), S("y")}));
}

TEST_F(UpdateItem, AddsAndSubtractsWithAllDigits) {
  EXPECT_EQ(after("n", "SET n = n + :v", Item{{":v", N("0.1")}}), N("10.1"));
  EXPECT_EQ(after("n", "SET n = n - :v", Item{{":v", N("20")}}), N("-9.9"));
  EXPECT_EQ(after("big", "SET big = :a + :b",
                  Item{{":a", N("99999999999999999999999999999999999999")}, {":b", N("1")}}),
            N("1" + std::string(38, '0')));
  EXPECT_EQ(refusal("SET big = :a + :b", Item{{":a", N("1E37")}, {":b", N("0.1")}}),
            "Attempting to store more than 38 significant digits in a Number");
  EXPECT_EQ(
      refusal("SET big = :a + :b", Item{{":a", N("9.9E125")}, {":b", N("9.9E125")}}),
      "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

TEST_F(UpdateItem, SetsOnlyWhatIsNotThere) {
  EXPECT_EQ(after("n", "SET n = if_not_exists(n, :v)", Item{{":v", N("0")}}), N("10"));
  EXPECT_EQ(after("m2", "SET m2 = if_not_exists(m2, :v)", Item{{":v", N("0")}}), N("0"));
}

TEST_F(UpdateItem, CountsFromNothing) {
  const auto answer =
      must(update("SET #c = if_not_exists(#c, :zero) + :one",
                  Item{{":zero", N("0")}, {":one", N("1")}}, Names{{"#c", "count"}}));
  EXPECT_EQ(*api::find(*answer.Attributes, "count"), N("1"));
}

TEST_F(UpdateItem, AppendsListsInTheOrderOfTheOperands) {
  EXPECT_EQ(after("l", "SET l = list_append(l, :v)", Item{{":v", L({S("d")})}}),
            L({S("a"), S("b"), S("c"), S("d")}));
  EXPECT_EQ(after("l", "SET l = list_append(:v, l)", Item{{":v", L({S("0")})}}),
            L({S("0"), S("a"), S("b"), S("c"), S("d")}));
}

TEST_F(UpdateItem, RemovesAttributesAndElements) {
  EXPECT_EQ(after("n", "REMOVE n, nowhere"), std::nullopt);
  EXPECT_EQ(after("l", "REMOVE l[0], l[2]"), L({S("b")}));
  EXPECT_EQ(after("m", "REMOVE m.x, m.absent"), M({{"inside", M({{"n", N("1")}})}}));
}

TEST_F(UpdateItem, AddsToNumbersAndSets) {
  EXPECT_EQ(after("n", "ADD n :v", Item{{":v", N("-3")}}), N("7"));
  EXPECT_EQ(after("fresh", "ADD fresh :v", Item{{":v", N("5")}}), N("5"));
  EXPECT_EQ(after("ss", "ADD ss :v", Item{{":v", SS({"b", "c"})}}), SS({"a", "b", "c"}));
  EXPECT_EQ(after("made", "ADD made :v", Item{{":v", NS({"1"})}}), NS({"1"}));
}

TEST_F(UpdateItem, DeletesFromSetsAndDropsEmptyOnes) {
  EXPECT_EQ(after("ss", "DELETE ss :v", Item{{":v", SS({"a", "z"})}}), SS({"b"}));
  EXPECT_EQ(after("ss", "DELETE ss :v", Item{{":v", SS({"b"})}}), std::nullopt);
  EXPECT_EQ(after("absent", "DELETE absent :v", Item{{":v", SS({"b"})}}), std::nullopt);
}

TEST_F(UpdateItem, ReadsOperandsFromTheItemAsItWas) {
  const auto item = *must(update("SET n = m.inside.n, m.inside.n = n REMOVE l[0] ADD added :v",
                                 Item{{":v", N("1")}}))
                         .Attributes;

  EXPECT_EQ(*api::find(item, "n"), N("1"));
  EXPECT_EQ(*api::find(item, "m"), M({{"inside", M({{"n", N("10")}})}, {"x", S("old")}}));
  EXPECT_EQ(*api::find(item, "l"), L({S("b"), S("c")}));
}

TEST_F(UpdateItem, MakesAnItemThatIsNotThere) {
  const auto answer = must(dynamodb.update_item({.TableName = "hash",
                                                 .Key = {{{"pk", S("new")}}},
                                                 .ReturnValues = "UPDATED_NEW",
                                                 .UpdateExpression = "SET a = :v",
                                                 .ExpressionAttributeValues = {{{":v", N("1")}}}}));

  EXPECT_EQ(*answer.Attributes, (Item{{"a", N("1")}}));
  EXPECT_EQ(get("hash", {{"pk", S("new")}}), (Item{{"a", N("1")}, {"pk", S("new")}}));
  must(dynamodb.update_item({.TableName = "hash", .Key = {{{"pk", S("bare")}}}}));
  EXPECT_EQ(get("hash", {{"pk", S("bare")}}), (Item{{"pk", S("bare")}}));
}

TEST_F(UpdateItem, ReturnsWhatIsAskedFor) {
  const auto returned = [&](const std::string& what) {
    put("hash", before());
    return must(dynamodb.update_item({.TableName = "hash",
                                      .Key = {{{"pk", S("a")}}},
                                      .ReturnValues = what,
                                      .UpdateExpression = "SET m.x = :v, #new = :v REMOVE n",
                                      .ExpressionAttributeNames = {{{"#new", "new"}}},
                                      .ExpressionAttributeValues = {{{":v", S("y")}}}}))
        .Attributes;
  };

  EXPECT_FALSE(returned("NONE"));
  EXPECT_EQ(returned("ALL_OLD"), before());
  EXPECT_EQ(returned("UPDATED_OLD"), (Item{{"m", M({{"x", S("old")}})}, {"n", N("10")}}));
  EXPECT_EQ(returned("UPDATED_NEW"), (Item{{"m", M({{"x", S("y")}})}, {"new", S("y")}}));
  EXPECT_EQ(returned("ALL_NEW")->size(), 5U);
}

TEST_F(UpdateItem, RefusesMistakesInTheExpressionInTheseWords) {
  const Item v{{":v", S("x")}};
  const std::string invalid = "1 validation error detected: Invalid UpdateExpression: ";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "The expression can not be empty;"},
      {"INVALID SYNTAX HERE", "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\""},
      {"SET", "Syntax error; token: \"<EOF>\", near: \"SET\""},
      {"SET a = :v,, b = :v", "Syntax error; token: \",\", near: \",, b\""},
      {"SET a == :v", "Syntax error; token: \"=\", near: \"== :v\""},
      {"SET _a = :v", "Syntax error; token: \"_\", near: \"SET _a\""},
      {"SET a = :v SET b = :v",
       "The \"SET\" section can only be used once in an update expression;"},
      {"SET status = :v", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"SET a = size(b)", "The function is not allowed in an update expression; function: size"},
      {"SET a = unknown(b)", "Invalid function name; function: unknown"},
      {"SET a = list_append(list_append(b, :v), :v)",
       "The function is not allowed to be used this way in an expression; function: list_append"},
      {"SET a = list_append(b, :v) + :v",
       "The function is not allowed to be used this way in an expression; function: list_append"},
      {"SET a = if_not_exists(if_not_exists(b, :v), :v)",
       "Operator or function requires a document path; operator or function: if_not_exists"},
      {"SET #a = :v",
       "An expression attribute name used in the document path is not defined; attribute name: #a"},
      {"SET a = :w",
       "An expression attribute value used in expression is not defined; attribute value: :w"},
      {"SET a.b = :v, a = :v",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; "
       "path one: [a, b], path "
       "two: [a]"},
      {"SET a[1] = :v REMOVE a.b",
       "Two document paths conflict with each other; must remove or rewrite one of these paths; "
       "path one: [a, [1]], path "
       "two: [a, b]"},
      {"ADD a :v",
       "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, "
       "typeSet: "
       "ALLOWED_FOR_ADD_OPERAND"},
      {"SET a = if_not_exists(:v, :v)",
       "Operator or function requires a document path; operator or function: if_not_exists"},
      {"SET a = list_append(b)",
       "Incorrect number of operands for operator or function; operator or function: list_append, "
       "number of operands: 1"},
      {"SET a = list_append(b, :v)",
       "Incorrect operand type for operator or function; operator or function: list_append, "
       "operand type: S"},
      {"SET a = b + :v",
       "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
      {"SET a[99999999999] = :v",
       "List index is not within the allowable range; index: [99999999999]"}};
  for (const auto& [expression, why] : cases)
    EXPECT_EQ(refusal(expression, v), invalid + why) << expression;
  EXPECT_EQ(refusal("SET a = :v", Item{{":v", S("x")}, {":u", S("x")}}),
            "1 validation error detected: Value provided in ExpressionAttributeValues unused in "
            "expressions: keys: {:u}");
  EXPECT_EQ(refusal("SET a = :v", v, Names{{"#u", "u"}}),
            "1 validation error detected: Value provided in ExpressionAttributeNames unused in "
            "expressions: keys: {#u}");
  EXPECT_EQ(refusal("SET a = :v", v, Names{{"u", "u"}}),
            "1 validation error detected: ExpressionAttributeNames contains invalid key: Syntax "
            "error; key: \"u\"");
  EXPECT_EQ(refusal("SET a = :v" + std::string(4096, ' '), v),
            invalid + "Expression size has exceeded the maximum allowed size;");
}

TEST_F(UpdateItem, TellsWhatIsWrongWithTheConditionFirst) {
  EXPECT_THAT(dynamodb.update_item({.TableName = "hash",
                                    .Key = Item{{"pk", S("a")}},
                                    .UpdateExpression = "SET a = contains(b, :v)",
                                    .ConditionExpression = "if_not_exists(a, :v) = :v",
                                    .ExpressionAttributeValues = Item{{":v", S("x")}}}),
              testing::FailsSaying("1 validation error detected: Invalid ConditionExpression: The "
                                   "function is not allowed in a condition expression; function: "
                                   "if_not_exists"));
}

TEST_F(UpdateItem, RefusesWhatTheItemDoesNotAllow) {
  const std::string incorrect = "An operand in the update expression has an incorrect data type";
  const std::string bad_path =
      "The document path provided in the update expression is invalid for update";
  const std::string missing =
      "The provided expression refers to an attribute that does not exist in the item";
  EXPECT_EQ(refusal("SET absent.x = :v", Item{{":v", S("x")}}), bad_path);
  EXPECT_EQ(refusal("SET n.x = :v", Item{{":v", S("x")}}), bad_path);
  EXPECT_EQ(refusal("SET m[0] = :v", Item{{":v", S("x")}}), bad_path);
  EXPECT_EQ(refusal("REMOVE absent.x"), bad_path);
  EXPECT_EQ(refusal("SET x = absent"), missing);
  EXPECT_EQ(refusal("SET x = absent + :v", Item{{":v", N("1")}}), missing);
  EXPECT_EQ(refusal("SET x = m + :v", Item{{":v", N("1")}}), incorrect);
  EXPECT_EQ(refusal("ADD m :v", Item{{":v", N("1")}}), incorrect);
  EXPECT_EQ(refusal("DELETE n :v", Item{{":v", SS({"a"})}}), incorrect);
  EXPECT_EQ(refusal("SET pk = :v", Item{{":v", S("x")}}),
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute "
            "is part of the key");
  EXPECT_EQ(refusal("SET big = :v", Item{{":v", S(std::string(409600, 'x'))}}),
            "Item size to update has exceeded the maximum allowed size");
  // What was refused changed nothing.
  EXPECT_EQ(get("hash", {{"pk", S("a")}}), before());
}

TEST_F(UpdateItem, IsRefusedWhenItsConditionIsNotMet) {
  EXPECT_THAT(
      dynamodb.update_item({.TableName = "hash",
                            .Key = {{{"pk", S("a")}}},
                            .UpdateExpression = "SET n = n + :one",
                            .ConditionExpression = "n > :ten",
                            .ExpressionAttributeValues = {{{":one", N("1")}, {":ten", N("10")}}}}),
      FailsWith("ConditionalCheckFailedException", 400));
}

TEST_F(UpdateItem, TakesTheOlderAttributeUpdates) {
  using Update = api::dynamodb::AttributeValueUpdate;
  const auto outcome = [&](const std::string& name, Update change) {
    return dynamodb.update_item({.TableName = "hash",
                                 .Key = {{{"pk", S("a")}}},
                                 .AttributeUpdates = {{{name, std::move(change)}}},
                                 .ReturnValues = "UPDATED_NEW"});
  };
  EXPECT_EQ(*must(outcome("new", {.Value = S("x")})).Attributes, (Item{{"new", S("x")}}));
  EXPECT_EQ(*must(outcome("n", {.Value = N("1"), .Action = "ADD"})).Attributes,
            (Item{{"n", N("11")}}));
  EXPECT_EQ(*must(outcome("ss", {.Value = SS({"a"}), .Action = "DELETE"})).Attributes,
            (Item{{"ss", SS({"b"})}}));
  EXPECT_FALSE(must(outcome("l", {.Action = "DELETE"})).Attributes);
  EXPECT_THAT(outcome("m", {.Value = N("1"), .Action = "ADD"}),
              FailsSaying("Type mismatch for attribute to update"));
  EXPECT_THAT(outcome("n", {.Action = "PUT"}),
              FailsSaying("1 validation error detected: One or more parameter values were invalid: "
                          "Only DELETE action is "
                          "allowed when no attribute value is specified"));
}

TEST_F(UpdateItem, MayWriteLessThanAnItemHolds) {
  constexpr std::size_t kLargest = 400 * 1024;
  create_table("sizes", {"k:S"});
  // The key is `k` and one letter; `b` and its name are the rest.
  const auto update = [&](std::size_t finished, const std::string& expression) {
    const std::size_t padding = finished - 2 - 1;
    return dynamodb.update_item(
        {.TableName = "sizes",
         .Key = Item{{"k", S("x")}},
         .UpdateExpression = expression,
         .ExpressionAttributeValues = Item{{":v", S(std::string(padding, 'p'))}}});
  };
  // Three bytes for the update and 19 for its SET, of which the key gives two back.
  EXPECT_TRUE(update(kLargest - 20, "SET b = :v"));
  EXPECT_THAT(update(kLargest - 19, "SET b = :v"),
              FailsSaying("Item size to update has exceeded the maximum allowed size"));
  EXPECT_TRUE(update(kLargest - 22, "SET b = :v REMOVE r"));
  EXPECT_THAT(update(kLargest - 21, "SET b = :v REMOVE r"), FailsWith("ValidationException", 400));
}

TEST_F(UpdateItem, CountsWhatItsExpressionSays) {
  constexpr std::size_t kLargest = 400 * 1024;
  // Three bytes for the update, 19 for `SET b`, and one for the name.
  constexpr std::size_t kPadded = 3 + 19 + 1;
  const Value ten = S("0123456789");
  const Value hundred = S(std::string(100, 's'));
  std::vector<Value> eleven(11, S("e"));
  eleven.back() = ten;
  const struct {
    std::string clause;
    std::size_t size;
    Item before;
    Item values;
  } cases[] = {
      {"SET b = :pad, c = :ten", 19 + 1 + 10, {}, {{":ten", ten}}},
      // A path counts as it is written, not what it leads to.
      {"SET b = :pad, c = abcdefghij", 19 + 1 + 25, {{"abcdefghij", ten}}, {}},
      {"SET b = :pad, c = m.a.z", 19 + 1 + 46, {{"m", M({{"a", M({{"z", ten}})}})}}, {}},
      {"SET b = :pad, c = l[10]", 19 + 1 + 32, {{"l", L(eleven)}}, {}},
      {"SET b = :pad, m.leaf = :ten", 19 + 1 + 8 + 10, {{"m", M({})}}, {{":ten", ten}}},
      {"SET b = :pad, l[0] = :ten", 19 + 1 + 5 + 10, {{"l", L({S("e")})}}, {{":ten", ten}}},
      {"SET b = :pad, l = list_append(l, :l)",
       19 + 1 + 37 + 16 + 14,
       {{"l", L({S("e")})}},
       {{":l", L({ten})}}},
      {"SET b = :pad, c = if_not_exists(c, :h), d = if_not_exists(d, :h)",
       2 * (19 + 1 + 39 + 16 + 100),
       {{"c", S("c")}},
       {{":h", hundred}}},
      {"SET b = :pad, n = n + :one", 19 + 1 + 34 + 16 + 2, {{"n", N("1")}}, {{":one", N("1")}}},
      {"SET b = :pad, n = n - :one", 19 + 1 + 37 + 16 + 2, {{"n", N("1")}}, {{":one", N("1")}}},
      {"SET b = :pad ADD abc :one", 19 + 3 + 2, {{"abc", N("1")}}, {{":one", N("1")}}},
      {"SET b = :pad ADD ss :new", 19 + 2 + 3, {{"ss", SS({"p"})}}, {{":new", SS({"new"})}}},
      {"SET b = :pad REMOVE m.yyy", 1 + 1 + 7, {{"m", M({{"yyy", ten}})}}, {}},
      {"SET b = :pad REMOVE l[10]", 1 + 1 + 6, {{"l", L(eleven)}}, {}},
      {"SET b = :pad DELETE ss :rm", 1 + 2, {{"ss", SS({"p", "rm"})}}, {{":rm", SS({"rm"})}}},
  };
  int number = 0;
  for (const auto& [clause, size, before, values] : cases) {
    const Item key{{"pk", S(std::to_string(number++))}};
    Item item = before;
    item.push_back(key.front());
    put("hash", item);
    const auto update = [&](std::size_t padding) {
      Item all = values;
      all.push_back({":pad", S(std::string(padding, 'p'))});
      return dynamodb.update_item({.TableName = "hash",
                                   .Key = key,
                                   .UpdateExpression = clause,
                                   .ExpressionAttributeValues = std::move(all)});
    };
    EXPECT_THAT(update(kLargest - kPadded - size + 1),
                FailsSaying("Item size to update has exceeded the maximum allowed size"))
        << clause;
    EXPECT_TRUE(update(kLargest - kPadded - size)) << clause;
  }
}

TEST_F(UpdateItem, CountsWhatItsExpressionSaysBeforeItLooksAtTheCondition) {
  EXPECT_THAT(dynamodb.update_item(
                  {.TableName = "hash",
                   .Key = Item{{"pk", S("a")}},
                   .UpdateExpression = "SET n = if_not_exists(n, :huge)",
                   .ConditionExpression = "attribute_exists(nothing)",
                   .ExpressionAttributeValues = Item{{":huge", S(std::string(409'700, 'h'))}}}),
              FailsSaying("Item size to update has exceeded the maximum allowed size"));
}

TEST_F(UpdateItem, HoldsTheOlderAttributeUpdatesToTheItemsSizeAlone) {
  create_table("older", {"k:S"});
  const auto update = [&](const std::string& key, std::size_t padding) {
    return dynamodb.update_item(
        {.TableName = "older",
         .Key = Item{{"k", S(key)}},
         .AttributeUpdates = {{{"b", {.Value = S(std::string(padding, 'p')), .Action = "PUT"}}}}});
  };
  EXPECT_TRUE(update("x", 400 * 1024 - 3));
  EXPECT_THAT(update("y", 400 * 1024 - 2),
              FailsSaying("Item size to update has exceeded the maximum allowed size"));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
