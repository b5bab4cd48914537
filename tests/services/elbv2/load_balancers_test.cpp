#include "client/s3.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

class LoadBalancerTest : public testing::StackTest {
 protected:
  LoadBalancerTest() { make_network(); }

  api::elbv2::LoadBalancer describe(const std::string& arn) {
    return must(elbv2.describe_load_balancers({.LoadBalancerArns = {{arn}}}))
        .LoadBalancers->front();
  }
  std::string attribute(const std::string& arn, std::string_view key) {
    const auto described = must(elbv2.describe_load_balancer_attributes({.LoadBalancerArn = arn}));
    for (const auto& attribute : *described.Attributes) {
      if (attribute.Key == key) return *attribute.Value;
    }
    return "(none)";
  }
};

class CreateLoadBalancer : public LoadBalancerTest {};

TEST_F(CreateLoadBalancer, ProvisionsFirstAndIsActiveLater) {
  const auto made = must(elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids}));
  const auto& balancer = made.LoadBalancers->front();
  EXPECT_EQ(balancer.State->Code, "provisioning");

  cloud.advance(minutes(5));

  EXPECT_EQ(describe(*balancer.LoadBalancerArn).State->Code, "active");
}

TEST_F(CreateLoadBalancer, NamesItAsAwsDoes) {
  const auto made = must(elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids}));
  const auto& balancer = made.LoadBalancers->front();

  EXPECT_THAT(*balancer.DNSName,
              ::testing::MatchesRegex("web-[0-9]+\\.eu-central-1\\.elb\\.amazonaws\\.com"));
  EXPECT_THAT(*balancer.LoadBalancerArn,
              ::testing::MatchesRegex("arn:aws:elasticloadbalancing:eu-central-1:123456789012:"
                                      "loadbalancer/app/web/[0-9a-f]+"));
  EXPECT_EQ(balancer.CanonicalHostedZoneId, "Z215JYRZR1TBD5");
  EXPECT_EQ(balancer.Type, "application");
  EXPECT_EQ(balancer.Scheme, "internet-facing");
  EXPECT_EQ(balancer.VpcId, vpc_id);
  EXPECT_EQ(balancer.AvailabilityZones->size(), 3U);
  EXPECT_EQ(balancer.SecurityGroups->size(), 1U);
}

TEST_F(CreateLoadBalancer, NamesInternalAndNetworkOnesDifferently) {
  const auto internal = must(
      elbv2.create_load_balancer({.Name = "inside", .Subnets = subnet_ids, .Scheme = "internal"}));
  const auto network = must(
      elbv2.create_load_balancer({.Name = "tcp", .Subnets = {{subnet_ids[0]}}, .Type = "network"}));

  EXPECT_THAT(*internal.LoadBalancers->front().DNSName, ::testing::StartsWith("internal-inside-"));
  EXPECT_THAT(*network.LoadBalancers->front().DNSName,
              ::testing::MatchesRegex("tcp-[0-9a-f]+\\.elb\\.eu-central-1\\.amazonaws\\.com"));
}

TEST_F(CreateLoadBalancer, NeedsTwoZones) {
  EXPECT_THAT(elbv2.create_load_balancer({.Name = "web", .Subnets = {{subnet_ids[0]}}}),
              FailsSaying("At least two subnets in two different Availability Zones must be "
                          "specified"));
}

TEST_F(CreateLoadBalancer, RefusesTwoSubnetsInOneZone) {
  const auto second = make_subnet("eu-central-1a", "10.0.9.0/24");

  EXPECT_THAT(elbv2.create_load_balancer({.Name = "web", .Subnets = {{subnet_ids[0], second}}}),
              FailsWith("InvalidConfigurationRequest", 400));
}

TEST_F(CreateLoadBalancer, RefusesASubnetThatIsNotThere) {
  EXPECT_THAT(elbv2.create_load_balancer(
                  {.Name = "web", .Subnets = {{subnet_ids[0], "subnet-0123456789abcdef0"}}}),
              FailsWith("SubnetNotFound", 400));
}

TEST_F(CreateLoadBalancer, RefusesToFaceTheInternetWithoutAGateway) {
  vpc_id = *must(ec2.create_vpc({.CidrBlock = "10.9.0.0/16"})).Vpc->VpcId;
  const auto a = make_subnet("eu-central-1a", "10.9.0.0/24");
  const auto b = make_subnet("eu-central-1b", "10.9.1.0/24");

  EXPECT_THAT(elbv2.create_load_balancer({.Name = "web", .Subnets = {{a, b}}}),
              FailsSaying("VPC " + vpc_id + " has no internet gateway"));
  EXPECT_THAT(
      elbv2.create_load_balancer({.Name = "web", .Subnets = {{a, b}}, .Scheme = "internal"}),
      Succeeds());
}

TEST_F(CreateLoadBalancer, RefusesAnUnknownSecurityGroup) {
  EXPECT_THAT(
      elbv2.create_load_balancer(
          {.Name = "web", .Subnets = subnet_ids, .SecurityGroups = {{"sg-0123456789abcdef0"}}}),
      FailsWith("InvalidConfigurationRequest", 400));
}

TEST_F(CreateLoadBalancer, RefusesNamesThatAwsRefuses) {
  for (const std::string name : {"-web", "web-", "we_b", "internal-web"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(elbv2.create_load_balancer({.Name = name, .Subnets = subnet_ids}),
                FailsWith("ValidationError", 400));
  }
  EXPECT_THAT(elbv2.create_load_balancer({.Name = std::string(33, 'a'), .Subnets = subnet_ids}),
              FailsSaying("Load balancer name '" + std::string(33, 'a') +
                          "' cannot be longer than '32' characters"));
}

TEST_F(CreateLoadBalancer, AnswersTheSameForTheSameAndRefusesAnotherOfTheName) {
  const auto first = must(elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids}));
  const auto again = must(elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids}));

  EXPECT_EQ(first.LoadBalancers->front().LoadBalancerArn,
            again.LoadBalancers->front().LoadBalancerArn);
  EXPECT_THAT(
      elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids, .Scheme = "internal"}),
      FailsSaying("A load balancer with the same name 'web' exists, but with different "
                  "settings"));
}

TEST_F(CreateLoadBalancer, RefusesATagKeyThatComesTwice) {
  EXPECT_THAT(elbv2.create_load_balancer(
                  {.Name = "web",
                   .Subnets = subnet_ids,
                   .Tags = {{{.Key = "a", .Value = "1"}, {.Key = "a", .Value = "2"}}}}),
              FailsWith("DuplicateTagKeys", 400));
}

TEST_F(CreateLoadBalancer, RefusesByNameWhatIsNotThereYet) {
  EXPECT_THAT(elbv2.create_load_balancer({.Name = "web", .Subnets = subnet_ids, .Type = "gateway"}),
              FailsWith("NotImplemented", 501));
}

TEST_F(CreateLoadBalancer, RefusesIpv6WhereSubnetsHaveNone) {
  EXPECT_THAT(elbv2.create_load_balancer(
                  {.Name = "web", .Subnets = subnet_ids, .IpAddressType = "dualstack"}),
              FailsWith("InvalidSubnet", 400));
}

class DescribeLoadBalancers : public LoadBalancerTest {};

TEST_F(DescribeLoadBalancers, FindsByNameAndByArn) {
  const auto arn = make_load_balancer("web");

  const auto by_name = must(elbv2.describe_load_balancers({.Names = {{"web"}}}));

  EXPECT_EQ(by_name.LoadBalancers->front().LoadBalancerArn, arn);
  EXPECT_EQ(describe(arn).LoadBalancerName, "web");
}

TEST_F(DescribeLoadBalancers, FailsForWhatIsNotThere) {
  EXPECT_THAT(elbv2.describe_load_balancers({.Names = {{"none"}}}),
              FailsSaying("One or more load balancers not found"));
  EXPECT_THAT(elbv2.describe_load_balancers({.LoadBalancerArns = {{"no-arn"}}}),
              FailsSaying("'no-arn' is not a valid load balancer ARN"));
}

TEST_F(DescribeLoadBalancers, GivesPages) {
  for (const std::string name : {"a", "b", "c"}) make_load_balancer(name);

  const auto first = must(elbv2.describe_load_balancers({.PageSize = 2}));
  const auto second =
      must(elbv2.describe_load_balancers({.Marker = first.NextMarker, .PageSize = 2}));

  EXPECT_EQ(first.LoadBalancers->size(), 2U);
  ASSERT_EQ(second.LoadBalancers->size(), 1U);
  EXPECT_EQ(second.LoadBalancers->front().LoadBalancerName, "c");
  EXPECT_FALSE(second.NextMarker.has_value());
  EXPECT_THAT(elbv2.describe_load_balancers({.Marker = "?"}), FailsWith("ValidationError"));
}

class ModifyLoadBalancerAttributes : public LoadBalancerTest {};

TEST_F(ModifyLoadBalancerAttributes, KeepsAwsDefaultsUntilChanged) {
  const auto arn = make_load_balancer("web");
  EXPECT_EQ(attribute(arn, "idle_timeout.timeout_seconds"), "60");
  EXPECT_EQ(attribute(arn, "load_balancing.cross_zone.enabled"), "true");
  EXPECT_EQ(attribute(arn, "deletion_protection.enabled"), "false");

  must_do(elbv2.modify_load_balancer_attributes(
      {.LoadBalancerArn = arn,
       .Attributes = {{{.Key = "deletion_protection.enabled", .Value = "true"}}}}));

  EXPECT_EQ(attribute(arn, "deletion_protection.enabled"), "true");
}

TEST_F(ModifyLoadBalancerAttributes, RefusesWhatAwsRefusesAndWhatHasNoEffectYet) {
  const auto arn = make_load_balancer("web");
  const auto modify = [&](const std::string& key, const std::string& value) {
    return elbv2.modify_load_balancer_attributes(
        {.LoadBalancerArn = arn, .Attributes = {{{.Key = key, .Value = value}}}});
  };

  EXPECT_THAT(modify("no.such.key", "1"),
              FailsSaying("Load balancer attribute key 'no.such.key' is not recognized"));
  EXPECT_THAT(modify("idle_timeout.timeout_seconds", "0"), FailsWith("ValidationError", 400));
  EXPECT_THAT(modify("idle_timeout.timeout_seconds", "60"), Succeeds());
  EXPECT_THAT(modify("idle_timeout.timeout_seconds", "90"), Succeeds());
  EXPECT_THAT(modify("routing.http2.enabled", "true"), Succeeds());
  EXPECT_THAT(modify("waf.fail_open.enabled", "true"), FailsWith("NotImplemented", 501));
}

TEST_F(ModifyLoadBalancerAttributes, TriesTheBucketOfAccessLogs) {
  client::S3 s3{transport};
  const auto arn = make_load_balancer("web");
  const auto log_to = [&](const std::string& bucket) {
    std::vector<api::elbv2::LoadBalancerAttribute> attributes = {
        {.Key = "access_logs.s3.enabled", .Value = "true"}};
    if (!bucket.empty()) attributes.push_back({.Key = "access_logs.s3.bucket", .Value = bucket});
    return elbv2.modify_load_balancer_attributes(
        {.LoadBalancerArn = arn, .Attributes = attributes});
  };
  must_do(s3.create_bucket(
      {.Bucket = "logs", .CreateBucketConfiguration = {{.LocationConstraint = "eu-central-1"}}}));

  EXPECT_THAT(log_to(""), FailsWith("ValidationError", 400));
  EXPECT_THAT(log_to("missing"), FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_THAT(log_to("logs"), Succeeds());

  EXPECT_THAT(s3.get_object({.Bucket = "logs", .Key = "AWSLogs/123456789012/ELBAccessLogTestFile"}),
              Succeeds());
  EXPECT_EQ(attribute(arn, "access_logs.s3.bucket"), "logs");
}

class DeleteLoadBalancer : public LoadBalancerTest {};

TEST_F(DeleteLoadBalancer, TakesItsListenersAndLeavesTheTargetGroup) {
  const auto arn = make_load_balancer("web");
  const auto group = make_target_group("web");
  const auto listener = make_listener(arn, group);

  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = arn}));

  EXPECT_THAT(elbv2.describe_load_balancers({.LoadBalancerArns = {{arn}}}),
              FailsWith("LoadBalancerNotFound"));
  EXPECT_THAT(elbv2.describe_listeners({.ListenerArns = {{listener}}}),
              FailsWith("ListenerNotFound"));
  EXPECT_THAT(elbv2.delete_target_group({.TargetGroupArn = group}), Succeeds());
}

TEST_F(DeleteLoadBalancer, SucceedsAgain) {
  const auto arn = make_load_balancer("web");
  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = arn}));

  EXPECT_THAT(elbv2.delete_load_balancer({.LoadBalancerArn = arn}), Succeeds());
}

TEST_F(DeleteLoadBalancer, RefusesWhileItIsProtected) {
  const auto arn = make_load_balancer("web");
  must_do(elbv2.modify_load_balancer_attributes(
      {.LoadBalancerArn = arn,
       .Attributes = {{{.Key = "deletion_protection.enabled", .Value = "true"}}}}));

  EXPECT_THAT(elbv2.delete_load_balancer({.LoadBalancerArn = arn}),
              FailsSaying("Load balancer '" + arn +
                          "' cannot be deleted because deletion protection is enabled"));
}

}  // namespace
}  // namespace fallstreak
