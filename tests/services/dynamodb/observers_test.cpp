#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;

class Observers : public DynamoDbTest {
 protected:
  Observers() : DynamoDbTest({}) {
    create_table("one", {"pk:S", "sk:S"});
    create_table("two", {"pk:S"});
    cloud.advance(minutes(1));
  }
  std::string arn() { return *must(dynamodb.describe_table({.TableName = "one"})).Table->TableArn; }
  auto insights(const std::string& table) {
    return must(dynamodb.describe_contributor_insights({.TableName = table}));
  }
  auto set_insights(const std::string& table, const std::string& action) {
    return must(dynamodb.update_contributor_insights(
        {.TableName = table, .ContributorInsightsAction = action}));
  }
  auto destinations() {
    return *must(dynamodb.describe_kinesis_streaming_destination({.TableName = "one"}))
                .KinesisDataStreamDestinations;
  }
  static std::string stream(const std::string& name) {
    return "arn:aws:kinesis:us-east-1:123456789012:stream/" + name;
  }
  auto enable(const std::string& name) {
    return dynamodb.enable_kinesis_streaming_destination(
        {.TableName = "one", .StreamArn = stream(name)});
  }
};
using PutResourcePolicy = Observers;
using UpdateContributorInsights = Observers;
using EnableKinesisStreamingDestination = Observers;

TEST_F(PutResourcePolicy, KeepsARevisionUntilItIsDeleted) {
  EXPECT_THAT(dynamodb.get_resource_policy({.ResourceArn = arn()}),
              FailsWith("PolicyNotFoundException", 400));
  const auto first = must(dynamodb.put_resource_policy(
      {.ResourceArn = arn(), .Policy = "{}", .ExpectedRevisionId = "NO_POLICY"}));
  EXPECT_EQ(must(dynamodb.put_resource_policy({.ResourceArn = arn(), .Policy = "{}"})).RevisionId,
            first.RevisionId);
  const auto second =
      must(dynamodb.put_resource_policy({.ResourceArn = arn(), .Policy = "{\"a\": 1}"}));
  EXPECT_NE(second.RevisionId, first.RevisionId);
  EXPECT_THAT(dynamodb.put_resource_policy(
                  {.ResourceArn = arn(), .Policy = "{}", .ExpectedRevisionId = first.RevisionId}),
              FailsWith("PolicyNotFoundException", 400));
  EXPECT_EQ(must(dynamodb.get_resource_policy({.ResourceArn = arn()})).Policy, "{\"a\": 1}");

  EXPECT_EQ(must(dynamodb.delete_resource_policy({.ResourceArn = arn()})).RevisionId,
            second.RevisionId);
  EXPECT_FALSE(must(dynamodb.delete_resource_policy({.ResourceArn = arn()})).RevisionId);
  EXPECT_THAT(dynamodb.get_resource_policy({.ResourceArn = arn()}),
              FailsWith("PolicyNotFoundException", 400));
  EXPECT_THAT(dynamodb.get_resource_policy({.ResourceArn = arn() + "x"}),
              FailsWith("ResourceNotFoundException", 400));
  EXPECT_THAT(dynamodb.get_resource_policy({.ResourceArn = "nothing"}),
              FailsWith("ValidationException", 400));
}

TEST_F(UpdateContributorInsights, IsTurnedOnAndOff) {
  EXPECT_EQ(insights("one").ContributorInsightsStatus, "DISABLED");
  EXPECT_EQ(set_insights("one", "ENABLE").ContributorInsightsStatus, "ENABLING");
  set_insights("two", "ENABLE");
  cloud.advance(minutes(2));
  EXPECT_EQ(insights("one").ContributorInsightsStatus, "ENABLED");
  // Of a key of two attributes: who reads and who is throttled, by each.
  EXPECT_EQ(insights("one").ContributorInsightsRuleList->size(), 4U);
  EXPECT_EQ(insights("two").ContributorInsightsRuleList->size(), 2U);

  const auto page = must(dynamodb.list_contributor_insights({.MaxResults = 1}));
  EXPECT_EQ(page.ContributorInsightsSummaries->front().TableName, "one");
  const auto rest = must(dynamodb.list_contributor_insights({.NextToken = page.NextToken}));
  ASSERT_EQ(rest.ContributorInsightsSummaries->size(), 1U);
  EXPECT_EQ(rest.ContributorInsightsSummaries->front().TableName, "two");
  EXPECT_FALSE(rest.NextToken);
  EXPECT_THAT(dynamodb.list_contributor_insights({.NextToken = "!"}),
              FailsSaying("Invalid NextToken"));

  EXPECT_EQ(set_insights("one", "DISABLE").ContributorInsightsStatus, "DISABLING");
  cloud.advance(minutes(2));
  EXPECT_EQ(insights("one").ContributorInsightsStatus, "DISABLED");
  EXPECT_THAT(dynamodb.describe_contributor_insights({.TableName = "none"}),
              FailsWith("ResourceNotFoundException", 400));
}

TEST_F(EnableKinesisStreamingDestination, GoesThroughItsStates) {
  EXPECT_EQ(must(enable("a")).DestinationStatus, "ENABLING");
  EXPECT_THAT(enable("a"), FailsWith("ResourceInUseException", 400));
  EXPECT_THAT(dynamodb.disable_kinesis_streaming_destination(
                  {.TableName = "one", .StreamArn = stream("a")}),
              FailsWith("ResourceInUseException", 400));
  cloud.advance(minutes(2));
  EXPECT_EQ(destinations().front().DestinationStatus, "ACTIVE");
  EXPECT_EQ(destinations().front().StreamArn, stream("a"));
  must(dynamodb.update_kinesis_streaming_destination(
      {.TableName = "one",
       .StreamArn = stream("a"),
       .UpdateKinesisStreamingConfiguration = {
           {.ApproximateCreationDateTimePrecision = "MICROSECOND"}}}));
  cloud.advance(minutes(2));
  EXPECT_EQ(destinations().front().ApproximateCreationDateTimePrecision, "MICROSECOND");
  must(enable("b"));
  EXPECT_THAT(enable("c"), FailsWith("LimitExceededException", 400));
  must(dynamodb.disable_kinesis_streaming_destination(
      {.TableName = "one", .StreamArn = stream("a")}));
  cloud.advance(minutes(2));
  EXPECT_EQ(destinations().front().DestinationStatus, "DISABLED");
  EXPECT_TRUE(enable("c"));

  must(dynamodb.delete_table({.TableName = "one"}));
  cloud.advance(minutes(5));
  EXPECT_THAT(enable("a"), FailsWith("ResourceNotFoundException", 400));
}

TEST_F(EnableKinesisStreamingDestination, RefusesWhatIsNoStream) {
  EXPECT_THAT(dynamodb.enable_kinesis_streaming_destination(
                  {.TableName = "one", .StreamArn = std::string(40, 'x')}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(dynamodb.disable_kinesis_streaming_destination(
                  {.TableName = "one", .StreamArn = stream("nothing")}),
              FailsWith("ResourceNotFoundException", 400));
  EXPECT_THAT(dynamodb.update_kinesis_streaming_destination(
                  {.TableName = "one", .StreamArn = stream("nothing")}),
              FailsWith("ValidationException", 400));
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
