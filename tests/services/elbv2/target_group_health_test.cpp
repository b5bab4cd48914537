#include "client/arc-zonal-shift.h"
#include "client/cloudwatch.h"
#include "dispatch/traffic.h"
#include "resolver.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsWith;

using Dimensions = std::vector<api::cloudwatch::Dimension>;

/// AWS's example: ten targets in each of two zones, of which six in the zone B fail.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
class TargetGroupHealth : public testing::StackTest {
 protected:
  TargetGroupHealth() {
    make_network();
    group_arn = *must(elbv2.create_target_group({.Name = "web",
                                                 .Protocol = "HTTP",
                                                 .Port = 80,
                                                 .VpcId = vpc_id,
                                                 .TargetType = "ip"}))
                     .TargetGroups->front()
                     .TargetGroupArn;
    const auto made = must(elbv2.create_load_balancer(
        {.Name = "web", .Subnets = {{subnet_ids[0], subnet_ids[1]}}}));
    arn = *made.LoadBalancers->front().LoadBalancerArn;
    name = *made.LoadBalancers->front().DNSName + ".";
    cloud.advance(minutes(5));
    make_listener(arn, group_arn);
    std::vector<api::elbv2::TargetDescription> targets;
    for (int i = 10; i < 20; ++i) {
      targets.push_back({.Id = "10.0.0." + std::to_string(i)});
      targets.push_back({.Id = "10.0.1." + std::to_string(i)});
    }
    must_do(elbv2.register_targets({.TargetGroupArn = group_arn, .Targets = targets}));
    cloud.advance(minutes(5));
  }
  /// So many of the ten in the zone B answer no longer, or do again.
  void fail(int count) {
    cloud.set_prober([count](const dispatch::Probe& probe) {
      const std::string_view ip = probe.ip_address;
      const bool is_in_b = ip.starts_with("10.0.1.1");
      const bool fails = is_in_b && ip.back() - '0' < count;
      return dispatch::ProbeAnswer{.http_status = fails ? 500 : 200};
    });
    cloud.advance(minutes(5));
  }
  Outcome<api::elbv2::ModifyTargetGroupAttributesOutput> set(
      std::initializer_list<std::pair<std::string, std::string>> list) {
    std::vector<api::elbv2::TargetGroupAttribute> attributes;
    for (const auto& [key, value] : list) {
      const bool is_health = key.starts_with("dns") || key.starts_with("unhealthy");
      attributes.push_back({.Key = is_health ? "target_group_health." + key : key, .Value = value});
    }
    auto outcome = elbv2.modify_target_group_attributes(
        {.TargetGroupArn = group_arn, .Attributes = attributes});
    cloud.advance(minutes(2));
    return outcome;
  }
  std::size_t zones_in_dns() { return resolve(cloud, {.name = name, .type = "A"}).answers.size(); }
  /// Of the last minute that is over.
  std::optional<double> last(const std::string& metric, const std::string& zone = {}) {
    Dimensions dimensions = {
        {.Name = "LoadBalancer", .Value = arn.substr(arn.find(":loadbalancer/") + 14)},
        {.Name = "TargetGroup", .Value = group_arn.substr(group_arn.rfind(':') + 1)}};
    if (!zone.empty()) dimensions.push_back({.Name = "AvailabilityZone", .Value = zone});
    const auto found = must(
        cloudwatch.get_metric_statistics({.Namespace = "AWS/ApplicationELB",
                                          .MetricName = metric,
                                          .Dimensions = dimensions,
                                          .StartTime = cloud.now() - minutes(2),
                                          .EndTime = cloud.now() - minutes(1),
                                          .Period = 60,
                                          .Statistics = {{"Minimum"}}}));
    if (found.Datapoints->empty()) return std::nullopt;
    return found.Datapoints->front().Minimum;
  }

  client::CloudWatch cloudwatch{transport};
  std::string arn, name, group_arn;
};

constexpr const char* kDnsCount = "dns_failover.minimum_healthy_targets.count";
constexpr const char* kDnsPercentage = "dns_failover.minimum_healthy_targets.percentage";
constexpr const char* kRoutingCount = "unhealthy_state_routing.minimum_healthy_targets.count";
constexpr const char* kRoutingPercentage =
    "unhealthy_state_routing.minimum_healthy_targets.percentage";
constexpr const char* kCrossZone = "load_balancing.cross_zone.enabled";

TEST_F(TargetGroupHealth, IsJudgedInEachZoneWithoutCrossZone) {
  must_do(set({{kDnsPercentage, "50"}, {kRoutingPercentage, "50"}, {kCrossZone, "false"}}));
  EXPECT_EQ(zones_in_dns(), 2U);

  fail(6);

  EXPECT_EQ(zones_in_dns(), 1U) << "four of ten are 40 percent";
  EXPECT_EQ(last("HealthyStateDNS"), 1);
  EXPECT_EQ(last("UnhealthyStateDNS"), 1);
  EXPECT_EQ(last("HealthyStateRouting"), 1);
  EXPECT_EQ(last("UnhealthyStateRouting"), 1);
  EXPECT_EQ(last("UnhealthyStateDNS", "eu-central-1a"), 0);
  EXPECT_EQ(last("UnhealthyStateDNS", "eu-central-1b"), 1);
  EXPECT_EQ(last("HealthyStateRouting", "eu-central-1b"), 0);

  fail(5);
  EXPECT_EQ(zones_in_dns(), 2U);
  EXPECT_EQ(last("UnhealthyStateDNS"), 0);
  EXPECT_EQ(last("HealthyStateRouting", "eu-central-1b"), 1);
}

TEST_F(TargetGroupHealth, IsJudgedInAllZonesTogetherWithCrossZone) {
  must_do(set({{kDnsPercentage, "50"}, {kRoutingPercentage, "50"}}));

  fail(6);

  EXPECT_EQ(zones_in_dns(), 2U) << "fourteen of twenty are 70 percent";
  EXPECT_EQ(last("HealthyStateDNS"), 2);
  EXPECT_EQ(last("HealthyStateRouting"), 2);
}

TEST_F(TargetGroupHealth, FollowsTheAttributesAsTheyChange) {
  must_do(set({{kCrossZone, "false"}}));
  fail(6);
  EXPECT_EQ(zones_in_dns(), 2U) << "one healthy target is enough";

  must_do(set({{kDnsCount, "5"}}));
  EXPECT_EQ(zones_in_dns(), 1U);
  EXPECT_EQ(last("HealthyStateRouting"), 2);
  must_do(set({{kCrossZone, "true"}}));
  EXPECT_EQ(zones_in_dns(), 2U);
  must_do(set({{kCrossZone, "false"}, {kDnsCount, "off"}}));
  fail(10);
  EXPECT_EQ(zones_in_dns(), 2U);
  EXPECT_EQ(last("UnhealthyStateDNS"), 0);
  EXPECT_EQ(last("UnhealthyStateRouting"), 1);
}

TEST_F(TargetGroupHealth, HasNumbersOfTargetsAndPercentages) {
  for (const auto& [key, value] : {std::pair(kDnsCount, "0"), std::pair(kDnsPercentage, "101"),
                                   std::pair(kRoutingCount, "off"), std::pair(kDnsCount, "many"),
                                   std::pair(kRoutingPercentage, "0")}) {
    EXPECT_THAT(set({{key, value}}), FailsWith("ValidationError", 400)) << key << value;
  }
  EXPECT_THAT(set({{kDnsPercentage, "40"}, {kRoutingPercentage, "50"}}),
              FailsWith("ValidationError", 400));
  must_do(set({{kRoutingPercentage, "50"}}));
  EXPECT_THAT(set({{kDnsPercentage, "40"}}), FailsWith("ValidationError", 400));
  must_do(set({{kDnsPercentage, "50"}}));
}

TEST_F(TargetGroupHealth, CountsTargetsOfAShiftedZone) {
  client::ArcZonalShift shifts(transport);
  must_do(elbv2.modify_load_balancer_attributes(
      {.LoadBalancerArn = arn,
       .Attributes = {{{.Key = "zonal_shift.config.enabled", .Value = "true"}}}}));
  EXPECT_EQ(last("ZonalShiftedHostCount"), std::nullopt);
  const auto zones = must(ec2.describe_availability_zones({.ZoneNames = {{"eu-central-1b"}}}));
  must_do(shifts.start_zonal_shift({.resourceIdentifier = arn,
                                    .awayFrom = zones.AvailabilityZones->front().ZoneId,
                                    .expiresIn = "1h",
                                    .comment = "grey"}));
  cloud.advance(minutes(3));

  EXPECT_EQ(last("ZonalShiftedHostCount"), 10);
  EXPECT_EQ(last("ZonalShiftedHostCount", "eu-central-1a"), 0);

  must_do(set({{kCrossZone, "false"}}));
  cloud.advance(minutes(1));
  EXPECT_EQ(last("ZonalShiftedHostCount"), std::nullopt) << "DNS alone moves the traffic";
}

TEST_F(TargetGroupHealth, HasAnomaliesWhereTheyAreWatchedFor) {
  cloud.set_traffic([](const auto&) {
    return dispatch::Traffic{.parts = {}, .is_complete = true, .watches_anomalies = false};
  });
  cloud.advance(minutes(3));
  EXPECT_EQ(last("AnomalousHostCount"), std::nullopt);

  cloud.set_traffic([](const auto&) {
    return dispatch::Traffic{.parts = {}, .is_complete = true, .watches_anomalies = true};
  });
  cloud.advance(minutes(3));
  EXPECT_EQ(last("AnomalousHostCount"), 0);
  EXPECT_EQ(last("MitigatedHostCount"), 0);
  EXPECT_EQ(last("MitigatedHostCount", "eu-central-1a"), 0);
}

}  // namespace
}  // namespace fallstreak
