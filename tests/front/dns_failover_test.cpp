#include "client/route53.h"
#include "resolver.h"
#include "services/stack_fixture.h"

namespace fallstreak {
namespace {

namespace dns = dataplane::dns;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

/// A shop behind a load balancer in eu-central-1, with a page that says sorry elsewhere.
class DnsFailoverOfAStack : public testing::StackTest {
 protected:
  DnsFailoverOfAStack() {
    make_network();
    balancer_arn = make_load_balancer("web");
    group_arn = make_target_group("web");
    make_listener(balancer_arn, group_arn);
    instance = run_instance_to_running(subnet_ids[0]);
    must_do(elbv2.register_targets({.TargetGroupArn = group_arn, .Targets = {{{.Id = instance}}}}));
    cloud.advance(2min);
    const auto made =
        must(route53.create_hosted_zone({.Name = "example.com", .CallerReference = "one"}));
    zone = made.HostedZone->Id->substr(std::string_view("/hostedzone/").size());
  }

  void put(api::route53::ResourceRecordSet record_set) {
    must_do(route53.change_resource_record_sets(
        {.HostedZoneId = zone,
         .ChangeBatch = {
             {.Changes = {{{.Action = "UPSERT", .ResourceRecordSet = std::move(record_set)}}}}}}));
    cloud.advance(2min);
  }
  api::elbv2::LoadBalancer balancer() {
    return must(elbv2.describe_load_balancers({.LoadBalancerArns = {{balancer_arn}}}))
        .LoadBalancers->front();
  }
  void put_failover() {
    put({.Name = "www.example.com",
         .Type = "A",
         .SetIdentifier = "shop",
         .Failover = "PRIMARY",
         .AliasTarget = {{.HostedZoneId = balancer().CanonicalHostedZoneId,
                          .DNSName = balancer().DNSName,
                          .EvaluateTargetHealth = true}}});
    put({.Name = "www.example.com",
         .Type = "A",
         .SetIdentifier = "sorry",
         .Failover = "SECONDARY",
         .TTL = 60,
         .ResourceRecords = {{{.Value = "192.0.2.1"}}}});
  }
  std::vector<std::string> ask(const std::string& name) {
    const std::lock_guard held(cloud.lock());
    const auto got = dns::answer(dns_knowledge(cloud.world(), ""), {name, "A"}, {}, 1);
    std::vector<std::string> values;
    for (const auto& one : got.answers) values.push_back(one.value);
    return values;
  }

  client::Route53 route53{transport};
  std::string balancer_arn, group_arn, instance, zone;
};

TEST_F(DnsFailoverOfAStack, FollowsTheHealthOfTheTargets) {
  put_failover();
  EXPECT_THAT(ask("www.example.com."), SizeIs(3)) << "cross-zone: every node serves";

  must_do(ec2.stop_instances({.InstanceIds = {{instance}}}));
  cloud.advance(3min);
  EXPECT_THAT(ask("www.example.com."), ElementsAre("192.0.2.1"));

  must_do(ec2.start_instances({.InstanceIds = {{instance}}}));
  cloud.advance(10min);
  EXPECT_THAT(ask("www.example.com."), SizeIs(3));
}

TEST_F(DnsFailoverOfAStack, FollowsAHealthCheckOfTheLoadBalancersName) {
  const auto id = *must(route53.create_health_check(
                            {.CallerReference = "one",
                             .HealthCheckConfig = {{.Type = "HTTP",
                                                    .FullyQualifiedDomainName = balancer().DNSName,
                                                    .RequestInterval = 10}}}))
                       .HealthCheck->Id;
  put({.Name = "www.example.com",
       .Type = "A",
       .SetIdentifier = "shop",
       .Failover = "PRIMARY",
       .TTL = 60,
       .ResourceRecords = {{{.Value = "192.0.2.9"}}},
       .HealthCheckId = id});
  put({.Name = "www.example.com",
       .Type = "A",
       .SetIdentifier = "sorry",
       .Failover = "SECONDARY",
       .TTL = 60,
       .ResourceRecords = {{{.Value = "192.0.2.1"}}}});
  EXPECT_THAT(ask("www.example.com."), ElementsAre("192.0.2.9"));

  must_do(elbv2.deregister_targets({.TargetGroupArn = group_arn, .Targets = {{{.Id = instance}}}}));
  cloud.advance(3min);

  EXPECT_THAT(ask("www.example.com."), ElementsAre("192.0.2.1"));
  const auto seen = must(route53.get_health_check_status({.HealthCheckId = id}));
  EXPECT_EQ(seen.HealthCheckObservations->front().StatusReport->Status,
            "Failure: HTTP Status Code 503, Service Unavailable");
}

TEST_F(DnsFailoverOfAStack, IsNotTouchedByFaultsOfTheApi) {
  put_failover();
  must_do_fault("api", {.kind = "api-error", .service = "route53", .code = "ServiceUnavailable"});

  EXPECT_THAT(route53.list_hosted_zones({}), ::testing::Not(testing::Succeeds()));
  EXPECT_THAT(ask("www.example.com."), SizeIs(3));
}

}  // namespace
}  // namespace fallstreak
