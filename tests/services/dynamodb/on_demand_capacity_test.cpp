#include "capacity_fixture.h"
#include "services/dynamodb/capacity_limits.h"

namespace fallstreak::dynamodb_test {
namespace {

using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

template <class Shape, class Outcome>
std::string reason_of(const Outcome& outcome) {
  const auto& members = *static_cast<const Shape*>(outcome.error().members.get());
  return *members.throttlingReasons->front().reason;
}

class OnDemandCapacity : public CapacityTest {
 protected:
  void create_on_demand(const std::string& name, api::dynamodb::CreateTableInput request = {}) {
    request.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}};
    request.TableName = name;
    request.KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}};
    request.BillingMode = "PAY_PER_REQUEST";
    must(dynamodb.create_table(request));
    cloud.advance(seconds(8));
  }
  int puts_of_one(const std::string& key, int count) {
    int done = 0;
    for (int index = 0; index < count; ++index) done += try_put("tbl", key) ? 1 : 0;
    return done;
  }
};

TEST_F(OnDemandCapacity, ServesFourThousandWritesOfANewTable) {
  create_on_demand("tbl");
  EXPECT_EQ(puts("tbl", 6000, "a"), 4000);
  cloud.advance(seconds(1));
  EXPECT_EQ(puts("tbl", 6000, "b"), 4000);
}

TEST_F(OnDemandCapacity, ServesAThousandWritesOfOneKey) {
  create_on_demand("tbl");
  EXPECT_EQ(puts_of_one("hot", 1500), 1000);
  const auto refused = try_put("tbl", "hot");
  ASSERT_THAT(refused, FailsWith("ThrottlingException", 400));
  EXPECT_EQ(reason_of<api::dynamodb::ThrottlingException>(refused),
            "TableWriteKeyRangeThroughputExceeded");
  EXPECT_THAT(refused,
              FailsSaying("Throughput exceeds the current capacity of your table or index. "
                          "DynamoDB is automatically scaling your table or index so please try "
                          "again shortly. If exceptions persist, check if you have a hot key: "
                          "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
                          "bp-partition-key-design.html"));
  cloud.advance(minutes(2));
  EXPECT_EQ(metric("WriteKeyRangeThroughputThrottleEvents", of("tbl")), 501);
}

TEST_F(OnDemandCapacity, IsolatesAHotKeyAfterMinutes) {
  create_on_demand("tbl");
  const auto neighbours_that_suffer = [&] {
    puts_of_one("hot", 1100);
    return 32 - puts("tbl", 32, "cold");
  };
  EXPECT_GT(neighbours_that_suffer(), 0);
  for (int minute = 0; minute < 6; ++minute) {
    cloud.advance(minutes(1));
    static_cast<void>(neighbours_that_suffer());
  }
  cloud.advance(minutes(1));
  EXPECT_EQ(neighbours_that_suffer(), 0);
  // The key itself has no more than a partition serves.
  cloud.advance(minutes(1));
  EXPECT_EQ(puts_of_one("hot", 1100), 1000);
}

TEST_F(OnDemandCapacity, HasTheMaximumThatIsSet) {
  create_on_demand(
      "tbl", {.OnDemandThroughput = {{.MaxReadRequestUnits = -1, .MaxWriteRequestUnits = 10}}});
  EXPECT_EQ(puts("tbl", 50, "a"), 10);
  const auto refused = try_put("tbl", "late");
  ASSERT_THAT(refused, FailsWith("ThrottlingException"));
  EXPECT_EQ(reason_of<api::dynamodb::ThrottlingException>(refused),
            "TableWriteMaxOnDemandThroughputExceeded");
  EXPECT_THAT(
      refused,
      FailsSaying(
          "Throughput exceeds the maximum OnDemandThroughput configured on table or index"));
}

TEST_F(OnDemandCapacity, IsWarmWhenAskedFor) {
  create_on_demand(
      "tbl", {.WarmThroughput = {{.ReadUnitsPerSecond = 12000, .WriteUnitsPerSecond = 8000}}});
  EXPECT_EQ(puts("tbl", 12000, "a"), 8000);
}

TEST_F(OnDemandCapacity, GrowsToTwiceThePeakOfHalfAnHour) {
  create_on_demand("tbl");
  EXPECT_EQ(puts("tbl", 6000, "a"), 4000);
  cloud.advance(minutes(31));
  // The first write after half an hour makes the peak count.
  must(try_put("tbl", "first"));
  cloud.advance(seconds(1));
  EXPECT_EQ(puts("tbl", 12000, "b"), 8000);
}

TEST_F(OnDemandCapacity, CuresAProvisionedTable) {
  create_provisioned("tbl", 1, 1);
  EXPECT_EQ(puts("tbl", 100, "a"), 9);
  must(dynamodb.update_table({.TableName = "tbl", .BillingMode = "PAY_PER_REQUEST"}));
  cloud.advance(minutes(2));
  EXPECT_EQ(puts("tbl", 1000, "b"), 1000);
}

TEST(OnDemandUnits, AreTwiceThePreviousPeak) {
  using services::dynamodb::on_demand_units;
  EXPECT_EQ(on_demand_units(4000, 0), 4000);
  EXPECT_EQ(on_demand_units(4000, 50'000), 100'000);
  EXPECT_EQ(on_demand_units(4000, 100'000), 200'000);
}

TEST(PartitionsNeeded, FollowThroughputAndSizeInPowersOfTwo) {
  using services::dynamodb::partitions_needed;
  const std::int64_t gigabyte = 1024LL * 1024 * 1024;
  EXPECT_EQ(partitions_needed(1, 1, true, 0), 1U);
  EXPECT_EQ(partitions_needed(3000, 1000, true, 0), 2U);
  EXPECT_EQ(partitions_needed(3000, 1000, false, 0), 1U);
  EXPECT_EQ(partitions_needed(12'000, 4000, false, 0), 4U);
  EXPECT_EQ(partitions_needed(1, 1, true, 25 * gigabyte), 4U);
  EXPECT_EQ(partitions_needed(1e12, 1, true, 0), 4096U);
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
