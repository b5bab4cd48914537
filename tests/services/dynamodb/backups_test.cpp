#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodb::RestoreTableToPointInTimeInput;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::FailsSaying;
using testing::FailsWith;

class Backups : public DynamoDbTest {
 protected:
  Backups() : DynamoDbTest({}) {
    must(dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "g", .AttributeType = "S"}}},
         .TableName = "source",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
         .GlobalSecondaryIndexes = {{{.IndexName = "global",
                                      .KeySchema = {{{.AttributeName = "g", .KeyType = "HASH"}}},
                                      .Projection = {{.ProjectionType = "ALL"}}}}},
         .BillingMode = "PAY_PER_REQUEST"}));
    cloud.advance(minutes(1));
    put("source", {{"pk", S("a")}, {"g", S("x")}, {"n", N("1")}});
    put("source", {{"pk", S("b")}, {"g", S("x")}});
  }
  std::string backup(const std::string& name) {
    const auto answer = must(dynamodb.create_backup({.TableName = "source", .BackupName = name}));
    cloud.advance(minutes(1));
    return *answer.BackupDetails->BackupArn;
  }
  auto describe_backup(const std::string& arn) {
    return *must(dynamodb.describe_backup({.BackupArn = arn})).BackupDescription;
  }
  std::int32_t count(const std::string& table) {
    return *must(dynamodb.scan({.TableName = table})).Count;
  }
  void enable_recovery() {
    must(dynamodb.update_continuous_backups(
        {.TableName = "source",
         .PointInTimeRecoverySpecification = {{.PointInTimeRecoveryEnabled = true}}}));
  }
  auto recovery() {
    return *must(dynamodb.describe_continuous_backups({.TableName = "source"}))
                .ContinuousBackupsDescription->PointInTimeRecoveryDescription;
  }
  auto restore(const std::string& target, Time moment) {
    return dynamodb.restore_table_to_point_in_time(
        {.SourceTableName = "source", .TargetTableName = target, .RestoreDateTime = moment});
  }
};
using CreateBackup = Backups;
using RestoreTableFromBackup = Backups;
using RestoreTableToPointInTime = Backups;

TEST_F(CreateBackup, KeepsATableAsItIs) {
  const auto made = must(dynamodb.create_backup({.TableName = "source", .BackupName = "first"}));
  EXPECT_EQ(made.BackupDetails->BackupStatus, "CREATING");
  const std::string arn = *made.BackupDetails->BackupArn;
  EXPECT_THAT(arn, ::testing::HasSubstr("table/source/backup/"));
  EXPECT_THAT(dynamodb.delete_backup({.BackupArn = arn}), FailsWith("BackupInUseException", 400));
  cloud.advance(minutes(1));

  const auto described = describe_backup(arn);
  EXPECT_EQ(described.BackupDetails->BackupStatus, "AVAILABLE");
  EXPECT_EQ(described.SourceTableDetails->ItemCount, 2);
  EXPECT_EQ(described.SourceTableDetails->TableName, "source");
  EXPECT_EQ(described.SourceTableFeatureDetails->GlobalSecondaryIndexes->front().IndexName,
            "global");
  EXPECT_EQ(must(dynamodb.delete_backup({.BackupArn = arn}))
                .BackupDescription->BackupDetails->BackupStatus,
            "DELETED");
  EXPECT_THAT(dynamodb.describe_backup({.BackupArn = arn}),
              FailsWith("BackupNotFoundException", 400));
}

TEST_F(RestoreTableFromBackup, AndFromThePastWorkInAnotherRegion) {
  enable_recovery();
  const std::string arn = backup("first");
  cloud.advance(minutes(10));
  InProcessTransport to_europe{cloud, dispatch::Caller("000000000000", "eu-west-1")};
  client::DynamoDb europe{to_europe};
  must(europe.restore_table_from_backup({.TargetTableName = "copy", .BackupArn = arn}));
  const std::string table = "arn:aws:dynamodb:us-east-1:000000000000:table/source";
  must(europe.restore_table_to_point_in_time(
      {.SourceTableArn = table, .TargetTableName = "past", .UseLatestRestorableTime = true}));
  cloud.advance(minutes(10));
  for (const char* name : {"copy", "past"}) {
    EXPECT_EQ(must(europe.scan({.TableName = name})).Count, 2);
    const auto restored = *must(europe.describe_table({.TableName = name})).Table;
    EXPECT_EQ(restored.TableStatus, "ACTIVE");
    EXPECT_EQ(restored.RestoreSummary->SourceTableArn, table);
  }
  std::string nowhere = arn;
  nowhere.replace(nowhere.find("us-east-1"), 9, "nowhere-1");
  EXPECT_THAT(europe.restore_table_from_backup({.TargetTableName = "none", .BackupArn = nowhere}),
              FailsWith("BackupNotFoundException"));
}

TEST_F(CreateBackup, IsListedByTableTimeAndPage) {
  const std::string first = backup("first");
  const Time between = cloud.now();
  const std::string second = backup("second");
  create_table("other", {"pk:S"});
  cloud.advance(minutes(1));
  must(dynamodb.create_backup({.TableName = "other", .BackupName = "third"}));

  const auto names = [&](const api::dynamodb::ListBackupsInput& request) {
    std::vector<std::string> found;
    const auto answer = must(dynamodb.list_backups(request));
    for (const auto& summary : *answer.BackupSummaries) found.push_back(*summary.BackupName);
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names({}).size(), 3U);
  EXPECT_EQ(names({.TableName = "source"}), (Names{"first", "second"}));
  EXPECT_EQ(names({.TableName = "source", .TimeRangeLowerBound = between}), (Names{"second"}));
  EXPECT_EQ(names({.TableName = "source", .TimeRangeUpperBound = between}), (Names{"first"}));
  EXPECT_EQ(names({.BackupType = "SYSTEM"}), Names{});
  EXPECT_EQ(names({.TableName = "source", .ExclusiveStartBackupArn = first}), (Names{"second"}));
  EXPECT_EQ(must(dynamodb.list_backups({.TableName = "source", .Limit = 1})).LastEvaluatedBackupArn,
            first);
}

TEST_F(RestoreTableFromBackup, MakesANewTableOfWhatWasSaved) {
  const std::string arn = backup("first");
  put("source", {{"pk", S("later")}});
  must(dynamodb.delete_item({.TableName = "source", .Key = Item{{"pk", S("a")}}}));
  must(dynamodb.delete_table({.TableName = "source"}));
  cloud.advance(minutes(1));

  const auto table =
      *must(dynamodb.restore_table_from_backup({.TargetTableName = "target", .BackupArn = arn}))
           .TableDescription;
  EXPECT_EQ(table.TableStatus, "CREATING");
  EXPECT_EQ(table.RestoreSummary->SourceBackupArn, arn);
  EXPECT_EQ(table.RestoreSummary->RestoreInProgress, true);
  EXPECT_THAT(dynamodb.scan({.TableName = "target"}), FailsWith("ResourceNotFoundException", 400));
  cloud.advance(hours(1));

  EXPECT_EQ(must(dynamodb.describe_table({.TableName = "target"}))
                .Table->RestoreSummary->RestoreInProgress,
            false);
  EXPECT_EQ(get("target", {{"pk", S("a")}}), (Item{{"g", S("x")}, {"n", N("1")}, {"pk", S("a")}}));
  EXPECT_EQ(count("target"), 2);
  EXPECT_EQ(must(dynamodb.scan({.TableName = "target", .IndexName = "global"})).Count, 2);
  put("target", {{"pk", S("new")}});
  EXPECT_EQ(describe_backup(arn).SourceTableDetails->ItemCount, 2);
}

TEST_F(RestoreTableFromBackup, TakesOtherCapacityAndFewerIndexes) {
  const std::string arn = backup("first");
  const auto table =
      *must(dynamodb.restore_table_from_backup(
                {.TargetTableName = "target",
                 .BackupArn = arn,
                 .BillingModeOverride = "PROVISIONED",
                 .GlobalSecondaryIndexOverride = std::vector<api::dynamodb::GlobalSecondaryIndex>{},
                 .ProvisionedThroughputOverride = {{.ReadCapacityUnits = 7,
                                                    .WriteCapacityUnits = 8}}}))
           .TableDescription;
  EXPECT_FALSE(table.GlobalSecondaryIndexes);
  EXPECT_EQ(table.AttributeDefinitions->size(), 1U);
  EXPECT_EQ(table.ProvisionedThroughput->ReadCapacityUnits, 7);
}

TEST_F(RestoreTableFromBackup, TakesAMaximumOfRequestUnits) {
  const std::string arn = backup("first");
  const auto restore = [&](std::string name, std::string mode, std::int64_t most) {
    api::dynamodb::RestoreTableFromBackupInput request{
        .TargetTableName = std::move(name),
        .BackupArn = arn,
        .BillingModeOverride = std::move(mode),
        .OnDemandThroughputOverride = {{.MaxReadRequestUnits = most}}};
    if (request.BillingModeOverride == "PROVISIONED") {
      request.ProvisionedThroughputOverride = {{.ReadCapacityUnits = 7, .WriteCapacityUnits = 8}};
    }
    return dynamodb.restore_table_from_backup(request);
  };

  const auto table = *must(restore("target", "PAY_PER_REQUEST", 40)).TableDescription;

  EXPECT_EQ(table.OnDemandThroughput->MaxReadRequestUnits, 40);
  EXPECT_THAT(restore("second", "PAY_PER_REQUEST", 0), FailsWith("ValidationException"));
  EXPECT_THAT(restore("second", "PROVISIONED", 40), FailsWith("ValidationException"));
  EXPECT_THAT(dynamodb.describe_table({.TableName = "second"}),
              FailsWith("ResourceNotFoundException"));
}

TEST_F(RestoreTableFromBackup, RefusesWhatIsThereAndWhatIsNot) {
  const std::string arn = backup("first");
  EXPECT_THAT(dynamodb.restore_table_from_backup({.TargetTableName = "source", .BackupArn = arn}),
              FailsWith("TableAlreadyExistsException", 400));
  EXPECT_THAT(
      dynamodb.restore_table_from_backup({.TargetTableName = "target", .BackupArn = arn + "0"}),
      FailsWith("BackupNotFoundException", 400));
  EXPECT_THAT(dynamodb.restore_table_from_backup(
                  {.TargetTableName = "target", .BackupArn = std::string(40, 'x')}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(dynamodb.create_backup({.TableName = "none", .BackupName = "name"}),
              FailsSaying("Table not found: none"));
}

TEST_F(RestoreTableToPointInTime, BringsBackEverySecond) {
  EXPECT_EQ(recovery().PointInTimeRecoveryStatus, "DISABLED");
  enable_recovery();
  cloud.advance(minutes(10));
  const Time start = cloud.now();
  cloud.advance(seconds(1));
  put("source", {{"pk", S("a")}, {"g", S("y")}, {"n", N("2")}});
  cloud.advance(seconds(1));
  must(dynamodb.delete_item({.TableName = "source", .Key = Item{{"pk", S("b")}}}));
  cloud.advance(seconds(1));
  put("source", {{"pk", S("c")}});
  put("source", {{"pk", S("b")}, {"again", Bool(true)}});
  cloud.advance(minutes(10));

  const std::optional<Item> a1 = Item{{"g", S("x")}, {"n", N("1")}, {"pk", S("a")}};
  const std::optional<Item> a2 = Item{{"g", S("y")}, {"n", N("2")}, {"pk", S("a")}};
  const std::optional<Item> b1 = Item{{"g", S("x")}, {"pk", S("b")}};
  const std::optional<Item> b2 = Item{{"again", Bool(true)}, {"pk", S("b")}};
  const struct {
    seconds after;
    std::optional<Item> a, b;
    std::int64_t count;
  } cases[] = {{seconds(0), a1, b1, 2},
               {seconds(1), a2, b1, 2},
               {seconds(2), a2, std::nullopt, 1},
               {seconds(3), a2, b2, 3}};
  for (const auto& [after, a, b, items] : cases) {
    const std::string target = "target" + std::to_string(after.count());
    must(restore(target, start + after));
    cloud.advance(minutes(10));
    EXPECT_EQ(get(target, {{"pk", S("a")}}), a) << target;
    EXPECT_EQ(get(target, {{"pk", S("b")}}), b) << target;
    EXPECT_EQ(must(dynamodb.describe_table({.TableName = target})).Table->ItemCount, items);
    const auto by_index = must(dynamodb.scan({.TableName = target, .IndexName = "global"}));
    EXPECT_EQ(by_index.Count, (a ? 1 : 0) + (b == b1 ? 1 : 0)) << target;
  }
  EXPECT_EQ(count("source"), 3);
}

TEST_F(RestoreTableToPointInTime, ReachesBackAsFarAsItIsEnabled) {
  EXPECT_THAT(restore("target", cloud.now()),
              FailsSaying("Point in time recovery is not enabled for table 'source'"));
  enable_recovery();
  const Time enabled = cloud.now();
  cloud.advance(hours(24) * 40);
  EXPECT_EQ(recovery().EarliestRestorableDateTime, cloud.now() - hours(24) * 35);
  EXPECT_EQ(recovery().LatestRestorableDateTime, cloud.now() - minutes(5));
  EXPECT_THAT(restore("target", enabled), FailsWith("InvalidRestoreTimeException", 400));
  EXPECT_THAT(restore("target", cloud.now()), FailsWith("InvalidRestoreTimeException", 400));
  EXPECT_THAT(dynamodb.restore_table_to_point_in_time(
                  {.SourceTableName = "source", .TargetTableName = "target"}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(dynamodb.restore_table_to_point_in_time({.SourceTableName = "none",
                                                       .TargetTableName = "target",
                                                       .UseLatestRestorableTime = true}),
              FailsWith("TableNotFoundException", 400));
  EXPECT_TRUE(dynamodb.restore_table_to_point_in_time(
      {.SourceTableName = "source", .TargetTableName = "target", .UseLatestRestorableTime = true}));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
