#include "client/cloudwatch.h"
#include "dispatch/traffic.h"
#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using Dimensions = std::vector<api::cloudwatch::Dimension>;

/// A group whose metrics are looked at in CloudWatch.
class MetricsTest : public testing::GroupTest {
 protected:
  /// The statistic of each minute of the last `length`, oldest first.
  std::vector<double> values(const std::string& metric_namespace, const std::string& name,
                             const Dimensions& dimensions, const std::string& statistic,
                             minutes length, std::int32_t period = 60) {
    const auto output = must(cloudwatch.get_metric_data(
        {.MetricDataQueries = {{{.Id = "m",
                                 .MetricStat = {{.Metric = {{.Namespace = metric_namespace,
                                                             .MetricName = name,
                                                             .Dimensions = dimensions}},
                                                 .Period = period,
                                                 .Stat = statistic}}}}},
         .StartTime = cloud.now() - length,
         .EndTime = cloud.now(),
         .ScanBy = "TimestampAscending"}));
    return *output.MetricDataResults->front().Values;
  }
  std::vector<std::string> names_in(const std::string& metric_namespace) {
    std::vector<std::string> names;
    const auto output = must(cloudwatch.list_metrics({.Namespace = metric_namespace}));
    for (const auto& metric : *output.Metrics) names.push_back(*metric.MetricName);
    return names;
  }
  /// To the end of a period of five minutes.
  void to_next_five_minutes() {
    cloud.advance(minutes(5) - cloud.now().time_since_epoch() % Duration(minutes(5)));
  }

  client::CloudWatch cloudwatch{transport};
};

using Ec2Metrics = MetricsTest;

TEST_F(Ec2Metrics, ReportStatusChecksEveryMinuteWhileAnInstanceRuns) {
  const std::string id = run_instance_to_running(subnet_ids[0]);
  cloud.advance(minutes(5));
  const Dimensions instance = {{.Name = "InstanceId", .Value = id}};
  EXPECT_THAT(values("AWS/EC2", "StatusCheckFailed", instance, "Maximum", minutes(3)),
              ElementsAre(0, 0, 0));
  EXPECT_THAT(values("AWS/EC2", "StatusCheckFailed", instance, "SampleCount", minutes(3), 180),
              ElementsAre(3));

  must_do(ec2.terminate_instances({.InstanceIds = {{id}}}));
  cloud.advance(minutes(10));
  EXPECT_THAT(values("AWS/EC2", "StatusCheckFailed", instance, "Maximum", minutes(8)), IsEmpty());
}

TEST_F(Ec2Metrics, InventNoUtilisation) {
  run_instance_to_running(subnet_ids[0]);
  cloud.advance(minutes(10));
  EXPECT_THAT(names_in("AWS/EC2"),
              UnorderedElementsAre("StatusCheckFailed", "StatusCheckFailed_Instance",
                                   "StatusCheckFailed_System", "StatusCheckFailed_AttachedEBS"));
}

TEST_F(Ec2Metrics, ReportUtilisationEveryFiveMinutesPerInstanceAndGroup) {
  cloud.set_usage([](const dispatch::UsageQuestion& question) -> dispatch::InstanceUsage {
    EXPECT_EQ(question.end - question.start, minutes(5));
    return {.cpu_percent = 40, .network_in = 1e6};
  });
  make_group(wanted(2));
  to_next_five_minutes();
  cloud.advance(minutes(10));
  const Dimensions group = {{.Name = "AutoScalingGroupName", .Value = "web"}};
  EXPECT_THAT(values("AWS/EC2", "CPUUtilization", group, "Average", minutes(10)),
              ElementsAre(40, 40));
  EXPECT_THAT(values("AWS/EC2", "CPUUtilization", group, "SampleCount", minutes(10), 300),
              ElementsAre(2, 2));
  EXPECT_THAT(values("AWS/EC2", "NetworkIn", group, "Sum", minutes(10), 300),
              ElementsAre(2e6, 2e6));
  const Dimensions one = {{.Name = "InstanceId", .Value = *instances().front().InstanceId}};
  EXPECT_THAT(values("AWS/EC2", "CPUUtilization", one, "Maximum", minutes(10)),
              ElementsAre(40, 40));
  EXPECT_THAT(values("AWS/EC2", "NetworkOut", one, "Sum", minutes(10)), IsEmpty());
}

TEST_F(Ec2Metrics, ReportUtilisationEveryMinuteWithDetailedMonitoring) {
  cloud.set_usage([](const dispatch::UsageQuestion&) {
    return dispatch::InstanceUsage{.cpu_percent = 70, .network_in = {}, .network_out = {}};
  });
  const auto made = must(ec2.run_instances({.ImageId = std::string(kImage),
                                            .InstanceType = "t3.micro",
                                            .MaxCount = 1,
                                            .MinCount = 1,
                                            .Monitoring = {{.Enabled = true}},
                                            .SubnetId = subnet_ids[0]}));
  cloud.advance(minutes(10));
  const Dimensions one = {{.Name = "InstanceId", .Value = *made.Instances->front().InstanceId}};
  EXPECT_THAT(values("AWS/EC2", "CPUUtilization", one, "Average", minutes(3)),
              ElementsAre(70, 70, 70));
}

/// The part of an ARN that stands in dimensions.
std::string dimension_of(const std::string& arn, const std::string& from) {
  return arn.substr(arn.find(from) + from.size());
}

class LoadBalancerMetrics : public MetricsTest {
 protected:
  LoadBalancerMetrics() {
    target_group_arn = make_target_group("web");
    load_balancer_arn = make_load_balancer("web");
    make_listener(load_balancer_arn, target_group_arn);
    load_balancer = {.Name = "LoadBalancer",
                     .Value = dimension_of(load_balancer_arn, ":loadbalancer/")};
    target_group = {.Name = "TargetGroup",
                    .Value = "targetgroup/" + dimension_of(target_group_arn, ":targetgroup/")};
    auto request = wanted(3);
    request.TargetGroupARNs = {{target_group_arn}};
    make_group(request);
    cloud.advance(minutes(5));
  }
  std::string target_group_arn, load_balancer_arn;
  api::cloudwatch::Dimension load_balancer, target_group;
};

TEST_F(LoadBalancerMetrics, CountHealthyHostsInAllAndPerZone) {
  EXPECT_THAT(values("AWS/ApplicationELB", "HealthyHostCount", {load_balancer, target_group},
                     "Average", minutes(2)),
              ElementsAre(3, 3));
  const api::cloudwatch::Dimension zone = {.Name = "AvailabilityZone", .Value = "eu-central-1a"};
  EXPECT_THAT(values("AWS/ApplicationELB", "HealthyHostCount", {load_balancer, target_group, zone},
                     "Average", minutes(2)),
              ElementsAre(1, 1));
}

TEST_F(LoadBalancerMetrics, CountHostsThatFailTheirChecks) {
  const std::string sick = instance_in("eu-central-1a");
  cloud.set_prober([sick](const dispatch::Probe& probe) {
    return dispatch::ProbeAnswer{.http_status = probe.instance_id == sick ? 500 : 200};
  });
  cloud.advance(minutes(3));
  EXPECT_EQ(values("AWS/ApplicationELB", "UnHealthyHostCount", {load_balancer, target_group},
                   "Maximum", minutes(1))
                .back(),
            1);
  EXPECT_EQ(values("AWS/ApplicationELB", "HealthyHostCount", {load_balancer, target_group},
                   "Minimum", minutes(1))
                .back(),
            2);
}

TEST_F(LoadBalancerMetrics, PublishTrafficOnlyWhereSomebodyReportsIt) {
  EXPECT_THAT(values("AWS/ApplicationELB", "RequestCount", {load_balancer}, "Sum", minutes(5)),
              IsEmpty());
  cloud.set_traffic([](const dispatch::TrafficQuestion& question) {
    TrafficCounts counts;
    counts[Counted::request] = 600;
    counts[Counted::target_2xx] = 590;
    counts[Counted::target_5xx] = 10;
    counts.response_times = {{0.1, 590}, {2, 10}};
    TrafficCounts own;
    count_own_answer(own, 502);
    return dispatch::Traffic{
        .parts = {{"", question.target_group_arns.at(0), counts}, {"", "", own}}};
  });
  cloud.advance(minutes(1) - cloud.now().time_since_epoch() % Duration(minutes(1)));
  cloud.advance(minutes(2));
  const std::string space = "AWS/ApplicationELB";
  const Dimensions all = {load_balancer};
  EXPECT_THAT(values(space, "RequestCount", all, "Sum", minutes(2)), ElementsAre(600, 600));
  EXPECT_THAT(values(space, "TargetResponseTime", all, "p99", minutes(1)), ElementsAre(2));
  EXPECT_THAT(values(space, "HTTPCode_Target_5XX_Count", all, "Sum", minutes(1)), ElementsAre(10));
  EXPECT_THAT(values(space, "HTTPCode_ELB_5XX_Count", all, "Sum", minutes(1)), ElementsAre(1));
  EXPECT_THAT(values(space, "HTTPCode_Target_4XX_Count", all, "Sum", minutes(1)), IsEmpty());
  EXPECT_THAT(values(space, "RequestCountPerTarget", {target_group}, "Sum", minutes(1)),
              ElementsAre(200));
}

using EnableMetricsCollection = MetricsTest;
using DisableMetricsCollection = MetricsTest;

TEST_F(EnableMetricsCollection, PublishesWhatTheGroupIsEveryMinute) {
  make_group(wanted(2, 5));
  EXPECT_THAT(names_in("AWS/AutoScaling"), IsEmpty());
  must_do(autoscaling.enable_metrics_collection(
      {.AutoScalingGroupName = "web",
       .Metrics = {{"GroupDesiredCapacity", "GroupInServiceInstances"}},
       .Granularity = "1Minute"}));
  ASSERT_THAT(*group().EnabledMetrics, SizeIs(2));
  cloud.advance(minutes(2));
  const Dimensions web = {{.Name = "AutoScalingGroupName", .Value = "web"}};
  EXPECT_THAT(values("AWS/AutoScaling", "GroupInServiceInstances", web, "Average", minutes(2)),
              ElementsAre(2, 2));
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 4}));
  cloud.advance(minutes(4));
  EXPECT_THAT(values("AWS/AutoScaling", "GroupDesiredCapacity", web, "Maximum", minutes(1)),
              ElementsAre(4));
  EXPECT_THAT(values("AWS/AutoScaling", "GroupInServiceInstances", web, "Maximum", minutes(1)),
              ElementsAre(4));
  EXPECT_THAT(values("AWS/AutoScaling", "GroupMaxSize", web, "Maximum", minutes(1)), IsEmpty());
}

TEST_F(EnableMetricsCollection, RefusesUnknownMetricsAndGranularities) {
  make_group(wanted(0));
  EXPECT_THAT(
      autoscaling.enable_metrics_collection(
          {.AutoScalingGroupName = "web", .Metrics = {{"GroupMood"}}, .Granularity = "1Minute"}),
      testing::FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.enable_metrics_collection(
                  {.AutoScalingGroupName = "web", .Granularity = "5Minute"}),
              testing::FailsWith("ValidationError", 400));
  EXPECT_THAT(*must(autoscaling.describe_metric_collection_types({})).Metrics, SizeIs(20));
}

TEST_F(DisableMetricsCollection, EndsThem) {
  make_group(wanted(1));
  must_do(autoscaling.enable_metrics_collection(
      {.AutoScalingGroupName = "web", .Granularity = "1Minute"}));
  cloud.advance(minutes(2));
  must_do(autoscaling.disable_metrics_collection({.AutoScalingGroupName = "web"}));
  cloud.advance(minutes(3));
  EXPECT_THAT(*group().EnabledMetrics, IsEmpty());
  const Dimensions web = {{.Name = "AutoScalingGroupName", .Value = "web"}};
  EXPECT_THAT(values("AWS/AutoScaling", "GroupMinSize", web, "Average", minutes(2)), IsEmpty());
  EXPECT_THAT(values("AWS/AutoScaling", "GroupMinSize", web, "Average", minutes(5)), SizeIs(2));
}

}  // namespace
}  // namespace fallstreak
