#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;

class Items : public DynamoDbTest {
 protected:
  Items() {
    create_table("hash", {"pk:S"});
    create_table("both", {"pk:S", "sk:N"});
    create_table("binary", {"pk:B"});
  }
  std::string refusal(const std::string& table, Item item) {
    return message_of(dynamodb.put_item({.TableName = table, .Item = std::move(item)}));
  }
};
using PutItem = Items;
using GetItem = Items;
using DeleteItem = Items;

TEST_F(PutItem, KeepsEveryTypeOfValue) {
  const Item item{{"binary", B(std::string("\0\xff", 2))},
                  {"bs", BS({"a", "b"})},
                  {"flag", Bool(false)},
                  {"list", L({S(""), N("2"), L({})})},
                  {"map", M({{"inner", M({{"x", Null()}})}})},
                  {"nothing", Null()},
                  {"ns", NS({"-1", "2.5"})},
                  {"number", N("-12.5")},
                  {"pk", S("a")},
                  {"ss", SS({"x", "y"})},
                  {"text", S("")}};
  put("hash", item);

  EXPECT_EQ(get("hash", {{"pk", S("a")}}), item);
}

TEST_F(PutItem, ReplacesTheItemWhole) {
  put("hash", {{"pk", S("a")}, {"old", S("x")}});

  const auto answer = must(dynamodb.put_item({.TableName = "hash",
                                              .Item = {{{"pk", S("a")}, {"new", S("y")}}},
                                              .ReturnValues = "ALL_OLD"}));

  EXPECT_EQ(*answer.Attributes, (Item{{"old", S("x")}, {"pk", S("a")}}));
  EXPECT_EQ(get("hash", {{"pk", S("a")}}), (Item{{"new", S("y")}, {"pk", S("a")}}));
}

TEST_F(PutItem, BringsNumbersToTheirNormalForm) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"0042.1200", "42.12"},
      {"1E3", "1000"},
      {"-0", "0"},
      {"+5", "5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e-5", "0.00001"},
      {"1.50e1", "15"},
      {"0e125", "0"},
      {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"},
      {"1E125", "1" + std::string(125, '0')},
      {"-1E-130", "-0." + std::string(129, '0') + "1"}};
  for (const auto& [written, kept] : cases) {
    put("hash", {{"pk", S("a")}, {"n", N(written)}});
    EXPECT_EQ(get("hash", {{"pk", S("a")}})->front().value.N, kept) << written;
  }
}

TEST_F(PutItem, RefusesNumbersThatCannotBeKept) {
  const std::string overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const std::string underflow =
      "Number underflow. Attempting to store a number with magnitude smaller than supported range";
  const std::string not_numeric = "The parameter cannot be converted to a numeric value: ";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"abc", not_numeric + "abc"},
      {"", not_numeric},
      {"1.2.3", not_numeric + "1.2.3"},
      {" 1", not_numeric + " 1"},
      {"0x10", not_numeric + "0x10"},
      {"1e", not_numeric + "1e"},
      {"NaN", not_numeric + "NaN"},
      {"1e9223372036854775808", not_numeric + "1e9223372036854775808"},
      {"1e126", overflow},
      {"-1e99999999999", overflow},
      {"0e126", overflow},
      {"1e-131", underflow},
      {"1e-99999999999", underflow},
      {"0e-131", underflow},
      {"1234567890123456789012345678901234567890",
       "Attempting to store more than 38 significant digits in a Number"}};
  for (const auto& [written, why] : cases) {
    EXPECT_EQ(refusal("hash", {{"pk", S("a")}, {"n", N(written)}}),
              "1 validation error detected: " + why)
        << written;
  }
}

TEST_F(PutItem, RefusesValuesThatAreNone) {
  const std::string invalid =
      "1 validation error detected: One or more parameter values were invalid: ";
  const std::vector<std::pair<Value, std::string>> cases{
      {SS({}), invalid + "An string set  may not be empty"},
      {NS({}), invalid + "An number set  may not be empty"},
      {BS({}), invalid + "Binary sets should not be empty"},
      {SS({"b", "a", "b"}),
       invalid + "Input collection [\"a\", \"b\", \"b\"] contains duplicates."},
      {BS({"\xff", std::string(1, '\0'), std::string(1, '\0')}),
       invalid + "Input collection [\"AA==\",\"/w==\",\"AA==\"]of type BS contains duplicates."},
      {NS({"2", "1", "2.0"}), invalid + "Input collection contains duplicates."},
      {Value{.NULL_ = false}, invalid + "Null attribute value types must have the value of true"},
      {Value{},
       "1 validation error detected: Supplied AttributeValue is empty, must contain exactly one of "
       "the supported "
       "datatypes"},
      {Value{.S = "a", .N = "1"},
       "1 validation error detected: Supplied AttributeValue has more than one datatypes set, must "
       "contain exactly one "
       "of the supported datatypes"}};
  for (const auto& [value, why] : cases) {
    EXPECT_EQ(refusal("hash", {{"pk", S("a")}, {"bad", value}}), why);
    EXPECT_EQ(refusal("hash", {{"pk", S("a")}, {"deep", M({{"l", L({value})}})}}), why);
  }
}

TEST_F(PutItem, ChecksTheKey) {
  const std::string invalid = "One or more parameter values were invalid: ";
  EXPECT_EQ(refusal("both", {{"pk", S("a")}}), invalid + "Missing the key sk in the item");
  EXPECT_EQ(refusal("both", {{"pk", S("a")}, {"sk", S("1")}}),
            invalid + "Type mismatch for key sk expected: N actual: S");
  EXPECT_EQ(refusal("hash", {{"pk", S("")}}),
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty "
            "string value. Key: pk");
  EXPECT_EQ(refusal("binary", {{"pk", B("")}}),
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty "
            "binary value. Key: pk");
  EXPECT_EQ(refusal("hash", {{"pk", S(std::string(2049, 'k'))}}),
            invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  put("hash", {{"pk", S(std::string(2048, 'k'))}});
}

TEST_F(PutItem, AllowsItemsOf400KilobytesToTheByte) {
  // pk + a, text + the rest.
  const std::size_t room = 400 * 1024 - 3 - 4;
  put("hash", {{"pk", S("a")}, {"text", S(std::string(room, 'x'))}});

  EXPECT_EQ(refusal("hash", {{"pk", S("a")}, {"text", S(std::string(room + 1, 'x'))}}),
            "Item size has exceeded the maximum allowed size");
}

TEST_F(PutItem, MeasuresNumbersByTheirDigits) {
  // Observed: what each number costs, found at the 400 KB limit of real tables.
  const std::vector<std::pair<std::string, std::size_t>> cases{
      {"0", 1},      {"1", 2},         {"12", 2},
      {"123", 3},    {"1234", 3},      {"0042", 2},
      {"100", 2},    {"1010", 3},      {"1E125", 2},
      {"1E-100", 2}, {"1.5", 3},       {"1.200", 3},
      {"1.234", 4},  {"3.14159", 5},   {"123456", 4},
      {"100.5", 4},  {"0.15", 2},      {"-42", 3},
      {"-0", 1},     {"0.0000001", 2}, {"12345678901234567890123456789012345678", 20}};
  for (const auto& [number, cost] : cases) {
    const std::size_t room = 400 * 1024 - 3 - 1 - cost - 1;
    EXPECT_EQ(refusal("hash", {{"pk", S("a")}, {"n", N(number)}, {"p", S(std::string(room, 'x'))}}),
              "succeeded")
        << number;
    EXPECT_EQ(
        refusal("hash", {{"pk", S("a")}, {"n", N(number)}, {"p", S(std::string(room + 1, 'x'))}}),
        "Item size has exceeded the maximum allowed size")
        << number;
  }
}

TEST_F(PutItem, NestsThirtyTwoLevels) {
  Value value = S("leaf");
  for (int level = 0; level < 31; ++level) value = M({{"n", value}});
  put("hash", {{"pk", S("a")}, {"deep", value}});

  EXPECT_EQ(refusal("hash", {{"pk", S("a")}, {"deep", M({{"n", value}})}}),
            "1 validation error detected: Nesting Levels have exceeded supported limits: "
            "Attributes in the item have "
            "nested levels beyond supported limit");
}

TEST_F(PutItem, IsRefusedWhenItsConditionIsNotMet) {
  put("hash", {{"pk", S("a")}, {"n", N("1")}});
  api::dynamodb::PutItemInput request{.TableName = "hash",
                                      .Item = {{{"pk", S("a")}, {"n", N("2")}}},
                                      .ConditionExpression = "attribute_not_exists(pk)"};

  EXPECT_THAT(dynamodb.put_item(request), FailsWith("ConditionalCheckFailedException", 400));
  EXPECT_THAT(dynamodb.put_item(request), FailsSaying("The conditional request failed"));
  EXPECT_EQ(get("hash", {{"pk", S("a")}})->front().value, N("1"));
}

TEST_F(PutItem, ShowsTheItemThatStoodInTheWayWhenAsked) {
  put("hash", {{"pk", S("a")}, {"n", N("1")}});

  const auto outcome = dynamodb.put_item({.TableName = "hash",
                                          .Item = {{{"pk", S("a")}}},
                                          .ConditionExpression = "n > :limit",
                                          .ExpressionAttributeValues = {{{":limit", N("5")}}},
                                          .ReturnValuesOnConditionCheckFailure = "ALL_OLD"});

  ASSERT_FALSE(outcome);
  ASSERT_NE(outcome.error().members, nullptr);
  const auto& error = *static_cast<const api::dynamodb::ConditionalCheckFailedException*>(
      outcome.error().members.get());
  EXPECT_EQ(*error.Item, (Item{{"n", N("1")}, {"pk", S("a")}}));
}

TEST_F(PutItem, SaysWhatItConsumed) {
  const Item small{{"pk", S("a")}};
  const Item large{{"pk", S("a")}, {"text", S(std::string(2000, 'x'))}};
  const auto units = [&](const Item& item, const std::string& wanted) {
    return *must(dynamodb.put_item(
                     {.TableName = "hash", .Item = item, .ReturnConsumedCapacity = wanted}))
                .ConsumedCapacity;
  };

  EXPECT_EQ(units(small, "TOTAL").CapacityUnits, 1);
  EXPECT_EQ(units(large, "TOTAL").CapacityUnits, 2);
  // The larger of the item before and after counts.
  const auto last = units(small, "INDEXES");
  EXPECT_EQ(last.CapacityUnits, 2);
  EXPECT_EQ(last.Table->CapacityUnits, 2);
  EXPECT_EQ(last.TableName, "hash");
}

TEST_F(PutItem, ChecksItsParametersAgainstEachOther) {
  const std::string envelope = "1 validation error detected: ";
  const Item item{{"pk", S("a")}};
  EXPECT_EQ(
      message_of(dynamodb.put_item({.TableName = "hash", .Item = item, .ReturnValues = "ALL_NEW"})),
      envelope + "ReturnValues can only be ALL_OLD or NONE");
  EXPECT_EQ(
      message_of(dynamodb.put_item(
          {.TableName = "hash", .Item = item, .ExpressionAttributeValues = {{{":v", S("x")}}}})),
      envelope + "ExpressionAttributeValues can only be specified when using expressions");
  EXPECT_EQ(message_of(dynamodb.put_item(
                {.TableName = "hash", .Item = item, .ExpressionAttributeNames = {{{"#a", "a"}}}})),
            envelope + "ExpressionAttributeNames can only be specified when using expressions");
  EXPECT_EQ(message_of(dynamodb.put_item({.TableName = "hash",
                                          .Item = item,
                                          .Expected = {{{"pk", {.Exists = false}}}},
                                          .ConditionExpression = "attribute_not_exists(pk)"})),
            envelope +
                "Can not use both expression and non-expression parameters in the same request: "
                "Non-expression "
                "parameters: {Expected} Expression parameters: {ConditionExpression}");
  EXPECT_THAT(dynamodb.put_item({.TableName = "none", .Item = item}),
              FailsWith("ResourceNotFoundException", 400));
}

TEST_F(PutItem, TakesTheOlderExpected) {
  const Item item{{"pk", S("a")}, {"n", N("1")}};
  const auto outcome = [&](api::dynamodb::ExpectedAttributeValue expected) {
    return dynamodb.put_item(
        {.TableName = "hash", .Item = item, .Expected = {{{"n", std::move(expected)}}}});
  };
  EXPECT_THAT(outcome({.Exists = false}), testing::Succeeds());
  EXPECT_THAT(outcome({.Exists = false}), FailsWith("ConditionalCheckFailedException"));
  EXPECT_THAT(outcome({.Value = N("1.0")}), testing::Succeeds());
  EXPECT_THAT(outcome({.ComparisonOperator = "GT", .AttributeValueList = {{N("1")}}}),
              FailsWith("ConditionalCheckFailedException"));
  EXPECT_THAT(outcome({.ComparisonOperator = "BETWEEN", .AttributeValueList = {{N("1"), N("2")}}}),
              testing::Succeeds());
  const std::string invalid =
      "1 validation error detected: One or more parameter values were invalid: ";
  EXPECT_THAT(outcome({.Exists = true}),
              FailsSaying(invalid + "Value must be provided when Exists is true for Attribute: n"));
  EXPECT_THAT(
      outcome({.ComparisonOperator = "EQ"}),
      FailsSaying(
          invalid +
          "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: n"));
}

TEST_F(GetItem, GivesNothingForAKeyThatIsNotThere) { EXPECT_FALSE(get("hash", {{"pk", S("a")}})); }

TEST_F(GetItem, FindsNumbersWhateverTheirForm) {
  put("both", {{"pk", S("a")}, {"sk", N("10.0")}});

  EXPECT_EQ(get("both", {{"pk", S("a")}, {"sk", N("1E1")}})->back().value, N("10"));
}

TEST_F(GetItem, WantsExactlyTheKey) {
  const auto refused = [&](Item key) {
    return message_of(dynamodb.get_item({.TableName = "both", .Key = std::move(key)}));
  };
  const std::string mismatch = "The provided key element does not match the schema";
  EXPECT_EQ(refused({{"pk", S("a")}}), mismatch);
  EXPECT_EQ(refused({{"pk", S("a")}, {"sk", S("1")}}), mismatch);
  EXPECT_EQ(refused({{"pk", S("a")}, {"sk", N("1")}, {"x", N("1")}}), mismatch);
  EXPECT_EQ(refused({{"pk", S("a")}, {"sk", N("many")}}),
            "The parameter cannot be converted to a numeric value: many");
}

TEST_F(GetItem, ShowsWhatTheProjectionReaches) {
  put("hash", {{"pk", S("a")},
               {"items_", L({S("zero"), M({{"x", N("1")}, {"y", N("2")}}), S("two")})},
               {"doc", M({{"a", S("i")}, {"b", S("o")}})},
               {"name", S("n")}});
  const auto projected = [&](std::string expression, std::optional<Names> names = {}) {
    return *must(dynamodb.get_item({.TableName = "hash",
                                    .Key = {{{"pk", S("a")}}},
                                    .ProjectionExpression = std::move(expression),
                                    .ExpressionAttributeNames = std::move(names)}))
                .Item;
  };

  EXPECT_EQ(projected("pk, doc.a"), (Item{{"doc", M({{"a", S("i")}})}, {"pk", S("a")}}));
  EXPECT_EQ(projected("items_[2], items_[1].y"),
            (Item{{"items_", L({M({{"y", N("2")}}), S("two")})}}));
  EXPECT_EQ(projected("#n", Names{{"#n", "name"}}), (Item{{"name", S("n")}}));
  EXPECT_EQ(projected("nowhere, items_[7], doc.a.deeper"), Item{});
}

TEST_F(GetItem, TakesTheOlderAttributesToGet) {
  put("hash", {{"pk", S("a")}, {"n", N("1")}});

  EXPECT_EQ(
      *must(dynamodb.get_item(
                {.TableName = "hash", .Key = {{{"pk", S("a")}}}, .AttributesToGet = {{"n", "x"}}}))
           .Item,
      (Item{{"n", N("1")}}));
}

TEST_F(GetItem, ConsumesByFourKilobytes) {
  put("hash", {{"pk", S("a")}, {"text", S(std::string(4096, 'x'))}});
  const auto units = [&](const std::string& key, bool consistent) {
    return must(dynamodb.get_item({.TableName = "hash",
                                   .Key = {{{"pk", S(key)}}},
                                   .ConsistentRead = consistent,
                                   .ReturnConsumedCapacity = "TOTAL"}))
        .ConsumedCapacity->CapacityUnits;
  };

  EXPECT_EQ(units("a", true), 2);
  EXPECT_EQ(units("a", false), 1);
  EXPECT_EQ(units("none", false), 0.5);
}

TEST_F(GetItem, FindsATableByItsArn) {
  put("hash", {{"pk", S("a")}});

  EXPECT_TRUE(get("arn:aws:dynamodb:us-east-1:000000000000:table/hash", {{"pk", S("a")}}));
}

TEST_F(DeleteItem, GivesWhatItRemoved) {
  put("hash", {{"pk", S("a")}, {"n", N("1")}});

  const auto deleted = must(dynamodb.delete_item(
      {.TableName = "hash", .Key = {{{"pk", S("a")}}}, .ReturnValues = "ALL_OLD"}));
  const auto again = must(dynamodb.delete_item(
      {.TableName = "hash", .Key = {{{"pk", S("a")}}}, .ReturnValues = "ALL_OLD"}));

  EXPECT_EQ(*deleted.Attributes, (Item{{"n", N("1")}, {"pk", S("a")}}));
  EXPECT_FALSE(again.Attributes);
  EXPECT_FALSE(get("hash", {{"pk", S("a")}}));
}

TEST_F(DeleteItem, IsRefusedWhenItsConditionIsNotMet) {
  put("hash", {{"pk", S("a")}, {"n", N("1")}});

  EXPECT_THAT(dynamodb.delete_item({.TableName = "hash",
                                    .Key = {{{"pk", S("a")}}},
                                    .ConditionExpression = "n = :n",
                                    .ExpressionAttributeValues = {{{":n", N("2")}}}}),
              FailsWith("ConditionalCheckFailedException"));
  EXPECT_TRUE(get("hash", {{"pk", S("a")}}));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
