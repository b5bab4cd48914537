#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodb::CancellationReason;
using api::dynamodb::ExecuteStatementOutput;
using api::dynamodb::TransactionCanceledException;
using testing::FailsSaying;
using testing::FailsWith;

using Rows = std::vector<Item>;

class Statements : public DynamoDbTest {
 protected:
  Statements() {
    create_table("one", {"pk:S"});
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "sk", .AttributeType = "N"},
                                   {.AttributeName = "g", .AttributeType = "S"},
                                   {.AttributeName = "l", .AttributeType = "S"}}},
         .TableName = "two",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                        {.AttributeName = "sk", .KeyType = "RANGE"}}},
         .LocalSecondaryIndexes = {{{.IndexName = "local",
                                     .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                                                    {.AttributeName = "l", .KeyType = "RANGE"}}},
                                     .Projection = {{.ProjectionType = "KEYS_ONLY"}}}}},
         .GlobalSecondaryIndexes = {{{.IndexName = "global",
                                      .KeySchema = {{{.AttributeName = "g", .KeyType = "HASH"}}},
                                      .Projection = {{.ProjectionType = "INCLUDE",
                                                      .NonKeyAttributes = {{"a"}}}}}}},
         .BillingMode = "PAY_PER_REQUEST"}));
  }
  auto run(const std::string& statement, std::optional<std::vector<Value>> parameters = {}) {
    return dynamodb.execute_statement(
        {.Statement = statement, .Parameters = std::move(parameters)});
  }
  Rows select(const std::string& statement, std::optional<std::vector<Value>> parameters = {}) {
    return *must(run(statement, std::move(parameters))).Items;
  }
  /// The sort keys of what is found.
  std::vector<std::string> sks(const std::string& statement) {
    std::vector<std::string> found;
    for (const Item& item : select(statement)) found.push_back(*api::find(item, "sk")->N);
    return found;
  }
  void put_numbers() {
    for (const char* number : {"1", "2", "3", "4"}) {
      put("two", {{"pk", S("a")},
                  {"sk", N(number)},
                  {"g", S("all")},
                  {"l", S(number)},
                  {"a", S(std::string("a") + number)},
                  {"other", N(number)}});
    }
  }
};
using ExecuteStatement = Statements;
using BatchExecuteStatement = Statements;
using ExecuteTransaction = Statements;
using Texts = std::vector<std::string>;

TEST_F(ExecuteStatement, InsertsSelectsUpdatesAndDeletes) {
  EXPECT_TRUE(select("INSERT INTO \"one\" VALUE {'pk': 'a', 'n': 1, 'm': {'l': [1.5, true, NULL]}, "
                     "'s': <<'x', 'y'>>}")
                  .empty());
  EXPECT_EQ(select("SELECT * FROM \"one\" WHERE pk = 'a'"),
            (Rows{{{"m", M({{"l", L({N("1.5"), Bool(true), Null()})}})},
                   {"n", N("1")},
                   {"pk", S("a")},
                   {"s", SS({"x", "y"})}}}));
  must(run("UPDATE one SET n = n + 4 SET \"new\" = 'it''s' REMOVE m WHERE pk = 'a'"));
  EXPECT_EQ(get("one", {{"pk", S("a")}}),
            (Item{{"n", N("5")}, {"new", S("it's")}, {"pk", S("a")}, {"s", SS({"x", "y"})}}));
  must(run("DELETE FROM one WHERE pk = 'a'"));
  EXPECT_FALSE(get("one", {{"pk", S("a")}}));
  EXPECT_TRUE(run("DELETE FROM one WHERE pk = 'a'"));
}

TEST_F(ExecuteStatement, TakesParametersInTheirOrder) {
  must(run("INSERT INTO one VALUE {'pk': ?, 'v': ?}", {{S("a"), NS({"1", "2"})}}));
  must(run("UPDATE one SET v = ? WHERE pk = ?", {{L({S("x")}), S("a")}}));
  EXPECT_EQ(select("SELECT v FROM one WHERE pk = ? AND size(v) = ?", {{S("a"), N("1")}}),
            (Rows{{{"v", L({S("x")})}}}));
  must(run("INSERT INTO one VALUE ?", {{M({{"pk", S("whole")}})}}));
  EXPECT_TRUE(get("one", {{"pk", S("whole")}}));
  const std::string message = "Number of parameters in request and statement don't match.";
  EXPECT_THAT(run("SELECT * FROM one WHERE pk = ?"), FailsSaying(message));
  EXPECT_THAT(run("SELECT * FROM one WHERE pk = 'a'", {{S("a")}}), FailsSaying(message));
}

TEST_F(ExecuteStatement, ReadsOnlyTheKeysThatAreGiven) {
  put_numbers();
  put("two", {{"pk", S("b")}, {"sk", N("9")}});

  EXPECT_EQ(sks("SELECT * FROM two WHERE pk = 'a' AND sk = 2"), (Texts{"2"}));
  EXPECT_EQ(sks("SELECT * FROM two WHERE pk = 'a' AND sk > 2"), (Texts{"3", "4"}));
  EXPECT_EQ(sks("SELECT * FROM two WHERE 2 < sk AND pk = 'a'"), (Texts{"3", "4"}));
  EXPECT_EQ(sks("SELECT * FROM two WHERE pk = 'a' AND sk BETWEEN 2 AND 3"), (Texts{"2", "3"}));
  EXPECT_EQ(sks("SELECT * FROM two WHERE pk = 'a' AND sk >= 2 AND sk <= 3"), (Texts{"2", "3"}));
  EXPECT_EQ(sks("SELECT * FROM two WHERE pk = 'a' ORDER BY sk DESC"), (Texts{"4", "3", "2", "1"}));
  EXPECT_EQ(sks("SELECT * FROM two WHERE pk = 'a' AND other IN [1, 4]"), (Texts{"1", "4"}));
  EXPECT_EQ(sks("SELECT * FROM two WHERE (pk = 'a') AND (sk = 1 OR other = 3)"), (Texts{"1", "3"}));
  EXPECT_EQ(sks("SELECT sk FROM two WHERE pk IN ['b', 'c']"), (Texts{"9"}));
  const auto costs = [&](const std::string& statement) {
    return must(dynamodb.execute_statement({.Statement = statement,
                                            .ConsistentRead = true,
                                            .ReturnConsumedCapacity = "TOTAL"}))
        .ConsumedCapacity->CapacityUnits;
  };
  put("two", {{"pk", S("big")}, {"sk", N("1")}, {"text", S(std::string(20'000, 'x'))}});
  EXPECT_EQ(costs("SELECT * FROM two WHERE pk = 'a'"), 1);
  EXPECT_GT(*costs("SELECT * FROM two WHERE other = 1"), 1);
}

TEST_F(ExecuteStatement, FiltersWithFunctionsAndTypes) {
  put("one", {{"pk", S("a")},
              {"s", S("hello")},
              {"ss", SS({"x"})},
              {"m", M({{"sub", S("v")}})},
              {"nothing", Null()},
              {"flag", Bool(true)}});
  const struct {
    std::string condition;
    bool holds;
  } cases[] = {{"attribute_exists(ss)", true},
               {"ATTRIBUTE_EXISTS(m.sub)", true},
               {"attribute_exists(m.nope) = false", true},
               {"NOT attribute_not_exists(ss)", true},
               {"(attribute_exists(nope) OR attribute_exists(\"ss\"))", true},
               {"size(s) = 5", true},
               {"size(s) = 4", false},
               {"attribute_type(ss, 'SS')", true},
               {"begins_with(s, 'hel')", true},
               {"contains(ss, 'x')", true},
               {"contains(s, 'z')", false},
               {"nothing IS NULL", true},
               {"s IS NOT NULL", true},
               {"s IS NULL", false},
               {"nope IS MISSING", true},
               {"s IS NOT MISSING", true},
               {"flag IS BOOLEAN", true},
               {"s IS STRING", true},
               {"s IS NUMERIC", false},
               {"m IS STRUCT", true},
               {"flag = true", true},
               {"m = {'sub': 'v'}", true},
               {"s <> 'x' AND s != 'y'", true}};
  for (const auto& [condition, holds] : cases) {
    EXPECT_EQ(select("SELECT * FROM one WHERE pk = 'a' AND " + condition).size(), holds ? 1U : 0U)
        << condition;
  }
}

TEST_F(ExecuteStatement, ShowsWhatIsSelectedUnderItsLastName) {
  put("one",
      {{"pk", S("a")}, {"m", M({{"in", M({{"deep", N("1")}})}})}, {"l", L({S("x"), S("y")})}});
  EXPECT_EQ(select("SELECT pk, m.\"in\".deep, nope, l[1] FROM one WHERE pk = 'a'"),
            (Rows{{{"pk", S("a")}, {"deep", N("1")}, {"_4", S("y")}}}));
}

TEST_F(ExecuteStatement, ReadsIndexes) {
  put_numbers();
  EXPECT_EQ(sks("SELECT * FROM \"two\".\"global\" WHERE g = 'all'").size(), 4U);
  EXPECT_EQ(select("SELECT a FROM two.global WHERE g = 'all' AND a = 'a3'"),
            (Rows{{{"a", S("a3")}}}));
  EXPECT_EQ(sks("SELECT * FROM two.global WHERE pk = 'a' AND sk > 2"), (Texts{"3", "4"}));
  EXPECT_EQ(sks("SELECT * FROM two.\"local\" WHERE pk = 'a' AND l > '2' ORDER BY l DESC"),
            (Texts{"4", "3"}));
  EXPECT_EQ(select("SELECT other FROM two.\"local\" WHERE pk = 'a' AND l = '2'"),
            (Rows{{{"other", N("2")}}}));
  const std::string invalid = "One or more parameter values were invalid: ";
  EXPECT_THAT(
      run("SELECT other, more FROM two.global WHERE g = 'all'"),
      FailsSaying(invalid + "Global secondary index global does not project [other, more]"));
  EXPECT_THAT(
      run("SELECT pk FROM two.\"local\" WHERE pk = 'a' AND other = 1"),
      FailsSaying(invalid + "Secondary index local does not project one or more filter attributes: "
                            "[other]"));
  EXPECT_THAT(run("SELECT * FROM two.none WHERE pk = 'a'"),
              FailsSaying("The table does not have the specified index"));
  EXPECT_THAT(dynamodb.execute_statement(
                  {.Statement = "SELECT * FROM two.global WHERE g = 'x'", .ConsistentRead = true}),
              FailsSaying("Strongly consistent read is not supported on Global Secondary Indexes"));
}

TEST_F(ExecuteStatement, FiltersByWhatAnIndexDoesNotHaveOnlyWhenItSearchesAllOfIt) {
  put_numbers();
  EXPECT_THAT(run("SELECT pk FROM two.global WHERE g = 'all' AND other = 1"),
              FailsSaying("One or more parameter values were invalid: Secondary index global does "
                          "not project one or more filter attributes: [other]"));
  EXPECT_EQ(select("SELECT sk FROM two.global WHERE other = 1"), Rows{});
}

TEST_F(ExecuteStatement, GoesOnFromANextToken) {
  put_numbers();
  const std::string statement = "SELECT sk FROM two WHERE pk = 'a' ORDER BY sk DESC";
  auto page = must(dynamodb.execute_statement({.Statement = statement, .Limit = 3}));
  EXPECT_EQ(page.Items->size(), 3U);
  EXPECT_EQ(page.LastEvaluatedKey, (Item{{"pk", S("a")}, {"sk", N("2")}}));
  const auto rest =
      must(dynamodb.execute_statement({.Statement = statement, .NextToken = page.NextToken}));
  EXPECT_EQ(rest.Items, (Rows{{{"sk", N("1")}}}));
  EXPECT_FALSE(rest.NextToken);
  EXPECT_THAT(
      dynamodb.execute_statement({.Statement = "SELECT * FROM two", .NextToken = page.NextToken}),
      FailsSaying("NextToken does not match request"));
  for (const char* token : {"x", "AAAA", "!!!!"}) {
    EXPECT_THAT(dynamodb.execute_statement({.Statement = statement, .NextToken = token}),
                FailsSaying("Invalid NextToken"));
  }
}

TEST_F(ExecuteStatement, ReturnsWhatIsAskedFor) {
  const auto returned = [&](const std::string& clause) {
    put("one", {{"pk", S("a")}, {"n", N("1")}, {"s", S("x")}});
    return select("UPDATE one SET n = 2 REMOVE gone WHERE pk = 'a' RETURNING " + clause);
  };
  EXPECT_EQ(returned("ALL OLD *"), (Rows{{{"n", N("1")}, {"pk", S("a")}, {"s", S("x")}}}));
  EXPECT_EQ(returned("ALL NEW *"), (Rows{{{"n", N("2")}, {"pk", S("a")}, {"s", S("x")}}}));
  EXPECT_EQ(returned("MODIFIED OLD *"), (Rows{{{"n", N("1")}}}));
  EXPECT_EQ(returned("MODIFIED NEW *"), (Rows{{{"n", N("2")}}}));
  EXPECT_EQ(select("DELETE FROM one WHERE pk = 'a' RETURNING ALL OLD *").size(), 1U);
  EXPECT_TRUE(select("DELETE FROM one WHERE pk = 'a' RETURNING ALL OLD *").empty());
  EXPECT_THAT(run("DELETE FROM one WHERE pk = 'x' RETURNING MODIFIED OLD *"),
              FailsSaying("Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL "
                          "OLD * is allowed in DELETE statements."));
}

TEST_F(ExecuteStatement, AddsToSetsAndTakesFromThem) {
  put("one", {{"pk", S("a")}, {"ss", SS({"a", "b"})}, {"l", L({S("x")})}, {"s", S("x")}});
  const auto set = [&](const std::string& assignment) {
    return run("UPDATE one SET " + assignment + " WHERE pk = 'a'");
  };
  must(set("ss = set_add(ss, <<'c', 'a'>>)"));
  must(set("ss = SET_DELETE(ss, <<'b'>>)"));
  must(set("ns = set_add(ns, <<4>>)"));
  must(set("l = list_append(l, ['y'])"));
  EXPECT_EQ(get("one", {{"pk", S("a")}}), (Item{{"l", L({S("x"), S("y")})},
                                                {"ns", NS({"4"})},
                                                {"pk", S("a")},
                                                {"s", S("x")},
                                                {"ss", SS({"a", "c"})}}));
  must(set("ns = set_delete(ns, <<4>>)"));
  EXPECT_EQ(api::find(*get("one", {{"pk", S("a")}}), "ns"), nullptr);
  const std::string type = "An operand in the update expression has an incorrect data type";
  EXPECT_THAT(set("s = set_add(s, <<'x'>>)"), FailsSaying(type));
  EXPECT_THAT(set("ss = set_add(ss, <<1>>)"), FailsSaying(type));
  EXPECT_THAT(set("t = set_add(ss, <<'x'>>)"),
              FailsSaying("The first argument to SET_ADD must equal the assignment value at "
                          "1:20:7"));
  EXPECT_THAT(
      set("ss = set_add(ss, 'x')"),
      FailsSaying("The second argument to SET_ADD must be a value with type SET at 1:29:2"));
  EXPECT_THAT(set("ss = set_add(ss)"),
              FailsSaying("SET_ADD must have exactly two arguments at 1:21:7"));
}

TEST_F(ExecuteStatement, WritesOnlyWhenItsConditionHolds) {
  put("one", {{"pk", S("a")}, {"n", N("5")}});
  must(run("UPDATE one SET z = 1 WHERE pk = 'a' AND attribute_exists(n)"));
  const std::string failed = "ConditionalCheckFailedException";
  EXPECT_THAT(run("UPDATE one SET z = 2 WHERE pk = 'a' AND n > 5"), FailsWith(failed, 400));
  EXPECT_THAT(run("UPDATE one SET z = 2 WHERE pk = 'none'"), FailsWith(failed, 400));
  EXPECT_THAT(run("UPDATE one SET z = 2 WHERE pk = 'none' AND attribute_not_exists(pk)"),
              FailsWith(failed, 400));
  EXPECT_THAT(run("DELETE FROM one WHERE pk = 'a' AND n = 4"), FailsWith(failed, 400));
  EXPECT_EQ(*api::find(*get("one", {{"pk", S("a")}}), "z"), N("1"));
  EXPECT_FALSE(get("one", {{"pk", S("none")}}));
  EXPECT_THAT(run("INSERT INTO one VALUE {'pk': 'a'}"), FailsWith("DuplicateItemException", 400));
}

TEST_F(ExecuteStatement, RefusesMistakesInTheseWords) {
  const std::string malformed = "Statement wasn't well formed, can't be processed: ";
  const std::string leftover = malformed + "Unexpected token after expression";
  const std::string overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const struct {
    std::string statement;
    std::string message;
  } cases[] = {
      {"SELECTT * FROM one", malformed + "Expected data manipulation"},
      {"SELECT * FROM one WHERE pk = 'a' foo", leftover},
      {"SELECT * FROM one WHERE pk = 'a')", leftover},
      {"SELECT * FROM one ORDER BY pk WHERE pk = 'a'", leftover},
      {"DELETE FROM one WHERE pk = 'a' ORDER BY pk", leftover},
      {"INSERT INTO one t VALUE {'pk': 'x'}", leftover},
      {"INSERT INTO one VALUE {'pk': 'x'} foo", leftover},
      {"SELECT * FROM one t WHERE pk = 'x'", "Aliasing is not supported"},
      {"SELECT * FROM one AS t", "Aliasing is not supported"},
      {"UPDATE one t SET a = 3 WHERE pk = 'x'", "Aliasing is not supported"},
      {"SELECT * FROM \"one", malformed},
      {"SELECT * FROM one WHERE pk = 'x' # note", malformed},
      {"SELECT * FROM one WHERE pk = 'x' /* note", malformed},
      {"SELECT * FROM one WHERE pk = 1e99999999999", malformed},
      {"SELECT * FROM \"\" WHERE pk = 'x'", "Path component cannot be an empty string"},
      {"SELECT * FROM a.b.c", "A path may contain at most 2 components in the FROM clause"},
      {"SELECT * FROM one WHERE n = 1e126", overflow + " under root"},
      {"INSERT INTO one VALUE {'pk': 'a', 'm': {'x': 1e126}}", overflow + " under root.x"},
      {"INSERT INTO one VALUE {'pk': 'a', 'l': [1, 1e126]}", overflow + " under root[1]"},
      {"INSERT INTO one VALUE {'pk': 'a', 's': <<>>}", "Empty bags are not supported"},
      {"INSERT INTO one VALUE {'pk': 'a', 's': <<'x', 'x'>>}",
       "One or more parameter values were invalid: Input collection [x, x] contains duplicates."},
      {"SELECT * FROM one WHERE attribute_exists('a')",
       "Operator or function requires a document path; operator or function: attribute_exists"},
      {"SELECT * FROM one WHERE attribute_exists(a, b)",
       "Incorrect number of operands for operator or function; operator or function: "
       "attribute_exists, number of operands: 2"},
      {"SELECT size(a) FROM one", "Unexpected path component at 1:8:4"},
      {"SELECT * FROM one WHERE EXISTS(a)", "Unrecognized function: exists at 1:25:6"},
      {"SELECT l[-1] FROM one",
       "List index is not within the allowable range; index: [-1] at 1:11:1"},
      {"SELECT * FROM none WHERE v < true",
       "Incorrect operand type for operator or function; operator or function: <, operand type: "
       "BOOL"},
      {"SELECT * FROM none WHERE pk = 'a'", "Requested resource not found"},
      {"UPDATE one SET a = 1 WHERE a = 2",
       "Where clause does not contain a mandatory equality on all key attributes"},
      {"DELETE FROM one",
       "Where clause does not contain a mandatory equality on all key attributes"},
      {"UPDATE one SET pk = 'b' WHERE pk = 'a'",
       "One or more parameter values were invalid: Cannot update attribute pk. This attribute is "
       "part of the key"},
      {"UPDATE one SET a = 1, a.b = 2 WHERE pk = 'a'",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; "
       "path "
       "one: [a], path two: [a, b]"},
      {"SELECT * FROM one WHERE pk = 5",
       "Key attribute's data type should match its data type in table's schema: Key pk"},
      {"SELECT * FROM one ORDER BY pk",
       "Must have WHERE clause in the statement when using ORDER BY clause."},
      {"EXISTS(SELECT * FROM one WHERE pk = 'a')",
       "EXISTS can only be used in ExecuteTransaction write requests."},
      {"SELECT * FROM one WHERE a = MISSING", "MISSING must be compared using IS operator"},
  };
  for (const auto& [statement, message] : cases)
    EXPECT_EQ(message_of(run(statement)), message) << statement;
  EXPECT_EQ(must(dynamodb.scan({.TableName = "one"})).Count, 0);
}

TEST_F(ExecuteStatement, RefusesStatementsThatNestTooDeepAndKeysThatAreTooLong) {
  EXPECT_FALSE(run("SELECT * FROM one WHERE " + std::string(4000, '(')));
  EXPECT_FALSE(run("INSERT INTO one VALUE {'pk': " + std::string(4000, '[')));
  EXPECT_FALSE(run("SELECT * FROM one WHERE " + [] {
    std::string nots;
    for (int count = 0; count < 1000; ++count) nots += "NOT ";
    return nots;
  }()));
  EXPECT_THAT(run("SELECT * FROM one WHERE pk = ?", {{S(std::string(20'000, 'x'))}}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(run("DELETE FROM one WHERE pk = ?", {{S(std::string(20'000, 'x'))}}),
              FailsWith("ValidationException", 400));
}

TEST_F(BatchExecuteStatement, AnswersEachStatementByItself) {
  put("one", {{"pk", S("a")}, {"n", N("1")}});
  const auto answer = must(dynamodb.batch_execute_statement(
      {.Statements = {{{.Statement = "SELECT * FROM one WHERE pk = 'a'"},
                       {.Statement = "UPDATE one SET n = 2 WHERE pk = 'a' RETURNING ALL NEW *"},
                       {.Statement = "SLECT * FROM one"},
                       {.Statement = "SELECT * FROM none WHERE pk = 'a'"},
                       {.Statement = "SELECT * FROM one WHERE n = 1"},
                       {.Statement = "INSERT INTO one VALUE {'pk': 'a'}"},
                       {.Statement = "DELETE FROM one WHERE pk = 'a' AND n = 1",
                        .ReturnValuesOnConditionCheckFailure = "ALL_OLD"},
                       {.Statement = "SELECT * FROM one WHERE pk = 'nothing'",
                        .ConsistentRead = true}}},
       .ReturnConsumedCapacity = "TOTAL"}));

  const auto& responses = *answer.Responses;
  ASSERT_EQ(responses.size(), 8U);
  EXPECT_EQ(responses[0].Item, (Item{{"n", N("1")}, {"pk", S("a")}}));
  EXPECT_EQ(responses[1].Item, (Item{{"n", N("2")}, {"pk", S("a")}}));
  EXPECT_EQ(responses[1].TableName, "one");
  EXPECT_EQ(responses[2].Error->Code, "ValidationError");
  EXPECT_EQ(responses[2].Error->Message,
            "Statement wasn't well formed, can't be processed: Expected data manipulation");
  EXPECT_EQ(responses[3].Error->Code, "ResourceNotFound");
  EXPECT_EQ(responses[4].Error->Message,
            "Select statements within BatchExecuteStatement must specify the primary key in the "
            "where clause.");
  EXPECT_EQ(responses[5].Error->Code, "DuplicateItem");
  EXPECT_EQ(responses[6].Error->Code, "ConditionalCheckFailed");
  EXPECT_EQ(responses[6].Error->Item, (Item{{"n", N("2")}, {"pk", S("a")}}));
  EXPECT_FALSE(responses[7].Item);
  EXPECT_FALSE(responses[7].Error);
  // Half a unit, one to write, one to read for certain.
  EXPECT_EQ(answer.ConsumedCapacity->front().CapacityUnits, 2.5);
}

TEST_F(ExecuteTransaction, WritesAllOrNothing) {
  put("one", {{"pk", S("a")}, {"n", N("1")}});
  const auto answer = must(dynamodb.execute_transaction(
      {.TransactStatements = {{{.Statement = "INSERT INTO one VALUE {'pk': 'new'}"},
                               {.Statement = "UPDATE one SET n = n + 1 WHERE pk = 'a'"},
                               {.Statement = "DELETE FROM one WHERE pk = 'none'"}}},
       .ReturnConsumedCapacity = "TOTAL"}));
  EXPECT_TRUE(answer.Responses->empty());
  EXPECT_EQ(answer.ConsumedCapacity->front().WriteCapacityUnits, 6);

  const auto outcome = dynamodb.execute_transaction(
      {.TransactStatements = {{{.Statement = "INSERT INTO one VALUE {'pk': 'other'}"},
                               {.Statement = "INSERT INTO one VALUE {'pk': 'new'}"},
                               {.Statement = "EXISTS(SELECT * FROM one WHERE pk = 'a' AND n = 7)",
                                .ReturnValuesOnConditionCheckFailure = "ALL_OLD"}}}});
  ASSERT_THAT(outcome, FailsWith("TransactionCanceledException", 400));
  const auto& exception =
      *static_cast<const TransactionCanceledException*>(outcome.error().members.get());
  const auto& reasons = *exception.CancellationReasons;
  EXPECT_EQ(reasons[0].Code, "None");
  EXPECT_EQ(reasons[1].Code, "DuplicateItem");
  EXPECT_EQ(reasons[2].Code, "ConditionalCheckFailed");
  EXPECT_EQ(reasons[2].Item, (Item{{"n", N("2")}, {"pk", S("a")}}));
  EXPECT_FALSE(get("one", {{"pk", S("other")}}));
}

TEST_F(ExecuteTransaction, ReadsSeveralItems) {
  put("one", {{"pk", S("a")}});
  const auto answer = must(dynamodb.execute_transaction(
      {.TransactStatements = {{{.Statement = "SELECT * FROM one WHERE pk = 'a'"},
                               {.Statement = "SELECT * FROM one WHERE pk = 'none'"}}},
       .ReturnConsumedCapacity = "TOTAL"}));
  ASSERT_EQ(answer.Responses->size(), 2U);
  EXPECT_EQ(answer.Responses->at(0).Item, (Item{{"pk", S("a")}}));
  EXPECT_FALSE(answer.Responses->at(1).Item);
  EXPECT_EQ(answer.ConsumedCapacity->front().ReadCapacityUnits, 4);
}

TEST_F(ExecuteTransaction, HappensOnceForAToken) {
  put("one", {{"pk", S("a")}, {"n", N("0")}});
  const api::dynamodb::ExecuteTransactionInput request{
      .TransactStatements = {{{.Statement = "UPDATE one SET n = n + 1 WHERE pk = 'a'"}}},
      .ClientRequestToken = "token",
      .ReturnConsumedCapacity = "TOTAL"};
  EXPECT_EQ(
      must(dynamodb.execute_transaction(request)).ConsumedCapacity->front().WriteCapacityUnits, 2);
  EXPECT_EQ(must(dynamodb.execute_transaction(request)).ConsumedCapacity->front().ReadCapacityUnits,
            2);
  EXPECT_EQ(*api::find(*get("one", {{"pk", S("a")}}), "n"), N("1"));
  auto other = request;
  other.TransactStatements->front().Statement = "UPDATE one SET n = n + 2 WHERE pk = 'a'";
  EXPECT_THAT(dynamodb.execute_transaction(other),
              FailsWith("IdempotentParameterMismatchException", 400));
}

TEST_F(ExecuteTransaction, RefusesStatementsThatDoNotBelongIntoOne) {
  const auto refusal = [&](const std::string& statement) {
    return message_of(dynamodb.execute_transaction(
        {.TransactStatements = {
             {{.Statement = "INSERT INTO one VALUE {'pk': 'a'}"}, {.Statement = statement}}}}));
  };
  const std::string failed = "Validation failed in TransactStatements[1]: ";
  EXPECT_EQ(refusal("UPDATE one SET a = 1 WHERE pk = 'b' RETURNING ALL NEW *"),
            failed + "RETURNING clause is not supported in ExecuteTransaction.");
  EXPECT_EQ(refusal("SELECT * FROM one WHERE pk = 'a'"),
            failed + "Unsupported operation in transaction.");
  EXPECT_EQ(refusal("EXISTS(SELECT * FROM one WHERE pk = 'a')"),
            failed + "EXISTS() must contain a single item read with additional condition");
  EXPECT_EQ(refusal("INSERT INTO one VALUE {'pk': 'a'}"),
            "Transaction request cannot include multiple operations on one item");
  EXPECT_THAT(
      dynamodb.execute_transaction(
          {.TransactStatements = {{{.Statement = "SELECT * FROM two.global WHERE g = 'x'"}}}}),
      FailsSaying("Validation failed in TransactStatements[0]: Reads on indices are not "
                  "supported within transactions."));
  EXPECT_FALSE(get("one", {{"pk", S("a")}}));
}

TEST_F(ExecuteStatement, WordsOfPartiQlAreNamesOnlyInQuotes) {
  must(run("INSERT INTO one VALUE {'pk': 'a', 'date': 'x', 'm': {'inner': 1}}"));
  const std::string not_well_formed = "Statement wasn't well formed, can't be processed: ";
  for (const char* statement :
       {"SELECT * FROM one WHERE pk = 'a' AND date = 'x'", "SELECT Date FROM one WHERE pk = 'a'",
        "UPDATE one SET date = 'y' WHERE pk = 'a'",
        "UPDATE one REMOVE \"DATE\" REMOVE date WHERE pk = 'a'"}) {
    EXPECT_THAT(run(statement), FailsSaying(not_well_formed + "Unexpected keyword")) << statement;
  }
  EXPECT_THAT(run("SELECT m.inner FROM one WHERE pk = 'a'"),
              FailsSaying(not_well_formed + "Invalid path dot component"));
  EXPECT_EQ(select("SELECT \"date\", m.\"inner\" FROM one WHERE pk = 'a' AND \"date\" = 'x'"),
            (Rows{{{"date", S("x")}, {"inner", N("1")}}}));
  EXPECT_EQ(select("SELECT pk FROM one WHERE size(\"date\") = 1 AND \"missing\" IS MISSING").size(),
            1U);
}

TEST_F(ExecuteStatement, PartitionKeysByInAndOrAreReadAndNotSearchedFor) {
  for (const char* partition : {"a", "b", "c", "d"}) {
    for (const char* number : {"1", "2", "3"})
      put("two", {{"pk", S(partition)}, {"sk", N(number)}, {"pad", S(std::string(4000, 'x'))}});
  }
  const auto found = [&](const std::string& where, double units) {
    const auto output =
        must(dynamodb.execute_statement({.Statement = "SELECT pk, sk FROM two WHERE " + where,
                                         .ConsistentRead = true,
                                         .ReturnConsumedCapacity = "TOTAL"}));
    EXPECT_EQ(output.ConsumedCapacity->CapacityUnits, units) << where;
    std::vector<std::string> keys;
    for (const Item& item : *output.Items)
      keys.push_back(*api::find(item, "pk")->S + *api::find(item, "sk")->N);
    std::ranges::sort(keys);
    return keys;
  };
  EXPECT_EQ(found("pk IN ['a', 'c']", 6), (Texts{"a1", "a2", "a3", "c1", "c2", "c3"}));
  EXPECT_EQ(found("pk IN ['a', 'c'] AND sk > 2", 2), (Texts{"a3", "c3"}));
  EXPECT_EQ(found("pk = 'a' AND sk = 1 OR pk = 'b' AND sk >= 2", 3), (Texts{"a1", "b2", "b3"}));
  EXPECT_EQ(found("pk = 'a' OR pk = 'a' AND NOT sk = 1", 3), (Texts{"a1", "a2", "a3"}));
  EXPECT_EQ(found("pk = 'a' AND sk <> 1 OR pk = 'a' AND sk = 2", 3), (Texts{"a2", "a3"}));
  for (const char* where : {"pk IN ['a', 'a']", "pk = 'a' OR pk = 'a'",
                            "pk = 'a' AND note = 'y' OR pk = 'a' AND sk = 2",
                            "pk = 'a' AND sk < 3 OR pk = 'a' AND sk > 1"}) {
    EXPECT_THAT(run(std::string("SELECT * FROM two WHERE ") + where),
                FailsSaying("Overlapping conditions with range keys are not supported in where "
                            "clause"))
        << where;
  }
  EXPECT_EQ(found("pk = 'a' AND sk = 1 OR sk = 3", 12), (Texts{"a1", "a3", "b3", "c3", "d3"}));
}

TEST_F(ExecuteStatement, PagesGoOnFromPartitionKeyToPartitionKey) {
  for (const char* partition : {"a", "b", "c", "d"}) {
    for (const char* number : {"1", "2", "3"})
      put("two", {{"pk", S(partition)}, {"sk", N(number)}});
  }
  std::vector<std::string> keys;
  std::optional<std::string> token;
  int pages = 0;
  do {
    const auto output = must(dynamodb.execute_statement(
        {.Statement = "SELECT pk, sk FROM two WHERE pk IN ['a', 'b', 'd']",
         .NextToken = token,
         .Limit = 2}));
    for (const Item& item : *output.Items)
      keys.push_back(*api::find(item, "pk")->S + *api::find(item, "sk")->N);
    token = output.NextToken;
    ++pages;
  } while (token && pages < 20);
  std::ranges::sort(keys);
  EXPECT_EQ(keys, (Texts{"a1", "a2", "a3", "b1", "b2", "b3", "d1", "d2", "d3"}));
}

TEST_F(ExecuteStatement, StatementsThatStopTooEarlySayWhatIsMissing) {
  for (const auto& [statement, problem] : std::vector<std::pair<std::string, std::string>>{
           {"SELECT * FROM one WHERE", "Unexpected term"},
           {"SELECT * FROM one WHERE;", "Unexpected term"},
           {"UPDATE one SET a = 1 WHERE", "Unexpected term"},
           {"DELETE FROM one WHERE", "Unexpected term"},
           {"SELECT * FROM one WHERE NOT", "Unexpected term"},
           {"SELECT * FROM one WHERE (", "Unexpected term"},
           {"SELECT * FROM", "Unexpected term"},
           {"DELETE FROM", "Expected identifier for simple path"},
           {"DELETE FROM;", "Expected identifier for simple path"},
           {"DELETE FROM WHERE pk = 'a'", "Expected identifier for simple path"},
           {"SELECT * FROM one WHERE pk = 'a' AND",
            "Missing right-hand side expression of infix operator"},
           {"SELECT * FROM one WHERE pk = 'a' OR",
            "Missing right-hand side expression of infix operator"},
           {"SELECT * FROM one WHERE ORDER BY pk", "Unexpected keyword"},
           {"SELECT * FROM one WHERE pk = 'a' AND x IS FOO", "Expected type name"},
           {"SELECT * FROM one WHERE IS NULL", "Unexpected operator"},
           {"SELECT * FROM one WHERE pk = LIKE", "Unexpected operator"}}) {
    EXPECT_THAT(run(statement),
                FailsSaying("Statement wasn't well formed, can't be processed: " + problem))
        << statement;
  }
}

TEST_F(ExecuteStatement, AnUpdateMayBeginWithFrom) {
  put("one", {{"pk", S("a")}, {"n", N("1")}, {"b", S("bee")}});
  must(run("from one where pk = 'a' set c = 2 REMOVE b"));
  EXPECT_EQ(get("one", {{"pk", S("a")}}), (Item{{"c", N("2")}, {"n", N("1")}, {"pk", S("a")}}));
  EXPECT_EQ(select("FROM one WHERE pk = ? SET c = ? RETURNING ALL NEW *", {{S("a"), N("7")}}),
            (Rows{{{"c", N("7")}, {"n", N("1")}, {"pk", S("a")}}}));
  must(run("FROM one WHERE pk = 'a' AND n = 1 SET c = 8"));
  EXPECT_THAT(run("FROM one WHERE pk = 'a' AND n = 2 SET c = 9"),
              FailsWith("ConditionalCheckFailedException"));
  EXPECT_THAT(run("FROM one WHERE pk = 'absent' SET c = 9"),
              FailsWith("ConditionalCheckFailedException"));
  const std::string no_key =
      "Where clause does not contain a mandatory equality on all key attributes";
  EXPECT_THAT(run("FROM one SET c = 1"), FailsSaying(no_key));
  EXPECT_THAT(run("FROM one REMOVE c"), FailsSaying(no_key));
  EXPECT_THAT(run("FROM one WHERE n = 1 SET c = 1"), FailsSaying(no_key));
  EXPECT_THAT(run("FROM one SET c = 1 WHERE pk = 'a'"),
              FailsSaying("Statement wasn't well formed, can't be processed: Unexpected token "
                          "after expression"));
  EXPECT_THAT(run("FROM missing WHERE pk = 'x' SET c = 1"), FailsWith("ResourceNotFoundException"));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
