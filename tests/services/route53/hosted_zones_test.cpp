#include "client/ec2.h"
#include "services/route53/route53_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::SizeIs;
using testing::Succeeds;

class CreateHostedZone : public testing::Route53Test {};
class DeleteHostedZone : public testing::Route53Test {};
class ListHostedZonesByName : public testing::Route53Test {
 protected:
  static std::vector<std::string> names(
      const std::optional<std::vector<api::route53::HostedZone>>& zones) {
    std::vector<std::string> list;
    for (const auto& zone : api::each(zones)) list.push_back(*zone.Name);
    return list;
  }
};
class PrivateZone : public testing::Route53Test {
 protected:
  client::Ec2 ec2{transport};
  std::string make_vpc() { return *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"})).Vpc->VpcId; }
  std::string make_private_zone(const std::string& name, const std::string& vpc_id) {
    return bare(
        *must(route53.create_hosted_zone({.Name = name,
                                          .VPC = {{.VPCRegion = "eu-central-1", .VPCId = vpc_id}},
                                          .CallerReference = next_reference()}))
             .HostedZone->Id);
  }
};

TEST_F(CreateHostedZone, BeginsWithItsNameServersAndItsAuthority) {
  const auto made = must(route53.create_hosted_zone({.Name = "Example.com",
                                                     .CallerReference = "one",
                                                     .HostedZoneConfig = {{.Comment = "shop"}}}));

  EXPECT_EQ(made.HostedZone->Name, "example.com.");
  EXPECT_EQ(made.HostedZone->ResourceRecordSetCount, 2);
  EXPECT_EQ(made.HostedZone->Config->Comment, "shop");
  EXPECT_EQ(made.HostedZone->Config->PrivateZone, false);
  EXPECT_THAT(*made.DelegationSet->NameServers, SizeIs(4));
  EXPECT_EQ(made.ChangeInfo->Status, "PENDING");
  EXPECT_TRUE(made.HostedZone->Id->starts_with("/hostedzone/Z"));
  const auto records =
      must(route53.list_resource_record_sets({.HostedZoneId = bare(*made.HostedZone->Id)}));
  ASSERT_THAT(*records.ResourceRecordSets, SizeIs(2));
  const auto& name_servers = records.ResourceRecordSets->front();
  EXPECT_EQ(name_servers.Type, "NS");
  EXPECT_EQ(name_servers.TTL, 172'800);
  EXPECT_EQ(name_servers.ResourceRecords->front().Value,
            made.DelegationSet->NameServers->front() + ".");
  const auto& authority = records.ResourceRecordSets->back();
  EXPECT_EQ(authority.Type, "SOA");
  EXPECT_EQ(authority.TTL, 900);
  EXPECT_TRUE(authority.ResourceRecords->front().Value->ends_with(
      " awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"));
}

TEST_F(CreateHostedZone, IsKnownToTheNameServersWithinAMinute) {
  const auto made =
      must(route53.create_hosted_zone({.Name = "example.com", .CallerReference = "one"}));
  const std::string change = *made.ChangeInfo->Id;
  EXPECT_EQ(must(route53.get_change({.Id = change})).ChangeInfo->Status, "PENDING");

  cloud.advance(std::chrono::minutes(5));

  EXPECT_EQ(must(route53.get_change({.Id = change})).ChangeInfo->Status, "INSYNC");
  EXPECT_THAT(route53.get_change({.Id = "C0000"}), FailsWith("NoSuchChange", 404));
}

TEST_F(CreateHostedZone, TakesAReferenceOnce) {
  must(route53.create_hosted_zone({.Name = "example.com", .CallerReference = "one"}));

  EXPECT_THAT(route53.create_hosted_zone({.Name = "example.com", .CallerReference = "one"}),
              FailsWith("HostedZoneAlreadyExists", 409));
  EXPECT_THAT(route53.create_hosted_zone({.Name = "example.com", .CallerReference = "two"}),
              Succeeds());
}

TEST_F(CreateHostedZone, RefusesWhatIsNoDomain) {
  EXPECT_THAT(route53.create_hosted_zone({.Name = "a..b", .CallerReference = "one"}),
              FailsWith("InvalidDomainName", 400));
  EXPECT_THAT(route53.create_hosted_zone({.Name = "com", .CallerReference = "one"}),
              FailsSaying("com. is reserved by AWS!"));
  EXPECT_THAT(route53.create_hosted_zone({.Name = "example.com",
                                          .CallerReference = "one",
                                          .HostedZoneConfig = {{.PrivateZone = true}}}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(route53.create_hosted_zone(
                  {.Name = "example.com", .CallerReference = "one", .DelegationSetId = "N123"}),
              FailsWith("NoSuchDelegationSet", 400));
}

TEST_F(CreateHostedZone, IsRefusedBeyondFiveHundred) {
  for (int i = 0; i < 500; ++i) make_zone("zone" + std::to_string(i) + ".com");

  EXPECT_THAT(route53.create_hosted_zone({.Name = "example.com", .CallerReference = "one"}),
              FailsWith("TooManyHostedZones", 400));
  EXPECT_EQ(must(route53.get_hosted_zone_count()).HostedZoneCount, 500);
  const auto page = must(route53.list_hosted_zones({}));
  EXPECT_THAT(*page.HostedZones, SizeIs(100));
  EXPECT_EQ(page.IsTruncated, true);
  EXPECT_EQ(must(route53.list_hosted_zones({.Marker = page.NextMarker})).HostedZones->front().Id,
            "/hostedzone/" + *page.NextMarker);
}

TEST_F(DeleteHostedZone, RefusesWhileRecordSetsRemain) {
  const auto zone = make_zone("example.com");
  const auto www = record("www.example.com", "A", {"192.0.2.1"});
  must(change(zone, {create(www)}));

  EXPECT_THAT(route53.delete_hosted_zone({.Id = zone}), FailsWith("HostedZoneNotEmpty", 400));
  must(change(zone, {remove(www)}));
  const auto gone = must(route53.delete_hosted_zone({.Id = zone}));
  cloud.advance(std::chrono::minutes(5));

  EXPECT_EQ(must(route53.get_change({.Id = gone.ChangeInfo->Id})).ChangeInfo->Status, "INSYNC");
  EXPECT_THAT(route53.get_hosted_zone({.Id = zone}), FailsWith("NoSuchHostedZone", 404));
  EXPECT_THAT(route53.delete_hosted_zone({.Id = "Z0"}),
              FailsSaying("No hosted zone found with ID: Z0"));
}

TEST_F(ListHostedZonesByName, IsInTheOrderOfLabelsFromTheRight) {
  for (const auto* name : {"b.org", "a.example.com", "example.com", "z.com"}) make_zone(name);

  const auto all = must(route53.list_hosted_zones_by_name({}));
  const auto some =
      must(route53.list_hosted_zones_by_name({.DNSName = "a.example.com", .MaxItems = "2"}));

  EXPECT_THAT(names(all.HostedZones),
              ElementsAre("example.com.", "a.example.com.", "z.com.", "b.org."));
  EXPECT_THAT(names(some.HostedZones), ElementsAre("a.example.com.", "z.com."));
  EXPECT_EQ(some.IsTruncated, true);
  EXPECT_EQ(some.NextDNSName, "b.org.");
  EXPECT_THAT(route53.list_hosted_zones_by_name({.MaxItems = "many"}),
              FailsWith("InvalidInput", 400));
}

TEST_F(ListHostedZonesByName, ShowsAChangedComment) {
  const auto zone = make_zone("example.com");

  must(route53.update_hosted_zone_comment({.Id = zone, .Comment = "new"}));
  EXPECT_EQ(must(route53.get_hosted_zone({.Id = zone})).HostedZone->Config->Comment, "new");
  must(route53.update_hosted_zone_comment({.Id = zone}));
  EXPECT_EQ(must(route53.get_hosted_zone({.Id = zone})).HostedZone->Config->Comment, std::nullopt);
}

TEST_F(PrivateZone, BelongsToItsVpcs) {
  const auto first = make_vpc();
  const auto second = make_vpc();
  const auto zone = make_private_zone("example.internal", first);

  must(route53.associate_vpc_with_hosted_zone(
      {.HostedZoneId = zone, .VPC = {{.VPCRegion = "eu-central-1", .VPCId = second}}}));

  const auto shown = must(route53.get_hosted_zone({.Id = zone}));
  EXPECT_EQ(shown.HostedZone->Config->PrivateZone, true);
  EXPECT_FALSE(shown.DelegationSet);
  EXPECT_THAT(*shown.VPCs, SizeIs(2));
  const auto by_vpc =
      must(route53.list_hosted_zones_by_vpc({.VPCId = second, .VPCRegion = "eu-central-1"}));
  ASSERT_THAT(*by_vpc.HostedZoneSummaries, SizeIs(1));
  EXPECT_EQ(by_vpc.HostedZoneSummaries->front().Name, "example.internal.");
  must(route53.disassociate_vpc_from_hosted_zone(
      {.HostedZoneId = zone, .VPC = {{.VPCRegion = "eu-central-1", .VPCId = first}}}));
  EXPECT_THAT(route53.disassociate_vpc_from_hosted_zone(
                  {.HostedZoneId = zone, .VPC = {{.VPCRegion = "eu-central-1", .VPCId = second}}}),
              FailsWith("LastVPCAssociation", 400));
}

TEST_F(PrivateZone, IsListedApart) {
  make_zone("example.com");
  make_private_zone("example.internal", make_vpc());

  const auto listed = must(route53.list_hosted_zones({.HostedZoneType = "PrivateHostedZone"}));

  ASSERT_THAT(*listed.HostedZones, SizeIs(1));
  EXPECT_EQ(listed.HostedZones->front().Name, "example.internal.");
}

TEST_F(PrivateZone, RefusesVpcsThatDoNotFit) {
  const auto vpc = make_vpc();
  const auto zone = make_private_zone("example.internal", vpc);
  const api::route53::VPC same{.VPCRegion = "eu-central-1", .VPCId = vpc};

  EXPECT_THAT(route53.create_hosted_zone(
                  {.Name = "example.internal", .VPC = same, .CallerReference = "other"}),
              FailsWith("ConflictingDomainExists", 400));
  EXPECT_THAT(route53.create_hosted_zone({.Name = "other.internal",
                                          .VPC = {{.VPCRegion = "us-east-1", .VPCId = vpc}},
                                          .CallerReference = "other"}),
              FailsWith("InvalidVPCId", 400));
  EXPECT_THAT(route53.associate_vpc_with_hosted_zone(
                  {.HostedZoneId = make_zone("example.com"), .VPC = same}),
              FailsWith("PublicZoneVPCAssociation", 400));
  EXPECT_THAT(
      route53.disassociate_vpc_from_hosted_zone(
          {.HostedZoneId = zone, .VPC = {{.VPCRegion = "eu-central-1", .VPCId = "vpc-12345678"}}}),
      FailsWith("VPCAssociationNotFound", 404));
}

class VPCAssociationAuthorization : public PrivateZone {
 protected:
  VPCAssociationAuthorization() {
    vpc_id = *must(their_ec2.create_vpc({.CidrBlock = "10.1.0.0/16"})).Vpc->VpcId;
    zone = make_private_zone("example.internal", make_vpc());
  }
  api::route53::VPC vpc() const { return {.VPCRegion = "eu-central-1", .VPCId = vpc_id}; }
  auto associate() {
    return their_route53.associate_vpc_with_hosted_zone({.HostedZoneId = zone, .VPC = vpc()});
  }

  InProcessTransport theirs{cloud, dispatch::Caller("210987654321", "eu-central-1")};
  client::Ec2 their_ec2{theirs};
  client::Route53 their_route53{theirs};
  std::string vpc_id, zone;
};

TEST_F(VPCAssociationAuthorization, LetsAnotherAccountAssociateItsVpc) {
  EXPECT_THAT(associate(), FailsWith("NotAuthorizedException", 401));
  must(route53.create_vpc_association_authorization({.HostedZoneId = zone, .VPC = vpc()}));

  const auto associated = must(associate());

  EXPECT_EQ(must(their_route53.get_change({.Id = *associated.ChangeInfo->Id})).ChangeInfo->Status,
            "PENDING");
  EXPECT_THAT(*must(route53.get_hosted_zone({.Id = zone})).VPCs, SizeIs(2));
  const auto seen =
      must(their_route53.list_hosted_zones_by_vpc({.VPCId = vpc_id, .VPCRegion = "eu-central-1"}));
  ASSERT_THAT(*seen.HostedZoneSummaries, SizeIs(1));
  EXPECT_EQ(seen.HostedZoneSummaries->front().Owner->OwningAccount, "123456789012");
  EXPECT_THAT(their_route53.get_hosted_zone({.Id = zone}), FailsWith("NoSuchHostedZone", 404));
  EXPECT_THAT(associate(), FailsWith("ConflictingDomainExists", 400));
}

TEST_F(VPCAssociationAuthorization, MayGoWhileTheAssociationStays) {
  const auto listed = [&] {
    return must(route53.list_vpc_association_authorizations({.HostedZoneId = zone})).VPCs->size();
  };
  must(route53.create_vpc_association_authorization({.HostedZoneId = zone, .VPC = vpc()}));
  must(associate());
  EXPECT_EQ(listed(), 1u);

  must(route53.delete_vpc_association_authorization({.HostedZoneId = zone, .VPC = vpc()}));

  EXPECT_EQ(listed(), 0u);
  EXPECT_THAT(*must(route53.get_hosted_zone({.Id = zone})).VPCs, SizeIs(2));
  EXPECT_THAT(route53.delete_vpc_association_authorization({.HostedZoneId = zone, .VPC = vpc()}),
              FailsWith("VPCAssociationAuthorizationNotFound", 404));
}

TEST_F(VPCAssociationAuthorization, IsNotNeededToLeave) {
  must(route53.create_vpc_association_authorization({.HostedZoneId = zone, .VPC = vpc()}));
  must(associate());

  must(their_route53.disassociate_vpc_from_hosted_zone({.HostedZoneId = zone, .VPC = vpc()}));

  EXPECT_THAT(*must(route53.get_hosted_zone({.Id = zone})).VPCs, SizeIs(1));
  EXPECT_THAT(their_route53.disassociate_vpc_from_hosted_zone({.HostedZoneId = zone, .VPC = vpc()}),
              FailsWith("NoSuchHostedZone", 404));
  must(associate());
  must(route53.delete_hosted_zone({.Id = zone}));
  EXPECT_THAT(
      *must(their_route53.list_hosted_zones_by_vpc({.VPCId = vpc_id, .VPCRegion = "eu-central-1"}))
           .HostedZoneSummaries,
      ::testing::IsEmpty());
  EXPECT_THAT(associate(), FailsWith("NoSuchHostedZone", 404));
}

TEST_F(VPCAssociationAuthorization, IsForPrivateZonesAndVpcs) {
  const std::string open = make_zone("example.com");

  EXPECT_THAT(route53.create_vpc_association_authorization({.HostedZoneId = open, .VPC = vpc()}),
              FailsWith("InvalidInput", 400));
  EXPECT_THAT(route53.create_vpc_association_authorization(
                  {.HostedZoneId = zone, .VPC = {{.VPCRegion = "eu-central-1", .VPCId = "x"}}}),
              FailsWith("InvalidVPCId", 400));
}

class Limits : public testing::Route53Test {};

TEST_F(Limits, CountWhatIsThere) {
  const auto zone = make_zone("example.com");

  const auto zones = must(route53.get_account_limit({.Type = "MAX_HOSTED_ZONES_BY_OWNER"}));
  EXPECT_EQ(zones.Count, 1);
  EXPECT_EQ(zones.Limit->Value, 500);
  const auto records =
      must(route53.get_hosted_zone_limit({.Type = "MAX_RRSETS_BY_ZONE", .HostedZoneId = zone}));
  EXPECT_EQ(records.Count, 2);
  EXPECT_THAT(
      route53.get_hosted_zone_limit({.Type = "MAX_VPCS_ASSOCIATED_BY_ZONE", .HostedZoneId = zone}),
      FailsWith("HostedZoneNotPrivate", 400));
}

class ChangeTagsForResource : public testing::Route53Test {};

TEST_F(ChangeTagsForResource, AddsReplacesAndRemoves) {
  const std::string zone = make_zone("example.com");
  must(route53.change_tags_for_resource(
      {.ResourceType = "hostedzone",
       .ResourceId = zone,
       .AddTags = {{{.Key = "stage", .Value = "dev"}, {.Key = "team", .Value = "web"}}}}));
  must(route53.change_tags_for_resource({.ResourceType = "hostedzone",
                                         .ResourceId = zone,
                                         .AddTags = {{{.Key = "stage", .Value = "prod"}}},
                                         .RemoveTagKeys = {{"team"}}}));

  const auto tags =
      must(route53.list_tags_for_resource({.ResourceType = "hostedzone", .ResourceId = zone}));
  ASSERT_THAT(*tags.ResourceTagSet->Tags, SizeIs(1));
  EXPECT_EQ(tags.ResourceTagSet->Tags->front().Value, "prod");
  const auto many = must(
      route53.list_tags_for_resources({.ResourceType = "hostedzone", .ResourceIds = {{zone}}}));
  EXPECT_THAT(*many.ResourceTagSets, SizeIs(1));
  EXPECT_THAT(route53.list_tags_for_resource({.ResourceType = "healthcheck", .ResourceId = "x"}),
              FailsWith("NoSuchHealthCheck", 404));
}

}  // namespace
}  // namespace fallstreak
