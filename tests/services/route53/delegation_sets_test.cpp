#include "services/route53/route53_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Succeeds;

class ReusableDelegationSet : public testing::Route53Test {
 protected:
  std::string make_set(const std::optional<std::string>& zone_id = {}) {
    return bare(*must(route53.create_reusable_delegation_set(
                          {.CallerReference = next_reference(), .HostedZoneId = zone_id}))
                     .DelegationSet->Id);
  }
  Outcome<api::route53::CreateHostedZoneResponse> make_zone_of(const std::string& set_id,
                                                               const std::string& name) {
    return route53.create_hosted_zone(
        {.Name = name, .CallerReference = next_reference(), .DelegationSetId = set_id});
  }
};

TEST_F(ReusableDelegationSet, GivesItsNameServersToItsZones) {
  const std::string set = make_set();
  const auto servers =
      *must(route53.get_reusable_delegation_set({.Id = set})).DelegationSet->NameServers;

  const auto zone = must(make_zone_of(set, "example.com"));

  EXPECT_THAT(servers, SizeIs(4));
  EXPECT_EQ(zone.DelegationSet->NameServers, servers);
  EXPECT_EQ(zone.DelegationSet->Id, "/delegationset/" + set);
  make_zone("example.org");
  const auto listed = must(route53.list_hosted_zones({.DelegationSetId = set}));
  ASSERT_THAT(*listed.HostedZones, SizeIs(1));
  EXPECT_EQ(listed.HostedZones->front().Name, "example.com.");
  const auto limit = must(route53.get_reusable_delegation_set_limit(
      {.Type = "MAX_ZONES_BY_REUSABLE_DELEGATION_SET", .DelegationSetId = set}));
  EXPECT_EQ(limit.Count, 1);
  EXPECT_EQ(limit.Limit->Value, 100);
}

TEST_F(ReusableDelegationSet, MayBeThatOfAZoneThatIsThere) {
  const std::string zone = make_zone("example.com");
  const auto servers = must(route53.get_hosted_zone({.Id = zone})).DelegationSet->NameServers;

  const std::string set = make_set(zone);

  EXPECT_EQ(must(route53.get_reusable_delegation_set({.Id = set})).DelegationSet->NameServers,
            servers);
  EXPECT_THAT(
      route53.create_reusable_delegation_set({.CallerReference = "again", .HostedZoneId = zone}),
      FailsWith("DelegationSetAlreadyReusable", 400));
  EXPECT_THAT(
      route53.create_reusable_delegation_set({.CallerReference = "none", .HostedZoneId = "Z0"}),
      FailsWith("HostedZoneNotFound", 400));
}

TEST_F(ReusableDelegationSet, ServesNoZoneAboveOrBelowAnother) {
  const std::string set = make_set();
  must(make_zone_of(set, "www.example.com"));

  for (const char* name : {"www.example.com", "example.com", "a.www.example.com"}) {
    EXPECT_THAT(make_zone_of(set, name), FailsWith("ConflictingDomainExists", 400)) << name;
  }
  EXPECT_THAT(make_zone_of(set, "xwww.example.com"), Succeeds());
  EXPECT_THAT(make_zone_of("N0", "example.org"), FailsWith("NoSuchDelegationSet", 400));
}

TEST_F(ReusableDelegationSet, IsDeletedWhenNoZoneHasIt) {
  const std::string set = make_set();
  const std::string zone = bare(*must(make_zone_of(set, "example.com")).HostedZone->Id);

  EXPECT_THAT(route53.delete_reusable_delegation_set({.Id = set}),
              FailsWith("DelegationSetInUse", 400));
  must(route53.delete_hosted_zone({.Id = zone}));
  must(route53.delete_reusable_delegation_set({.Id = set}));

  EXPECT_THAT(*must(route53.list_reusable_delegation_sets({})).DelegationSets, IsEmpty());
  EXPECT_THAT(route53.get_reusable_delegation_set({.Id = set}),
              FailsWith("NoSuchDelegationSet", 400));
}

TEST_F(ReusableDelegationSet, IsListedInPages) {
  for (int i = 0; i < 3; ++i) make_set();

  const auto first = must(route53.list_reusable_delegation_sets({.MaxItems = "2"}));
  const auto second =
      must(route53.list_reusable_delegation_sets({.Marker = first.NextMarker, .MaxItems = "2"}));

  EXPECT_THAT(*first.DelegationSets, SizeIs(2));
  EXPECT_EQ(first.IsTruncated, true);
  EXPECT_THAT(*second.DelegationSets, SizeIs(1));
  EXPECT_EQ(second.IsTruncated, false);
  EXPECT_THAT(route53.create_reusable_delegation_set({.CallerReference = "reference 1"}),
              FailsWith("DelegationSetAlreadyCreated", 400));
}

class Unsigned : public testing::Route53Test {};

TEST_F(Unsigned, ZonesSaySo) {
  const std::string zone = make_zone("example.com");

  const auto dnssec = must(route53.get_dnssec({.HostedZoneId = zone}));

  EXPECT_EQ(dnssec.Status->ServeSignature, "NOT_SIGNING");
  EXPECT_THAT(*dnssec.KeySigningKeys, IsEmpty());
  EXPECT_THAT(route53.enable_hosted_zone_dnssec({.HostedZoneId = zone}),
              FailsWith("KeySigningKeyWithActiveStatusNotFound", 400));
  EXPECT_THAT(route53.disable_hosted_zone_dnssec({.HostedZoneId = zone}),
              FailsWith("DNSSECNotFound", 400));
  EXPECT_THAT(route53.delete_key_signing_key({.HostedZoneId = zone, .Name = "one"}),
              FailsWith("NoSuchKeySigningKey", 404));
  EXPECT_THAT(*must(route53.list_query_logging_configs({.HostedZoneId = zone})).QueryLoggingConfigs,
              IsEmpty());
  EXPECT_THAT(route53.get_query_logging_config({.Id = "1"}),
              FailsWith("NoSuchQueryLoggingConfig", 404));
}

}  // namespace
}  // namespace fallstreak
