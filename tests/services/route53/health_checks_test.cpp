#include <set>

#include "client/cloudwatch.h"
#include "services/route53/route53_fixture.h"
#include "services/stack_fixture.h"

namespace fallstreak {
namespace {

using ::testing::Each;
using ::testing::SizeIs;
using namespace std::chrono_literals;
using testing::FailsWith;
using testing::Succeeds;

class CreateHealthCheck : public testing::Route53Test {};
class UpdateHealthCheck : public testing::Route53Test {};

/// An endpoint that fails for the checkers of some regions.
class EndpointHealth : public testing::Route53Test {
 protected:
  EndpointHealth() {
    cloud.set_prober([this](const dispatch::Probe& probe) -> dispatch::ProbeAnswer {
      ++probes;
      if (silent) return {.kind = dispatch::ProbeAnswer::Kind::timed_out};
      return {.http_status = failing.contains(probe.checker) ? 500 : status, .body = body};
    });
  }
  std::set<std::string, std::less<>> failing;
  bool silent = false;
  int status = 200;
  int probes = 0;
  std::string body;

  /// What its name servers take it for, seen through a calculated check that follows it.
  bool is_healthy(const std::string& id) {
    client::CloudWatch cloudwatch{us_east_1};
    cloud.advance(2min);
    const auto got = must(
        cloudwatch.get_metric_statistics({.Namespace = "AWS/Route53",
                                          .MetricName = "HealthCheckStatus",
                                          .Dimensions = {{{.Name = "HealthCheckId", .Value = id}}},
                                          .StartTime = cloud.now() - 2min,
                                          .EndTime = cloud.now(),
                                          .Period = 60,
                                          .Statistics = {{"Minimum"}}}));
    if (api::each(got.Datapoints).empty()) throw std::runtime_error("no datapoint");
    Time newest{};
    double value = 0;
    for (const auto& datapoint : *got.Datapoints) {
      if (*datapoint.Timestamp < newest) continue;
      newest = *datapoint.Timestamp;
      value = *datapoint.Minimum;
    }
    return value > 0;
  }
  std::string make_check(std::int32_t interval = 30) {
    return make_health_check(
        {.IPAddress = "192.0.2.1", .Type = "HTTP", .RequestInterval = interval});
  }

  InProcessTransport us_east_1{cloud, dispatch::Caller("123456789012", "us-east-1")};
};

TEST_F(CreateHealthCheck, FillsInTheDefaults) {
  const auto made = must(route53.create_health_check(
      {.CallerReference = "one",
       .HealthCheckConfig = {{.Type = "HTTPS", .FullyQualifiedDomainName = "example.org"}}}));

  const auto& config = *made.HealthCheck->HealthCheckConfig;
  EXPECT_EQ(config.Port, 443);
  EXPECT_EQ(config.RequestInterval, 30);
  EXPECT_EQ(config.FailureThreshold, 3);
  EXPECT_EQ(config.EnableSNI, true);
  EXPECT_EQ(config.Inverted, false);
  EXPECT_EQ(made.HealthCheck->HealthCheckVersion, 1);
  EXPECT_EQ(must(route53.get_health_check_count()).HealthCheckCount, 1);
  EXPECT_THAT(*must(route53.list_health_checks({})).HealthChecks, SizeIs(1));
}

TEST_F(CreateHealthCheck, AnswersTheSameRequestWithTheSameCheck) {
  const api::route53::HealthCheckConfig config{.IPAddress = "192.0.2.1", .Type = "HTTP"};
  const auto first =
      must(route53.create_health_check({.CallerReference = "one", .HealthCheckConfig = config}));
  const auto again =
      must(route53.create_health_check({.CallerReference = "one", .HealthCheckConfig = config}));

  EXPECT_EQ(first.HealthCheck->Id, again.HealthCheck->Id);
  EXPECT_THAT(route53.create_health_check(
                  {.CallerReference = "one",
                   .HealthCheckConfig = {{.IPAddress = "192.0.2.2", .Type = "HTTP"}}}),
              FailsWith("HealthCheckAlreadyExists", 409));
  must(route53.delete_health_check({.HealthCheckId = first.HealthCheck->Id}));
  EXPECT_THAT(route53.create_health_check({.CallerReference = "one", .HealthCheckConfig = config}),
              FailsWith("HealthCheckAlreadyExists", 409));
  EXPECT_THAT(route53.get_health_check({.HealthCheckId = first.HealthCheck->Id}),
              FailsWith("NoSuchHealthCheck", 404));
}

TEST_F(CreateHealthCheck, RefusesSettingsThatDoNotFit) {
  const auto refused = [&](api::route53::HealthCheckConfig config) {
    return route53.create_health_check(
        {.CallerReference = next_reference(), .HealthCheckConfig = std::move(config)});
  };
  EXPECT_THAT(refused({.Type = "HTTP"}), FailsWith("InvalidInput", 400));
  EXPECT_THAT(refused({.IPAddress = "10.0.0.1", .Type = "HTTP"}), FailsWith("InvalidInput", 400));
  EXPECT_THAT(refused({.IPAddress = "192.0.2.1", .Type = "TCP"}), FailsWith("InvalidInput", 400));
  EXPECT_THAT(refused({.IPAddress = "192.0.2.1", .Type = "HTTP", .RequestInterval = 20}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(refused({.IPAddress = "192.0.2.1", .Type = "HTTP_STR_MATCH"}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(refused({.Type = "CALCULATED", .HealthThreshold = 1, .ChildHealthChecks = {{"x"}}}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(refused({.Type = "CLOUDWATCH_METRIC",
                       .AlarmIdentifier = {{.Region = "eu-central-1", .Name = "missing"}}}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(refused({.Type = "RECOVERY_CONTROL"}), FailsWith("NotImplemented", 501));
}

TEST_F(UpdateHealthCheck, WantsTheVersionThatIsThere) {
  const auto id = make_health_check({.IPAddress = "192.0.2.1", .Type = "HTTP"});

  const auto updated = must(route53.update_health_check(
      {.HealthCheckId = id, .HealthCheckVersion = 1, .FailureThreshold = 5}));

  EXPECT_EQ(updated.HealthCheck->HealthCheckVersion, 2);
  EXPECT_EQ(updated.HealthCheck->HealthCheckConfig->FailureThreshold, 5);
  EXPECT_THAT(route53.update_health_check(
                  {.HealthCheckId = id, .HealthCheckVersion = 1, .FailureThreshold = 4}),
              FailsWith("HealthCheckVersionMismatch", 409));
  EXPECT_THAT(route53.update_health_check({.HealthCheckId = "x"}),
              FailsWith("NoSuchHealthCheck", 404));
}

TEST_F(EndpointHealth, IsLookedAtByEachCheckerOncePerInterval) {
  make_check();
  cloud.advance(29s);
  EXPECT_EQ(probes, 16);
  cloud.advance(30s);
  EXPECT_EQ(probes, 32);
}

TEST_F(EndpointHealth, FailsAfterThreeLooksOfEachChecker) {
  const auto id = make_check();
  cloud.advance(1min);
  status = 500;
  // Each checker has looked twice, most of them.
  cloud.advance(59s);
  const auto early = must(route53.get_health_check_status({.HealthCheckId = id}));
  EXPECT_THAT(*early.HealthCheckObservations, SizeIs(16));
  EXPECT_TRUE(is_healthy(id) == false) << "two minutes later all have looked three times";
  const auto seen = must(route53.get_health_check_status({.HealthCheckId = id}));
  EXPECT_EQ(seen.HealthCheckObservations->front().StatusReport->Status,
            "Failure: HTTP Status Code 500, Internal Server Error");
  status = 200;
  cloud.advance(2min);
  EXPECT_TRUE(is_healthy(id));
  const auto last = must(route53.get_health_check_last_failure_reason({.HealthCheckId = id}));
  EXPECT_THAT(*last.HealthCheckObservations, SizeIs(16));
}

// AWS: "If more than 18% of health checkers report that an endpoint is healthy".
TEST_F(EndpointHealth, HoldsWhileMoreThan18PercentOfTheCheckersPass) {
  const auto id = make_check(10);
  failing = {"us-east-1",      "us-west-1",      "us-west-2",
             "ap-southeast-1", "ap-southeast-2", "ap-northeast-1"};
  cloud.advance(5min);
  EXPECT_TRUE(is_healthy(id)) << "4 of 16 pass: 25 %";

  failing.insert("sa-east-1");
  cloud.advance(5min);
  EXPECT_FALSE(is_healthy(id)) << "2 of 16 pass: 12.5 %";
}

TEST_F(EndpointHealth, FailsWhenNothingAnswers) {
  const auto id = make_check(10);
  silent = true;
  cloud.advance(2min);

  EXPECT_FALSE(is_healthy(id));
  const auto seen = must(route53.get_health_check_status({.HealthCheckId = id}));
  for (const auto& one : *seen.HealthCheckObservations) {
    EXPECT_TRUE(one.StatusReport->Status->starts_with("Failure: Connection timed out."));
  }
}

TEST_F(EndpointHealth, SearchesTheAnswer) {
  body = "all is well";
  const auto found = make_health_check(
      {.IPAddress = "192.0.2.1", .Type = "HTTP_STR_MATCH", .SearchString = "well"});
  const auto missing = make_health_check(
      {.IPAddress = "192.0.2.1", .Type = "HTTP_STR_MATCH", .SearchString = "ill"});
  cloud.advance(5min);

  EXPECT_TRUE(is_healthy(found));
  EXPECT_FALSE(is_healthy(missing));
}

TEST_F(EndpointHealth, MayBeInvertedAndDisabled) {
  const auto id = make_check(10);
  must(route53.update_health_check({.HealthCheckId = id, .Inverted = true}));
  cloud.advance(2min);
  EXPECT_FALSE(is_healthy(id));

  must(route53.update_health_check({.HealthCheckId = id, .Inverted = false}));
  status = 500;
  cloud.advance(2min);
  EXPECT_FALSE(is_healthy(id));
  must(route53.update_health_check({.HealthCheckId = id, .Disabled = true}));
  const int before = probes;
  EXPECT_TRUE(is_healthy(id)) << "a disabled check always passes";
  EXPECT_EQ(probes, before);
}

class CalculatedHealth : public EndpointHealth {};

TEST_F(CalculatedHealth, CountsItsChildren) {
  const auto one = make_check(10);
  const auto two = make_health_check(
      {.IPAddress = "192.0.2.2", .Type = "HTTP", .RequestInterval = 10, .Inverted = true});
  const auto either = make_health_check(
      {.Type = "CALCULATED", .HealthThreshold = 1, .ChildHealthChecks = {{one, two}}});
  const auto both = make_health_check(
      {.Type = "CALCULATED", .HealthThreshold = 2, .ChildHealthChecks = {{one, two}}});
  EXPECT_TRUE(is_healthy(either));
  EXPECT_FALSE(is_healthy(both)) << "the second is inverted";

  must(route53.update_health_check({.HealthCheckId = two, .Inverted = false}));
  EXPECT_TRUE(is_healthy(both));
  status = 500;
  cloud.advance(2min);
  EXPECT_FALSE(is_healthy(either));
  EXPECT_THAT(route53.get_health_check_status({.HealthCheckId = both}),
              FailsWith("InvalidInput", 400));
}

class AlarmHealth : public EndpointHealth {
 protected:
  client::CloudWatch cloudwatch{transport};
  void set_state(const std::string& state) {
    must(cloudwatch.set_alarm_state(
        {.AlarmName = "busy", .StateValue = state, .StateReason = "test"}));
    cloud.advance(15s);
  }
};

TEST_F(AlarmHealth, FollowsItsAlarm) {
  must(cloudwatch.put_metric_alarm({.AlarmName = "busy",
                                    .MetricName = "Load",
                                    .Namespace = "Shop",
                                    .Statistic = "Average",
                                    .Period = 3600,
                                    .EvaluationPeriods = 1,
                                    .Threshold = 80,
                                    .ComparisonOperator = "GreaterThanThreshold",
                                    .TreatMissingData = "ignore"}));
  const auto id =
      make_health_check({.Type = "CLOUDWATCH_METRIC",
                         .AlarmIdentifier = {{.Region = "eu-central-1", .Name = "busy"}},
                         .InsufficientDataHealthStatus = "LastKnownStatus"});
  const auto shown = must(route53.get_health_check({.HealthCheckId = id}));
  EXPECT_EQ(shown.HealthCheck->CloudWatchAlarmConfiguration->MetricName, "Load");
  const auto follows = [&](const std::string& state) {
    set_state(state);
    const auto both = make_health_check(
        {.Type = "CALCULATED", .HealthThreshold = 1, .ChildHealthChecks = {{id}}});
    return is_healthy(both);
  };

  EXPECT_FALSE(follows("ALARM"));
  EXPECT_TRUE(follows("OK"));
}

class HealthOfInstances : public testing::StackTest {};

TEST_F(HealthOfInstances, FailsWhenTheInstanceStops) {
  client::Route53 route53{transport};
  const auto reservation = must(ec2.run_instances(
      {.ImageId = std::string(kImage), .InstanceType = "t3.micro", .MaxCount = 1, .MinCount = 1}));
  const std::string instance = *reservation.Instances->front().InstanceId;
  cloud.advance(3min);
  const auto described = must(ec2.describe_instances({.InstanceIds = {{instance}}}));
  const auto address = *described.Reservations->front().Instances->front().PublicIpAddress;
  const auto id = *must(route53.create_health_check(
                            {.CallerReference = "one",
                             .HealthCheckConfig = {{.IPAddress = address, .Type = "HTTP"}}}))
                       .HealthCheck->Id;
  cloud.advance(2min);
  const auto status_of = [&] {
    return *must(route53.get_health_check_status({.HealthCheckId = id}))
                .HealthCheckObservations->front()
                .StatusReport->Status;
  };
  EXPECT_EQ(status_of(), "Success: HTTP Status Code 200, OK");

  must_do_fault(
      "power",
      {.kind = "az-power",
       .zone = *described.Reservations->front().Instances->front().Placement->AvailabilityZone});
  cloud.advance(2min);
  EXPECT_TRUE(status_of().starts_with("Failure: Connection timed out."));
}

}  // namespace
}  // namespace fallstreak
