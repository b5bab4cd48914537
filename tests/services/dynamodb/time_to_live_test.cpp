#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;

class TimeToLive : public DynamoDbTest {
 protected:
  TimeToLive() : DynamoDbTest({}) {
    create_table("one", {"pk:S"});
    cloud.advance(minutes(1));
  }
  auto set(bool enabled, const std::string& attribute) {
    return dynamodb.update_time_to_live(
        {.TableName = "one",
         .TimeToLiveSpecification = {{.Enabled = enabled, .AttributeName = attribute}}});
  }
  void enable() {
    must(set(true, "ttl"));
    cloud.advance(minutes(2));
  }
  std::string status() {
    return *must(dynamodb.describe_time_to_live({.TableName = "one"}))
                .TimeToLiveDescription->TimeToLiveStatus;
  }
  /// Seconds since 1970, so long from now.
  Value in(Duration time) { return N(std::to_string(to_epoch_seconds(cloud.now() + time))); }
  bool has(const std::string& key) { return get("one", {{"pk", S(key)}}).has_value(); }
};
using UpdateTimeToLive = TimeToLive;

TEST_F(UpdateTimeToLive, DeletesItemsSomeMinutesAfterTheirTime) {
  put("one", {{"pk", S("before")}, {"ttl", in(hours(1))}});
  EXPECT_EQ(status(), "DISABLED");
  must(set(true, "ttl"));
  EXPECT_EQ(status(), "ENABLING");
  cloud.advance(minutes(2));
  EXPECT_EQ(status(), "ENABLED");
  put("one", {{"pk", S("after")}, {"ttl", in(hours(1))}});
  put("one", {{"pk", S("later")}, {"ttl", in(hours(5))}});
  put("one", {{"pk", S("stays")}});

  cloud.advance(minutes(57));
  EXPECT_TRUE(has("before"));
  cloud.advance(minutes(15));
  EXPECT_FALSE(has("before"));
  EXPECT_FALSE(has("after"));
  EXPECT_TRUE(has("later"));
  cloud.advance(hours(5));
  EXPECT_FALSE(has("later"));
  EXPECT_TRUE(has("stays"));
}

TEST_F(UpdateTimeToLive, LeavesItemsWhoseTimeIsNoNumberOrLongPast) {
  enable();
  const auto seconds = [](Value value) { return *value.N; };
  put("one", {{"pk", S("text")}, {"ttl", S(seconds(in(minutes(1))))}});
  put("one", {{"pk", S("list")}, {"ttl", L({in(minutes(1))})}});
  put("one", {{"pk", S("negative")}, {"ttl", N("-5")}});
  put("one", {{"pk", S("huge")}, {"ttl", N("1E100")}});
  put("one", {{"pk", S("ancient")}, {"ttl", in(-hours(24) * 366 * 5)}});
  put("one", {{"pk", S("past")}, {"ttl", in(-hours(24))}});

  cloud.advance(hours(24));

  for (const char* key : {"text", "list", "negative", "huge", "ancient"})
    EXPECT_TRUE(has(key)) << key;
  EXPECT_FALSE(has("past"));
}

TEST_F(UpdateTimeToLive, FollowsTheAttributeWhenAnItemChanges) {
  enable();
  for (const char* key : {"longer", "never", "sooner", "gone"})
    put("one", {{"pk", S(key)}, {"ttl", in(hours(1))}});
  put("one", {{"pk", S("longer")}, {"ttl", in(hours(9))}});
  put("one", {{"pk", S("never")}});
  put("one", {{"pk", S("sooner")}, {"ttl", in(minutes(1))}});
  must(dynamodb.delete_item({.TableName = "one", .Key = Item{{"pk", S("gone")}}}));

  cloud.advance(minutes(15));
  EXPECT_FALSE(has("sooner"));
  cloud.advance(hours(2));
  EXPECT_TRUE(has("longer"));
  EXPECT_TRUE(has("never"));
}

TEST_F(UpdateTimeToLive, DeletesManyItems) {
  enable();
  for (int number = 0; number < 2500; ++number)
    put("one", {{"pk", S(std::to_string(number))}, {"ttl", in(minutes(1))}});
  cloud.advance(minutes(12));
  EXPECT_EQ(must(dynamodb.describe_table({.TableName = "one"})).Table->ItemCount, 0);
}

TEST_F(UpdateTimeToLive, RefusesChangesThatAreNoneOrTooMany) {
  EXPECT_THAT(set(false, "ttl"), FailsSaying("TimeToLive is already disabled"));
  enable();
  EXPECT_THAT(set(true, "ttl"), FailsSaying("TimeToLive is already enabled"));
  EXPECT_THAT(
      set(true, "other"),
      FailsSaying("TimeToLive is active on a different AttributeName: current AttributeName "
                  "is ttl"));
  EXPECT_THAT(set(false, "ttl"),
              FailsSaying("Time to live has been modified multiple times within a fixed interval"));
  put("one", {{"pk", S("a")}, {"ttl", in(hours(2))}});
  cloud.advance(hours(1));
  must(set(false, "ttl"));
  EXPECT_EQ(status(), "DISABLING");
  cloud.advance(hours(4));
  EXPECT_EQ(status(), "DISABLED");
  EXPECT_TRUE(has("a"));
  EXPECT_THAT(dynamodb.describe_time_to_live({.TableName = "none"}),
              FailsWith("ResourceNotFoundException", 400));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
