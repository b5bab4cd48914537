#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;

/// Tables take AWS's time.
class Tables : public DynamoDbTest {
 protected:
  Tables() : DynamoDbTest({}) {}
  api::dynamodb::CreateTableInput orders() {
    return {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                      {.AttributeName = "sk", .AttributeType = "N"}}},
            .TableName = "orders",
            .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                           {.AttributeName = "sk", .KeyType = "RANGE"}}},
            .BillingMode = "PAY_PER_REQUEST"};
  }
  std::string status() {
    return *must(dynamodb.describe_table({.TableName = "orders"})).Table->TableStatus;
  }
};
using CreateTable = Tables;
using DescribeTable = Tables;
using ListTables = Tables;
using DeleteTable = Tables;

TEST_F(CreateTable, AnswersATableThatIsBeingCreatedAndIsActiveLater) {
  const auto created = must(dynamodb.create_table(orders()));

  EXPECT_EQ(created.TableDescription->TableStatus, "CREATING");
  EXPECT_EQ(created.TableDescription->TableArn,
            "arn:aws:dynamodb:us-east-1:000000000000:table/orders");
  EXPECT_EQ(status(), "CREATING");
  EXPECT_THAT(dynamodb.get_item({.TableName = "orders", .Key = {{{"pk", S("a")}, {"sk", N("1")}}}}),
              FailsSaying("Requested resource not found"));
  cloud.advance(std::chrono::seconds(30));
  EXPECT_EQ(status(), "ACTIVE");
}

TEST_F(CreateTable, RefusesANameThatIsTaken) {
  must(dynamodb.create_table(orders()));

  EXPECT_THAT(dynamodb.create_table(orders()), FailsWith("ResourceInUseException", 400));
  EXPECT_THAT(dynamodb.create_table(orders()), FailsSaying("Table already exists: orders"));
}

TEST_F(CreateTable, HasOnlySoManyTablesAndSoManyAtOnce) {
  auto request = orders();
  const auto make = [&](int number) {
    request.TableName = "table" + std::to_string(number);
    return dynamodb.create_table(request);
  };
  int made = 0;
  while (made < 500) must(make(made++));
  const std::string too_busy =
      "Subscriber limit exceeded: Only 500 tables can be created, updated, or deleted "
      "simultaneously";
  EXPECT_THAT(make(made), FailsWith("LimitExceededException", 400));
  EXPECT_THAT(make(made), FailsSaying(too_busy));
  while (made < 2500) {
    if (made % 500 == 0) cloud.advance(std::chrono::minutes(1));
    must(make(made++));
  }
  EXPECT_THAT(dynamodb.delete_table({.TableName = "table0"}), FailsSaying(too_busy));
  cloud.advance(std::chrono::minutes(1));
  EXPECT_THAT(
      make(made),
      FailsSaying("Subscriber limit exceeded: There is a limit of 2500 tables per subscriber"));
  must(dynamodb.delete_table({.TableName = "table0"}));
  cloud.advance(std::chrono::minutes(1));
  must(make(made));
}

TEST_F(CreateTable, TakesNoMoreCapacityThanTheAccountMayHave) {
  auto request = orders();
  request.BillingMode = "PROVISIONED";
  const auto make = [&](const std::string& name, std::int64_t reads, std::int64_t writes) {
    request.TableName = name;
    request.ProvisionedThroughput = {{.ReadCapacityUnits = reads, .WriteCapacityUnits = writes}};
    const auto outcome = dynamodb.create_table(request);
    cloud.advance(std::chrono::minutes(1));
    return outcome;
  };
  EXPECT_THAT(make("large", 40'001, 1), FailsWith("LimitExceededException", 400));
  EXPECT_THAT(make("large", 1, 40'001), FailsWith("LimitExceededException", 400));
  must(make("first", 40'000, 10));
  must(make("second", 39'990, 10));
  EXPECT_THAT(make("third", 11, 10), FailsWith("LimitExceededException", 400));
  must(make("third", 10, 10));
  const auto update = [&](std::int64_t reads) {
    return dynamodb.update_table(
        {.TableName = "third",
         .ProvisionedThroughput = {{.ReadCapacityUnits = reads, .WriteCapacityUnits = 10}}});
  };
  EXPECT_THAT(update(11), FailsWith("LimitExceededException", 400));
  must(update(9));
  const auto limits = must(dynamodb.describe_limits({}));
  EXPECT_EQ(limits.AccountMaxReadCapacityUnits, 80'000);
  EXPECT_EQ(limits.TableMaxWriteCapacityUnits, 40'000);
}

TEST_F(CreateTable, ChecksNamesKeysAndBilling) {
  auto request = orders();
  request.TableName = "ab";
  EXPECT_THAT(dynamodb.create_table(request),
              FailsSaying("1 validation error detected: Value 'ab' at 'tableName' failed to "
                          "satisfy constraint: Member "
                          "must have length greater than or equal to 3"));
  request = orders();
  request.TableName = "bad name";
  EXPECT_THAT(dynamodb.create_table(request),
              FailsSaying("1 validation error detected: Value 'bad name' at 'tableName' failed to "
                          "satisfy constraint: "
                          "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));
  request = orders();
  request.BillingMode.reset();
  EXPECT_THAT(dynamodb.create_table(request),
              FailsSaying("One or more parameter values were invalid: ReadCapacityUnits and "
                          "WriteCapacityUnits must "
                          "both be specified when BillingMode is PROVISIONED"));
  request = orders();
  request.AttributeDefinitions->pop_back();
  EXPECT_THAT(dynamodb.create_table(request),
              FailsSaying("Invalid KeySchema: Some index key attribute have no definition"));
  request = orders();
  request.KeySchema->pop_back();
  EXPECT_THAT(
      dynamodb.create_table(request),
      FailsSaying(
          "One or more parameter values were invalid: Number of attributes in KeySchema does not "
          "exactly match number of attributes defined in AttributeDefinitions"));
  request = orders();
  std::swap((*request.KeySchema)[0], (*request.KeySchema)[1]);
  EXPECT_THAT(dynamodb.create_table(request),
              FailsSaying("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
}

TEST_F(CreateTable, NamesWhatItDoesNotImplement) {
  auto request = orders();
  request.ResourcePolicy = "{}";

  const auto outcome = dynamodb.create_table(request);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().status, 501);
  EXPECT_THAT(outcome.error().message, ::testing::HasSubstr("ResourcePolicy"));
}

TEST_F(DescribeTable, CountsItemsAndTheirBytes) {
  must(dynamodb.create_table(orders()));
  cloud.advance(std::chrono::seconds(30));
  put("orders", {{"pk", S("a")}, {"sk", N("1")}, {"text", S("hello")}});
  put("orders", {{"pk", S("a")}, {"sk", N("2")}});
  must(dynamodb.delete_item({.TableName = "orders", .Key = {{{"pk", S("a")}, {"sk", N("2")}}}}));

  const auto table = *must(dynamodb.describe_table({.TableName = "orders"})).Table;

  EXPECT_EQ(table.ItemCount, 1);
  // pk + a, sk + a number of one digit, text + hello.
  EXPECT_EQ(table.TableSizeBytes, 3 + 4 + 9);
  EXPECT_EQ(table.BillingModeSummary->BillingMode, "PAY_PER_REQUEST");
  EXPECT_EQ(table.KeySchema->size(), 2U);
}

TEST_F(DescribeTable, DoesNotFindWhatIsNotThere) {
  EXPECT_THAT(dynamodb.describe_table({.TableName = "orders"}),
              FailsWith("ResourceNotFoundException", 400));
  EXPECT_THAT(dynamodb.describe_table({.TableName = "orders"}),
              FailsSaying("Requested resource not found: Table: orders not found"));
}

TEST_F(ListTables, GivesNamesInPages) {
  for (const std::string name : {"tab-c", "tab-a", "tab-b"}) create_table(name, {"pk:S"});

  const auto first = must(dynamodb.list_tables({.Limit = 2}));
  const auto second = must(
      dynamodb.list_tables({.ExclusiveStartTableName = first.LastEvaluatedTableName, .Limit = 2}));

  EXPECT_THAT(*first.TableNames, ::testing::ElementsAre("tab-a", "tab-b"));
  EXPECT_EQ(first.LastEvaluatedTableName, "tab-b");
  EXPECT_THAT(*second.TableNames, ::testing::ElementsAre("tab-c"));
  EXPECT_FALSE(second.LastEvaluatedTableName);
}

TEST_F(DeleteTable, RemovesTheTableWithItsItemsAfterAWhile) {
  must(dynamodb.create_table(orders()));
  EXPECT_THAT(
      dynamodb.delete_table({.TableName = "orders"}),
      FailsSaying(
          "Attempt to change a resource which is still in use: Table is being created: orders"));
  cloud.advance(std::chrono::seconds(30));
  put("orders", {{"pk", S("a")}, {"sk", N("1")}});

  EXPECT_EQ(must(dynamodb.delete_table({.TableName = "orders"})).TableDescription->TableStatus,
            "DELETING");
  EXPECT_THAT(dynamodb.scan({.TableName = "orders"}), FailsWith("ResourceNotFoundException"));
  EXPECT_THAT(
      dynamodb.delete_table({.TableName = "orders"}),
      FailsSaying(
          "Attempt to change a resource which is still in use: Table is being deleted: orders"));
  cloud.advance(std::chrono::seconds(30));
  EXPECT_THAT(dynamodb.describe_table({.TableName = "orders"}),
              FailsWith("ResourceNotFoundException"));

  // A table of the same name begins empty.
  must(dynamodb.create_table(orders()));
  cloud.advance(std::chrono::seconds(30));
  EXPECT_EQ(must(dynamodb.scan({.TableName = "orders"})).Count, 0);
}

TEST_F(DeleteTable, RefusesATableThatIsProtected) {
  auto request = orders();
  request.DeletionProtectionEnabled = true;
  must(dynamodb.create_table(request));
  cloud.advance(std::chrono::seconds(30));

  EXPECT_THAT(dynamodb.delete_table({.TableName = "orders"}),
              FailsWith("ValidationException", 400));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
