#include "capacity_fixture.h"
#include "client/dynamodbstreams.h"
#include "client/s3.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

/// With a table and limits on how often an account may call.
class ControlPlane : public CapacityTest {
 protected:
  ControlPlane() { create_provisioned("tbl", 5, 5); }

  /// How many of so many calls, all at once, are not throttled.
  template <class Call>
  int calls(int count, const Call& call) {
    int served = 0;
    for (int index = 0; index < count; ++index) {
      const auto outcome = call();
      const bool is_throttled = !outcome && outcome.error().code == "ThrottlingException";
      served += is_throttled ? 0 : 1;
    }
    return served;
  }
  auto describe_backups() { return dynamodb.describe_continuous_backups({.TableName = "tbl"}); }
  auto tag(const std::string& arn) {
    return dynamodb.tag_resource({.ResourceArn = arn, .Tags = {{{.Key = "k", .Value = "v"}}}});
  }

  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/tbl";
};

TEST_F(ControlPlane, ServesAnOperationOnlySoManyTimesASecond) {
  EXPECT_EQ(calls(12, [&] { return describe_backups(); }), 10);
  EXPECT_THAT(describe_backups(), FailsWith("ThrottlingException", 400));
  EXPECT_THAT(describe_backups(), FailsSaying("Rate exceeded"));
  cloud.advance(seconds(1));
  EXPECT_EQ(calls(12, [&] { return describe_backups(); }), 10);
  EXPECT_EQ(calls(12, [&] { return dynamodb.list_backups({}); }), 5);
  EXPECT_EQ(calls(12, [&] { return dynamodb.list_tags_of_resource({.ResourceArn = arn}); }), 10);
  client::DynamoDbStreams streams(transport);
  EXPECT_EQ(calls(12, [&] { return streams.list_streams({}); }), 5);
}

TEST_F(ControlPlane, TellsLimitsOnceAMinute) {
  EXPECT_EQ(calls(2, [&] { return dynamodb.describe_limits({}); }), 1);
  cloud.advance(seconds(59));
  EXPECT_THAT(dynamodb.describe_limits({}), FailsWith("ThrottlingException"));
  cloud.advance(seconds(1));
  EXPECT_THAT(dynamodb.describe_limits({}), Succeeds());
}

TEST_F(ControlPlane, ServesSoManyCallsASecondTogether) {
  const auto describe = [&] { return dynamodb.describe_table({.TableName = "tbl"}); };
  EXPECT_EQ(calls(2510, describe), 2500);
  EXPECT_THAT(dynamodb.list_tables({}), FailsWith("ThrottlingException"));
  EXPECT_THAT(dynamodb.delete_table({.TableName = "tbl"}), FailsWith("ThrottlingException"));
  EXPECT_THAT(try_put("tbl", "a"), Succeeds()) << "items have capacity of their own";
  cloud.advance(seconds(1));
  EXPECT_EQ(must(describe()).Table->TableStatus, "ACTIVE");
}

TEST_F(ControlPlane, CountsCallsThatWereRefusedForAnotherReason) {
  const std::string other = "arn:aws:dynamodb:us-east-1:000000000000:table/nowhere";
  for (int count = 0; count < 5; ++count)
    EXPECT_THAT(tag(other), FailsWith("ResourceNotFoundException"));
  EXPECT_THAT(tag(arn), FailsWith("ThrottlingException"));
  EXPECT_THAT(dynamodb.list_tags_of_resource({.ResourceArn = arn}), Succeeds());
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("UserErrors", {}), 6) << "AWS counts them as wrong requests";
  EXPECT_EQ(metric("ThrottledRequests", of("tbl", "", "TagResource")), 0);
}

TEST_F(ControlPlane, CountsRefusedCallsOfStreamsToo) {
  client::DynamoDbStreams streams(transport);
  const auto describe = [&] {
    return streams.describe_stream({.StreamArn = arn + "/stream/2026-01-01T00:00:00.000"});
  };
  for (int count = 0; count < 10; ++count) {
    EXPECT_THAT(describe(), FailsWith("ResourceNotFoundException"));
  }
  EXPECT_THAT(describe(), FailsWith("ThrottlingException"));
  EXPECT_THAT(streams.list_streams({}), Succeeds());
  cloud.advance(seconds(1));
  EXPECT_THAT(describe(), FailsWith("ResourceNotFoundException"));
}

TEST_F(ControlPlane, ServesEveryCallWhereCapacityIsNotEnforced) {
  set_dynamodb_realism(cloud, {.capacity = CapacityMode::counted});
  EXPECT_EQ(calls(30, [&] { return describe_backups(); }), 30);
  set_dynamodb_realism(cloud, {});
  EXPECT_EQ(calls(30, [&] { return dynamodb.describe_limits({}); }), 30);
}

/// What an account may do at the same time, with AWS's times.
class SimultaneousOperations : public DynamoDbTest {
 protected:
  SimultaneousOperations() : DynamoDbTest({}) {
    create_table("tbl", {"pk:S"});
    cloud.advance(minutes(1));
  }
};

TEST_F(SimultaneousOperations, CreateOnlySoManyTablesWithIndexes) {
  const auto make = [&](int number) {
    return dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "by", .AttributeType = "S"}}},
         .TableName = "table" + std::to_string(number),
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
         .GlobalSecondaryIndexes = {{{.IndexName = "index",
                                      .KeySchema = {{{.AttributeName = "by", .KeyType = "HASH"}}},
                                      .Projection = {{.ProjectionType = "ALL"}}}}},
         .BillingMode = "PAY_PER_REQUEST"});
  };
  for (int number = 0; number < 250; ++number) must(make(number));
  EXPECT_THAT(make(250), FailsWith("LimitExceededException", 400));
  create_table("plain", {"pk:S"});
  cloud.advance(seconds(8));
  EXPECT_THAT(make(250), Succeeds());
}

TEST_F(SimultaneousOperations, RestoreOnlySoManyTables) {
  const auto backup =
      *must(dynamodb.create_backup({.TableName = "tbl", .BackupName = "saved"})).BackupDetails;
  cloud.advance(minutes(1));
  const auto restore = [&](int number) {
    return dynamodb.restore_table_from_backup(
        {.TargetTableName = "copy" + std::to_string(number), .BackupArn = backup.BackupArn});
  };
  for (int number = 0; number < 50; ++number) must(restore(number));
  EXPECT_THAT(restore(50), FailsWith("LimitExceededException", 400));
  EXPECT_THAT(dynamodb.describe_table({.TableName = "copy50"}),
              FailsWith("ResourceNotFoundException"));
  cloud.advance(minutes(4));
  EXPECT_THAT(restore(50), Succeeds());
}

TEST_F(SimultaneousOperations, ImportAndExportOnlySoManyTables) {
  client::S3 s3(transport);
  must(s3.create_bucket({.Bucket = "files"}));
  const auto import_table = [&](int number) {
    return dynamodb.import_table(
        {.S3BucketSource = {{.S3Bucket = "files"}},
         .InputFormat = "DYNAMODB_JSON",
         .TableCreationParameters = {
             {.TableName = "import" + std::to_string(number),
              .AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
              .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
              .BillingMode = "PAY_PER_REQUEST"}}});
  };
  for (int number = 0; number < 50; ++number) must(import_table(number));
  EXPECT_THAT(import_table(50), FailsWith("LimitExceededException", 400));

  must(dynamodb.update_continuous_backups(
      {.TableName = "tbl",
       .PointInTimeRecoverySpecification = {{.PointInTimeRecoveryEnabled = true}}}));
  const auto export_table = [&] {
    return dynamodb.export_table_to_point_in_time(
        {.TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/tbl", .S3Bucket = "files"});
  };
  for (int number = 0; number < 300; ++number) must(export_table());
  EXPECT_THAT(export_table(), FailsWith("LimitExceededException", 400));
  cloud.advance(minutes(15));
  EXPECT_THAT(export_table(), Succeeds());
  EXPECT_THAT(import_table(50), Succeeds());
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
