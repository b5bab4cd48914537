#include "services/cloudwatch/metric_search.h"

#include "services/cloudwatch/cloudwatch_test.h"
#include "services/cloudwatch/expression.h"

namespace fallstreak {
namespace {

using api::cloudwatch::MetricDataQuery;
using services::cloudwatch::ExpressionProblem;
using services::cloudwatch::matches;
using services::cloudwatch::parse_search;
using services::cloudwatch::tokens_of;
using ::testing::ElementsAre;
using testing::FailsSaying;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SearchTokens, BeginAtCapitalsAndDigits) {
  EXPECT_THAT(tokens_of("CustomCount1"), ElementsAre("Custom", "Count", "1"));
  EXPECT_THAT(tokens_of("SDBFailure"), ElementsAre("SDB", "Failure"));
  EXPECT_THAT(tokens_of("Project2-trial333"), ElementsAre("Project", "2", "trial", "333"));
  EXPECT_THAT(tokens_of("couNT"), ElementsAre("cou", "NT"));
  EXPECT_THAT(tokens_of("//a--B//"), ElementsAre("a", "B"));
  EXPECT_THAT(tokens_of(""), IsEmpty());
}

/// Whether a metric of namespace `Shop` without dimensions is found by its name.
bool finds(const std::string& search, const std::string& name) {
  return matches(parse_search(search), {.Namespace = "Shop", .MetricName = name});
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
TEST(PartialMatch, IsOfWholeTokens) {
  for (const char* text : {"count", "Count", "COUNT", "CustomCount", "Count1", "customcount1"}) {
    EXPECT_TRUE(finds(text, "CustomCount1")) << text;
  }
  for (const char* text : {"couNT", "customcount", "count1", "Cust", "Custom1"}) {
    EXPECT_FALSE(finds(text, "CustomCount1")) << text;
  }
  for (const char* text :
       {"network/errors", "network+errors", "network-errors", "Network_Errors"}) {
    EXPECT_TRUE(finds(text, "Network-Errors-2")) << text;
    EXPECT_TRUE(finds(text, "NetworkErrors2")) << text;
  }
}

TEST(ExactMatch, IsOfWholeNames) {
  EXPECT_TRUE(finds("\"CustomCount1\"", "CustomCount1"));
  EXPECT_TRUE(finds("\"Shop\"", "CustomCount1"));
  EXPECT_FALSE(finds("\"customcount1\"", "CustomCount1"));
  EXPECT_FALSE(finds("\"Custom\"", "CustomCount1"));
  EXPECT_FALSE(finds("\"Network_Errors_2\"", "Network-Errors-2"));
  EXPECT_TRUE(
      finds("\"Europe\\\\France Traffic\\(Network\\)\"", "Europe\\France Traffic(Network)"));
  EXPECT_TRUE(
      finds("{Shop}, \"Custom:Name[Special_Characters\"", "Custom:Name[Special_Characters"));
}

struct Case {
  const char* search;
  std::vector<int> found;
};

/// AWS's examples over these metrics.
TEST(MetricSearch, FindsWhatAwsExamplesFind) {
  const std::vector<api::cloudwatch::Metric> metrics = {
      {.Namespace = "AWS/EC2",
       .MetricName = "CPUUtilization",
       .Dimensions = {{{.Name = "InstanceId", .Value = "i-1234567890123456"}}}},
      {.Namespace = "AWS/EC2",
       .MetricName = "NetworkPacketsIn",
       .Dimensions = {{{.Name = "InstanceId", .Value = "i-2"}}}},
      {.Namespace = "AWS/EC2",
       .MetricName = "CPUUtilization",
       .Dimensions = {{{.Name = "InstanceType", .Value = "t2.micro"}}}},
      {.Namespace = "AWS/EC2", .MetricName = "CPUUtilization"},
      {.Namespace = "AWS/EBS",
       .MetricName = "VolumeReadOps",
       .Dimensions = {{{.Name = "VolumeId", .Value = "ProjectA"}}}},
      {.Namespace = "AWS/Lambda",
       .MetricName = "Errors",
       .Dimensions = {{{.Name = "FunctionName", .Value = "other"}}}},
      {.Namespace = "AWS/Lambda",
       .MetricName = "Invocations",
       .Dimensions = {{{.Name = "FunctionName", .Value = "ProjectB-pay"}}}},
      {.Namespace = "My Shop",
       .MetricName = "ConnectionErrors",
       .Dimensions = {{{.Name = "Host Name", .Value = "a"}, {.Name = "Zone", .Value = "b"}}}},
  };
  const std::vector<Case> cases = {
      {" {AWS/EC2,InstanceId} MetricName=\"CPUUtilization\" ", {0}},
      {" {AWS/EC2,InstanceType} MetricName=\"CPUUtilization\" ", {2}},
      {" {AWS/EC2} MetricName=\"CPUUtilization\" ", {3}},
      {" {AWS/EC2,InstanceType} InstanceType=micro MetricName=\"CPUUtilization\" ", {2}},
      {" InstanceType=\"t2.micro\" Namespace=\"AWS/EC2\" ", {2}},
      {" MetricName=\"CPUUtilization\" AND (\"AWS/ECS\" OR \"AWS/EC2\") ", {0, 2, 3}},
      {"{AWS/EC2,InstanceId} network AND packets", {1}},
      {" {AWS/EC2,InstanceId} network packets ", {1}},
      {" {AWS/EC2,InstanceId} MetricName=\"CPUUtilization\" NOT i-1234567890123456 ", {}},
      {" {AWS/EC2,InstanceId} NOT i-1234567890123456 ", {1}},
      {"NOT Namespace=AWS ", {7}},
      {" (EC2 OR EBS) AND MetricName=ReadOps ", {4}},
      {" (EC2 OR EBS) MetricName=ReadOps ", {4}},
      {" (EC2 OR EBS) AND ReadOps AND ProjectA ", {4}},
      {" {AWS/Lambda,FunctionName} MetricName=\"Errors\" OR (MetricName=\"Invocations\" AND "
       "(ProjectA OR ProjectB)) ",
       {5, 6}},
      {" Errors ", {5, 7}},
      {" \"Errors\" ", {5}},
      {" {\"My Shop\", Zone, \"Host Name\"}, Errors ", {7}},
      {" {\"My Shop\", Zone} ", {}},
      {" {AWS/EBS, VolumeId} ", {4}},
      {" and errors ", {}},
  };
  for (const auto& [text, found] : cases) {
    const auto search = parse_search(text);
    std::vector<int> result;
    for (std::size_t index = 0; index < metrics.size(); ++index) {
      if (matches(search, metrics[index])) result.push_back(int(index));
    }
    EXPECT_EQ(result, found) << text;
  }
}

TEST(MetricSearch, IsRefusedWhenItIsNone) {
  for (const char* text :
       {"", "  ", "{", "{}", "{a", "{a,}", "(a", "a)", "NOT", "a OR", "AND a", "\"a", "=a",
        "a=", "-", "a = b = c", ":aws.AccountId = \"444455556666\"", "MetricName=-"}) {
    EXPECT_THROW(parse_search(text), ExpressionProblem) << text;
  }
  EXPECT_THROW(parse_search(std::string(200, '(') + "a" + std::string(200, ')')),
               ExpressionProblem);
  EXPECT_THROW(parse_search(std::string(1025, 'a')), ExpressionProblem);
}

class Search : public CloudWatchTest {
 protected:
  void put_host(const std::string& host, double value, std::optional<Time> when = {}) {
    put(MetricDatum{.MetricName = "load",
                    .Dimensions = {{{.Name = "Host", .Value = host}}},
                    .Timestamp = when,
                    .Value = value});
  }
  auto get(const std::vector<MetricDataQuery>& queries) {
    return cloudwatch.get_metric_data({.MetricDataQueries = queries,
                                       .StartTime = start,
                                       .EndTime = start + minutes(5),
                                       .ScanBy = "TimestampAscending"});
  }
  auto find(const std::string& expression) {
    return *must(get({{.Id = "e", .Expression = expression}})).MetricDataResults;
  }
};

TEST_F(Search, GivesASeriesForEachMetric) {
  put_host("web-1", 1, start);
  put_host("web-2", 2, start + minutes(1));
  put("load", 3, start);
  const auto results = find("SEARCH('{App,Host} MetricName=\"load\"', 'Sum', 60)");
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[0].Id, "e");
  EXPECT_EQ(results[0].Label, "web-1");
  EXPECT_THAT(*results[0].Values, ElementsAre(1));
  EXPECT_EQ(results[1].Label, "web-2");
  EXPECT_THAT(*results[1].Timestamps, ElementsAre(start + minutes(1)));
}

TEST_F(Search, LabelsMetricsOfSeveralNames) {
  put_host("web-1", 1, start);
  put("errors", 2, start);
  const auto results =
      *must(
           get({{.Id = "e", .Expression = "SEARCH('Namespace=\"App\"', 'Sum', 60)", .Label = "x"}}))
           .MetricDataResults;
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[0].Label, "x errors");
  EXPECT_EQ(results[1].Label, "x web-1 load");
}

TEST_F(Search, IsCalculatedWith) {
  put_host("web-1", 1, start);
  put_host("web-2", 5, start);
  put_host("web-3", 3, start);
  const std::string all = "SEARCH('{App,Host} load', 'Sum', 60)";
  const auto values = [&](const std::string& expression) { return *find(expression).at(0).Values; };
  EXPECT_THAT(values("SUM(" + all + ")"), ElementsAre(9));
  EXPECT_THAT(values("FIRST(SORT(" + all + ", MAX, DESC))"), ElementsAre(5));
  EXPECT_THAT(find("SLICE(SORT(" + all + ", SUM, DESC), 0, 2) * 10"), SizeIs(2));
  EXPECT_THAT(values("MAX(" + all + " / SUM(" + all + ") * 9)"), ElementsAre(5));
  const auto both = *must(get({{.Id = "s", .Expression = all, .ReturnData = false},
                               {.Id = "total", .Expression = "SUM(s)"}}))
                         .MetricDataResults;
  ASSERT_THAT(both, SizeIs(1));
  EXPECT_THAT(*both[0].Values, ElementsAre(9));
  EXPECT_EQ(both[0].Label, "total");
}

TEST_F(Search, TakesThePeriodOfItsQuery) {
  put_host("web-1", 1, start);
  put_host("web-1", 1, start + minutes(1));
  const std::string search = "SEARCH('{App,Host}', 'Sum')";
  EXPECT_THAT(*find(search).at(0).Values, ElementsAre(2));
  const auto results =
      *must(get({{.Id = "e", .Expression = search, .Period = 60}})).MetricDataResults;
  EXPECT_THAT(*results.at(0).Values, ElementsAre(1, 1));
}

TEST_F(Search, PassesOverMetricsThatWereSilentForTwoWeeks) {
  put_host("old", 1, start);
  cloud.advance(days(15));
  put_host("new", 1);
  const auto results =
      *must(cloudwatch.get_metric_data(
                {.MetricDataQueries = {{{.Id = "e",
                                         .Expression = "SEARCH('{App,Host}', 'Sum', 60)"}}},
                 .StartTime = start,
                 .EndTime = cloud.now()}))
           .MetricDataResults;
  ASSERT_THAT(results, SizeIs(1));
  EXPECT_EQ(results[0].Label, "new");
}

TEST_F(Search, FindsAtMostFiveHundredMetrics) {
  for (int host = 0; host < 501; ++host) put_host(std::to_string(host), 1, start);
  const auto output = must(get({{.Id = "e", .Expression = "SEARCH('{App,Host}', 'Sum', 60)"}}));
  EXPECT_THAT(*output.MetricDataResults, SizeIs(500));
  ASSERT_THAT(*output.Messages, SizeIs(1));
  EXPECT_EQ(output.Messages->front().Code, "MaxMetricsExceeded");
}

TEST_F(Search, IsRefusedWhenItsArgumentsAreWrong) {
  for (const auto* text : {"SEARCH('{App}', 'Sum', 45)", "SEARCH('{App}', 'Sum', 0 - 60)",
                           "SEARCH('{App}', 'Often', 60)", "SEARCH('', 'Sum', 60)",
                           "SEARCH('{App}', 60)", "SEARCH(e, 'Sum')", "SEARCH('{App}')"}) {
    EXPECT_THAT(get({{.Id = "e", .Expression = text}}), testing::FailsWith("ValidationError", 400))
        << text;
  }
}

TEST_F(Search, IsRefusedInAlarms) {
  auto request = load_alarm();
  request.MetricName.reset();
  request.Namespace.reset();
  request.Statistic.reset();
  request.Period.reset();
  request.Metrics = {
      {{.Id = "e", .Expression = "1 + SUM(SEARCH('{App}', 'Sum', 60))", .Period = 60}}};
  EXPECT_THAT(cloudwatch.put_metric_alarm(request),
              FailsSaying("SEARCH is not supported on Metric Alarms."));
}

}  // namespace
}  // namespace fallstreak
