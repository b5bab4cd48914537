#include <algorithm>
#include <set>

#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;

class Reading : public DynamoDbTest {
 protected:
  Reading() {
    create_table("strings", {"pk:S", "sk:S"});
    create_table("numbers", {"pk:S", "sk:N"});
    create_table("hash", {"pk:S"});
  }

  static std::vector<std::string> sort_keys(const std::vector<Item>& items) {
    std::vector<std::string> keys;
    for (const auto& item : items) {
      const Value& key = *api::find(item, "sk");
      keys.push_back(key.S ? *key.S : *key.N);
    }
    return keys;
  }
  /// The sort keys that a condition finds, in order, in the partition `a`.
  std::vector<std::string> found(const std::string& table, const std::string& condition,
                                 Item values, bool forward = true) {
    values.push_back({":pk", S("a")});
    return sort_keys(*must(dynamodb.query({.TableName = table,
                                           .ScanIndexForward = forward,
                                           .KeyConditionExpression = "pk = :pk" + condition,
                                           .ExpressionAttributeValues = values}))
                          .Items);
  }
  std::string refusal(const std::string& table, const std::string& condition, Item values) {
    return message_of(dynamodb.query({.TableName = table,
                                      .KeyConditionExpression = condition,
                                      .ExpressionAttributeValues = std::move(values)}));
  }
};
using Query = Reading;
using Scan = Reading;

TEST_F(Query, SortsTextByItsBytes) {
  const std::vector<std::string> keys{
      "b", "a", "a\x01", std::string("a\0", 2), std::string("a\0b", 3), "\xc3\xa9", "B", "ab"};
  for (const auto& key : keys) put("strings", {{"pk", S("a")}, {"sk", S(key)}});
  put("strings", {{"pk", S("other")}, {"sk", S("a")}});
  auto sorted = keys;
  std::ranges::sort(sorted);

  EXPECT_EQ(found("strings", "", {}), sorted);
  std::ranges::reverse(sorted);
  EXPECT_EQ(found("strings", "", {}, false), sorted);
}

TEST_F(Query, SortsNumbersByTheirValue) {
  const std::vector<std::string> sorted{"-1000", "-10.5",    "-10",  "-9.99",  "-0.5", "-0.05",
                                        "0",     "0.000001", "0.05", "0.5",    "9",    "10",
                                        "10.1",  "99",       "100",  "1000000"};
  for (auto at = sorted.rbegin(); at != sorted.rend(); ++at)
    put("numbers", {{"pk", S("a")}, {"sk", N(*at)}});

  EXPECT_EQ(found("numbers", "", {}), sorted);
}

TEST_F(Query, FindsWhatTheSortKeyConditionAllows) {
  for (const std::string key : {"a", "aa", "ab", "b", "ba", "c"})
    put("strings", {{"pk", S("a")}, {"sk", S(key)}});
  using ::testing::ElementsAre;

  EXPECT_THAT(found("strings", " AND sk = :k", {{":k", S("ab")}}), ElementsAre("ab"));
  EXPECT_THAT(found("strings", " AND sk < :k", {{":k", S("ab")}}), ElementsAre("a", "aa"));
  EXPECT_THAT(found("strings", " AND sk <= :k", {{":k", S("ab")}}), ElementsAre("a", "aa", "ab"));
  EXPECT_THAT(found("strings", " AND sk > :k", {{":k", S("b")}}), ElementsAre("ba", "c"));
  EXPECT_THAT(found("strings", " AND :k <= sk", {{":k", S("b")}}), ElementsAre("b", "ba", "c"));
  EXPECT_THAT(found("strings", " AND sk BETWEEN :k AND :l", {{":k", S("aa")}, {":l", S("b")}}),
              ElementsAre("aa", "ab", "b"));
  EXPECT_THAT(found("strings", " AND begins_with(sk, :k)", {{":k", S("a")}}),
              ElementsAre("a", "aa", "ab"));
  EXPECT_THAT(found("strings", " AND begins_with(sk, :k)", {{":k", S("a")}}, false),
              ElementsAre("ab", "aa", "a"));
}

TEST_F(Query, GoesOnWhereThePageBeforeEnded) {
  for (int number = 0; number < 10; ++number)
    put("numbers", {{"pk", S("a")}, {"sk", N(std::to_string(number))}});
  for (const bool forward : {true, false}) {
    std::vector<std::string> keys;
    std::optional<Item> start;
    int pages = 0;
    do {
      const auto page = must(dynamodb.query({.TableName = "numbers",
                                             .Limit = 4,
                                             .ScanIndexForward = forward,
                                             .ExclusiveStartKey = start,
                                             .KeyConditionExpression = "pk = :pk",
                                             .ExpressionAttributeValues = {{{":pk", S("a")}}}}));
      for (const auto& key : sort_keys(*page.Items)) keys.push_back(key);
      start = page.LastEvaluatedKey;
      ++pages;
    } while (start);
    EXPECT_EQ(pages, 3);
    ASSERT_EQ(keys.size(), 10U);
    EXPECT_EQ(keys.front(), forward ? "0" : "9");
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 10U);
  }
}

TEST_F(Query, EndsAPageAtOneMegabyteBeforeItFilters) {
  const std::string text(100 * 1024, 'x');
  for (int number = 10; number < 30; ++number) {
    put("numbers", {{"pk", S("a")}, {"sk", N(std::to_string(number))}, {"text", S(text)}});
  }

  const auto page =
      must(dynamodb.query({.TableName = "numbers",
                           .ReturnConsumedCapacity = "TOTAL",
                           .FilterExpression = "attribute_not_exists(pk2) AND #t <> :t",
                           .KeyConditionExpression = "pk = :pk",
                           .ExpressionAttributeNames = {{{"#t", "text"}}},
                           .ExpressionAttributeValues = {{{":pk", S("a")}, {":t", S(text)}}}}));

  EXPECT_EQ(page.Count, 0);
  EXPECT_EQ(page.ScannedCount, 11);
  EXPECT_TRUE(page.LastEvaluatedKey);
  // 11 items of 102,400 bytes and some, in units of 4 KB, at half a unit.
  EXPECT_EQ(page.ConsumedCapacity->CapacityUnits, 138);
}

TEST_F(Query, FiltersCountsAndProjects) {
  for (int number = 0; number < 6; ++number) {
    put("numbers", {{"pk", S("a")},
                    {"sk", N(std::to_string(number))},
                    {"odd", Bool(number % 2 == 1)},
                    {"x", S("x")}});
  }
  api::dynamodb::QueryInput request{
      .TableName = "numbers",
      .FilterExpression = "odd = :yes",
      .KeyConditionExpression = "pk = :pk",
      .ExpressionAttributeValues = {{{":pk", S("a")}, {":yes", Bool(true)}}}};
  request.Select = "COUNT";
  const auto counted = must(dynamodb.query(request));
  EXPECT_EQ(counted.Count, 3);
  EXPECT_EQ(counted.ScannedCount, 6);
  EXPECT_FALSE(counted.Items);

  request.Select.reset();
  request.ProjectionExpression = "sk";
  EXPECT_EQ(must(dynamodb.query(request)).Items->front(), (Item{{"sk", N("1")}}));
}

TEST_F(Query, RefusesKeyConditionsInTheseWords) {
  const std::string invalid = "Invalid KeyConditionExpression: ";
  const Item p{{":p", S("a")}};
  const Item pv{{":p", S("a")}, {":v", S("v")}};
  EXPECT_EQ(refusal("strings", "sk = :p", p), "Query condition missed key schema element: pk");
  EXPECT_EQ(refusal("strings", "pk = :p AND x = :v", pv),
            "Query condition missed key schema element: sk");
  EXPECT_EQ(refusal("hash", "pk = :p AND x = :v", pv), "Query key condition not supported");
  EXPECT_EQ(refusal("strings", "pk > :p", p), "Query key condition not supported");
  EXPECT_EQ(refusal("strings", "pk = :p OR sk = :v", pv),
            invalid + "Invalid operator used in KeyConditionExpression: OR");
  EXPECT_EQ(refusal("strings", "pk = :p AND sk <> :v", pv),
            invalid + "Invalid operator used in KeyConditionExpression: <>");
  EXPECT_EQ(refusal("strings", "pk = :p AND contains(sk, :v)", pv),
            invalid + "Invalid operator used in KeyConditionExpression: contains");
  EXPECT_EQ(refusal("strings", "pk = :p AND sk.x = :v", pv),
            invalid + "KeyConditionExpressions cannot have conditions on nested attributes");
  EXPECT_EQ(refusal("strings", "pk = :p AND sk > :v AND sk < :v", pv),
            invalid + "KeyConditionExpressions must only contain one condition per key");
  EXPECT_EQ(refusal("strings", "pk = :p AND sk > :v AND extra = :v", pv),
            "The number of query conditions (3) exceeds the number of key attributes defined in "
            "the schema (2)");
  EXPECT_EQ(refusal("numbers", "pk = :p AND sk = :v", pv),
            "One or more parameter values were invalid: Condition parameter type does not match "
            "schema type");
  EXPECT_EQ(refusal("strings", "pk = :p", {{":p", S("")}}),
            "One or more parameter values are not valid. The AttributeValue for a key attribute "
            "cannot contain an empty "
            "string value. Key: pk");
  EXPECT_THAT(dynamodb.query({.TableName = "strings"}),
              FailsSaying("Either the KeyConditions or KeyConditionExpression parameter must be "
                          "specified in the request."));
}

TEST_F(Query, RefusesFiltersOnKeysAndStrangeStartingKeys) {
  api::dynamodb::QueryInput request{.TableName = "strings",
                                    .FilterExpression = "sk = :p",
                                    .KeyConditionExpression = "pk = :p",
                                    .ExpressionAttributeValues = {{{":p", S("a")}}}};
  EXPECT_THAT(dynamodb.query(request), FailsSaying("Filter Expression can only contain non-primary "
                                                   "key attributes: Primary key attribute: sk"));
  request.FilterExpression.reset();
  request.ExclusiveStartKey = Item{{"bad", S("p")}};
  EXPECT_THAT(dynamodb.query(request), FailsSaying("The provided starting key is invalid"));
  request.ExclusiveStartKey = Item{{"pk", S("b")}, {"sk", S("x")}};
  EXPECT_THAT(
      dynamodb.query(request),
      FailsSaying(
          "The provided starting key is outside query boundaries based on provided conditions"));
  request.ExclusiveStartKey.reset();
  request.Select = "SPECIFIC_ATTRIBUTES";
  EXPECT_THAT(dynamodb.query(request), FailsSaying("1 validation error detected: Must specify the "
                                                   "AttributesToGet or ProjectionExpression when "
                                                   "choosing to get SPECIFIC_ATTRIBUTES"));
  request.Select = "ALL_PROJECTED_ATTRIBUTES";
  EXPECT_THAT(
      dynamodb.query(request),
      FailsSaying("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"));
}

TEST_F(Query, ListsTheAllowedValuesInDynamoDbsOrder) {
  EXPECT_THAT(dynamodb.query({.TableName = "strings", .Select = "NOPE"}),
              FailsSaying("1 validation error detected: Value 'NOPE' at 'select' failed to satisfy "
                          "constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, "
                          "COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"));
}

TEST_F(Query, TakesTheOlderKeyConditionsAndQueryFilter) {
  for (int number = 0; number < 6; ++number) {
    put("numbers",
        {{"pk", S("a")}, {"sk", N(std::to_string(number))}, {"x", N(std::to_string(number % 3))}});
  }
  const auto page = must(dynamodb.query(
      {.TableName = "numbers",
       .KeyConditions =
           {{{"pk", {.AttributeValueList = {{S("a")}}, .ComparisonOperator = "EQ"}},
             {"sk", {.AttributeValueList = {{N("1"), N("4")}}, .ComparisonOperator = "BETWEEN"}}}},
       .QueryFilter = {{{"x", {.AttributeValueList = {{N("0")}}, .ComparisonOperator = "NE"}}}}}));

  EXPECT_THAT(sort_keys(*page.Items), ::testing::ElementsAre("1", "2", "4"));
}

TEST_F(Scan, FindsEveryItemOnceInPagesAndSegments) {
  for (int number = 0; number < 100; ++number)
    put("hash", {{"pk", S("key-" + std::to_string(number))}});
  std::multiset<std::string> keys;
  std::vector<std::string> order;
  for (int segment = 0; segment < 3; ++segment) {
    std::optional<Item> start;
    int in_segment = 0;
    do {
      const auto page = must(dynamodb.scan({.TableName = "hash",
                                            .Limit = 7,
                                            .ExclusiveStartKey = start,
                                            .TotalSegments = 3,
                                            .Segment = segment}));
      for (const auto& item : *page.Items) {
        keys.insert(*item.front().value.S);
        order.push_back(*item.front().value.S);
        ++in_segment;
      }
      start = page.LastEvaluatedKey;
    } while (start);
    EXPECT_GT(in_segment, 15);
  }

  EXPECT_EQ(keys.size(), 100U);
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 100U);
  // As on AWS, the order of the keys says nothing about the order of a scan.
  EXPECT_FALSE(std::ranges::is_sorted(order));
}

TEST_F(Scan, FiltersByTheOlderScanFilterToo) {
  for (int number = 0; number < 4; ++number) {
    put("hash", {{"pk", S(std::to_string(number))}, {"s", S(number % 2 == 0 ? "even" : "odd")}});
  }
  using api::dynamodb::Condition;
  const auto count = [&](Condition condition) {
    return *must(
                dynamodb.scan({.TableName = "hash", .ScanFilter = {{{"s", std::move(condition)}}}}))
                .Count;
  };

  EXPECT_EQ(count({.AttributeValueList = {{S("even")}}, .ComparisonOperator = "EQ"}), 2);
  EXPECT_EQ(count({.AttributeValueList = {{S("dd")}}, .ComparisonOperator = "CONTAINS"}), 2);
  EXPECT_EQ(count({.AttributeValueList = {{S("dd")}}, .ComparisonOperator = "NOT_CONTAINS"}), 2);
  EXPECT_EQ(count({.ComparisonOperator = "NULL"}), 0);
  EXPECT_EQ(count({.ComparisonOperator = "NOT_NULL"}), 4);
  EXPECT_EQ(count({.AttributeValueList = {{S("odd"), S("even")}}, .ComparisonOperator = "IN"}), 4);
}

TEST_F(Scan, WordsBadValuesAsDynamoDbUsedTo) {
  EXPECT_THAT(dynamodb.scan({.TableName = "hash",
                             .FilterExpression = "n = :v",
                             .ExpressionAttributeValues = {{{":v", N("abc")}}}}),
              FailsSaying("ExpressionAttributeValues contains invalid value: The parameter cannot be "
                          "converted to a numeric value: abc for key :v"));
  EXPECT_THAT(dynamodb.scan({.TableName = "hash",
                             .ScanFilter = {{{"s", {.ComparisonOperator = "NULL"}}}},
                             .ConditionalOperator = "OR"}),
              FailsSaying("ConditionalOperator can only be used when Filter or Expected has two or "
                          "more elements"));
}

TEST_F(Scan, RefusesSegmentsAndStartingKeysThatDoNotFit) {
  EXPECT_THAT(
      dynamodb.scan({.TableName = "hash", .Segment = 0}),
      FailsSaying(
          "The TotalSegments parameter is required but was not present in the request when Segment "
          "parameter is present"));
  EXPECT_THAT(
      dynamodb.scan({.TableName = "hash", .TotalSegments = 4}),
      FailsSaying(
          "The Segment parameter is required but was not present in the request when parameter "
          "TotalSegments is present"));
  EXPECT_THAT(dynamodb.scan({.TableName = "hash", .TotalSegments = 5, .Segment = 5}),
              FailsSaying("The Segment parameter is zero-based and must be less than parameter "
                          "TotalSegments: Segment: 5 "
                          "is not less than TotalSegments: 5"));
  EXPECT_THAT(dynamodb.scan({.TableName = "hash", .ExclusiveStartKey = {{{"bad", S("p")}}}}),
              FailsSaying("The provided starting key is invalid: The provided key element does not "
                          "match the schema"));
  EXPECT_THAT(dynamodb.scan({.TableName = "none"}), FailsWith("ResourceNotFoundException", 400));
}

TEST_F(Query, RefusesKeysThatAreLongerThanAnyKey) {
  create_table("long", {"pk:S", "sk:S"});
  const auto query = [&](std::size_t hash, std::size_t range, const std::string& condition) {
    return message_of(dynamodb.query(
        {.TableName = "long",
         .KeyConditionExpression = condition,
         .ExpressionAttributeValues =
             Item{{":h", S(std::string(hash, 'x'))}, {":r", S(std::string(range, 'x'))}}}));
  };
  EXPECT_EQ(query(20'000, 1, "pk = :h AND sk = :r"),
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum "
            "size limit of2048 bytes");
  for (const char* condition : {"pk = :h AND sk > :r", "pk = :h AND begins_with(sk, :r)"}) {
    EXPECT_EQ(query(1, 20'000, condition),
              "One or more parameter values were invalid: Aggregated size of all range keys has "
              "exceeded the size limit of 1024 bytes");
  }
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
