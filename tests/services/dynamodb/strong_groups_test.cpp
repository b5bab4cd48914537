#include "global_tables_fixture.h"

namespace fallstreak::dynamodb_test {
namespace {

using std::chrono::seconds;
using testing::FailsWith;

/// With multi-Region strong consistency, of us-east-1, us-west-2 and (unless it is a witness)
/// us-east-2.
class StrongGlobalTables : public GlobalTables {
 protected:
  auto make(std::vector<ReplicationGroupUpdate> replicas, std::optional<std::string> witness = {}) {
    UpdateTableInput request{.TableName = "music",
                             .ReplicaUpdates = std::move(replicas),
                             .MultiRegionConsistency = "STRONG"};
    if (witness) request.GlobalTableWitnessUpdates = {{{.Create = {{.RegionName = *witness}}}}};
    return dynamodb.update_table(request);
  }
  void make_three() {
    must(make({added("us-west-2"), added("us-east-2")}));
    cloud.advance(minutes(1));
  }

  InProcessTransport to_west{cloud, dispatch::Caller("000000000000", "us-west-2")};
  InProcessTransport to_ohio{cloud, dispatch::Caller("000000000000", "us-east-2")};
  client::DynamoDb west{to_west};
  client::DynamoDb ohio{to_ohio};
};

TEST_F(StrongGlobalTables, AWriteIsInEveryRegionWhenItIsAnswered) {
  make_three();
  EXPECT_EQ(table(dynamodb).MultiRegionConsistency, "STRONG");
  EXPECT_EQ(table(ohio).MultiRegionConsistency, "STRONG");
  EXPECT_EQ(table(dynamodb).TableStatus, "ACTIVE");
  EXPECT_EQ(table(west).Replicas->size(), 2U);
  EXPECT_FALSE(table(west).StreamSpecification) << "streams are each member's own";
  put_in(dynamodb, "a", "1");
  EXPECT_EQ(value_in(west, "a"), "1");
  EXPECT_EQ(value_in(ohio, "a"), "1");
  put_in(west, "a", "2");
  remove_in(ohio, "b");
  EXPECT_EQ(value_in(dynamodb, "a"), "2");
  EXPECT_THAT(ohio.put_item({.TableName = "music",
                             .Item = {{{"pk", S("a")}}},
                             .ConditionExpression = "attribute_not_exists(pk)"}),
              FailsWith("ConditionalCheckFailedException"));
}

TEST_F(StrongGlobalTables, OneRegionThatIsOutStopsNobodyAndTwoStopAll) {
  make_three();
  put_in(west, "a", "1");
  cut_power("us-west-2");
  EXPECT_THAT(west.get_item({.TableName = "music", .Key = {{{"pk", S("a")}}}}),
              FailsWith("InternalServerError", 500));
  put_in(dynamodb, "a", "2");
  remove_in(ohio, "a");
  put_in(ohio, "b", "3");
  EXPECT_EQ(value_in(dynamodb, "b"), "3");
  cut_power("us-east-2");
  EXPECT_THAT(dynamodb.put_item({.TableName = "music", .Item = {{{"pk", S("c")}}}}),
              FailsWith("InternalServerError", 500));
  restore_power("us-west-2");
  restore_power("us-east-2");
  put_in(dynamodb, "b", "4");
  cloud.advance(seconds(1));
  for (client::DynamoDb* region : {&dynamodb, &west, &ohio}) {
    EXPECT_EQ(value_in(*region, "a"), "");
    EXPECT_EQ(value_in(*region, "b"), "4");
    EXPECT_EQ(value_in(*region, "c"), "");
  }
}

TEST_F(StrongGlobalTables, AWitnessTakesTheThirdPlaceAndServesNobody) {
  must(make({added("us-west-2")}, "us-east-2"));
  EXPECT_EQ(table(dynamodb).GlobalTableWitnesses->front().WitnessStatus, "CREATING");
  cloud.advance(minutes(1));
  EXPECT_EQ(table(west).GlobalTableWitnesses->front().RegionName, "us-east-2");
  EXPECT_EQ(table(west).GlobalTableWitnesses->front().WitnessStatus, "ACTIVE");
  EXPECT_EQ(table(dynamodb).TableStatus, "ACTIVE");
  EXPECT_THAT(ohio.describe_table({.TableName = "music"}), FailsWith("ResourceNotFoundException"));
  cut_power("us-west-2");
  put_in(dynamodb, "a", "1");
  restore_power("us-west-2");
  cloud.advance(seconds(1));
  EXPECT_EQ(value_in(west, "a"), "1");

  EXPECT_THAT(update(dynamodb, removed("us-west-2")), FailsWith("ValidationException"));
  EXPECT_THAT(west.delete_table({.TableName = "music"}), FailsWith("ValidationException"));
  must(dynamodb.update_table(
      {.TableName = "music",
       .ReplicaUpdates = {{removed("us-west-2")}},
       .GlobalTableWitnessUpdates = {{{.Delete = {{.RegionName = "us-east-2"}}}}}}));
  cloud.advance(minutes(5));
  EXPECT_FALSE(table(dynamodb).MultiRegionConsistency) << "it is one table again";
  EXPECT_FALSE(table(dynamodb).GlobalTableWitnesses);
  EXPECT_EQ(value_in(dynamodb, "a"), "1");
  EXPECT_THAT(west.describe_table({.TableName = "music"}), FailsWith("ResourceNotFoundException"));
  must(dynamodb.delete_table({.TableName = "music"}));
}

TEST_F(StrongGlobalTables, HaveThreeRegionsOfOneSetAndStartEmpty) {
  const auto fails = [&](std::vector<ReplicationGroupUpdate> replicas,
                         std::optional<std::string> witness, const std::string& words) {
    EXPECT_THAT(message_of(make(std::move(replicas), std::move(witness))),
                ::testing::HasSubstr(words));
  };
  fails({added("us-west-2")}, {}, "exactly three Regions");
  fails({added("us-west-2"), added("us-west-2")}, {}, "exactly three Regions");
  fails({added("us-west-2"), added("us-east-2")}, "us-west-1", "exactly three Regions");
  fails({added("us-west-2")}, "us-east-1", "exactly three Regions");
  fails({added("eu-west-1"), added("us-east-2")}, {}, "same Region set");
  put("music", {{"pk", S("a")}});
  fails({added("us-west-2"), added("us-east-2")}, {}, "must be empty");
  must(dynamodb.delete_item({.TableName = "music", .Key = {{{"pk", S("a")}}}}));
  EXPECT_EQ(table(dynamodb).TableStatus, "ACTIVE") << "what is refused changes nothing";

  make_three();
  fails({added("us-west-1")}, {}, "cannot be added");
  EXPECT_THAT(message_of(dynamodb.update_time_to_live(
                  {.TableName = "music",
                   .TimeToLiveSpecification = {{.Enabled = true, .AttributeName = "t"}}})),
              ::testing::HasSubstr("TimeToLive is not supported"));
  const auto no_transactions = ::testing::HasSubstr("Transactions are not supported");
  EXPECT_THAT(
      message_of(west.transact_write_items(
          {.TransactItems = {{{.Put = {{.Item = {{{"pk", S("a")}}}, .TableName = "music"}}}}}})),
      no_transactions);
  EXPECT_THAT(
      message_of(west.transact_get_items(
          {.TransactItems = {{{.Get = {{.Key = {{{"pk", S("a")}}}, .TableName = "music"}}}}}})),
      no_transactions);
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
