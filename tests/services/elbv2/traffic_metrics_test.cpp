#include "client/cloudwatch.h"
#include "dispatch/traffic.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using ::testing::Contains;
using ::testing::Not;

using Dimensions = std::vector<api::cloudwatch::Dimension>;

/// What becomes of counts in CloudWatch, each minute.
class TrafficMetrics : public testing::StackTest {
 protected:
  TrafficMetrics() {
    make_network();
    target_group_arn = make_target_group("web");
    load_balancer_arn = make_load_balancer("web");
    make_listener(load_balancer_arn, target_group_arn);
    cloud.advance(minutes(5));
  }
  /// Two minutes of this traffic.
  void pass(dispatch::Traffic traffic) {
    cloud.advance(minutes(1) - cloud.now().time_since_epoch() % Duration(minutes(1)));
    cloud.set_traffic([this, traffic = std::move(traffic)](const auto& question) {
      EXPECT_EQ(question.load_balancer_arn, load_balancer_arn);
      EXPECT_THAT(question.target_group_arns, ::testing::ElementsAre(target_group_arn));
      EXPECT_EQ(question.end - question.start, minutes(1));
      return traffic;
    });
    cloud.advance(minutes(2));
    cloud.set_traffic({});
  }
  /// The statistic of both minutes together; empty when nothing was published.
  std::optional<double> value(const std::string& name, const Dimensions& dimensions,
                              const std::string& statistic = "Sum") {
    const auto output = must(cloudwatch.get_metric_data(
        {.MetricDataQueries = {{{.Id = "m",
                                 .MetricStat = {{.Metric = {{.Namespace = "AWS/ApplicationELB",
                                                             .MetricName = name,
                                                             .Dimensions = dimensions}},
                                                 .Period = 3600,
                                                 .Stat = statistic}}}}},
         .StartTime = cloud.now() - minutes(30),
         .EndTime = cloud.now()}));
    const auto& values = *output.MetricDataResults->front().Values;
    double sum = 0;
    for (const double one : values) sum += one;
    return values.empty() ? std::nullopt : std::optional(sum);
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    const auto listed = must(cloudwatch.list_metrics({.Namespace = "AWS/ApplicationELB"}));
    for (const auto& metric : *listed.Metrics) all.push_back(*metric.MetricName);
    return all;
  }
  [[nodiscard]] api::cloudwatch::Dimension balancer() const {
    return {.Name = "LoadBalancer",
            .Value = load_balancer_arn.substr(load_balancer_arn.find(":loadbalancer/") + 14)};
  }
  [[nodiscard]] api::cloudwatch::Dimension group() const {
    return {.Name = "TargetGroup",
            .Value = target_group_arn.substr(target_group_arn.rfind(':') + 1)};
  }
  static api::cloudwatch::Dimension zone(const std::string& name) {
    return {.Name = "AvailabilityZone", .Value = name};
  }

  client::CloudWatch cloudwatch{transport};
  std::string target_group_arn, load_balancer_arn;
};

TrafficCounts counted(std::initializer_list<std::pair<Counted, std::uint64_t>> list) {
  TrafficCounts counts;
  for (const auto& [what, count] : list) counts[what] = count;
  return counts;
}

TEST_F(TrafficMetrics, AddUpTheZonesOfTheNodes) {
  pass({.parts = {{"eu-central-1a", target_group_arn, counted({{Counted::request, 3}})},
                  {"eu-central-1b", target_group_arn, counted({{Counted::request, 4}})}}});

  EXPECT_EQ(value("RequestCount", {balancer()}), 14);
  EXPECT_EQ(value("RequestCount", {balancer(), group()}), 14);
  EXPECT_EQ(value("RequestCount", {balancer(), zone("eu-central-1a")}), 6);
  EXPECT_EQ(value("RequestCount", {balancer(), group(), zone("eu-central-1b")}), 8);
}

TEST_F(TrafficMetrics, HaveNoZonesWhereNobodyToldThemApart) {
  pass({.parts = {{"", target_group_arn, counted({{Counted::request, 3}})}}});

  EXPECT_EQ(value("RequestCount", {balancer()}), 6);
  const auto listed = must(
      cloudwatch.list_metrics({.Namespace = "AWS/ApplicationELB", .MetricName = "RequestCount"}));
  EXPECT_EQ(listed.Metrics->size(), 2U);
}

TEST_F(TrafficMetrics, CountRequestsAndAnswersOneByOne) {
  pass({.parts = {{"", target_group_arn,
                   counted({{Counted::request, 600}, {Counted::target_5xx, 20}})}}});

  for (const auto* name : {"RequestCount", "HTTPCode_Target_5XX_Count"}) {
    EXPECT_EQ(value(name, {balancer()}, "Average"), 1) << name;
    EXPECT_EQ(value(name, {balancer()}, "Maximum"), 1) << name;
  }
  EXPECT_EQ(value("RequestCount", {balancer()}, "SampleCount"), 1200);
}

TEST_F(TrafficMetrics, OfTheLoadBalancerAreNotOfItsTargetGroups) {
  TrafficCounts counts = counted({{Counted::request, 1}, {Counted::processed_bytes, 1000}});
  count_own_answer(counts, 504);
  pass({.parts = {{"", target_group_arn, counts}}});

  for (const auto* name : {"HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_504_Count", "ProcessedBytes"}) {
    EXPECT_TRUE(value(name, {balancer()})) << name;
    EXPECT_FALSE(value(name, {balancer(), group()})) << name;
  }
}

TEST_F(TrafficMetrics, ReportZerosOnlyOfWhatAwsAlwaysReportsAndWhereAllIsCounted) {
  pass({.parts = {{"", target_group_arn, {}}}});
  EXPECT_THAT(names(), Not(Contains("ConsumedLCUs")));

  pass({.parts = {}, .is_complete = true});

  EXPECT_EQ(value("ConsumedLCUs", {balancer()}), 0);
  EXPECT_EQ(value("ForwardedInvalidHeaderRequestCount", {balancer()}), 0);
  EXPECT_THAT(names(), Not(Contains("RequestCount")));
  EXPECT_THAT(names(), Not(Contains("NewConnectionCount")));
  EXPECT_THAT(names(), Not(Contains("NonStickyRequestCount"))) << "no target group is sticky";
}

TEST_F(TrafficMetrics, ReportRequestsThatNothingBoundWhereAGroupIsSticky) {
  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = target_group_arn,
       .Attributes = {{{.Key = "stickiness.enabled", .Value = "true"}}}}));
  pass({.parts = {}, .is_complete = true});
  EXPECT_EQ(value("NonStickyRequestCount", {balancer()}), 0);
}

TEST_F(TrafficMetrics, GiveCapacityUnitsOfTheDimensionThatIsUsedMost) {
  // Of each as much as a unit has in a minute, the rules twice.
  pass({.parts = {{"", "",
                   counted({{Counted::new_client_connection, 25 * 60},
                            {Counted::active_client_connection, 3000},
                            {Counted::processed_bytes, 1'000'000'000 / 60},
                            {Counted::rule_evaluation, 2 * 1000 * 60 + 500},
                            {Counted::free_rule_evaluation, 500}})}},
        .is_complete = true});

  // AWS: of an hour that all is like this minute the sum is 2.
  EXPECT_NEAR(*value("ConsumedLCUs", {balancer()}) * 60 / 2, 2, 1e-9);
  EXPECT_EQ(value("RuleEvaluations", {balancer()}), 2 * (2 * 1000 * 60 + 500));
}

TEST_F(TrafficMetrics, GiveTheCapacityUnitsOfAwsExample) {
  // AWS: a new connection a second that lasts two minutes, five requests a second, 300 KB a second,
  // and 60 rules, ten of them free: 0.04, 0.04, 1.08 and 0.25 units.
  const auto example = counted({{Counted::new_client_connection, 60},
                                {Counted::new_target_connection, 300},
                                {Counted::active_client_connection, 120},
                                {Counted::active_target_connection, 9000},
                                {Counted::processed_bytes, 300'000 * 60},
                                {Counted::rule_evaluation, 5 * 60 * 60},
                                {Counted::free_rule_evaluation, 5 * 60 * 10}});
  pass({.parts = {{"", "", example}}, .is_complete = true});
  EXPECT_NEAR(*value("ConsumedLCUs", {balancer()}) * 60 / 2, 1.08, 1e-9);
  EXPECT_EQ(value("NewConnectionCount", {balancer()}), 2 * 360);
  EXPECT_EQ(value("ActiveConnectionCount", {balancer()}), 2 * 9120);
}

TEST_F(TrafficMetrics, GiveCapacityUnitsOfClientsConnections) {
  pass({.parts = {{"", "",
                   counted({{Counted::new_client_connection, 25 * 60},
                            {Counted::new_target_connection, 100 * 60},
                            {Counted::active_target_connection, 9000}})}},
        .is_complete = true});
  EXPECT_NEAR(*value("ConsumedLCUs", {balancer()}) * 60 / 2, 1, 1e-9);
}

TEST_F(TrafficMetrics, HaveGrpcRequestsOfTheTargetGroupAlone) {
  pass({.parts = {{"eu-central-1a", target_group_arn, counted({{Counted::grpc_request, 5}})}}});

  for (const Dimensions& dimensions :
       {Dimensions{balancer()}, Dimensions{balancer(), zone("eu-central-1a")}, Dimensions{group()},
        Dimensions{group(), zone("eu-central-1a")}}) {
    EXPECT_EQ(value("GrpcRequestCount", dimensions), 10);
  }
  EXPECT_FALSE(value("GrpcRequestCount", {balancer(), group()}));
}

TEST_F(TrafficMetrics, EndWithTheLoadBalancer) {
  pass({.parts = {}, .is_complete = true});
  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = load_balancer_arn}));
  cloud.set_traffic([](const dispatch::TrafficQuestion&) {
    ADD_FAILURE() << "nobody is asked about a load balancer that is gone";
    return std::optional<dispatch::Traffic>();
  });
  cloud.advance(minutes(5));
}

}  // namespace
}  // namespace fallstreak
