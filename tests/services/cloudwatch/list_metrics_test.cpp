#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;

class ListMetrics : public CloudWatchTest {
 protected:
  std::vector<std::string> names(const api::cloudwatch::ListMetricsInput& request = {}) {
    std::vector<std::string> result;
    const auto output = must(cloudwatch.list_metrics(request));
    for (const auto& metric : *output.Metrics) result.push_back(*metric.MetricName);
    return result;
  }
};

TEST_F(ListMetrics, FindsByNamespaceAndNameAndDimension) {
  put({.MetricName = "a", .Dimensions = {{{.Name = "Host", .Value = "1"}}}, .Value = 1});
  put({.MetricName = "b", .Dimensions = {{{.Name = "Host", .Value = "2"}}}, .Value = 1});
  put("c", 1);
  must(cloudwatch.put_metric_data(
      {.Namespace = "Other", .MetricData = {{{.MetricName = "a", .Value = 1}}}}));

  EXPECT_THAT(names(), ElementsAre("a", "b", "c", "a"));
  EXPECT_THAT(names({.Namespace = "Other"}), ElementsAre("a"));
  EXPECT_THAT(names({.MetricName = "a"}), ElementsAre("a", "a"));
  EXPECT_THAT(names({.Dimensions = {{{.Name = "Host"}}}}), ElementsAre("a", "b"));
  EXPECT_THAT(names({.Namespace = "App", .Dimensions = {{{.Name = "Host", .Value = "2"}}}}),
              ElementsAre("b"));
}

TEST_F(ListMetrics, PagesByFiveHundred) {
  for (int number = 0; number < 501; ++number) put("m" + std::to_string(1000 + number), 1);

  const auto first = must(cloudwatch.list_metrics({}));
  ASSERT_EQ(first.Metrics->size(), 500U);
  ASSERT_TRUE(first.NextToken);
  const auto second = must(cloudwatch.list_metrics({.NextToken = first.NextToken}));
  ASSERT_EQ(second.Metrics->size(), 1U);
  EXPECT_EQ(second.Metrics->at(0).MetricName, "m1500");
  EXPECT_FALSE(second.NextToken);
  EXPECT_THAT(cloudwatch.list_metrics({.NextToken = "%"}), FailsWith("InvalidNextToken", 400));
}

TEST_F(ListMetrics, ForgetsWhatHadNoDataForTwoWeeks) {
  put("old", 1);
  cloud.advance(hours(4));
  put("new", 1);
  EXPECT_THAT(names(), ElementsAre("new", "old"));
  EXPECT_THAT(names({.RecentlyActive = "PT3H"}), ElementsAre("new"));

  cloud.advance(days(13) + hours(21));
  EXPECT_THAT(names(), ElementsAre("new"));
  cloud.advance(days(14));
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace fallstreak
