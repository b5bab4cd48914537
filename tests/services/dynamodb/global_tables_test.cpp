#include <client/cloudwatch.h>

#include "global_tables_fixture.h"

namespace fallstreak::dynamodb_test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

TEST_F(GlobalTables, AReplicaShowsAfterAMomentAndThenHasEveryItem) {
  put("music", {{"pk", S("a")}, {"v", S("old")}});
  const auto answer = *must(update(dynamodb, added("eu-west-1"))).TableDescription;
  EXPECT_EQ(answer.TableStatus, "UPDATING");
  EXPECT_EQ(answer.GlobalTableVersion, "2019.11.21");
  EXPECT_TRUE(answer.Replicas->empty());
  EXPECT_EQ(answer.StreamSpecification->StreamViewType, "NEW_AND_OLD_IMAGES");
  EXPECT_THAT(europe.describe_table({.TableName = "music"}),
              FailsWith("ResourceNotFoundException"));

  cloud.advance(seconds(6));
  ASSERT_EQ(table(dynamodb).Replicas->size(), 1U);
  EXPECT_EQ(table(dynamodb).Replicas->front().ReplicaStatus, "CREATING");
  EXPECT_EQ(table(europe).TableStatus, "CREATING");
  EXPECT_EQ(table(europe).Replicas->front().RegionName, "us-east-1");
  EXPECT_THAT(europe.put_item({.TableName = "music", .Item = {{{"pk", S("x")}}}}),
              FailsWith("ResourceNotFoundException"));
  EXPECT_THAT(europe.delete_table({.TableName = "music"}),
              FailsSaying("Attempt to change a resource which is still in use: Table: music is "
                          "being used."));
  put_in(dynamodb, "b", "while it was made");

  cloud.advance(minutes(15));
  EXPECT_EQ(table(dynamodb).TableStatus, "ACTIVE");
  EXPECT_EQ(table(dynamodb).Replicas->front().ReplicaStatus, "ACTIVE");
  EXPECT_EQ(table(europe).TableStatus, "ACTIVE");
  EXPECT_NE(table(europe).TableId, table(dynamodb).TableId);
  EXPECT_EQ(value_in(europe, "a"), "old");
  EXPECT_EQ(value_in(europe, "b"), "while it was made");
  EXPECT_EQ(table(europe).ItemCount, 2);
}

TEST_F(GlobalTables, ChangesArriveAfterALagThatTheSeedDraws) {
  add_europe();
  put_in(dynamodb, "a", "1");
  EXPECT_EQ(value_in(europe, "a"), "");
  cloud.advance(milliseconds(299));
  EXPECT_EQ(value_in(europe, "a"), "");
  cloud.advance(seconds(1));
  EXPECT_EQ(value_in(europe, "a"), "1");

  put_in(europe, "a", "2");
  remove_in(europe, "a");
  put_in(europe, "b", "3");
  cloud.advance(seconds(2));
  EXPECT_EQ(value_in(dynamodb, "a"), "");
  EXPECT_EQ(value_in(dynamodb, "b"), "3");
}

TEST_F(GlobalTables, TheLastWriterWinsEverywhere) {
  add_europe();
  put_in(dynamodb, "b", "first");
  cloud.advance(seconds(3));
  put_in(dynamodb, "a", "american");
  put_in(europe, "b", "european");
  cloud.advance(milliseconds(100));
  put_in(europe, "a", "european");
  remove_in(dynamodb, "b");
  put_in(dynamodb, "c", "same moment");
  put_in(europe, "c", "same moment, other region");
  cloud.advance(seconds(3));
  for (client::DynamoDb* region : {&dynamodb, &europe}) {
    EXPECT_EQ(value_in(*region, "a"), "european");
    EXPECT_EQ(value_in(*region, "b"), "") << "an older put does not bring back what was deleted";
    EXPECT_EQ(value_in(*region, "c"), "same moment");
  }
}

TEST_F(GlobalTables, ARegionThatIsOutLosesNothingThatWasWrittenAndCatchesUp) {
  add_europe();
  put_in(dynamodb, "early", "1");
  cloud.advance(seconds(5));
  put_in(europe, "unsent", "european");
  put_in(dynamodb, "unsent", "american");
  // Not yet replicated when the power fails.
  cut_power("eu-west-1");
  cloud.advance(hours(1));

  EXPECT_THAT(europe.get_item({.TableName = "music", .Key = {{{"pk", S("early")}}}}),
              FailsWith("InternalServerError", 500));
  EXPECT_THAT(europe.put_item({.TableName = "music", .Item = {{{"pk", S("x")}}}}),
              FailsWith("InternalServerError", 500));
  EXPECT_EQ(value_in(dynamodb, "early"), "1");
  EXPECT_EQ(value_in(dynamodb, "unsent"), "american") << "what was not sent is lost to the others";
  put_in(dynamodb, "meanwhile", "1");
  remove_in(dynamodb, "early");
  put_in(dynamodb, "unsent", "later");
  cloud.advance(minutes(10));

  restore_power("eu-west-1");
  cloud.advance(seconds(2));
  for (client::DynamoDb* region : {&dynamodb, &europe}) {
    EXPECT_EQ(value_in(*region, "early"), "");
    EXPECT_EQ(value_in(*region, "meanwhile"), "1");
    EXPECT_EQ(value_in(*region, "unsent"), "later");
  }
}

TEST_F(GlobalTables, WhatOnlyTheLostRegionHadComesBackWithIt) {
  add_europe();
  put_in(europe, "unsent", "european");
  cut_power("eu-west-1");
  cloud.advance(hours(1));
  EXPECT_EQ(value_in(dynamodb, "unsent"), "");
  restore_power("eu-west-1");
  cloud.advance(seconds(1));
  EXPECT_EQ(value_in(dynamodb, "unsent"), "european");
}

TEST_F(GlobalTables, OneLostZoneStopsNothing) {
  add_europe();
  must(cloud.begin_fault("one", {.kind = "az-power", .zone = "eu-west-1a"}));
  put_in(europe, "a", "1");
  cloud.advance(seconds(2));
  EXPECT_EQ(value_in(dynamodb, "a"), "1");
}

TEST_F(GlobalTables, AThirdRegionGetsAlsoWhatIsOnItsWay) {
  add_europe();
  put_in(dynamodb, "a", "1");
  cloud.advance(seconds(2));
  // Added at the endpoint in Europe, which then is its source.
  must(update(europe, added("ap-northeast-1")));
  cloud.advance(seconds(6));
  const Time filled = cloud.now() + minutes(9);
  cloud.advance_to(filled - milliseconds(50));
  put_in(dynamodb, "b", "on its way");
  cloud.advance(seconds(5));
  EXPECT_EQ(value_in(asia, "a"), "1");
  EXPECT_EQ(value_in(asia, "b"), "on its way");
  EXPECT_EQ(table(asia).Replicas->size(), 2U);

  put_in(asia, "c", "3");
  cloud.advance(seconds(2));
  EXPECT_EQ(value_in(dynamodb, "c"), "3");
  EXPECT_EQ(value_in(europe, "c"), "3");

  EXPECT_THAT(update(dynamodb, removed("eu-west-1")),
              FailsSaying("Replica cannot be deleted because it has acted as a source region for "
                          "new replica(s) being added to the table in the last 24 hours."));
  EXPECT_THAT(europe.delete_table({.TableName = "music"}), FailsWith("ValidationException"));
  must(update(dynamodb, removed("ap-northeast-1")));
  cloud.advance(minutes(5));
  EXPECT_THAT(asia.describe_table({.TableName = "music"}), FailsWith("ResourceNotFoundException"));
  EXPECT_THAT(update(dynamodb, removed("eu-west-1")), Succeeds());
}

TEST_F(GlobalTables, ADeletedReplicaShowsAndIsForgotten) {
  add_europe();
  put_in(dynamodb, "a", "1");
  must(update(dynamodb, removed("eu-west-1")));
  EXPECT_EQ(table(dynamodb).TableStatus, "UPDATING");
  cloud.advance(seconds(37));
  EXPECT_EQ(table(dynamodb).TableStatus, "ACTIVE");
  EXPECT_EQ(table(dynamodb).Replicas->front().ReplicaStatus, "DELETING");
  EXPECT_EQ(table(europe).TableStatus, "DELETING");
  EXPECT_THAT(update(dynamodb, added("ap-northeast-1")), FailsWith("ResourceInUseException"));

  cloud.advance(minutes(3));
  EXPECT_FALSE(table(dynamodb).Replicas);
  EXPECT_FALSE(table(dynamodb).GlobalTableVersion);
  EXPECT_TRUE(table(dynamodb).StreamSpecification) << "the stream stays";
  EXPECT_THAT(europe.describe_table({.TableName = "music"}),
              FailsWith("ResourceNotFoundException"));
  put_in(dynamodb, "b", "2");
  EXPECT_EQ(value_in(dynamodb, "b"), "2");
}

TEST_F(GlobalTables, AReplicaCanBeDeletedAtItsOwnEndpoint) {
  add_europe();
  EXPECT_THAT(dynamodb.delete_table({.TableName = "music"}),
              FailsSaying("Replica cannot be deleted because it has acted as a source region for "
                          "new replica(s) being added to the table in the last 24 hours."));
  must(europe.update_table({.TableName = "music", .DeletionProtectionEnabled = true}));
  cloud.advance(minutes(1));
  EXPECT_NE(table(dynamodb).DeletionProtectionEnabled, true) << "it belongs to each alone";
  EXPECT_THAT(update(dynamodb, removed("eu-west-1")),
              FailsSaying("Cannot delete table music in region eu-west-1 because it has deletion "
                          "protection enabled. Disable deletion protection first."));
  must(europe.update_table({.TableName = "music", .DeletionProtectionEnabled = false}));
  cloud.advance(minutes(1));
  must(europe.delete_table({.TableName = "music"}));
  EXPECT_EQ(table(dynamodb).Replicas->front().ReplicaStatus, "DELETING");
  cloud.advance(minutes(3));
  EXPECT_FALSE(table(dynamodb).Replicas);
  must(dynamodb.delete_table({.TableName = "music"}));
}

TEST_F(GlobalTables, IndexesAndTimeToLiveAreTheSameEverywhere) {
  add_europe();
  must(europe.update_table(
      {.AttributeDefinitions = {{{.AttributeName = "v", .AttributeType = "S"}}},
       .TableName = "music",
       .GlobalSecondaryIndexUpdates = {
           {{.Create = {{.IndexName = "by-v",
                         .KeySchema = {{{.AttributeName = "v", .KeyType = "HASH"}}},
                         .Projection = {{.ProjectionType = "ALL"}}}}}}}}));
  EXPECT_EQ(table(dynamodb).TableStatus, "UPDATING");
  cloud.advance(minutes(10));
  ASSERT_TRUE(table(dynamodb).GlobalSecondaryIndexes);
  EXPECT_EQ(table(dynamodb).GlobalSecondaryIndexes->front().IndexStatus, "ACTIVE");
  EXPECT_EQ(table(dynamodb).Replicas->front().GlobalSecondaryIndexes->front().IndexName, "by-v");

  must(dynamodb.update_time_to_live(
      {.TableName = "music",
       .TimeToLiveSpecification = {{.Enabled = true, .AttributeName = "expires"}}}));
  cloud.advance(minutes(2));
  EXPECT_EQ(*must(europe.describe_time_to_live({.TableName = "music"}))
                 .TimeToLiveDescription->TimeToLiveStatus,
            "ENABLED");
}

TEST_F(GlobalTables, ReplicatedChangesAreInTheStreamOfEachRegion) {
  add_europe();
  put_in(dynamodb, "a", "1");
  cloud.advance(seconds(2));
  EXPECT_NE(table(europe).LatestStreamArn, table(dynamodb).LatestStreamArn);
  EXPECT_THAT(europe.update_table(
                  {.TableName = "music", .StreamSpecification = {{.StreamEnabled = false}}}),
              FailsSaying("Disabling Stream is not allowed for a Global Table replica."));
}

TEST_F(GlobalTables, WrongReplicaUpdatesAreRefusedInAwssWords) {
  add_europe();
  const auto fails = [&](std::vector<ReplicationGroupUpdate> updates, const std::string& message) {
    EXPECT_THAT(dynamodb.update_table({.TableName = "music", .ReplicaUpdates = std::move(updates)}),
                FailsSaying(message));
  };
  fails({added("eu-west-1")},
        "Failed to create a the new replica of table with name: ‘music’ because one or more "
        "replicas already existed as tables.");
  fails({added("us-east-1")},
        "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, "
        "DeleteTable, or UpdateTable as required.");
  fails({removed("ap-northeast-1")},
        "Update global table operation failed because one or more replicas were not part of the "
        "global table. Please retry the request without these replicas: [ap-northeast-1].");
  fails({ReplicationGroupUpdate{}},
        "There are no actions specified in the Replica Update Action of the request.");
  fails({{.Update = {{.RegionName = "eu-west-1"}}}},
        "There are no actions specified in the Replica Update Action of the request.");
  fails({{.Create = {{.RegionName = "eu-west-2"}}, .Delete = {{.RegionName = "eu-west-1"}}}},
        "Update table operation with more than one type of replica actions not allowed");
  fails({added("eu-west-2"), added("ap-northeast-1")},
        "Update table operation with more than one create or delete replica actions not allowed");
  fails({{.Update = {{.RegionName = "eu-west-1",
                      .ProvisionedThroughputOverride = {{.ReadCapacityUnits = 5}}}}}},
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  EXPECT_THAT(
      message_of(update(dynamodb, added("eu-west-9"))),
      ::testing::StartsWith("Region eu-west-9 is not supported. The latest version of "
                            "global tables are only supported in the following regions: ["));
  EXPECT_THAT(dynamodb.update_table({.TableName = "music",
                                     .ReplicaUpdates = {{added("eu-west-2")}},
                                     .DeletionProtectionEnabled = true}),
              FailsSaying("One or more parameter values were invalid: Replica modification must be "
                          "the only operation in the request"));
}

TEST_F(GlobalTables, AProvisionedTableMustBeScaledAutomatically) {
  provision(5, 5);
  EXPECT_THAT(update(dynamodb, added("eu-west-1")),
              FailsSaying("Table write capacity should either be Pay-Per-Request or AutoScaled."));
}

TEST_F(GlobalTables, AProvisionedTableIsScaledInEveryRegion) {
  provision(5, 5);
  const auto scaled = [](int least, int most) {
    return api::dynamodb::AutoScalingSettingsUpdate{
        .MinimumUnits = least,
        .MaximumUnits = most,
        .ScalingPolicyUpdate = {
            {.TargetTrackingScalingPolicyConfiguration = {{.TargetValue = 70}}}}};
  };
  must(dynamodb.update_table_replica_auto_scaling(
      {.TableName = "music", .ProvisionedWriteCapacityAutoScalingUpdate = scaled(5, 100)}));
  add_europe();
  const auto settings_in = [&](client::DynamoDb& at) {
    return *must(at.describe_table_replica_auto_scaling({.TableName = "music"}))
                .TableAutoScalingDescription;
  };
  const auto group = settings_in(dynamodb);
  ASSERT_EQ(group.Replicas->size(), 2U);
  for (const auto& member : *group.Replicas) {
    const auto& writes = *member.ReplicaProvisionedWriteCapacityAutoScalingSettings;
    EXPECT_EQ(writes.MaximumUnits, 100) << *member.RegionName << " has what the table had";
    EXPECT_EQ(writes.ScalingPolicies->front().PolicyName,
              "DynamoDBWriteCapacityUtilization:table/music");
    EXPECT_EQ(member.ReplicaProvisionedReadCapacityAutoScalingSettings->AutoScalingDisabled, true);
  }

  // The bounds raise what is provisioned: writes everywhere, reads in one region alone.
  must(europe.update_table_replica_auto_scaling(
      {.TableName = "music",
       .ProvisionedWriteCapacityAutoScalingUpdate = scaled(8, 100),
       .ReplicaUpdates = {{{.RegionName = "eu-west-1",
                            .ReplicaProvisionedReadCapacityAutoScalingUpdate = scaled(9, 50)}}}}));
  cloud.advance(minutes(10));
  EXPECT_EQ(table(dynamodb).ProvisionedThroughput->WriteCapacityUnits, 8);
  EXPECT_EQ(table(europe).ProvisionedThroughput->WriteCapacityUnits, 8);
  EXPECT_EQ(table(europe).ProvisionedThroughput->ReadCapacityUnits, 9);
  EXPECT_EQ(table(dynamodb).ProvisionedThroughput->ReadCapacityUnits, 5);
  EXPECT_EQ(table(dynamodb).Replicas->front().ProvisionedThroughputOverride->ReadCapacityUnits, 9);

  must(dynamodb.update_table_replica_auto_scaling(
      {.TableName = "music",
       .ProvisionedWriteCapacityAutoScalingUpdate = {{.AutoScalingDisabled = true}}}));
  EXPECT_EQ((*settings_in(europe).Replicas)[1]
                .ReplicaProvisionedWriteCapacityAutoScalingSettings->AutoScalingDisabled,
            true);
}

TEST_F(GlobalTables, WrongScalingIsRefused) {
  using Update = api::dynamodb::UpdateTableReplicaAutoScalingInput;
  const auto message = [&](Update request) {
    return message_of(dynamodb.update_table_replica_auto_scaling(request));
  };
  const api::dynamodb::AutoScalingSettingsUpdate some{.MinimumUnits = 1, .MaximumUnits = 2};
  EXPECT_EQ(message({.TableName = "none", .ProvisionedWriteCapacityAutoScalingUpdate = some}),
            "Requested resource not found: Table: none not found");
  EXPECT_THAT(message({.TableName = "music"}), ::testing::StartsWith("At least one of"));
  EXPECT_THAT(message({.TableName = "music", .ProvisionedWriteCapacityAutoScalingUpdate = some}),
              ::testing::HasSubstr("BillingMode is PAY_PER_REQUEST"));
  EXPECT_TRUE(must(dynamodb.describe_table_replica_auto_scaling({.TableName = "music"}))
                  .TableAutoScalingDescription->Replicas->front()
                  .ReplicaProvisionedReadCapacityAutoScalingSettings == std::nullopt);
  provision(5, 5);
  EXPECT_EQ(message({.TableName = "music",
                     .ProvisionedWriteCapacityAutoScalingUpdate = {{.MinimumUnits = 7,
                                                                    .MaximumUnits = 6}}}),
            "Maximum capacity cannot be less than minimum capacity");
  EXPECT_THAT(message({.TableName = "music",
                       .ProvisionedWriteCapacityAutoScalingUpdate = {{.MaximumUnits = 1LL << 40}}}),
              ::testing::EndsWith("is out of bounds"));
  EXPECT_THAT(
      message({.GlobalSecondaryIndexUpdates = {{{.IndexName = "none"}}}, .TableName = "music"}),
      ::testing::EndsWith("Index: none not found"));
  EXPECT_THAT(message({.TableName = "music", .ReplicaUpdates = {{{.RegionName = "eu-west-1"}}}}),
              ::testing::EndsWith("without these replicas: [eu-west-1]."));
}

TEST_F(GlobalTables, AnIndexOfAReplicaMayHaveItsOwnReads) {
  must(dynamodb.create_table(
      {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
       .TableName = "indexed",
       .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
       .GlobalSecondaryIndexes = {{{.IndexName = "index",
                                    .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
                                    .Projection = {{.ProjectionType = "ALL"}}}}},
       .BillingMode = "PAY_PER_REQUEST"}));
  cloud.advance(minutes(1));
  const auto add = [&](const std::string& index) {
    return dynamodb.update_table(
        {.TableName = "indexed",
         .ReplicaUpdates = {
             {{.Create = {{.RegionName = "eu-west-1",
                           .KMSMasterKeyId = "alias/mine",
                           .GlobalSecondaryIndexes = {{{.IndexName = index,
                                                        .OnDemandThroughputOverride = {
                                                            {.MaxReadRequestUnits = 7}}}}}}}}}}});
  };
  EXPECT_THAT(add("none"), FailsSaying("The table does not have the specified index: none"));
  must(add("index"));
  cloud.advance(minutes(15));
  const auto replica =
      must(dynamodb.describe_table({.TableName = "indexed"})).Table->Replicas->front();
  EXPECT_EQ(replica.KMSMasterKeyId, "alias/mine");
  EXPECT_EQ(replica.GlobalSecondaryIndexes->front().OnDemandThroughputOverride->MaxReadRequestUnits,
            7);
  EXPECT_EQ(must(europe.describe_table({.TableName = "indexed"}))
                .Table->GlobalSecondaryIndexes->front()
                .OnDemandThroughput->MaxReadRequestUnits,
            7);
}

TEST_F(GlobalTables, AnotherTableClassIsTheReplicasAlone) {
  add_europe();
  must(update(dynamodb, {.Update = {{.RegionName = "eu-west-1",
                                     .TableClassOverride = "STANDARD_INFREQUENT_ACCESS"}}}));
  EXPECT_EQ(table(dynamodb).Replicas->front().ReplicaStatus, "UPDATING");
  cloud.advance(minutes(1));
  EXPECT_EQ(table(dynamodb).Replicas->front().ReplicaStatus, "ACTIVE");
  EXPECT_EQ(table(europe).TableClassSummary->TableClass, "STANDARD_INFREQUENT_ACCESS");
  EXPECT_FALSE(table(dynamodb).TableClassSummary);
}

TEST_F(GlobalTables, CloudWatchHearsHowLongChangesTake) {
  add_europe();
  put_in(dynamodb, "a", "1");
  cloud.advance(minutes(3));
  client::CloudWatch cloudwatch(transport);
  const auto statistics = must(cloudwatch.get_metric_statistics(
      {.Namespace = "AWS/DynamoDB",
       .MetricName = "ReplicationLatency",
       .Dimensions = {{{.Name = "TableName", .Value = "music"},
                       {.Name = "ReceivingRegion", .Value = "eu-west-1"}}},
       .StartTime = cloud.now() - hours(1),
       .EndTime = cloud.now(),
       .Period = 3600,
       .Statistics = {{"Average", "SampleCount"}}}));
  ASSERT_EQ(statistics.Datapoints->size(), 1U);
  EXPECT_EQ(statistics.Datapoints->front().SampleCount, 1);
  EXPECT_GE(*statistics.Datapoints->front().Average, 300);
  EXPECT_LE(*statistics.Datapoints->front().Average, 1200);
}

TEST_F(GlobalTables, TheLegacyVersionIsRefusedAsAwsRefusesIt) {
  add_europe();
  EXPECT_THAT(
      dynamodb.create_global_table(
          {.GlobalTableName = "music", .ReplicationGroup = {{{.RegionName = "eu-west-1"}}}}),
      FailsSaying("DynamoDB global tables version 2017.11.29 is not supported. We recommend using "
                  "DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 "
                  "(Legacy)."));
  EXPECT_THAT(dynamodb.describe_global_table({.GlobalTableName = "music"}),
              FailsSaying("Global table not found: Global table with name: 'music' does not "
                          "exist."));
  EXPECT_THAT(dynamodb.describe_global_table_settings({.GlobalTableName = "music"}),
              FailsSaying("Global table with name: 'music' does not exist."));
  EXPECT_THAT(dynamodb.update_global_table_settings({.GlobalTableName = "music"}),
              FailsWith("GlobalTableNotFoundException", 400));
  EXPECT_THAT(dynamodb.update_global_table(
                  {.GlobalTableName = "music",
                   .ReplicaUpdates = {{{.Delete = {{.RegionName = "eu-west-1"}}}}}}),
              FailsWith("GlobalTableNotFoundException", 400));
  EXPECT_TRUE(must(dynamodb.list_global_tables({})).GlobalTables->empty());
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
