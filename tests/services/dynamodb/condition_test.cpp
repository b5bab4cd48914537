#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;

/// Conditions, as a filter over one item and as the condition of a delete that never happens.
class Conditions : public DynamoDbTest {
 protected:
  Conditions() {
    create_table("hash", {"pk:S"});
    put("hash", {{"bin", B("abc")},
                 {"bs", BS({"x"})},
                 {"hollow", M({})},
                 {"flag", Bool(true)},
                 {"l", L({S("a"), N("1"), M({{"k", S("v")}})})},
                 {"m", M({{"k", S("v")}})},
                 {"n", N("10")},
                 {"ns", NS({"1", "2"})},
                 {"nothing", Null()},
                 {"pk", S("a")},
                 {"s", S("hello")},
                 {"ss", SS({"a", "b"})}});
  }

  std::string outcome_of(const std::string& condition) {
    api::dynamodb::ScanInput request{.TableName = "hash", .FilterExpression = condition};
    // Only what the text uses, because the rest would be refused.
    const Item values{{":a", S("a")},     {":b", S("b")},         {":bool", Bool(true)},
                      {":bx", B("x")},    {":bc", B("bc")},       {":five", N("5")},
                      {":hel", S("hel")}, {":list", L({S("a")})}, {":map", M({{"k", S("v")}})},
                      {":n", S("N")},     {":one", N("1.0")},     {":same", SS({"b", "a"})},
                      {":ten", N("10")},  {":three", N("3")},     {":twenty", N("20")},
                      {":wrong", S("X")}};
    for (const auto& value : values) {
      if (!uses(condition, value.key)) continue;
      if (!request.ExpressionAttributeValues) request.ExpressionAttributeValues.emplace();
      request.ExpressionAttributeValues->push_back(value);
    }
    if (uses(condition, "#s")) request.ExpressionAttributeNames = Names{{"#s", "s"}};
    const auto outcome = dynamodb.scan(request);
    if (!outcome) return outcome.error().message;
    return *outcome->Count == 1 ? "true" : "false";
  }

 private:
  static bool uses(const std::string& text, const std::string& placeholder) {
    for (std::size_t at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + 1)) {
      const std::size_t end = at + placeholder.size();
      if (end == text.size() ||
          !(std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
        return true;
    }
    return false;
  }
};

TEST_F(Conditions, HoldOrDoNot) {
  const std::vector<std::pair<std::string, bool>> cases{
      {"s = s2", false},
      {"n = :ten", true},
      {"n <> :ten", false},
      {"absent <> :ten", true},
      {"absent = :ten", false},
      {"n < :twenty AND n > :five", true},
      {"n <= :ten and n >= :ten", true},
      {":ten < n", false},
      {"s < :a", false},
      {"s > :five", false},
      {"n BETWEEN :five AND :twenty", true},
      {"n between :twenty and :twenty", false},
      {"n IN (:five, :ten)", true},
      {"n IN (:five)", false},
      {"s = :hel OR n = :ten", true},
      {"NOT n = :ten", false},
      {"NOT (n = :five OR n = :three)", true},
      {"n = :five OR n = :ten AND s = :hel", false},
      {"(n = :five OR n = :ten) AND begins_with(s, :hel)", true},
      {"attribute_exists(m.k)", true},
      {"attribute_exists(m.absent)", false},
      {"attribute_not_exists(absent)", true},
      {"attribute_exists(l[2].k)", true},
      {"attribute_exists(l[3])", false},
      {"attribute_type(n, :n)", true},
      {"attribute_type(s, :n)", false},
      {"begins_with(#s, :hel)", true},
      {"begins_with(n, :hel)", false},
      {"contains(s, :hel)", true},
      {"contains(ss, :a)", true},
      {"contains(ns, :one)", true},
      {"contains(ns, :ten)", false},
      {"contains(bs, :bx)", true},
      {"contains(bin, :bc)", true},
      {"contains(l, :a)", true},
      {"contains(l, :map)", true},
      {"contains(m, :a)", false},
      {"size(s) = :five", true},
      {"size(ss) < :three", true},
      {"size(l) = :three", true},
      {"size(hollow) < :one", true},
      {"size(n) > :five", false},
      {"size(absent) > :five", false},
      {"l[1] = :one", true},
      {"ss = :same", true},
      {"m = :map", true},
      {"flag = :bool", true},
      {"l[2] = m", true}};
  for (const auto& [condition, holds] : cases) {
    EXPECT_EQ(outcome_of(condition), holds ? "true" : "false") << condition;
  }
}

TEST_F(Conditions, AreRefusedInTheseWords) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"n", "Syntax error; token: \"<EOF>\", near: \"n\""},
      {"n = ", "Syntax error; token: \"<EOF>\", near: \"=\""},
      {"n = :ten AND", "Syntax error; token: \"<EOF>\", near: \"AND\""},
      {"n AND s = :a", "Syntax error; token: \"AND\", near: \"n AND s\""},
      {"(n = :ten", "Syntax error; token: \"<EOF>\", near: \":ten\""},
      {"n = :ten)", "Syntax error; token: \")\", near: \":ten)\""},
      {"n $ :ten", "Syntax error; token: \"$\", near: \"n $ :ten\""},
      {"and = :ten", "Syntax error; token: \"and\", near: \"and =\""},
      {"((n = :ten))", "The expression has redundant parentheses;"},
      {"((n)) = :ten", "The expression has redundant parentheses;"},
      {"status = :ten", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"unknown(n)", "Invalid function name; function: unknown"},
      {"if_not_exists(n, :a)",
       "The function is not allowed in a condition expression; function: if_not_exists"},
      {"size(n)",
       "The function is not allowed to be used this way in an expression; function: size"},
      {"contains(l, attribute_exists(n))",
       "The function is not allowed to be used this way in an expression; function: "
       "attribute_exists"},
      {"#none = :ten",
       "An expression attribute name used in the document path is not defined; attribute name: "
       "#none"},
      {"n = :none",
       "An expression attribute value used in expression is not defined; attribute value: :none"},
      {"attribute_exists(n, s)",
       "Incorrect number of operands for operator or function; operator or function: "
       "attribute_exists, number of "
       "operands: 2"},
      {"attribute_exists(:a)",
       "Operator or function requires a document path; operator or function: attribute_exists"},
      {"n = n",
       "The first operand must be distinct from the remaining operands for this operator or "
       "function; operator: =, "
       "first operand: [n]"},
      {"contains(l[1], l[1])",
       "The first operand must be distinct from the remaining operands for this operator or "
       "function; operator: "
       "contains, first operand: [l, [1]]"},
      {"begins_with(s, :ten)",
       "Incorrect operand type for operator or function; operator or function: begins_with, "
       "operand type: N"},
      {"n < :bool",
       "Incorrect operand type for operator or function; operator or function: <, operand type: "
       "BOOL"},
      {"size(:ten) = :ten",
       "Incorrect operand type for operator or function; operator or function: size, operand type: "
       "N"},
      {"attribute_type(n, :wrong)",
       "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
      {"attribute_type(n, :ten)",
       "Incorrect operand type for operator or function; operator or function: attribute_type, "
       "operand type: N"},
      {"n BETWEEN :ten AND :five",
       "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
       "lower bound operand: "
       "AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:5}"},
      {"n BETWEEN :a AND :five",
       "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
       "operand: AttributeValue: "
       "{S:a}, upper bound operand: AttributeValue: {N:5}"},
      {"bin BETWEEN :bx AND :bc",
       "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
       "lower bound operand: "
       "AttributeValue: {B:eA==}, upper bound operand: AttributeValue: {B:YmM=}"}};
  for (const auto& [condition, why] : cases) {
    EXPECT_EQ(outcome_of(condition), "Invalid FilterExpression: " + why) << condition;
  }
}

TEST_F(Conditions, OfAWriteHaveTheirOwnListsOfTypes) {
  const auto outcome_of_delete = [this](const std::string& condition, Value type) {
    api::dynamodb::DeleteItemInput request{
        .TableName = "hash", .Key = Item{{"pk", S("b")}}, .ConditionExpression = condition};
    request.ExpressionAttributeValues = Item{{":type", std::move(type)}};
    return dynamodb.delete_item(request);
  };
  const std::string where = "1 validation error detected: Invalid ConditionExpression: ";
  EXPECT_THAT(outcome_of_delete("attribute_type(n, :type)", S("STRING")),
              FailsSaying(where + "Invalid attribute type name found; type: STRING, valid types: "
                                  "{S,SS,N,NS,B,BS,BOOL,NULL,L,M}"));
  EXPECT_THAT(
      outcome_of_delete("attribute_type(n, s) OR n = :type", S("STRING")),
      FailsSaying(where + "Incorrect operand type for operator or function; operator or function: "
                          "attribute_type, operand type: {S,SS,N,NS,B,BS,BOOL,NULL,L,M,HD,DOUBLE,"
                          "FLOAT,HDS,FS,DOUBLESET,DICT,DECIMAL,INT,DECIMALSET,INTSET}"));
}

TEST_F(Conditions, AreCheckedInTheOrderInWhichTheyAreWritten) {
  EXPECT_EQ(outcome_of("n = :none AND begins_with(s, :ten)"),
            "Invalid FilterExpression: An expression attribute value used in expression is not "
            "defined; attribute value: "
            ":none");
  EXPECT_EQ(outcome_of("begins_with(s, :ten) AND n = :none"),
            "Invalid FilterExpression: Incorrect operand type for operator or function; operator "
            "or function: "
            "begins_with, operand type: N");
}

TEST_F(Conditions, SurviveAnyNestingOfParentheses) {
  const std::string deep = std::string(2000, '(') + "n = :ten" + std::string(2000, ')');
  EXPECT_EQ(outcome_of(deep),
            "Invalid FilterExpression: The expression has redundant parentheses;");
  EXPECT_EQ(outcome_of(std::string(4000, '(')),
            "Invalid FilterExpression: The expression has redundant parentheses;");
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
