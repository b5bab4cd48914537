// What simulated traffic leaves in CloudWatch, and on the bill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cloudwatch.h"
#include "cloud.h"
#include "scenarios/run/runner.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::minutes;

/// Six minutes of a scenario, and the cloud that it left.
class ScenarioMetrics : public testing::Test {
 protected:
  void run_shop(const std::string& cloud_text, const std::string& load) {
    const std::string text = R"(scenario: Shop
why: To see what its load balancer counts.
start: 2025-11-03 12:00
run: 6m
cloud:
  region: eu-central-1
  azs: [a, b, c]
)" + cloud_text + "load:\n" + load +
                             "expect:\n  - cost() < $100\n";
    const ParsedScenario parsed = parse_scenario(text, "shop.yaml");
    for (const ParseError& error : parsed.errors) ADD_FAILURE() << error.to_string();
    ASSERT_TRUE(parsed.scenario);
    auto ran = run(*parsed.scenario, {.seed = 1, .on_event = {}, .take_cloud = [this](auto taken) {
                                        cloud = std::move(taken);
                                      }});
    ASSERT_TRUE(ran) << ran.error().message;
    result = std::move(*ran);
  }
  /// What the metrics of a name add up to whose dimensions have these names, in order.
  double sum(const std::string& metric_namespace, const std::string& name,
             const std::vector<std::string>& dimensions) {
    InProcessTransport transport(*cloud, dispatch::Caller("000000000000", "eu-central-1"));
    client::CloudWatch cloudwatch(transport);
    const auto listed =
        cloudwatch.list_metrics({.Namespace = metric_namespace, .MetricName = name});
    EXPECT_TRUE(listed);
    double all = 0;
    for (const auto& metric : api::each(listed->Metrics)) {
      std::vector<std::string> names;
      for (const auto& one : api::each(metric.Dimensions)) names.push_back(*one.Name);
      if (!testing::Matches(testing::UnorderedElementsAreArray(dimensions))(names)) continue;
      const auto found = cloudwatch.get_metric_statistics({.Namespace = metric_namespace,
                                                           .MetricName = name,
                                                           .Dimensions = metric.Dimensions,
                                                           .StartTime = cloud->now() - minutes(30),
                                                           .EndTime = cloud->now() + minutes(30),
                                                           .Period = 3600,
                                                           .Statistics = {{"Sum"}}});
      EXPECT_TRUE(found);
      for (const auto& point : api::each(found->Datapoints)) all += *point.Sum;
    }
    return all;
  }
  double of_balancer(const std::string& name) {
    return sum("AWS/ApplicationELB", name, {"LoadBalancer"});
  }
  double of_zones(const std::string& name) {
    return sum("AWS/ApplicationELB", name, {"LoadBalancer", "AvailabilityZone"});
  }
  [[nodiscard]] double requests() const {
    return double(result.recording.sources.at("shoppers").requests());
  }
  [[nodiscard]] double cost() const { return result.recording.gauges.at({"cost", ""}).back(); }

  std::unique_ptr<Cloud> cloud;
  RunResult result;
};

const std::string kShop = R"(
  asg:
    web: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 8, cpu: fixed 20ms}}
  alb: {edge: {to: web}}
)";

TEST_F(ScenarioMetrics, TellTheNodesOfZonesApart) {
  run_shop(kShop, "  shoppers: {to: edge, rate: 40/s}\n");
  for (const auto* name :
       {"RequestCount", "HTTPCode_Target_2XX_Count", "NewConnectionCount", "ProcessedBytes"}) {
    EXPECT_GT(of_balancer(name), 0) << name;
    EXPECT_EQ(of_zones(name), of_balancer(name)) << name;
  }
  EXPECT_NEAR(of_balancer("RequestCount"), requests(), 5) << "some are under way at the end";
  EXPECT_EQ(sum("AWS/ApplicationELB", "RequestCount", {"LoadBalancer", "TargetGroup"}),
            of_balancer("RequestCount"));
}

TEST_F(ScenarioMetrics, CountAConnectionOfEachRequestAndTheWayToItsTarget) {
  run_shop(kShop, "  shoppers: {to: edge, rate: 40/s}\n");
  EXPECT_EQ(of_balancer("NewConnectionCount"), 2 * of_balancer("RequestCount"));
}

TEST_F(ScenarioMetrics, CountBytesByTheSizeOfRequests) {
  run_shop(kShop,
           "  shoppers: {to: edge, rate: 40/s, size: 2KB, mix: {small: 50%, large: 50%}, "
           "large: {size: 1MB}}\n");
  const double answered = of_balancer("HTTPCode_Target_2XX_Count");
  EXPECT_NEAR(of_balancer("ProcessedBytes") / answered, 501'000, 25'000);
}

TEST_F(ScenarioMetrics, GiveCapacityUnitsThatAreOnTheBill) {
  run_shop(kShop, "  shoppers: {to: edge, rate: 50/s, size: 1B}\n");
  // A unit has 25 connections a second.
  EXPECT_NEAR(of_balancer("ConsumedLCUs"), 2.0 * 6 / 60, 0.01);
  const double few_connections = cost();
  const double used = of_balancer("ConsumedLCUs");
  run_shop(kShop, "  shoppers: {to: edge, rate: 50/s, size: 10MB}\n");
  EXPECT_NEAR(of_balancer("ConsumedLCUs"), 1800 * 6 / 60, 5);
  // The last minute's are known when it is over.
  EXPECT_NEAR(cost() - few_connections, 0.008 * (of_balancer("ConsumedLCUs") - used) * 5 / 6, 0.02);
}

TEST_F(ScenarioMetrics, TellTheTargetGroupsApart) {
  run_shop(R"(
  asg:
    blue: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 8, cpu: fixed 20ms}}
    green: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 8, cpu: fixed 20ms}}
  alb: {edge: {to: {blue: 75, green: 25}}}
)",
           "  shoppers: {to: edge, rate: 40/s}\n");
  const auto listed = [&] {
    InProcessTransport transport(*cloud, dispatch::Caller("000000000000", "eu-central-1"));
    return *client::CloudWatch(transport)
                .list_metrics(
                    {.Namespace = "AWS/ApplicationELB", .MetricName = "HTTPCode_Target_2XX_Count"})
                ->Metrics;
  }();
  EXPECT_GT(listed.size(), 8U) << "two groups in three zones, and what they add up to";
  EXPECT_EQ(sum("AWS/ApplicationELB", "HTTPCode_Target_2XX_Count", {"LoadBalancer", "TargetGroup"}),
            of_balancer("HTTPCode_Target_2XX_Count"));
}

TEST_F(ScenarioMetrics, AreThoseOfTheNameThatClientsAskFor) {
  run_shop(kShop + "  route53: {shop.example.com: {failover: [edge]}}\n",
           "  shoppers: {to: shop.example.com, rate: 40/s}\n");
  EXPECT_NEAR(of_balancer("HTTPCode_Target_2XX_Count"), requests(), 5);
  EXPECT_GT(of_balancer("TargetResponseTime"), 0);
}

TEST_F(ScenarioMetrics, TakeA503OfATargetForItsOwnAnswer) {
  run_shop(R"(
  asg:
    web: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 1, cpu: fixed 100ms, queue: 100ms, health: aside}}
  alb: {edge: {to: web}}
)",
           "  shoppers: {to: edge, rate: 60/s}\n");
  EXPECT_GT(of_balancer("HTTPCode_Target_5XX_Count"), 0);
  EXPECT_EQ(of_balancer("HTTPCode_ELB_5XX_Count"), 0);
}

TEST_F(ScenarioMetrics, CountFlowsOfANetworkLoadBalancer) {
  run_shop(R"(
  asg:
    web: {type: m4.large, size: 3, boot: fixed 10s, serve: {workers: 8, cpu: fixed 20ms}}
  alb: {web-alb: {to: web}}
  nlb: {edge: {to: web-alb}}
)",
           "  shoppers: {to: edge, rate: 40/s}\n");
  const auto of_network = [&](const std::string& name, std::vector<std::string> dimensions) {
    return sum("AWS/NetworkELB", name, dimensions);
  };
  EXPECT_NEAR(of_network("NewFlowCount", {"LoadBalancer"}), requests(), 5);
  EXPECT_EQ(of_network("NewFlowCount_TCP", {"LoadBalancer", "AvailabilityZone"}),
            of_network("NewFlowCount", {"LoadBalancer"}));
  EXPECT_EQ(of_network("TCP_ELB_Reset_Count", {"LoadBalancer"}), 0);
  EXPECT_EQ(of_network("ProcessedBytes", {"LoadBalancer"}), 0) << "which has the packets' headers";
  EXPECT_NEAR(of_balancer("RequestCount"), requests(), 5);
}

}  // namespace
}  // namespace fallstreak::scenarios
