#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodb::GlobalSecondaryIndexUpdate;
using api::dynamodb::ProvisionedThroughput;
using api::dynamodb::TableDescription;
using api::dynamodb::UpdateTableInput;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::FailsSaying;
using testing::FailsWith;

/// With AWS's times.
class UpdateTable : public DynamoDbTest {
 protected:
  UpdateTable() : DynamoDbTest({}) {
    create_table("demand", {"pk:S"});
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
         .TableName = "provisioned",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
         .ProvisionedThroughput = capacity(5, 5)}));
    cloud.advance(minutes(1));
  }
  static ProvisionedThroughput capacity(std::int64_t reads, std::int64_t writes) {
    return {.ReadCapacityUnits = reads, .WriteCapacityUnits = writes};
  }
  static GlobalSecondaryIndexUpdate new_index(std::string name, std::string key) {
    return {.Create = {{.IndexName = std::move(name),
                        .KeySchema = {{{.AttributeName = std::move(key), .KeyType = "HASH"}}},
                        .Projection = {{.ProjectionType = "ALL"}}}}};
  }
  static GlobalSecondaryIndexUpdate no_index(std::string name) {
    return {.Delete = {{.IndexName = std::move(name)}}};
  }
  UpdateTableInput with_index(const std::string& table, GlobalSecondaryIndexUpdate update) {
    return {.AttributeDefinitions = {{{.AttributeName = "by", .AttributeType = "S"}}},
            .TableName = table,
            .GlobalSecondaryIndexUpdates = {{std::move(update)}}};
  }
  TableDescription table(const std::string& name) {
    return *must(dynamodb.describe_table({.TableName = name})).Table;
  }
  auto query_by(const std::string& table_name, const std::string& value) {
    return dynamodb.query({.TableName = table_name,
                           .IndexName = "by-index",
                           .KeyConditionExpression = "#by = :v",
                           .ExpressionAttributeNames = Names{{"#by", "by"}},
                           .ExpressionAttributeValues = Item{{":v", S(value)}}});
  }
};

TEST_F(UpdateTable, ChangesThroughputAfterSomeTime) {
  const auto answer = must(dynamodb.update_table(
      {.TableName = "provisioned", .ProvisionedThroughput = capacity(10, 3)}));
  EXPECT_EQ(answer.TableDescription->TableStatus, "UPDATING");
  EXPECT_EQ(answer.TableDescription->ProvisionedThroughput->ReadCapacityUnits, 5);
  EXPECT_THAT(dynamodb.update_table({.TableName = "provisioned", .BillingMode = "PAY_PER_REQUEST"}),
              FailsSaying("Attempt to change a resource which is still in use: Table is being "
                          "updated: provisioned"));
  // Items can be used meanwhile.
  put("provisioned", {{"pk", S("a")}});

  cloud.advance(seconds(10));
  const auto throughput = *table("provisioned").ProvisionedThroughput;
  EXPECT_EQ(table("provisioned").TableStatus, "ACTIVE");
  EXPECT_EQ(throughput.ReadCapacityUnits, 10);
  EXPECT_EQ(throughput.WriteCapacityUnits, 3);
  EXPECT_EQ(throughput.NumberOfDecreasesToday, 1);
  EXPECT_TRUE(throughput.LastIncreaseDateTime);
  cloud.advance(hours(24));
  EXPECT_EQ(table("provisioned").ProvisionedThroughput->NumberOfDecreasesToday, 0);
}

TEST_F(UpdateTable, RefusesThroughputThatStaysTheSameOrGoesDownTooOften) {
  EXPECT_THAT(
      dynamodb.update_table({.TableName = "provisioned", .ProvisionedThroughput = capacity(5, 5)}),
      FailsSaying("The provisioned throughput for the table will not change. The requested value "
                  "equals the current value. Current ReadCapacityUnits provisioned for the table: "
                  "5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for "
                  "the table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB "
                  "Developer Guide for current limits and how to request higher limits."));
  const auto set = [&](std::int64_t units) {
    const auto outcome = dynamodb.update_table(
        {.TableName = "provisioned", .ProvisionedThroughput = capacity(units, units)});
    cloud.advance(seconds(10));
    return outcome;
  };
  must(set(100));
  for (const std::int64_t units : {90, 80, 70, 60}) must(set(units));
  EXPECT_THAT(set(50), FailsWith("LimitExceededException", 400));
  EXPECT_TRUE(set(65));
  cloud.advance(hours(1));
  EXPECT_TRUE(set(50));
}

TEST_F(UpdateTable, SwitchesTheBillingModeFourTimesADay) {
  const auto to_demand = [&] {
    const auto outcome =
        dynamodb.update_table({.TableName = "provisioned", .BillingMode = "PAY_PER_REQUEST"});
    cloud.advance(minutes(1));
    return outcome;
  };
  const auto to_provisioned = [&] {
    must(dynamodb.update_table({.TableName = "provisioned",
                                .BillingMode = "PROVISIONED",
                                .ProvisionedThroughput = capacity(5, 5)}));
    cloud.advance(minutes(1));
  };
  must(to_demand());
  EXPECT_EQ(table("provisioned").BillingModeSummary->BillingMode, "PAY_PER_REQUEST");
  EXPECT_EQ(table("provisioned").ProvisionedThroughput->ReadCapacityUnits, 0);
  to_provisioned();
  EXPECT_EQ(table("provisioned").BillingModeSummary->BillingMode, "PROVISIONED");
  EXPECT_EQ(table("provisioned").ProvisionedThroughput->ReadCapacityUnits, 5);
  for (int count = 0; count < 3; ++count) {
    must(to_demand());
    to_provisioned();
  }
  EXPECT_THAT(to_demand(), FailsWith("LimitExceededException", 400));
  cloud.advance(hours(24));
  EXPECT_TRUE(to_demand());
}

TEST_F(UpdateTable, AddsAnIndexThatIsFilledInTheBackground) {
  for (const char* key : {"a", "b", "c"})
    put("demand", {{"pk", S(key)}, {"by", S(*key == 'c' ? "other" : "one")}});
  put("demand", {{"pk", S("sparse")}});
  put("demand", {{"pk", S("number")}, {"by", N("5")}});
  put("demand", {{"pk", S("empty")}, {"by", S("")}});

  const auto answer =
      must(dynamodb.update_table(with_index("demand", new_index("by-index", "by"))));
  EXPECT_EQ(answer.TableDescription->TableStatus, "UPDATING");
  const auto created = answer.TableDescription->GlobalSecondaryIndexes->front();
  EXPECT_EQ(created.IndexStatus, "CREATING");
  EXPECT_EQ(created.Backfilling, false);
  EXPECT_THAT(query_by("demand", "one"),
              FailsSaying("Cannot read from backfilling global secondary index: by-index"));

  cloud.advance(minutes(1));
  EXPECT_EQ(table("demand").TableStatus, "ACTIVE");
  EXPECT_EQ(table("demand").GlobalSecondaryIndexes->front().Backfilling, true);
  // What is written meanwhile is in the index, and what is deleted is not.
  put("demand", {{"pk", S("d")}, {"by", S("one")}});
  must(dynamodb.delete_item({.TableName = "demand", .Key = Item{{"pk", S("a")}}}));
  EXPECT_THAT(
      dynamodb.update_table(with_index("demand", new_index("second", "by"))),
      FailsSaying("Subscriber limit exceeded: Only 1 online index can be created or deleted "
                  "simultaneously per table"));

  cloud.advance(minutes(3));
  const auto index = table("demand").GlobalSecondaryIndexes->front();
  EXPECT_EQ(index.IndexStatus, "ACTIVE");
  EXPECT_FALSE(index.Backfilling);
  EXPECT_EQ(index.ItemCount, 3);
  EXPECT_EQ(table("demand").AttributeDefinitions->size(), 2U);
  EXPECT_EQ(must(query_by("demand", "one")).Count, 2);
  put("demand", {{"pk", S("d")}, {"by", S("changed")}});
  EXPECT_EQ(must(query_by("demand", "one")).Count, 1);
}

TEST_F(UpdateTable, RemovesAnIndexAndTheDefinitionsOfItsKey) {
  must(dynamodb.update_table(with_index("demand", new_index("by-index", "by"))));
  cloud.advance(minutes(5));
  put("demand", {{"pk", S("a")}, {"by", S("one")}});

  const auto answer = must(dynamodb.update_table(
      {.TableName = "demand", .GlobalSecondaryIndexUpdates = {{no_index("by-index")}}}));
  EXPECT_EQ(answer.TableDescription->GlobalSecondaryIndexes->front().IndexStatus, "DELETING");
  put("demand", {{"pk", S("b")}, {"by", S("one")}});
  cloud.advance(minutes(1));

  EXPECT_FALSE(table("demand").GlobalSecondaryIndexes);
  EXPECT_EQ(table("demand").AttributeDefinitions->size(), 1U);
  EXPECT_TRUE(get("demand", {{"pk", S("a")}}));
  // An index of the same name begins anew.
  must(dynamodb.update_table(with_index("demand", new_index("by-index", "by"))));
  cloud.advance(minutes(5));
  EXPECT_EQ(must(query_by("demand", "one")).Count, 2);
}

TEST_F(UpdateTable, ChangesTheSettingsOfATable) {
  must(dynamodb.update_table({.TableName = "demand",
                              .SSESpecification = {{.Enabled = true}},
                              .TableClass = "STANDARD_INFREQUENT_ACCESS",
                              .DeletionProtectionEnabled = true,
                              .OnDemandThroughput = {{.MaxReadRequestUnits = 20}},
                              .WarmThroughput = {{.ReadUnitsPerSecond = 20'000}}}));
  cloud.advance(seconds(10));

  const TableDescription changed = table("demand");
  EXPECT_EQ(changed.SSEDescription->Status, "ENABLED");
  EXPECT_THAT(*changed.SSEDescription->KMSMasterKeyArn, ::testing::StartsWith("arn:aws:kms:"));
  EXPECT_EQ(changed.TableClassSummary->TableClass, "STANDARD_INFREQUENT_ACCESS");
  EXPECT_EQ(changed.OnDemandThroughput->MaxReadRequestUnits, 20);
  EXPECT_EQ(changed.WarmThroughput->ReadUnitsPerSecond, 20'000);
  EXPECT_EQ(changed.WarmThroughput->WriteUnitsPerSecond, 4'000);
  EXPECT_THAT(dynamodb.delete_table({.TableName = "demand"}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(dynamodb.update_table(
                  {.TableName = "demand", .WarmThroughput = {{.ReadUnitsPerSecond = 10'000}}}),
              FailsSaying("One or more parameter values were invalid: Requested ReadUnitsPerSecond "
                          "for WarmThroughput for table is lower than current WarmThroughput, "
                          "decreasing WarmThroughput is not supported"));
}

TEST_F(UpdateTable, RefusesWhatDoesNotFitTheTable) {
  const std::string invalid = "One or more parameter values were invalid: ";
  auto two = with_index("demand", new_index("one", "by"));
  two.GlobalSecondaryIndexUpdates->push_back(new_index("two", "by"));
  auto without_definition = with_index("demand", new_index("one", "other"));
  const struct {
    UpdateTableInput request;
    std::string message;
  } cases[] = {
      {{.TableName = "demand"},
       "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
       "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required"},
      {{.TableName = "none", .DeletionProtectionEnabled = true},
       "Requested resource not found: Table: none not found"},
      {{.TableName = "demand", .ProvisionedThroughput = capacity(1, 1)},
       invalid +
           "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
           "PAY_PER_REQUEST"},
      {{.TableName = "demand", .BillingMode = "PROVISIONED"},
       invalid + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"},
      {{.TableName = "provisioned", .OnDemandThroughput = {{.MaxReadRequestUnits = 5}}},
       invalid + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table "
                 "BillingMode is PROVISIONED"},
      {{.TableName = "demand", .OnDemandThroughput = {{.MaxWriteRequestUnits = 0}}},
       invalid +
           "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid "
           "range"},
      {two,
       "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously "
       "per table"},
      {without_definition,
       invalid +
           "Some index key attributes are not defined in AttributeDefinitions. Keys: [other], "
           "AttributeDefinitions: [by]"},
      {with_index("demand", no_index("missing")),
       "Requested resource not found: Table: missing not found"},
      {with_index("demand", {.Update = {{.IndexName = "missing"}}}),
       "This operation cannot be performed with given input values. Please contact DynamoDB "
       "service team for more info: Action Blocked: IndexUpdate"},
      {with_index("demand", {}),
       invalid + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                 "GlobalSecondaryIndexUpdate.Delete must not be null"},
  };
  for (const auto& [request, message] : cases)
    EXPECT_EQ(message_of(dynamodb.update_table(request)), message);
  EXPECT_EQ(table("demand").TableStatus, "ACTIVE");
}

class Tags : public DynamoDbTest {
 protected:
  Tags() { create_table("one", {"pk:S"}); }
  std::string arn() { return *must(dynamodb.describe_table({.TableName = "one"})).Table->TableArn; }
};
using TagResource = Tags;

TEST_F(TagResource, AddsReplacesAndRemovesTags) {
  must(dynamodb.tag_resource(
      {.ResourceArn = arn(),
       .Tags = {{{.Key = "env", .Value = "test"}, {.Key = "team", .Value = "a"}}}}));
  must(dynamodb.tag_resource(
      {.ResourceArn = arn(), .Tags = {{{.Key = "env", .Value = "production"}}}}));
  must(dynamodb.untag_resource({.ResourceArn = arn(), .TagKeys = {{"team", "unknown"}}}));

  const auto tags = *must(dynamodb.list_tags_of_resource({.ResourceArn = arn()})).Tags;
  EXPECT_EQ(tags, (std::vector<api::dynamodb::Tag>{{.Key = "env", .Value = "production"}}));
}

TEST_F(TagResource, RefusesBadArnsAndTooManyTags) {
  EXPECT_THAT(
      dynamodb.tag_resource({.ResourceArn = "not-an-arn", .Tags = {{{.Key = "a", .Value = "b"}}}}),
      FailsSaying("Invalid TableArn: Invalid ResourceArn provided as input not-an-arn"));
  EXPECT_THAT(
      dynamodb.tag_resource({.ResourceArn = arn() + "x", .Tags = {{{.Key = "a", .Value = "b"}}}}),
      FailsWith("ResourceNotFoundException", 400));
  EXPECT_THAT(dynamodb.list_tags_of_resource(
                  {.ResourceArn = "arn:aws:dynamodb:us-east-1:999999999999:table/one"}),
              FailsWith("AccessDeniedException", 400));
  EXPECT_THAT(dynamodb.tag_resource({.ResourceArn = arn(), .Tags = {{}}}),
              FailsSaying("Atleast one Tag needs to be provided as Input."));
  std::vector<api::dynamodb::Tag> many;
  for (int number = 0; number < 51; ++number)
    many.push_back({.Key = std::to_string(number), .Value = "x"});
  EXPECT_THAT(dynamodb.tag_resource({.ResourceArn = arn(), .Tags = many}),
              FailsWith("LimitExceededException", 400));
}

using Account = Tags;
TEST_F(Account, HasLimitsAndAnEndpoint) {
  EXPECT_EQ(must(dynamodb.describe_limits({})).TableMaxReadCapacityUnits, 40'000);
  EXPECT_EQ(must(dynamodb.describe_endpoints({})).Endpoints->front().Address,
            "dynamodb.us-east-1.amazonaws.com");
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
