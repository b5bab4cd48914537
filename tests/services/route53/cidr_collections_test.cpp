#include "services/route53/route53_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Succeeds;

class CidrCollection : public testing::Route53Test {
 protected:
  std::string make_collection(const std::string& name) {
    return *must(
                route53.create_cidr_collection({.Name = name, .CallerReference = next_reference()}))
                .Collection->Id;
  }
  Outcome<api::route53::ChangeCidrCollectionResponse> put(const std::string& id,
                                                          const std::string& location,
                                                          std::vector<std::string> blocks,
                                                          const std::string& action = "PUT") {
    return route53.change_cidr_collection(
        {.Id = id,
         .Changes = {{{.LocationName = location, .Action = action, .CidrList = blocks}}}});
  }
  std::vector<std::string> locations(const std::string& id) {
    std::vector<std::string> names;
    const auto page = must(route53.list_cidr_locations({.CollectionId = id}));
    for (const auto& one : *page.CidrLocations) names.push_back(*one.LocationName);
    return names;
  }
  std::vector<std::string> blocks(const std::string& id) {
    std::vector<std::string> texts;
    const auto page = must(route53.list_cidr_blocks({.CollectionId = id}));
    for (const auto& one : *page.CidrBlocks) texts.push_back(*one.CidrBlock);
    return texts;
  }
  RecordSet at_location(const std::string& collection, const std::string& location,
                        const std::string& value) {
    RecordSet made = record("www.example.com", "A", {value});
    made.SetIdentifier = location;
    made.CidrRoutingConfig = {{.CollectionId = collection, .LocationName = location}};
    return made;
  }
  std::vector<std::string> answer(const std::string& zone, const std::string& client,
                                  const std::optional<std::string>& mask = {}) {
    return *must(route53.test_dns_answer({.HostedZoneId = zone,
                                          .RecordName = "www.example.com",
                                          .RecordType = "A",
                                          .EDNS0ClientSubnetIP = client,
                                          .EDNS0ClientSubnetMask = mask}))
                .RecordData;
  }
};

TEST_F(CidrCollection, HasBlocksInLocations) {
  const std::string id = make_collection("offices");

  const auto changed = must(put(id, "berlin", {"192.0.2.0/24", "2001:db8::/32"}));
  must(put(id, "aachen", {"198.51.0.0/16"}));

  EXPECT_THAT(locations(id), ElementsAre("aachen", "berlin"));
  EXPECT_THAT(blocks(id), ElementsAre("198.51.0.0/16", "192.0.2.0/24", "2001:db8::/32"));
  const auto listed = must(route53.list_cidr_collections({}));
  ASSERT_THAT(*listed.CidrCollections, SizeIs(1));
  EXPECT_EQ(listed.CidrCollections->front().Version, 3);
  EXPECT_EQ(must(route53.get_change({.Id = *changed.Id})).ChangeInfo->Status, "PENDING");
  cloud.advance(std::chrono::minutes(5));
  EXPECT_EQ(must(route53.get_change({.Id = *changed.Id})).ChangeInfo->Status, "INSYNC");
}

TEST_F(CidrCollection, IsListedInPages) {
  const std::string id = make_collection("offices");
  must(put(id, "a", {"10.0.0.0/24", "10.0.1.0/24"}));
  must(put(id, "b", {"10.0.2.0/24"}));

  const auto first = must(route53.list_cidr_locations({.CollectionId = id, .MaxResults = "1"}));
  const auto second = must(route53.list_cidr_locations(
      {.CollectionId = id, .NextToken = first.NextToken, .MaxResults = "1"}));

  EXPECT_EQ(first.CidrLocations->front().LocationName, "a");
  EXPECT_EQ(second.CidrLocations->front().LocationName, "b");
  EXPECT_FALSE(second.NextToken);
  EXPECT_THAT(*must(route53.list_cidr_blocks({.CollectionId = id, .LocationName = "a"})).CidrBlocks,
              SizeIs(2));
  EXPECT_THAT(route53.list_cidr_blocks({.CollectionId = id, .LocationName = "c"}),
              FailsWith("NoSuchCidrLocationException", 404));
  EXPECT_THAT(route53.list_cidr_blocks({.CollectionId = id, .NextToken = "!"}),
              FailsWith("InvalidInput", 400));
}

TEST_F(CidrCollection, IsMadeOnceForAName) {
  const auto ask = [&](const std::string& reference) {
    return route53.create_cidr_collection({.Name = "offices", .CallerReference = reference});
  };
  const auto made = must(ask("one"));

  EXPECT_EQ(must(ask("one")).Collection->Id, made.Collection->Id);
  EXPECT_THAT(ask("two"), FailsWith("CidrCollectionAlreadyExistsException", 400));
}

TEST_F(CidrCollection, RefusesWhatIsNoBlock) {
  const std::string id = make_collection("offices");

  for (const char* block : {"192.0.2.0/25", "0.0.0.0/0", "192.0.2.1/24", "2001:db8::/49", "x",
                            "192.0.2.0", "2001:db8:0:1::/48"}) {
    EXPECT_THAT(put(id, "berlin", {block}), FailsWith("InvalidInput", 400)) << block;
  }
  must(put(id, "berlin", {"192.0.2.0/24"}));
  EXPECT_THAT(put(id, "paris", {"192.0.2.0/24"}), FailsWith("CidrBlockInUseException", 400));
  EXPECT_THAT(route53.change_cidr_collection({.Id = id,
                                              .CollectionVersion = 1,
                                              .Changes = {{{.LocationName = "berlin",
                                                            .Action = "PUT",
                                                            .CidrList = {{"10.0.0.0/8"}}}}}}),
              FailsWith("CidrCollectionVersionMismatchException", 409));
  EXPECT_THAT(put("00000000-0000-0000-0000-000000000000", "berlin", {"10.0.0.0/8"}),
              FailsWith("NoSuchCidrCollectionException", 404));
  EXPECT_THAT(blocks(id), ElementsAre("192.0.2.0/24"));
}

TEST_F(CidrCollection, HoldsAThousandBlocks) {
  const std::string id = make_collection("offices");
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i) {
    many.push_back("10." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/24");
  }

  EXPECT_THAT(put(id, "berlin", many), Succeeds());
  EXPECT_THAT(put(id, "berlin", {"192.0.2.0/24"}), FailsWith("LimitsExceeded", 400));
}

TEST_F(CidrCollection, IsDeletedWhenItIsEmptyAndUnused) {
  const std::string zone = make_zone("example.com");
  const std::string id = make_collection("offices");
  must(put(id, "berlin", {"192.0.2.0/24"}));
  const RecordSet used = at_location(id, "berlin", "203.0.113.1");
  must(change(zone, {create(used)}));

  EXPECT_THAT(put(id, "berlin", {"192.0.2.0/24"}, "DELETE_IF_EXISTS"),
              FailsWith("CidrBlockInUseException", 400));
  must(change(zone, {remove(used)}));
  EXPECT_THAT(route53.delete_cidr_collection({.Id = id}),
              FailsWith("CidrCollectionInUseException", 400));
  must(put(id, "berlin", {"192.0.2.0/24", "10.0.0.0/8"}, "DELETE_IF_EXISTS"));
  must(route53.delete_cidr_collection({.Id = id}));

  EXPECT_THAT(*must(route53.list_cidr_collections({})).CidrCollections, IsEmpty());
  make_collection("offices");
}

TEST_F(CidrCollection, RoutesClientsByTheirAddresses) {
  const std::string zone = make_zone("example.com");
  const std::string id = make_collection("offices");
  must(put(id, "berlin", {"192.0.2.0/24", "2001:db8::/32"}));
  must(put(id, "europe", {"192.0.0.0/16"}));
  must(change(zone, {create(at_location(id, "berlin", "203.0.113.1")),
                     create(at_location(id, "europe", "203.0.113.2")),
                     create(at_location(id, "*", "203.0.113.3"))}));
  cloud.advance(std::chrono::minutes(5));

  EXPECT_THAT(answer(zone, "192.0.2.77"), ElementsAre("203.0.113.1")) << "the smallest block";
  EXPECT_THAT(answer(zone, "192.0.3.77"), ElementsAre("203.0.113.2"));
  EXPECT_THAT(answer(zone, "192.0.2.77", "20"), ElementsAre("203.0.113.2")) << "more than berlin";
  EXPECT_THAT(answer(zone, "198.51.100.1"), ElementsAre("203.0.113.3"));
  EXPECT_THAT(answer(zone, "2001:db8::1"), ElementsAre("203.0.113.1"));
  EXPECT_THAT(change(zone, {create(at_location(id, "rome", "203.0.113.4"))}),
              FailsSaying("[The CIDR location rome does not exist in the collection " + id + "]"));
}

class TestDNSAnswer : public testing::Route53Test {
 protected:
  Outcome<api::route53::TestDNSAnswerResponse> ask(const std::string& zone, const std::string& name,
                                                   const std::string& type = "A") {
    return route53.test_dns_answer({.HostedZoneId = zone, .RecordName = name, .RecordType = type});
  }
};

TEST_F(TestDNSAnswer, IsWhatTheNameServersAnswer) {
  const std::string zone = make_zone("example.com");
  must(change(zone, {create(record("www.example.com", "A", {"192.0.2.1", "192.0.2.2"}))}));
  EXPECT_EQ(must(ask(zone, "www.example.com")).ResponseCode, "NXDOMAIN") << "not told yet";
  cloud.advance(std::chrono::minutes(5));

  const auto got = must(ask(zone, "www.example.com"));

  EXPECT_EQ(got.ResponseCode, "NOERROR");
  EXPECT_THAT(*got.RecordData, ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_EQ(got.Protocol, "UDP");
  EXPECT_EQ(got.Nameserver,
            must(route53.get_hosted_zone({.Id = zone})).DelegationSet->NameServers->front());
  EXPECT_EQ(must(ask(zone, "missing.example.com")).ResponseCode, "NXDOMAIN");
  EXPECT_EQ(must(ask(zone, "www.example.org")).ResponseCode, "REFUSED");
  EXPECT_THAT(*must(ask(zone, "www.example.com", "AAAA")).RecordData, IsEmpty());
}

TEST_F(TestDNSAnswer, FollowsWeights) {
  const std::string zone = make_zone("example.com");
  must(change(zone, {create(weighted(record("a.example.com", "A", {"192.0.2.1"}), "one", 1)),
                     create(weighted(record("a.example.com", "A", {"192.0.2.2"}), "two", 3))}));
  cloud.advance(std::chrono::minutes(5));

  int second = 0;
  for (int i = 0; i < 200; ++i) {
    if (must(ask(zone, "a.example.com")).RecordData->front() == "192.0.2.2") ++second;
  }

  EXPECT_GT(second, 120);
  EXPECT_LT(second, 180);
}

TEST_F(TestDNSAnswer, RefusesWhatIsNoSubnet) {
  const std::string zone = make_zone("example.com");
  const auto ask_as = [&](const std::optional<std::string>& address,
                          const std::optional<std::string>& mask) {
    return route53.test_dns_answer({.HostedZoneId = zone,
                                    .RecordName = "www.example.com",
                                    .RecordType = "A",
                                    .EDNS0ClientSubnetIP = address,
                                    .EDNS0ClientSubnetMask = mask});
  };

  EXPECT_THAT(ask_as("192.0.2.1", "33"), FailsWith("InvalidInput", 400));
  EXPECT_THAT(ask_as("192.0.2.1", "-1"), FailsWith("InvalidInput", 400));
  EXPECT_THAT(ask_as(std::nullopt, "24"), FailsWith("InvalidInput", 400));
  EXPECT_THAT(ask_as("192.0.2.1", "24"), Succeeds());
  EXPECT_THAT(ask("Z0", "www.example.com"), FailsWith("NoSuchHostedZone", 404));
}

}  // namespace
}  // namespace fallstreak
