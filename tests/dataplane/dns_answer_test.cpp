#include "dataplane/dns/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/dns_name.h"
#include "dataplane/dns/routing.h"

namespace fallstreak::dataplane::dns {
namespace {

using api::route53::ResourceRecordSet;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

/// One zone, `example.com.`, and a load balancer.
class DnsAnswer : public ::testing::Test {
 protected:
  void add(ResourceRecordSet record_set) {
    sets[*record_set.Name].push_back(std::move(record_set));
  }
  static ResourceRecordSet record(const std::string& name, const std::string& type,
                                  const std::string& value, const std::string& identifier = {}) {
    ResourceRecordSet made{
        .Name = name, .Type = type, .TTL = 60, .ResourceRecords = {{{.Value = value}}}};
    if (!identifier.empty()) made.SetIdentifier = identifier;
    return made;
  }
  ResourceRecordSet checked(ResourceRecordSet made, bool is_healthy) {
    made.HealthCheckId = *made.SetIdentifier;
    health[*made.SetIdentifier] = is_healthy;
    return made;
  }
  static ResourceRecordSet alias(const std::string& name, const std::string& target,
                                 bool evaluates = false) {
    return {
        .Name = name,
        .Type = "A",
        .AliasTarget = {{.HostedZoneId = target.find("elb") == std::string::npos ? "Z1" : "ZELB",
                         .DNSName = target,
                         .EvaluateTargetHealth = evaluates}}};
  }

  Knowledge knowledge() {
    return {.zone_of = [](std::string_view name) -> std::optional<Zone> {
              if (!is_in_dns_zone(name, "example.com.")) return std::nullopt;
              return Zone{"Z1", "example.com."};
            },
            .record_sets =
                [this](const Zone&, std::string_view name) {
                  const auto found = sets.find(std::string(name));
                  return found == sets.end() ? std::vector<ResourceRecordSet>() : found->second;
                },
            .has_names_below =
                [this](const Zone&, std::string_view name) {
                  return std::ranges::any_of(sets, [&](const auto& row) {
                    return row.first != name && is_in_dns_zone(row.first, name);
                  });
                },
            .is_healthy = [this](std::string_view check) { return health.at(std::string(check)); },
            .nodes = [this](std::string_view name) -> std::optional<std::vector<Node>> {
              if (name != "web.elb.amazonaws.com.") return std::nullopt;
              return nodes;
            }};
  }
  Answer ask(const std::string& name, const std::string& type = "A", const Client& client = {},
             std::uint64_t draw = 1) {
    return answer(knowledge(), {name, type}, client, draw);
  }
  /// The values of the answer, in order.
  std::vector<std::string> values(const std::string& name, const std::string& type = "A",
                                  const Client& client = {}, std::uint64_t draw = 1) {
    std::vector<std::string> list;
    for (const auto& one : ask(name, type, client, draw).answers) list.push_back(one.value);
    return list;
  }
  /// How often each value comes in a thousand answers.
  std::map<std::string, int> counts(const std::string& name) {
    std::map<std::string, int> count;
    std::uint64_t draw = 7;
    for (int i = 0; i < 1000; ++i) {
      draw = other_draw(draw);
      for (const auto& value : values(name, "A", {}, draw)) ++count[value];
    }
    return count;
  }

  const std::string soa =
      "ns-1.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400";
  std::map<std::string, std::vector<ResourceRecordSet>> sets = {
      {"example.com.",
       {{.Name = "example.com.",
         .Type = "SOA",
         .TTL = 900,
         .ResourceRecords = {{{.Value = soa}}}}}}};
  std::map<std::string, bool> health;
  std::vector<Node> nodes = {{"240.0.0.1", true}, {"240.0.0.2", true}};
};

TEST_F(DnsAnswer, HasAllValuesOfASimpleRecord) {
  auto www = record("www.example.com.", "A", "192.0.2.1");
  www.ResourceRecords->push_back({.Value = "192.0.2.2"});
  add(www);

  const Answer got = ask("www.example.com.");

  EXPECT_EQ(got.rcode, Rcode::no_error);
  EXPECT_TRUE(got.is_authoritative);
  EXPECT_THAT(got.answers, ElementsAre(Record{"www.example.com.", "A", 60, "192.0.2.1"},
                                       Record{"www.example.com.", "A", 60, "192.0.2.2"}));
}

TEST_F(DnsAnswer, TellsAMissingNameFromAMissingType) {
  add(record("www.example.com.", "A", "192.0.2.1"));
  add(record("a.b.example.com.", "A", "192.0.2.1"));
  const Record authority{"example.com.", "SOA", 900, soa};

  const Answer no_name = ask("missing.example.com.");
  EXPECT_EQ(no_name.rcode, Rcode::name_error);
  EXPECT_THAT(no_name.authority, ElementsAre(authority));
  const Answer no_type = ask("www.example.com.", "AAAA");
  EXPECT_EQ(no_type.rcode, Rcode::no_error);
  EXPECT_THAT(no_type.answers, IsEmpty());
  EXPECT_THAT(no_type.authority, ElementsAre(authority));
  EXPECT_EQ(ask("b.example.com.").rcode, Rcode::no_error) << "a name exists when one below does";
  EXPECT_EQ(ask("www.example.org.").rcode, Rcode::refused);
  EXPECT_EQ(ask("www.example.com.", "ANY").rcode, Rcode::not_implemented);
}

TEST_F(DnsAnswer, TakesTheWildcardForWhatDoesNotExist) {
  add(record("\\052.example.com.", "A", "192.0.2.9"));
  add(record("www.example.com.", "TXT", "\"x\""));
  add(record("a.deep.example.com.", "A", "192.0.2.1"));

  EXPECT_THAT(ask("any.example.com.").answers,
              ElementsAre(Record{"any.example.com.", "A", 60, "192.0.2.9"}));
  EXPECT_THAT(values("x.y.example.com."), ElementsAre("192.0.2.9"));
  EXPECT_THAT(values("www.example.com."), IsEmpty()) << "the name exists";
  EXPECT_EQ(ask("b.deep.example.com.").rcode, Rcode::name_error) << "deep exists below";
}

TEST_F(DnsAnswer, FollowsCnamesAsFarAsItKnows) {
  add(record("www.example.com.", "CNAME", "web.example.com"));
  add(record("web.example.com.", "CNAME", "web.elb.amazonaws.com"));
  add(record("out.example.com.", "CNAME", "www.example.org"));
  add(record("loop.example.com.", "CNAME", "loop.example.com"));

  EXPECT_THAT(values("www.example.com."),
              ElementsAre("web.example.com", "web.elb.amazonaws.com",
                          AnyOf("240.0.0.1", "240.0.0.2"), AnyOf("240.0.0.1", "240.0.0.2")));
  EXPECT_THAT(values("www.example.com.", "CNAME"), ElementsAre("web.example.com"));
  EXPECT_THAT(values("out.example.com."), ElementsAre("www.example.org"));
  EXPECT_EQ(ask("out.example.com.").rcode, Rcode::no_error);
  EXPECT_EQ(ask("loop.example.com.").rcode, Rcode::server_failure);
}

TEST_F(DnsAnswer, RefersToOtherNameServers) {
  add(record("sub.example.com.", "NS", "ns.example.net"));

  const Answer got = ask("www.sub.example.com.");

  EXPECT_FALSE(got.is_authoritative);
  EXPECT_THAT(got.answers, IsEmpty());
  EXPECT_THAT(got.authority, ElementsAre(Record{"sub.example.com.", "NS", 60, "ns.example.net"}));
}

TEST_F(DnsAnswer, GivesAnAliasTheAnswerOfItsTarget) {
  add(alias("www.example.com.", "web.elb.amazonaws.com."));
  add(alias("example.com.", "blue.example.com."));
  add(record("blue.example.com.", "A", "192.0.2.1"));

  const Answer got = ask("www.example.com.");
  ASSERT_THAT(got.answers, SizeIs(2));
  EXPECT_EQ(got.answers.front().name, "www.example.com.");
  EXPECT_EQ(got.answers.front().ttl, 60U);
  EXPECT_THAT(ask("example.com.").answers,
              ElementsAre(Record{"example.com.", "A", 60, "192.0.2.1"}));
}

TEST_F(DnsAnswer, LeavesOutUnhealthyNodesUntilAllAre) {
  add(alias("www.example.com.", "web.elb.amazonaws.com."));
  nodes[0].is_healthy = false;
  EXPECT_THAT(values("www.example.com."), ElementsAre("240.0.0.2"));
  nodes[1].is_healthy = false;
  EXPECT_THAT(values("www.example.com."), SizeIs(2));
}

TEST_F(DnsAnswer, GivesTheAddressesOfTheKindThatIsAskedFor) {
  nodes = {{"240.0.0.1", true, "2001:db8::1"}, {"", true, "2001:db8::2"}, {"240.0.0.3", true}};
  auto by_ipv6 = alias("www.example.com.", "web.elb.amazonaws.com.");
  by_ipv6.Type = "AAAA";
  add(by_ipv6);
  add(alias("www.example.com.", "web.elb.amazonaws.com."));

  EXPECT_THAT(values("www.example.com."),
              ::testing::UnorderedElementsAre("240.0.0.1", "240.0.0.3"));
  std::vector<std::string> found;
  const Answer got = ask("www.example.com.", "AAAA");
  for (const auto& one : got.answers) {
    EXPECT_EQ(one.type, "AAAA");
    found.push_back(one.value);
  }
  EXPECT_THAT(found, ::testing::UnorderedElementsAre("2001:db8::1", "2001:db8::2"));
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
TEST_F(DnsAnswer, FollowsWeights) {
  for (const auto& [value, weight] :
       {std::pair{"192.0.2.1", 1}, {"192.0.2.2", 1}, {"192.0.2.3", 2}}) {
    auto one = record("www.example.com.", "A", value, value);
    one.Weight = weight;
    add(one);
  }
  const auto count = counts("www.example.com.");
  EXPECT_THAT(count.at("192.0.2.1"), AllOf(Ge(200), Le(300)));
  EXPECT_THAT(count.at("192.0.2.3"), AllOf(Ge(440), Le(560)));
}

// "If all the records that have a weight greater than 0 are unhealthy, then Route 53 considers the
// zero-weighted records."
TEST_F(DnsAnswer, ConsidersZeroWeightsWhenAllOthersAreUnhealthy) {
  const auto put = [&](bool one_is_healthy, bool zero_is_healthy) {
    sets.erase("www.example.com.");
    auto one = checked(record("www.example.com.", "A", "192.0.2.1", "one"), one_is_healthy);
    one.Weight = 10;
    auto zero = checked(record("www.example.com.", "A", "192.0.2.2", "zero"), zero_is_healthy);
    zero.Weight = 0;
    add(one);
    add(zero);
  };
  put(true, true);
  EXPECT_THAT(values("www.example.com."), ElementsAre("192.0.2.1"));
  put(false, true);
  EXPECT_THAT(values("www.example.com."), ElementsAre("192.0.2.2"));
  put(false, false);
  EXPECT_THAT(values("www.example.com."), ElementsAre("192.0.2.1")) << "all unhealthy: all count";
}

TEST_F(DnsAnswer, TreatsAllZeroWeightsAlike) {
  for (const auto* value : {"192.0.2.1", "192.0.2.2"}) {
    auto one = record("www.example.com.", "A", value, value);
    one.Weight = 0;
    add(one);
  }
  EXPECT_THAT(counts("www.example.com.").at("192.0.2.1"), AllOf(Ge(440), Le(560)));
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
TEST_F(DnsAnswer, SendsClientsToTheClosestHealthyRegion) {
  for (const auto* region : {"us-west-2", "ap-southeast-1", "eu-west-1"}) {
    auto one = checked(record("www.example.com.", "A", region, region), true);
    one.Region = region;
    add(one);
  }
  EXPECT_THAT(values("www.example.com.", "A", {.region = "eu-central-1"}),
              ElementsAre("eu-west-1"));
  EXPECT_THAT(values("www.example.com.", "A", {.region = "us-west-2"}), ElementsAre("us-west-2"));
  EXPECT_THAT(values("www.example.com.", "A", {.region = "ap-northeast-1"}),
              ElementsAre("ap-southeast-1"));
  health["eu-west-1"] = false;
  EXPECT_THAT(values("www.example.com.", "A", {.region = "eu-central-1"}),
              ElementsAre("us-west-2"));
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html
TEST_F(DnsAnswer, PrefersTheSmallestLocation) {
  const auto put = [&](const std::string& value, api::route53::GeoLocation geo) {
    auto one = checked(record("www.example.com.", "A", value, value), true);
    one.GeoLocation = std::move(geo);
    add(one);
  };
  put("texas", {.CountryCode = "US", .SubdivisionCode = "TX"});
  put("virginia", {.CountryCode = "US", .SubdivisionCode = "VA"});
  put("states", {.CountryCode = "US"});
  put("europe", {.ContinentCode = "EU"});

  EXPECT_THAT(values("www.example.com.", "A", {.region = "us-east-1"}), ElementsAre("virginia"));
  EXPECT_THAT(values("www.example.com.", "A", {.region = "us-west-2"}), ElementsAre("states"));
  EXPECT_THAT(values("www.example.com.", "A", {.region = "eu-west-3"}), ElementsAre("europe"));
  EXPECT_THAT(ask("www.example.com.", "A", {.region = "sa-east-1"}).answers, IsEmpty());
  put("default", {.CountryCode = "*"});
  EXPECT_THAT(values("www.example.com.", "A", {.region = "sa-east-1"}), ElementsAre("default"));
  health["virginia"] = false;
  EXPECT_THAT(values("www.example.com.", "A", {.region = "us-east-1"}), ElementsAre("states"));
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geoproximity.html
TEST_F(DnsAnswer, SendsClientsToTheNearestPlaceAsItsBiasHasIt) {
  const auto put = [&](const std::string& name, const std::string& value,
                       api::route53::GeoProximityLocation geo) {
    auto one = checked(record(name, "A", value, value), true);
    one.GeoProximityLocation = std::move(geo);
    add(one);
  };
  put("www.example.com.", "ireland", {.AWSRegion = "eu-west-1"});
  put("www.example.com.", "milan", {.Coordinates = {{.Latitude = "45.47", .Longitude = "+9.19"}}});
  put("www.example.com.", "virginia", {.AWSRegion = "us-east-1", .Bias = 0});
  const auto answer = [&](const char* region) {
    return values("www.example.com.", "A", {.region = region});
  };
  EXPECT_THAT(answer("eu-west-2"), ElementsAre("ireland"));
  EXPECT_THAT(answer("eu-central-1"), ElementsAre("milan"));
  EXPECT_THAT(answer("sa-east-1"), ElementsAre("virginia"));
  health["milan"] = false;
  EXPECT_THAT(answer("eu-central-1"), ElementsAre("ireland"));

  // Frankfurt is 510 km from Milan and 1,100 km from Dublin.
  put("biased.example.com.", "ireland", {.AWSRegion = "eu-west-1", .Bias = 60});
  put("biased.example.com.", "italy", {.AWSRegion = "eu-south-1"});
  EXPECT_THAT(values("biased.example.com.", "A", {.region = "eu-central-1"}),
              ElementsAre("ireland"));
  put("pushed.example.com.", "ireland", {.AWSRegion = "eu-west-1"});
  put("pushed.example.com.", "italy", {.AWSRegion = "eu-south-1", .Bias = -99});
  EXPECT_THAT(values("pushed.example.com.", "A", {.region = "eu-central-1"}), ElementsAre("italy"));
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
struct FailoverCase {
  bool primary;
  bool secondary;
  const char* answer;
};
class DnsFailover : public DnsAnswer, public ::testing::WithParamInterface<FailoverCase> {};
TEST_P(DnsFailover, AnswersWithTheSecondaryOnlyWhileItAloneIsHealthy) {
  auto primary = checked(record("www.example.com.", "A", "primary", "one"), GetParam().primary);
  primary.Failover = "PRIMARY";
  auto secondary =
      checked(record("www.example.com.", "A", "secondary", "two"), GetParam().secondary);
  secondary.Failover = "SECONDARY";
  add(secondary);
  add(primary);

  EXPECT_THAT(values("www.example.com."), ElementsAre(GetParam().answer));
}
INSTANTIATE_TEST_SUITE_P(All, DnsFailover,
                         ::testing::Values(FailoverCase{true, true, "primary"},
                                           FailoverCase{true, false, "primary"},
                                           FailoverCase{false, true, "secondary"},
                                           FailoverCase{false, false, "primary"}));

TEST_F(DnsAnswer, FailsOverWithTheHealthOfAnAliasTarget) {
  auto primary = alias("www.example.com.", "web.elb.amazonaws.com.", true);
  primary.SetIdentifier = "one";
  primary.Failover = "PRIMARY";
  auto secondary = record("www.example.com.", "A", "192.0.2.1", "two");
  secondary.Failover = "SECONDARY";
  add(primary);
  add(secondary);

  EXPECT_THAT(values("www.example.com."), SizeIs(2));
  nodes[0].is_healthy = nodes[1].is_healthy = false;
  EXPECT_THAT(values("www.example.com."), ElementsAre("192.0.2.1"));
}

// AWS's tree of aliases: latency aliases that evaluate the health of weighted records below them.
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
TEST_F(DnsAnswer, FindsHealthThroughATreeOfAliases) {
  for (const auto* region : {"us-east-1", "ap-southeast-2"}) {
    const std::string below = std::string(region) + ".example.com.";
    for (const auto* number : {"1", "2"}) {
      auto one = checked(
          record(below, "A", region + std::string(number), region + std::string(number)), true);
      one.Weight = 1;
      add(one);
    }
    auto top = alias("www.example.com.", below, true);
    top.SetIdentifier = region;
    top.Region = region;
    add(top);
  }
  const auto from_east = [&] { return values("www.example.com.", "A", {.region = "us-east-1"}); };
  EXPECT_THAT(from_east(), ElementsAre(AnyOf("us-east-11", "us-east-12")));
  health["us-east-11"] = false;
  EXPECT_THAT(from_east(), ElementsAre("us-east-12"));
  health["us-east-12"] = false;
  EXPECT_THAT(from_east(), ElementsAre(AnyOf("ap-southeast-21", "ap-southeast-22")));
  health["ap-southeast-21"] = health["ap-southeast-22"] = false;
  EXPECT_THAT(from_east(), ElementsAre(AnyOf("us-east-11", "us-east-12"))) << "all unhealthy";
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html
TEST_F(DnsAnswer, HasUpToEightHealthyValues) {
  for (int i = 0; i < 12; ++i) {
    const std::string value = "192.0.2." + std::to_string(i);
    auto one = checked(record("www.example.com.", "A", value, value), i < 10);
    one.MultiValueAnswer = true;
    add(one);
  }
  std::set<std::string> seen;
  for (std::uint64_t draw = 0; draw < 100; ++draw) {
    const auto got = values("www.example.com.", "A", {}, draw);
    EXPECT_THAT(got, SizeIs(8));
    seen.insert(got.begin(), got.end());
  }
  EXPECT_THAT(seen, SizeIs(10)) << "every healthy one at some time, never an unhealthy one";
  for (auto& [id, is_healthy] : health) is_healthy = false;
  EXPECT_THAT(values("www.example.com."), SizeIs(8)) << "all unhealthy: any of them";
}

TEST_F(DnsAnswer, IsTheSameForTheSameDraw) {
  for (const auto* value : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) {
    auto one = record("www.example.com.", "A", value, value);
    one.Weight = 1;
    add(one);
  }
  for (std::uint64_t draw = 0; draw < 50; ++draw) {
    EXPECT_EQ(ask("www.example.com.", "A", {}, draw), ask("www.example.com.", "A", {}, draw));
  }
}

}  // namespace
}  // namespace fallstreak::dataplane::dns
