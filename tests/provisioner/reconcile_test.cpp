#include "provisioner/reconcile/reconcile.h"

#include "client/autoscaling.h"
#include "client/cloudwatch.h"
#include "client/ec2.h"
#include "client/elbv2.h"
#include "client/s3.h"
#include "testing/testing.h"
#include "tests/provisioner/failing_transport.h"
#include "tests/provisioner/shop.h"

namespace fallstreak {
namespace {

using provisioner::apply;
using provisioner::destroy;
using testing::FailingTransport;
using testing::FailsWith;
using testing::Succeeds;

class Reconcile : public testing::CloudTest {
 protected:
  Reconcile() : CloudTest({}, dispatch::Caller("123456789012", "eu-central-1")) {}

  /// What is there of the stack, in words.
  std::string leftovers() {
    std::string text;
    for (const auto& row : must(provisioner::status(transport, {.name = "shop", .region = "eu-central-1"}))) {
      text += row.name + " (" + row.type + ") " + row.state + "\n";
    }
    return text;
  }
  const provisioner::Stack stack = testing::shop();
};

TEST_F(Reconcile, MakesTheStackAndChangesNothingTheSecondTime) {
  const auto first = must(apply(transport, stack));
  EXPECT_EQ(first.steps.size(), stack.resources.size());

  const auto second = must(apply(transport, stack));
  EXPECT_TRUE(second.empty()) << provisioner::to_text(second);
  EXPECT_TRUE(must(provisioner::plan(transport, stack)).empty());
}

TEST_F(Reconcile, LeavesAGroupWithItsInstancesInServiceBehindTheLoadBalancer) {
  must(apply(transport, stack));

  client::AutoScaling autoscaling(transport);
  const auto groups = must(autoscaling.describe_auto_scaling_groups());
  EXPECT_EQ(groups.AutoScalingGroups->front().Instances->size(), 3U);
  client::ElbV2 elbv2(transport);
  const auto load_balancers = must(elbv2.describe_load_balancers());
  EXPECT_EQ(load_balancers.LoadBalancers->front().State->Code, "active");
}

TEST_F(Reconcile, RemovesEverythingThatTheStackOwnsAndNothingElse) {
  client::S3 s3(transport);
  must(s3.create_bucket({.Bucket = "not-of-the-stack",
                         .CreateBucketConfiguration =
                             api::s3::CreateBucketConfiguration{.LocationConstraint = "eu-central-1"}}));
  must(apply(transport, stack));
  must(destroy(transport, stack));

  EXPECT_EQ(leftovers(), "");
  EXPECT_EQ(must(s3.list_buckets()).Buckets->size(), 1U);
  EXPECT_TRUE(must(destroy(transport, stack)).empty());
}

TEST_F(Reconcile, ChangesWhatAManifestChanges) {
  must(apply(transport, stack));
  auto changed = stack;
  for (auto& resource : changed.resources) {
    if (resource.name == "web") resource.properties["desired"] = "5";
    if (resource.name == "web-targets") resource.properties["health-path"] = "/ready";
    if (resource.name == "edge-access") resource.properties["ingress"] = "tcp 443 from 0.0.0.0/0";
  }
  EXPECT_EQ(must(apply(transport, changed)).steps.size(), 3U);
  EXPECT_TRUE(must(provisioner::plan(transport, changed)).empty());
}

TEST_F(Reconcile, SetsAttributesAndSplitsAListenerByWeight) {
  auto split = stack;
  split.resources.push_back(*stack.find("web-targets"));
  split.resources.back().name = "green-targets";
  for (auto& resource : split.resources) {
    if (resource.name == "edge") {
      resource.properties["idle-timeout"] = "30";
      resource.properties["listeners"] = "HTTP 80 to @web-targets 90 and @green-targets 10";
    }
    if (resource.name == "web-targets") {
      resource.properties["algorithm"] = "least_outstanding_requests";
      resource.properties["cross-zone"] = "false";
    }
  }
  must(apply(transport, split));
  EXPECT_TRUE(must(provisioner::plan(transport, split)).empty());

  auto changed = split;
  for (auto& resource : changed.resources) {
    if (resource.name == "edge") {
      resource.properties["listeners"] = "HTTP 80 to @web-targets 0 and @green-targets 1";
    }
    if (resource.name == "web-targets") resource.properties["cross-zone"] = "true";
  }
  EXPECT_EQ(must(apply(transport, changed)).steps.size(), 2U);
  EXPECT_TRUE(must(provisioner::plan(transport, changed)).empty());
}

TEST_F(Reconcile, MakesAMixedGroupAndTakesItsMixtureAway) {
  auto mixed = stack;
  for (auto& resource : mixed.resources) {
    if (resource.name != "web") continue;
    resource.properties["instance-types"] = "m4.xlarge, m4.2xlarge";
    resource.properties["on-demand-base"] = "1";
    resource.properties["on-demand-percentage"] = "50";
    resource.properties["spot-strategy"] = "capacity-optimized";
    resource.properties["capacity-rebalance"] = "yes";
  }
  must(apply(transport, mixed));
  EXPECT_TRUE(must(provisioner::plan(transport, mixed)).empty());

  EXPECT_EQ(must(apply(transport, stack)).steps.size(), 1U);
  EXPECT_TRUE(must(provisioner::plan(transport, stack)).empty());
}

TEST_F(Reconcile, MakesPoliciesAndTheAlarmsThatRunThem) {
  auto scaled = stack;
  const auto add = [&](std::string name, std::string type, provisioner::Properties properties) {
    scaled.resources.push_back({std::move(name), std::move(type), std::move(properties), 0});
  };
  add("follow", "scaling-policy",
      {{"group", "@web"},
       {"track", "ALBRequestCountPerTarget 600"},
       {"load-balancer", "@edge"},
       {"target-group", "@web-targets"}});
  add("grow", "scaling-policy", {{"group", "@web"}, {"steps", "0..20 +2, 20.. +4"}});
  add("busy", "alarm",
      {{"metric", "AWS/EC2 CPUUtilization"},
       {"of", "AutoScalingGroupName=@web"},
       {"when", "> 60"},
       {"evaluate", "2 of 3"},
       {"actions", "@grow"}});
  add("crowded", "alarm",
      {{"metric", "AWS/ApplicationELB RequestCountPerTarget"},
       {"statistic", "Sum"},
       {"of", "TargetGroup=@web-targets"},
       {"when", ">= 900.5"}});
  must(apply(transport, scaled));
  const auto again = must(provisioner::plan(transport, scaled));
  EXPECT_TRUE(again.empty()) << provisioner::to_text(again);

  client::CloudWatch cloudwatch(transport);
  const auto alarm =
      must(cloudwatch.describe_alarms({.AlarmNames = {{"shop-crowded"}}})).MetricAlarms->front();
  EXPECT_TRUE(alarm.Dimensions->front().Value->starts_with("targetgroup/shop-web-targets/"));

  for (auto& resource : scaled.resources) {
    if (resource.name == "follow") resource.properties["scale-in"] = "no";
    if (resource.name == "grow") resource.properties["steps"] = "0.. +3";
    if (resource.name == "busy") resource.properties["when"] = "> 70";
  }
  EXPECT_EQ(must(apply(transport, scaled)).steps.size(), 3U);
  EXPECT_TRUE(must(provisioner::plan(transport, scaled)).empty());
  must(destroy(transport, scaled));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Reconcile, APolicyNeedsEitherATargetOrSteps) {
  auto scaled = stack;
  scaled.resources.push_back({"follow", "scaling-policy", {{"group", "@web"}}, 0});
  EXPECT_THAT(apply(transport, scaled), FailsWith("InvalidManifest"));
}

TEST_F(Reconcile, RemovesWhatTheManifestNamesNoMore) {
  must(apply(transport, stack));
  auto smaller = stack;
  std::erase_if(smaller.resources, [](const auto& resource) { return resource.name == "images"; });
  must(apply(transport, smaller));
  EXPECT_TRUE(must(provisioner::plan(transport, smaller)).empty());
}

TEST_F(Reconcile, RefusesAnyOtherAccountThanTheManifests) {
  auto guarded = stack;
  guarded.account_id = "210987654321";
  EXPECT_THAT(apply(transport, guarded), FailsWith("WrongAccount"));
  EXPECT_EQ(leftovers(), "");
}

/// The fault loop: the nth call is lost, for every n; the next run finishes, and nothing is there twice.
void converges_whichever_call_is_lost(FailingTransport::Loses loses) {
  const auto stack = testing::shop();
  int losses = 0;
  for (int nth = 1;; ++nth) {
    Cloud cloud;
    InProcessTransport transport(cloud, dispatch::Caller("123456789012", "eu-central-1"));
    FailingTransport failing(transport, nth, loses);
    const auto broken = apply(failing, stack);
    if (!failing.has_failed()) break;
    ++losses;
    const auto finished = apply(transport, stack);
    ASSERT_TRUE(finished) << "after losing call " << nth << ": " << finished.error().code << " "
                          << finished.error().message;
    const auto plan = provisioner::plan(transport, stack);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->empty()) << "after losing call " << nth << "\n" << provisioner::to_text(*plan);
    client::Ec2 ec2(transport);
    // One of its own beside the default VPC: what was made before the answer got lost is found again.
    EXPECT_EQ(ec2.describe_vpcs()->Vpcs->size(), 2U) << "after losing call " << nth;
    EXPECT_EQ(ec2.describe_subnets()->Subnets->size(), 6U) << "after losing call " << nth;
    EXPECT_EQ(ec2.describe_internet_gateways()->InternetGateways->size(), 2U) << "after losing call " << nth;
    ASSERT_TRUE(destroy(transport, stack)) << "after losing call " << nth;
  }
  EXPECT_GT(losses, 40);
}

TEST(ReconcileFaults, ConvergesWhicheverRequestIsLost) {
  converges_whichever_call_is_lost(FailingTransport::Loses::request);
}
TEST(ReconcileFaults, ConvergesWhicheverAnswerIsLost) {
  converges_whichever_call_is_lost(FailingTransport::Loses::answer);
}

TEST(ReconcileFaults, DestroysWhicheverAnswerIsLost) {
  const auto stack = testing::shop();
  Cloud origin;
  InProcessTransport made(origin, dispatch::Caller("123456789012", "eu-central-1"));
  ASSERT_TRUE(apply(made, stack));
  for (int nth = 1;; ++nth) {
    const auto cloud = origin.fork();
    InProcessTransport transport(*cloud, dispatch::Caller("123456789012", "eu-central-1"));
    FailingTransport failing(transport, nth, FailingTransport::Loses::answer);
    static_cast<void>(destroy(failing, stack));
    if (!failing.has_failed()) break;
    const auto finished = destroy(transport, stack);
    ASSERT_TRUE(finished) << "after losing call " << nth << ": " << finished.error().message;
    const auto left = provisioner::status(transport, {.name = "shop", .region = "eu-central-1"});
    ASSERT_TRUE(left);
    EXPECT_TRUE(left->empty()) << "after losing call " << nth;
  }
}

}  // namespace
}  // namespace fallstreak
