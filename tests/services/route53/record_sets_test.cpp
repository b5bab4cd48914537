#include "services/route53/route53_fixture.h"
#include "services/stack_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Succeeds;

class ChangeResourceRecordSets : public testing::Route53Test {
 protected:
  std::string zone = make_zone("example.com");
};

TEST_F(ChangeResourceRecordSets, CreatesReplacesAndDeletes) {
  const auto www = record("WWW.example.com", "A", {"192.0.2.1", "192.0.2.2"});
  must(change(zone, {create(www), create(record("example.com", "TXT", {"\"v=spf1 -all\""}))}));
  EXPECT_THAT(listed(zone), ElementsAre("example.com. TXT", "www.example.com. A"));
  EXPECT_EQ(must(route53.get_hosted_zone({.Id = zone})).HostedZone->ResourceRecordSetCount, 4);

  must(change(zone, {upsert(record("www.example.com", "A", {"192.0.2.9"}, 300))}));
  const auto page = must(route53.list_resource_record_sets(
      {.HostedZoneId = zone, .StartRecordName = "www.example.com", .StartRecordType = "A"}));
  EXPECT_EQ(page.ResourceRecordSets->front().TTL, 300);

  must(change(zone, {remove(record("www.example.com", "A", {"192.0.2.9"}, 300))}));
  EXPECT_THAT(listed(zone), ElementsAre("example.com. TXT"));
}

TEST_F(ChangeResourceRecordSets, IsInSyncAfterAMinute) {
  const auto changed = must(change(zone, {create(record("www.example.com", "A", {"192.0.2.1"}))}));
  EXPECT_EQ(changed.ChangeInfo->Status, "PENDING");

  cloud.advance(std::chrono::minutes(5));

  const auto now = must(route53.get_change({.Id = changed.ChangeInfo->Id}));
  EXPECT_EQ(now.ChangeInfo->Status, "INSYNC");
  EXPECT_EQ(now.ChangeInfo->SubmittedAt, changed.ChangeInfo->SubmittedAt);
}

TEST_F(ChangeResourceRecordSets, ChangesAllOrNothing) {
  const auto outcome = change(zone, {create(record("a.example.com", "A", {"192.0.2.1"})),
                                     create(record("b.example.com", "A", {"one"})),
                                     remove(record("c.example.com", "A", {"192.0.2.1"}))});

  EXPECT_THAT(outcome,
              FailsSaying("[Invalid Resource Record: FATAL problem: ARRDATAIllegalIPv4Address "
                          "(Value is not a valid IPv4 address) encountered with 'one', Tried to "
                          "delete resource record set [name='c.example.com.', type='A'] but it was "
                          "not found]"));
  EXPECT_THAT(outcome, FailsWith("InvalidChangeBatch", 400));
  EXPECT_THAT(listed(zone), IsEmpty());
}

TEST_F(ChangeResourceRecordSets, SaysWhatIsThereAlready) {
  const auto www = record("www.example.com", "A", {"192.0.2.1"});
  must(change(zone, {create(www)}));

  EXPECT_THAT(change(zone, {create(www)}),
              FailsSaying("[Tried to create resource record set [name='www.example.com.', "
                          "type='A'] but it already exists]"));
  EXPECT_THAT(change(zone, {remove(record("www.example.com", "A", {"192.0.2.2"}))}),
              FailsSaying("[Tried to delete resource record set [name='www.example.com.', "
                          "type='A'] but the values provided do not match the current values]"));
  EXPECT_THAT(change(zone, {create(record("www.example.com", "CNAME", {"a.example.org"}))}),
              FailsSaying("[RRSet of type CNAME with DNS name www.example.com. is not permitted as "
                          "it conflicts with other records with the same DNS name in zone "
                          "example.com.]"));
  EXPECT_THAT(change(zone, {upsert(www), upsert(www)}),
              FailsSaying("[The request contains an invalid set of changes for a resource record "
                          "set 'A www.example.com.']"));
  EXPECT_THAT(
      change(zone, {remove(www), create(record("www.example.com", "CNAME", {"a.example.org"}))}),
      Succeeds());
  EXPECT_THAT(
      change(zone, {create(www)}),
      FailsSaying("[RRSet of type A with DNS name www.example.com. is not permitted because "
                  "a conflicting RRSet of type CNAME with the same DNS name already exists "
                  "in zone example.com.]"));
}

TEST_F(ChangeResourceRecordSets, KeepsNamesInTheirPlace) {
  EXPECT_THAT(change(zone, {create(record("www.example.org", "A", {"192.0.2.1"}))}),
              FailsSaying("[RRSet with DNS name www.example.org. is not permitted in zone "
                          "example.com.]"));
  EXPECT_THAT(
      change(zone, {create(record("example.com", "CNAME", {"a.example.org"}))}),
      FailsSaying("[RRSet of type CNAME with DNS name example.com. is not permitted at apex "
                  "in zone example.com.]"));
  const auto page = must(route53.list_resource_record_sets({.HostedZoneId = zone}));
  const auto& name_servers = page.ResourceRecordSets->front();
  EXPECT_THAT(
      change(zone, {remove(name_servers)}),
      FailsSaying("[A HostedZone must contain at least one NS record for the zone itself.]"));
  EXPECT_THAT(change(zone, {remove(page.ResourceRecordSets->back())}),
              FailsSaying("[A HostedZone must contain exactly one SOA record.]"));
}

struct WrongValue {
  const char* type;
  const char* value;
  const char* problem;
};
class ResourceRecordValue : public ChangeResourceRecordSets,
                            public ::testing::WithParamInterface<WrongValue> {};

TEST_P(ResourceRecordValue, IsOfItsType) {
  const auto& [type, value, problem] = GetParam();

  EXPECT_THAT(change(zone, {create(record("x.example.com", type, {value}))}),
              FailsSaying(std::string("[Invalid Resource Record: FATAL problem: ") + problem +
                          " encountered with '" + value + "']"));
}
INSTANTIATE_TEST_SUITE_P(
    Wrong, ResourceRecordValue,
    ::testing::Values(
        WrongValue{"A", "300.0.0.1",
                   "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"},
        WrongValue{"A", "192.0.2.1, 192.0.2.2", "ARRDATANotSingleField (Value contains spaces)"},
        WrongValue{"AAAA", "192.0.2.1",
                   "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"},
        WrongValue{"TXT", "v=spf1",
                   "InvalidCharacterString (Value should be enclosed in quotation marks)"},
        WrongValue{"MX", "mail.example.com",
                   "MXRRDATAIllegalFields (Value does not have the fields priority, domain name)"},
        WrongValue{"SRV", "1 2 99999 host",
                   "SRVRRDATAIllegalFields (Value does not have the fields priority, weight, port, "
                   "domain name)"}));

TEST_F(ChangeResourceRecordSets, TakesEveryType) {
  EXPECT_THAT(
      change(zone, {create(record("a.example.com", "AAAA", {"2001:db8::1"})),
                    create(record("b.example.com", "MX", {"10 mail.example.com"})),
                    create(record("c.example.com", "SRV", {"1 2 443 host.example.com"})),
                    create(record("d.example.com", "CAA", {"0 issue \"amazon.com\""})),
                    create(record("e.example.com", "PTR", {"host.example.com"})),
                    create(record("f.example.com", "NAPTR",
                                  {"100 50 \"u\" \"E2U+sip\" \"!^.*$!sip:a@b!\" ."})),
                    create(record("g.example.com", "SPF", {"\"v=spf1\" \"-all\""})),
                    create(record("h.example.com", "DS", {"60485 5 1 2BB183AF5F22588179A53B0A"})),
                    create(record("*.example.com", "CNAME", {"a.example.org"}))}),
      Succeeds());
  EXPECT_EQ(listed(zone).front(), "\\052.example.com. CNAME");
}

TEST_F(ChangeResourceRecordSets, RefusesMembersThatDoNotBelongTogether) {
  EXPECT_THAT(
      change(zone, {create({.Name = "a.example.com", .Type = "A", .TTL = 60})}),
      FailsSaying("Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and "
                  "ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with "
                  "[Action=CREATE, Name=a.example.com, Type=A, SetIdentifier=null]"));
  auto made = record("a.example.com", "A", {"192.0.2.1"});
  made.SetIdentifier = "one";
  EXPECT_THAT(change(zone, {create(made)}),
              FailsSaying("Invalid request: Expected exactly one of [Weight, Region, Failover, "
                          "GeoLocation, or MultiValueAnswer], but found none in Change with "
                          "[Action=CREATE, Name=a.example.com, Type=A, SetIdentifier=one]"));
  made.SetIdentifier.reset();
  made.Weight = 1;
  EXPECT_THAT(change(zone, {create(made)}),
              FailsSaying("Invalid request: Missing field 'SetIdentifier' in Change with "
                          "[Action=CREATE, Name=a.example.com, Type=A, SetIdentifier=null]"));
  EXPECT_THAT(change("Z0", {create(made)}), FailsWith("NoSuchHostedZone", 404));
}

TEST_F(ChangeResourceRecordSets, ChecksWhereGeoproximityIs) {
  using api::route53::GeoProximityLocation;
  const auto at = [&](const std::string& identifier, const GeoProximityLocation& geo) {
    auto made = record("near.example.com", "A", {"192.0.2.1"});
    made.SetIdentifier = identifier;
    made.GeoProximityLocation = geo;
    return change(zone, {create(made)});
  };
  const GeoProximityLocation berlin{.Coordinates = {{.Latitude = "52.52", .Longitude = "13.4"}},
                                    .Bias = -10};
  EXPECT_THAT(at("berlin", berlin), Succeeds());
  EXPECT_THAT(at("oregon", {.AWSRegion = "us-west-2", .Bias = 99}), Succeeds());
  const auto shown = must(route53.list_resource_record_sets({.HostedZoneId = zone}));
  EXPECT_TRUE(std::ranges::any_of(*shown.ResourceRecordSets, [&](const auto& one) {
    return one.GeoProximityLocation == berlin;
  }));
  EXPECT_THAT(at("other", {.AWSRegion = "us-west-2"}), FailsWith("InvalidChangeBatch", 400));
  EXPECT_THAT(at("none", {.Bias = 1}), FailsWith("InvalidInput", 400));
  EXPECT_THAT(at("two", {.AWSRegion = "us-west-2", .Coordinates = berlin.Coordinates}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(at("nowhere", {.AWSRegion = "moon-east-1"}), FailsWith("InvalidInput", 400));
  EXPECT_THAT(at("pole", {.Coordinates = {{.Latitude = "90.1", .Longitude = "0"}}}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(at("line", {.Coordinates = {{.Latitude = "0", .Longitude = "-181"}}}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(at("far", {.AWSRegion = "us-east-1", .Bias = 100}), FailsWith("InvalidInput", 400));
  EXPECT_THAT(at("zone", {.LocalZoneGroup = "us-east-1-bos-1"}), FailsWith("NotImplemented", 501));
}

TEST_F(ChangeResourceRecordSets, KeepsRoutingPoliciesApart) {
  const auto www = record("www.example.com", "A", {"192.0.2.1"});
  must(change(zone, {create(weighted(www, "one", 10))}));

  EXPECT_THAT(
      change(zone, {create(www)}),
      FailsSaying("[RRSet with DNS name www.example.com., type A cannot be created as other "
                  "RRSets exist with the same name and type.]"));
  auto latency = www;
  latency.SetIdentifier = "two";
  latency.Region = "eu-west-1";
  EXPECT_THAT(change(zone, {create(latency)}),
              FailsSaying("[RRSet with DNS name www.example.com., type A, SetIdentifier two cannot "
                          "be created as a non-latency set exists with the same name and type.]"));
  auto other_ttl = weighted(record("www.example.com", "A", {"192.0.2.2"}, 300), "two", 20);
  EXPECT_THAT(change(zone, {create(other_ttl)}),
              FailsSaying("[RRSet with DNS name www.example.com. and type A, SetIdentifier two "
                          "cannot be created as weighted sets must contain the same TTL.]"));
  other_ttl.TTL = 60;
  EXPECT_THAT(change(zone, {create(other_ttl)}), Succeeds());
  EXPECT_THAT(listed(zone), ElementsAre("www.example.com. A one", "www.example.com. A two"));
}

TEST_F(ChangeResourceRecordSets, RefusesASecondRecordForTheSamePlace) {
  auto here = record("www.example.com", "A", {"192.0.2.1"});
  here.SetIdentifier = "one";
  here.Region = "eu-west-1";
  auto there = here;
  there.SetIdentifier = "two";
  must(change(zone, {create(here)}));

  EXPECT_THAT(
      change(zone, {create(there)}),
      FailsSaying("[RRSet with DNS name www.example.com., type A, SetIdentifier two, and "
                  "Region Name=eu-west-1 cannot be created because a latency RRSet with the "
                  "same name, type and region already exists.]"));
}

TEST_F(ChangeResourceRecordSets, WantsAHealthCheckForAPrimaryThatIsNoAlias) {
  auto primary = record("www.example.com", "A", {"192.0.2.1"});
  primary.SetIdentifier = "one";
  primary.Failover = "PRIMARY";
  EXPECT_THAT(change(zone, {create(primary)}),
              FailsSaying("[A non-alias primary ResourceRecordSet must have an associated health "
                          "check. No changes made.]"));
  primary.HealthCheckId = "00000000-0000-4000-8000-000000000000";
  EXPECT_THAT(change(zone, {create(primary)}), FailsWith("NoSuchHealthCheck", 404));
  primary.HealthCheckId = make_health_check({.IPAddress = "192.0.2.1", .Type = "HTTP"});
  EXPECT_THAT(change(zone, {create(primary)}), Succeeds());
}

TEST_F(ChangeResourceRecordSets, TakesAThousandRecordsAtOnce) {
  std::vector<api::route53::Change> changes;
  for (int i = 0; i < 1001; ++i) {
    changes.push_back(
        create(record("host" + std::to_string(i) + ".example.com", "A", {"192.0.2.1"})));
  }
  EXPECT_THAT(change(zone, changes), FailsSaying("[Number of records limit of 1000 exceeded.]"));
  changes.pop_back();
  EXPECT_THAT(change(zone, changes), Succeeds());
}

class AliasTarget : public testing::StackTest {
 protected:
  client::Route53 route53{transport};
  std::string zone =
      zone_id(must(route53.create_hosted_zone({.Name = "example.com", .CallerReference = "one"})));
  static std::string zone_id(const api::route53::CreateHostedZoneResponse& made) {
    return made.HostedZone->Id->substr(std::string_view("/hostedzone/").size());
  }

  Outcome<api::route53::ChangeResourceRecordSetsResponse> create_alias(
      const std::string& zone_id, const std::string& target, const std::string& type = "A") {
    const api::route53::ResourceRecordSet made{
        .Name = "www.example.com",
        .Type = type,
        .AliasTarget = {
            {.HostedZoneId = zone_id, .DNSName = target, .EvaluateTargetHealth = true}}};
    return route53.change_resource_record_sets(
        {.HostedZoneId = zone,
         .ChangeBatch = {{.Changes = {{{.Action = "CREATE", .ResourceRecordSet = made}}}}}});
  }
};

TEST_F(AliasTarget, MayBeALoadBalancer) {
  make_network();
  const auto arn = make_load_balancer("web");
  const auto balancer =
      must(elbv2.describe_load_balancers({.LoadBalancerArns = {{arn}}})).LoadBalancers->front();

  EXPECT_THAT(create_alias("Z3F0SRJ5LGBH90", *balancer.DNSName),
              FailsSaying("[Tried to create an alias that targets " + *balancer.DNSName +
                          "., type A in zone Z3F0SRJ5LGBH90, but the alias target name does not "
                          "lie within the target zone, Tried to create an alias that targets " +
                          *balancer.DNSName +
                          "., type A in zone Z3F0SRJ5LGBH90, but that target was not found]"));
  EXPECT_THAT(create_alias(*balancer.CanonicalHostedZoneId, "dualstack." + *balancer.DNSName),
              Succeeds());
}

TEST_F(AliasTarget, MustBeThere) {
  EXPECT_THAT(
      create_alias("Z215JYRZR1TBD5", "web-1.eu-central-1.elb.amazonaws.com"),
      FailsSaying("[Tried to create an alias that targets web-1.eu-central-1.elb.amazonaws.com., "
                  "type A in zone Z215JYRZR1TBD5, but that target was not found]"));
  EXPECT_THAT(create_alias(zone, "blue.example.com"),
              FailsSaying("[Tried to create an alias that targets blue.example.com., type A in "
                          "zone " +
                          zone + ", but that target was not found]"));
}

TEST_F(AliasTarget, MayBeAWebsiteOfS3) {
  EXPECT_THAT(create_alias("Z21DNDUVLTQW6Q", "website.s3.amazonaws.com"),
              FailsWith("InvalidChangeBatch", 400));
  EXPECT_THAT(create_alias("Z21DNDUVLTQW6Q", "s3-website.eu-central-1.amazonaws.com"), Succeeds());
}

TEST_F(AliasTarget, OfAnotherServiceIsNotImplemented) {
  EXPECT_THAT(create_alias("Z2FDTNDATAQYW2", "d111111abcdef8.cloudfront.net"),
              FailsWith("NotImplemented", 501));
}

class ListResourceRecordSets : public testing::Route53Test {};

TEST_F(ListResourceRecordSets, IsInDnsOrderAndInPages) {
  const auto zone = make_zone("example.com");
  must(change(zone, {create(record("b.example.com", "A", {"192.0.2.1"})),
                     create(record("a.b.example.com", "A", {"192.0.2.1"})),
                     create(record("c.example.com", "TXT", {"\"x\""})),
                     create(weighted(record("a.example.com", "A", {"192.0.2.1"}), "two", 1)),
                     create(weighted(record("a.example.com", "A", {"192.0.2.2"}), "one", 1))}));
  EXPECT_THAT(listed(zone),
              ElementsAre("a.example.com. A one", "a.example.com. A two", "b.example.com. A",
                          "a.b.example.com. A", "c.example.com. TXT"));

  const auto page = must(route53.list_resource_record_sets({.HostedZoneId = zone,
                                                            .StartRecordName = "a.example.com",
                                                            .StartRecordType = "A",
                                                            .StartRecordIdentifier = "one",
                                                            .MaxItems = "1"}));
  EXPECT_THAT(*page.ResourceRecordSets, SizeIs(1));
  EXPECT_EQ(page.IsTruncated, true);
  EXPECT_EQ(page.NextRecordName, "a.example.com.");
  EXPECT_EQ(page.NextRecordType, "A");
  EXPECT_EQ(page.NextRecordIdentifier, "two");
  EXPECT_THAT(route53.list_resource_record_sets({.HostedZoneId = zone, .StartRecordType = "A"}),
              FailsWith("InvalidInput", 400));
}

}  // namespace
}  // namespace fallstreak
