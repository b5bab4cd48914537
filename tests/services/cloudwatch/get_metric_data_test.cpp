#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using api::cloudwatch::MetricDataQuery;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GetMetricData : public CloudWatchTest {
 protected:
  static MetricDataQuery metric(const std::string& id, const std::string& name,
                                std::int32_t period = 60) {
    return {.Id = id,
            .MetricStat = {{.Metric = {{.Namespace = "App", .MetricName = name}},
                            .Period = period,
                            .Stat = "Sum"}}};
  }
  static MetricDataQuery expression(const std::string& id, const std::string& text) {
    return {.Id = id, .Expression = text};
  }
  auto get(const std::vector<MetricDataQuery>& queries) {
    return cloudwatch.get_metric_data({.MetricDataQueries = queries,
                                       .StartTime = start,
                                       .EndTime = start + minutes(5),
                                       .ScanBy = "TimestampAscending"});
  }
  /// The values of an expression over m1 = 1, 2, -, 4, 0 and m2 = 10, -, 30, 40, 50.
  std::vector<double> math(const std::string& text) {
    if (!has_data) {
      has_data = true;
      put("m1", 1, start);
      put("m1", 2, start + minutes(1));
      put("m1", 4, start + minutes(3));
      put("m1", 0, start + minutes(4));
      put("m2", 10, start);
      put("m2", 30, start + minutes(2));
      put("m2", 40, start + minutes(3));
      put("m2", 50, start + minutes(4));
    }
    auto m1 = metric("m1", "m1");
    auto m2 = metric("m2", "m2");
    m1.ReturnData = false;
    m2.ReturnData = false;
    const auto output = must(get({m1, m2, expression("e", text)}));
    return *output.MetricDataResults->at(0).Values;
  }
  bool has_data = false;
};

TEST_F(GetMetricData, GivesTheNewestFirst) {
  put("load", 1, start);
  put("load", 2, start + minutes(1));

  const auto output = must(cloudwatch.get_metric_data({.MetricDataQueries = {{metric("m", "load")}},
                                                       .StartTime = start,
                                                       .EndTime = start + minutes(5)}));

  const auto& result = output.MetricDataResults->at(0);
  EXPECT_EQ(result.Id, "m");
  EXPECT_EQ(result.Label, "load");
  EXPECT_EQ(result.StatusCode, "Complete");
  EXPECT_THAT(*result.Timestamps, ElementsAre(start + minutes(1), start));
  EXPECT_THAT(*result.Values, ElementsAre(2, 1));
}

TEST_F(GetMetricData, ReturnsOnlyWhatIsAskedFor) {
  put("load", 1, start);
  auto hidden = metric("m", "load");
  hidden.ReturnData = false;
  auto twice = expression("twice", "m * 2");
  twice.Label = "double load";

  const auto output = must(get({hidden, twice, expression("same", "m")}));

  ASSERT_EQ(output.MetricDataResults->size(), 2U);
  EXPECT_EQ(output.MetricDataResults->at(0).Label, "double load");
  EXPECT_THAT(*output.MetricDataResults->at(0).Values, ElementsAre(2));
  EXPECT_EQ(output.MetricDataResults->at(1).Label, "same");
}

TEST_F(GetMetricData, AnswersEmptyResultsForUnknownMetrics) {
  const auto output = must(get({metric("m", "nothing")}));
  EXPECT_THAT(*output.MetricDataResults->at(0).Values, IsEmpty());
}

TEST_F(GetMetricData, PagesThroughDatapoints) {
  for (int minute = 0; minute < 3; ++minute) {
    put("a", 1 + minute, start + minutes(minute));
    put("b", 11 + minute, start + minutes(minute));
  }
  api::cloudwatch::GetMetricDataInput request{
      .MetricDataQueries = {{metric("a", "a"), metric("b", "b")}},
      .StartTime = start,
      .EndTime = start + minutes(5),
      .MaxDatapoints = 2};
  std::vector<double> values;
  int pages = 0;
  do {
    const auto output = must(cloudwatch.get_metric_data(request));
    for (const auto& result : *output.MetricDataResults) {
      values.insert(values.end(), result.Values->begin(), result.Values->end());
    }
    request.NextToken = output.NextToken;
    ++pages;
  } while (request.NextToken);

  EXPECT_EQ(pages, 3);
  EXPECT_THAT(values, ElementsAre(3, 2, 1, 13, 12, 11));
  request.NextToken = "AAAA";
  EXPECT_THAT(cloudwatch.get_metric_data(request), FailsWith("InvalidNextToken", 400));
}

TEST_F(GetMetricData, CalculatesWhereBothSeriesHaveADatapoint) {
  EXPECT_THAT(math("m1 + m2"), ElementsAre(11, 44, 50));
  EXPECT_THAT(math("m2 - m1"), ElementsAre(9, 36, 50));
  EXPECT_THAT(math("m1 * 2 + 1"), ElementsAre(3, 5, 9, 1));
  EXPECT_THAT(math("100 - m1"), ElementsAre(99, 98, 96, 100));
  EXPECT_THAT(math("-(m1 + 1)"), ElementsAre(-2, -3, -5, -1));
  EXPECT_THAT(math("m1 ^ 2"), ElementsAre(1, 4, 16, 0));
}

TEST_F(GetMetricData, LeavesOutDivisionsByZero) {
  EXPECT_THAT(math("m2 / m1"), ElementsAre(10, 10));
}

TEST_F(GetMetricData, ReducesASeriesToANumberAndAnArrayToASeries) {
  EXPECT_THAT(math("m2 * 0 + SUM(m1)"), ElementsAre(7, 7, 7, 7));
  EXPECT_THAT(math("m1 / MAX(m1)"), ElementsAre(0.25, 0.5, 1, 0));
  EXPECT_THAT(math("SUM([m1, m2])"), ElementsAre(11, 2, 30, 44, 50));
  EXPECT_THAT(math("SUM(METRICS())"), ElementsAre(11, 2, 30, 44, 50));
  EXPECT_THAT(math("AVG(METRICS(\"m2\"))"), ElementsAre(10, 30, 40, 50));
  EXPECT_THAT(math("MIN([m1, m2])"), ElementsAre(1, 2, 30, 4, 0));
}

TEST_F(GetMetricData, ChoosesWithIf) {
  EXPECT_THAT(math("IF(m1 > 1, m1, 9)"), ElementsAre(9, 2, 4, 9));
  EXPECT_THAT(math("IF(m1 > 1 AND m1 < 4, 1, 0)"), ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(math("IF(m1 == 0 || m1 != 1, m1)"), ElementsAre(2, 4, 0));
  EXPECT_THAT(math("IF(m2 >= 30, m1, m2)"), ElementsAre(10, 4, 0));
}

TEST_F(GetMetricData, FillsGaps) {
  EXPECT_THAT(math("FILL(m1, 7)"), ElementsAre(1, 2, 7, 4, 0));
  EXPECT_THAT(math("FILL(m1, REPEAT)"), ElementsAre(1, 2, 2, 4, 0));
  EXPECT_THAT(math("FILL(m2, LINEAR)"), ElementsAre(10, 20, 30, 40, 50));
  EXPECT_THAT(math("FILL(m1, m2)"), ElementsAre(1, 2, 30, 4, 0));
}

TEST_F(GetMetricData, KnowsRatesAndPeriods) {
  EXPECT_THAT(math("RATE(m2) * 60"), ElementsAre(10, 10, 10));
  EXPECT_THAT(math("m1 / PERIOD(m1) * 60"), ElementsAre(1, 2, 4, 0));
  EXPECT_THAT(math("DIFF(m1)"), ElementsAre(1, 2, -4));
  EXPECT_THAT(math("RUNNING_SUM(m1)"), ElementsAre(1, 3, 7, 7));
  EXPECT_THAT(math("ABS(CEIL(m1 / -4))"), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(math("m1 + METRIC_COUNT(METRICS())"), ElementsAre(3, 4, 6, 2));
}

TEST_F(GetMetricData, AddsHundredsOfTerms) {
  std::string text = "m1";
  for (int term = 0; term < 600; ++term) text += "+1";

  EXPECT_THAT(math(text), ElementsAre(601, 602, 604, 600));
}

TEST_F(GetMetricData, BoundsWhatFillMakes) {
  EXPECT_THAT(cloudwatch.get_metric_data(
                  {.MetricDataQueries = {{metric("m", "load"), expression("e", "FILL(m, 0)")}},
                   .StartTime = Time::min(),
                   .EndTime = Time::max()}),
              FailsSaying("Error in expression 'e': FILL over more than 100,800 periods"));
}

TEST_F(GetMetricData, GivesAResultForEachSeriesOfAnArray) {
  put("a", 1, start);
  put("b", 2, start);

  const auto output = must(get({metric("a", "a"), metric("b", "b"), expression("e", "METRICS()")}));

  ASSERT_EQ(output.MetricDataResults->size(), 4U);
  EXPECT_EQ(output.MetricDataResults->at(2).Id, "e");
  EXPECT_EQ(output.MetricDataResults->at(2).Label, "a");
  EXPECT_EQ(output.MetricDataResults->at(3).Label, "b");
}

TEST_F(GetMetricData, RefusesFunctionsThatItDoesNotHaveByName) {
  const auto unknown = get({metric("m", "load"), expression("e", "INSIGHT_RULE_METRIC(m)")});
  EXPECT_THAT(unknown, FailsWith("NotImplemented", 501));
  EXPECT_THAT(unknown.error().message, HasSubstr("INSIGHT_RULE_METRIC"));
}

TEST_F(GetMetricData, RefusesExpressionsThatAreWrong) {
  for (const auto* text :
       {"m +", "(m", "m)", "m $ 1", "SUM(", "unknown * 2", "SUM(m, m)", "\"m\" + 1",
        "FILL(m, NEVER)", "1 + 1", "SUM(m)", "[m, 1]", "e", "'m", "1..2"}) {
    EXPECT_THAT(get({metric("m", "load"), expression("e", text)}),
                FailsWith("ValidationError", 400))
        << text;
  }
  EXPECT_THAT(get({metric("m", "load"), expression("e", "x + 1")}),
              FailsSaying("Error in expression 'e': unknown id 'x'"));
  EXPECT_THAT(get({expression("a", "b"), expression("b", "a")}), FailsWith("ValidationError", 400));
  EXPECT_THAT(get({metric("m", "load"), expression("e", std::string(200, '(') + "m")}),
              FailsWith("ValidationError", 400));
}

TEST_F(GetMetricData, RefusesQueriesThatAreWrong) {
  EXPECT_THAT(get({}), FailsWith("MissingParameter", 400));
  EXPECT_THAT(get({metric("Upper", "load")}), FailsWith("ValidationError", 400));
  EXPECT_THAT(get({metric("m", "load"), metric("m", "other")}), FailsWith("ValidationError", 400));
  EXPECT_THAT(get({{.Id = "m"}}), FailsWith("ValidationError", 400));
  EXPECT_THAT(get({metric("m", "load", 45)}),
              FailsSaying("The value 45 for parameter MetricDataQueries.member.1.MetricStat.Period "
                          "is invalid."));
}

TEST_F(GetMetricData, TakesLogarithms) {
  // Nothing is known of the logarithm of zero.
  EXPECT_THAT(math("LOG10(m1 * 100)").size(), 3U);
  EXPECT_DOUBLE_EQ(math("LOG10(m1 * 100)").front(), 2);
  EXPECT_DOUBLE_EQ(math("LOG(m2 / m2)").front(), 0);
}

TEST_F(GetMetricData, KnowsThePartsOfTheTime) {
  // 2026-01-01T00:00Z is a Thursday.
  EXPECT_THAT(math("MINUTE(m1)"), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(math("HOUR(m2)"), ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(math("DAY(m1)").front(), 4);
  EXPECT_EQ(math("DATE(m1)").front(), 1);
  EXPECT_EQ(math("MONTH(m1)").front(), 1);
  EXPECT_EQ(math("YEAR(m1)").front(), 2026);
  EXPECT_EQ(math("EPOCH(m1)").front(), 1767225600);
}

TEST_F(GetMetricData, PicksSortsAndSlicesArrays) {
  EXPECT_THAT(math("FIRST([m1, m2])"), ElementsAre(1, 2, 4, 0));
  EXPECT_THAT(math("LAST([m1, m2])"), ElementsAre(10, 30, 40, 50));
  EXPECT_THAT(math("SLICE([m1, m2], 1)"), ElementsAre(10, 30, 40, 50));
  EXPECT_THAT(math("SLICE([m1, m2], 0, 1)"), ElementsAre(1, 2, 4, 0));
  EXPECT_THAT(math("FIRST(SORT([m1, m2], SUM, DESC))"), ElementsAre(10, 30, 40, 50));
  EXPECT_THAT(math("FIRST(SORT([m2, m1], MAX, ASC, 1))"), ElementsAre(1, 2, 4, 0));
  EXPECT_THAT(math("m1 * METRIC_COUNT(REMOVE_EMPTY([m1, m2]))"), ElementsAre(2, 4, 8, 0));
}

TEST_F(GetMetricData, CountsAndSpreads) {
  EXPECT_THAT(math("m1 * DATAPOINT_COUNT(m1)"), ElementsAre(4, 8, 16, 0));
  EXPECT_THAT(math("STDDEV([m1, m2])"), ElementsAre(4.5, 0, 0, 18, 25));
}

class DynamicLabel : public CloudWatchTest {
 protected:
  /// The label of metric `load` of instance `i-1`, which was 1, 2.5 and 0.12345.
  auto label(const std::string& text) {
    const std::vector<Dimension> dimensions = {{.Name = "InstanceId", .Value = "i-1"}};
    int minute = 0;
    for (const double value : {1.0, 2.5, 0.12345}) {
      must(cloudwatch.put_metric_data({.Namespace = "App",
                                       .MetricData = {{{.MetricName = "load",
                                                        .Dimensions = dimensions,
                                                        .Timestamp = start + minutes(minute++),
                                                        .Value = value}}}}));
    }
    cloud.advance(minutes(5));
    return cloudwatch.get_metric_data(
        {.MetricDataQueries = {{{.Id = "m",
                                 .MetricStat = {{.Metric = {{.Namespace = "App",
                                                             .MetricName = "load",
                                                             .Dimensions = dimensions}},
                                                 .Period = 60,
                                                 .Stat = "Maximum"}},
                                 .Label = text}}},
         .StartTime = start,
         .EndTime = start + minutes(5)});
  }
  std::string expanded(const std::string& text) {
    return *must(label(text)).MetricDataResults->at(0).Label;
  }
  std::vector<std::string> labels(const std::vector<MetricDataQuery>& queries) {
    std::vector<std::string> found;
    const auto output = must(cloudwatch.get_metric_data(
        {.MetricDataQueries = queries, .StartTime = start, .EndTime = start + minutes(5)}));
    for (const auto& result : *output.MetricDataResults) found.push_back(*result.Label);
    return found;
  }
};

TEST_F(DynamicLabel, TellsStatisticsOfWhatIsShown) {
  EXPECT_EQ(expanded("${LABEL}: ${MAX} of ${DATAPOINT_COUNT}"), "load: 2.5 of 3");
  EXPECT_EQ(expanded("${FIRST} to ${LAST}, ${MIN}"), "1 to 0.123, 0.123");
  EXPECT_EQ(expanded("${SUM} ${AVG}"), "3.623 1.208");
  EXPECT_EQ(expanded("${MAX"), "${MAX");
}

TEST_F(DynamicLabel, TellsPropertiesOfItsMetric) {
  EXPECT_EQ(expanded("${PROP('Dim.InstanceId')} ${PROP('MetricName')} ${PROP('Stat')}"),
            "i-1 load Maximum");
  EXPECT_EQ(expanded("${PROP('Namespace')}/${PROP('Period')}/${PROP('Dim.Other')}"), "App/60/");
}

TEST_F(DynamicLabel, IsOfEachSeriesThatASearchFinds) {
  EXPECT_EQ(expanded("x"), "x");
  EXPECT_THAT(labels({{.Id = "s",
                       .Expression = "SEARCH('{App,InstanceId} load', 'Sum', 60)",
                       .Label = "${PROP('Dim.InstanceId')}: ${MAX}"}}),
              ::testing::ElementsAre("i-1: 2.5"));
  EXPECT_THAT(labels({{.Id = "s",
                       .Expression = "SUM(SEARCH('{App,InstanceId} load', 'Sum', 60))",
                       .Label = "all ${LABEL}"}}),
              ::testing::ElementsAre("all s"));
}

TEST_F(DynamicLabel, HasNoValueOfNothing) {
  EXPECT_THAT(labels({{.Id = "m",
                       .MetricStat = {{.Metric = {{.Namespace = "App", .MetricName = "no"}},
                                       .Period = 60,
                                       .Stat = "Sum"}},
                       .Label = "${MAX} ${DATAPOINT_COUNT}"}}),
              ::testing::ElementsAre("-- 0"));
}

TEST_F(DynamicLabel, RefusesByNameWhatItDoesNotHave) {
  for (const char* text : {"${MAX_TIME}", "${PROP('AccountId')}", "${PROP('Region')}", "${}"}) {
    EXPECT_THAT(label(text), FailsWith("NotImplemented", 501)) << text;
  }
}

}  // namespace
}  // namespace fallstreak
