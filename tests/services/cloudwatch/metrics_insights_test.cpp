#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using api::cloudwatch::MetricDataQuery;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Succeeds;

/// CPU of three instances of two kinds, and of a group: minute for minute two values.
class MetricsInsights : public CloudWatchTest {
 protected:
  MetricsInsights() {
    publish({{"InstanceId", "i-1"}, {"Kind", "web"}}, 10, 20);
    publish({{"InstanceId", "i-2"}, {"Kind", "web"}}, 30, 40);
    publish({{"InstanceId", "i-3"}, {"Kind", "db"}}, 90, 5);
    publish({{"Group", "all"}}, 1, 1);
  }
  void publish(const std::vector<std::pair<std::string, std::string>>& dimensions, double first,
               double second) {
    MetricDatum datum{.MetricName = "CPU Utilization", .Timestamp = start, .Value = first};
    datum.Dimensions.emplace();
    for (const auto& [name, value] : dimensions) {
      datum.Dimensions->push_back({.Name = name, .Value = value});
    }
    put(datum);
    datum.Timestamp = start + minutes(1);
    datum.Value = second;
    put(datum);
  }
  Outcome<api::cloudwatch::GetMetricDataOutput> ask(const std::string& text) {
    return cloudwatch.get_metric_data(
        {.MetricDataQueries = {{{.Id = "q", .Expression = text, .Period = 60}}},
         .StartTime = start,
         .EndTime = start + minutes(2),
         .ScanBy = "TimestampAscending"});
  }
  /// `label: value value` of each series.
  std::vector<std::string> told(const std::string& text) {
    std::vector<std::string> lines;
    const auto output = must(ask(text));
    for (const auto& result : api::each(output.MetricDataResults)) {
      std::string line = *result.Label + ":";
      for (const double value : *result.Values) line += " " + std::to_string(int(value));
      lines.push_back(std::move(line));
    }
    return lines;
  }
};

TEST_F(MetricsInsights, AggregatesAllMetricsOfAName) {
  const std::string from = "(\"CPU Utilization\") FROM SCHEMA(App, InstanceId, Kind)";

  EXPECT_THAT(told("SELECT SUM" + from), ElementsAre("q: 130 65"));
  EXPECT_THAT(told("SELECT MAX" + from), ElementsAre("q: 90 40"));
  EXPECT_THAT(told("SELECT MIN" + from), ElementsAre("q: 10 5"));
  EXPECT_THAT(told("SELECT COUNT" + from), ElementsAre("q: 3 3"));
  EXPECT_THAT(told("select avg" + from), ElementsAre("q: 43 21"));
  EXPECT_THAT(told("SELECT SUM(\"CPU Utilization\") FROM App"), ElementsAre("q: 131 66"));
  EXPECT_THAT(told("SELECT SUM(\"CPU Utilization\") FROM SCHEMA(App)"), ElementsAre("q:"));
  EXPECT_THAT(told("SELECT SUM(missing) FROM \"App\""), ElementsAre("q:"));
}

TEST_F(MetricsInsights, KeepsWhatItsConditionsSay) {
  const std::string all = "SELECT SUM(\"CPU Utilization\") FROM App WHERE ";

  EXPECT_THAT(told(all + "Kind = 'web'"), ElementsAre("q: 40 60"));
  EXPECT_THAT(told(all + "Kind='web' AND InstanceId != 'i-1'"), ElementsAre("q: 30 40"));
  EXPECT_THAT(told(all + "\"Kind\" != 'web'"), ElementsAre("q: 91 6"));
}

TEST_F(MetricsInsights, GroupsOrdersAndLimits) {
  const std::string grouped = "SELECT MAX(\"CPU Utilization\") FROM App GROUP BY ";

  EXPECT_THAT(told(grouped + "Kind"), ElementsAre("db: 90 5", "web: 30 40"));
  EXPECT_THAT(told(grouped + "Kind, InstanceId ORDER BY SUM() DESC LIMIT 2"),
              ElementsAre("db i-3: 90 5", "web i-2: 30 40"));
  EXPECT_THAT(told(grouped + "InstanceId ORDER BY MIN()"),
              ElementsAre("i-3: 90 5", "i-1: 10 20", "i-2: 30 40"));
  EXPECT_THAT(told(grouped + "Color"), IsEmpty());
}

TEST_F(MetricsInsights, KeepsGroupsApartWhoseValuesReadAlike) {
  publish({{"Zone", "a b"}, {"Rack", "c"}}, 1, 2);
  publish({{"Zone", "a"}, {"Rack", "b c"}}, 3, 4);

  EXPECT_THAT(told("SELECT SUM(\"CPU Utilization\") FROM App GROUP BY Zone, Rack"),
              ElementsAre("a b c: 3 4", "a b c: 1 2"));
}

TEST_F(MetricsInsights, IsWhatOtherExpressionsReferTo) {
  const auto output = must(cloudwatch.get_metric_data(
      {.MetricDataQueries = {{{.Id = "q",
                               .Expression = "SELECT SUM(\"CPU Utilization\") FROM App",
                               .ReturnData = false,
                               .Period = 60},
                              {.Id = "half", .Expression = "q / 2"}}},
       .StartTime = start,
       .EndTime = start + minutes(2),
       .ScanBy = "TimestampAscending"}));

  ASSERT_THAT(*output.MetricDataResults, SizeIs(1));
  EXPECT_THAT(*output.MetricDataResults->front().Values, ElementsAre(65.5, 33.0));
}

TEST_F(MetricsInsights, RefusesWhatIsNoQuery) {
  for (const char* text :
       {"SELECT ", "SELECT AVG(a)", "SELECT AVG(a) FROM", "SELECT P99(a) FROM App",
        "SELECT AVG(a FROM App", "SELECT AVG() FROM App", "SELECT AVG(\"a) FROM App",
        "SELECT AVG(a) FROM SCHEMA(App", "SELECT AVG(a) FROM App WHERE", "SELECT AVG(a) FROM ''",
        "SELECT AVG(a) FROM App WHERE b = \"c\"", "SELECT AVG(a) FROM App WHERE b < 'c'",
        "SELECT AVG(a) FROM App GROUP b", "SELECT AVG(a) FROM App GROUP BY b,",
        "SELECT AVG(a) FROM App ORDER BY AVG", "SELECT AVG(a) FROM App LIMIT 0",
        "SELECT AVG(a) FROM App LIMIT 501", "SELECT AVG(a) FROM App LIMIT 5 x"}) {
    EXPECT_THAT(ask(text), FailsWith("ValidationError", 400)) << text;
  }
  EXPECT_THAT(ask("SELECT AVG(a) FROM App WHERE tag.env = 'prod'"),
              FailsWith("NotImplemented", 501));
}

TEST_F(MetricsInsights, IsOneInARequest) {
  const MetricDataQuery query{.Id = "a", .Expression = "SELECT AVG(a) FROM App", .Period = 60};
  MetricDataQuery other = query;
  other.Id = "b";

  EXPECT_THAT(cloudwatch.get_metric_data({.MetricDataQueries = {{query, other}},
                                          .StartTime = start,
                                          .EndTime = start + minutes(2)}),
              FailsWith("ValidationError", 400));
}

TEST_F(MetricsInsights, FindsMetricsThatComeLaterForAnAlarm) {
  const auto watch = [&](const std::string& text) {
    return cloudwatch.put_metric_alarm(
        {.AlarmName = "high-load",
         .EvaluationPeriods = 1,
         .Threshold = 80,
         .ComparisonOperator = "GreaterThanThreshold",
         .Metrics = {{{.Id = "q", .Expression = text, .ReturnData = true, .Period = 60}}}});
  };
  ASSERT_THAT(watch("SELECT MAX(queue) FROM App"), Succeeds());
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");

  put(MetricDatum{
      .MetricName = "queue", .Dimensions = {{{.Name = "Name", .Value = "new"}}}, .Value = 100});
  cloud.advance(minutes(2));

  EXPECT_EQ(state(), "ALARM");
}

}  // namespace
}  // namespace fallstreak
