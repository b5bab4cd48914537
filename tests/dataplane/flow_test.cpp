#include "dataplane/nlb/flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace fallstreak::dataplane::nlb {
namespace {

using alb::Affinity;
using alb::CrossZone;
using alb::TargetState;
using ::testing::ElementsAre;

alb::TargetGroupView group_of(const std::vector<std::pair<std::string, TargetState>>& targets) {
  alb::TargetGroupView group;
  for (const auto& [zone, state] : targets) {
    group.targets.push_back(
        {.id = "i-" + std::to_string(group.targets.size()), .zone = zone, .state = state});
  }
  return group;
}

const auto kHealthy = TargetState::healthy;
const auto kUnhealthy = TargetState::unhealthy;

std::string chosen(const alb::TargetGroupView& group, std::uint64_t hash,
                   CrossZone cross_zone = CrossZone::on, const std::string& zone = "a") {
  const auto* target = choose_target(group, cross_zone, zone, hash).target;
  return target == nullptr ? "" : target->id;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#routing-algorithm
TEST(FlowHash, TellsConnectionsOfAClientApart) {
  const Flow flow{"203.0.113.7", 4711, "10.0.0.1", 443, 1};
  const auto hash = [](Flow changed) { return flow_hash(changed, Affinity::connection); };
  EXPECT_EQ(hash(flow), hash(flow));
  EXPECT_NE(hash(flow), hash({"203.0.113.8", 4711, "10.0.0.1", 443, 1}));
  EXPECT_NE(hash(flow), hash({"203.0.113.7", 4712, "10.0.0.1", 443, 1}));
  EXPECT_NE(hash(flow), hash({"203.0.113.7", 4711, "10.0.0.2", 443, 1}));
  EXPECT_NE(hash(flow), hash({"203.0.113.7", 4711, "10.0.0.1", 444, 1}));
  EXPECT_NE(hash(flow), hash({"203.0.113.7", 4711, "10.0.0.1", 443, 2}));
}

TEST(FlowHash, WithStickinessIsOfTheClientsAddressAlone) {
  const auto hash = [](Flow changed) { return flow_hash(changed, Affinity::source_ip); };
  EXPECT_EQ(hash({"203.0.113.7", 1, "10.0.0.1", 443, 1}), hash({"203.0.113.7", 2, "x", 80, 2}));
  EXPECT_NE(hash({"203.0.113.7", 1, "10.0.0.1", 443, 1}),
            hash({"203.0.113.8", 1, "10.0.0.1", 443, 1}));
}

TEST(FlowTarget, IsSpreadEvenly) {
  const auto group = group_of({{"a", kHealthy}, {"a", kHealthy}, {"b", kHealthy}});
  std::map<std::string, int> counts;
  for (std::uint64_t n = 0; n < 30'000; ++n) {
    ++counts[chosen(group,
                    flow_hash({"203.0.113.7", 4711, "10.0.0.1", 443, n}, Affinity::connection))];
  }
  ASSERT_EQ(counts.size(), 3U);
  for (const auto& [id, count] : counts) EXPECT_NEAR(count, 10'000, 400) << id;
}

TEST(FlowTarget, MovesNoFlowBetweenTargetsThatStay) {
  const auto before = group_of({{"a", kHealthy}, {"a", kHealthy}, {"a", kHealthy}});
  auto after = before;
  after.targets[1].state = kUnhealthy;
  for (std::uint64_t hash = 0; hash < 1000; ++hash) {
    const auto first = chosen(before, hash);
    if (first != "i-1") {
      EXPECT_EQ(chosen(after, hash), first);
    }
    EXPECT_NE(chosen(after, hash), "i-1");
  }
}

TEST(FlowTarget, IsOfTheNodesZoneWithoutCrossZone) {
  const auto group = group_of({{"a", kHealthy}, {"b", kHealthy}});
  for (std::uint64_t hash = 0; hash < 100; ++hash) {
    EXPECT_EQ(chosen(group, hash, CrossZone::off, "b"), "i-1");
  }
  EXPECT_EQ(chosen(group, 1, CrossZone::off, "c"), "");
}

TEST(FlowTarget, IsAnyWhenAllAreUnhealthy) {
  const auto group = group_of({{"a", kUnhealthy}, {"a", kUnhealthy}, {"a", TargetState::draining}});
  std::set<std::string> seen;
  for (std::uint64_t hash = 0; hash < 100; ++hash) seen.insert(chosen(group, hash));
  EXPECT_EQ(seen, (std::set<std::string>{"i-0", "i-1"}));
}

TEST(ZonesInDns, AreThoseThatCanServe) {
  const std::vector<std::string> zones{"a", "b"};
  const auto group = group_of({{"a", kUnhealthy}, {"b", kHealthy}});

  EXPECT_THAT(zones_in_dns(zones, group, CrossZone::off), ElementsAre("b"));
  EXPECT_THAT(zones_in_dns(zones, group, CrossZone::on), ElementsAre("a", "b"));
  EXPECT_THAT(zones_in_dns(zones, group_of({{"a", kUnhealthy}}), CrossZone::off),
              ElementsAre("a", "b"));
}

// https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
TEST(ProxyHeader, NamesBothEnds) {
  const auto header = proxy_header({"203.0.113.7", 4711, "10.0.0.1", 443, 0});

  EXPECT_EQ(header, std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16) +
                        std::string("\xcb\0\x71\x07\x0a\0\0\x01\x12\x67\x01\xbb", 12));
}

TEST(ProxyHeader, NamesEndsOfIpv6) {
  const auto header = proxy_header({"2001:db8::7", 4711, "::1", 443, 0});

  const std::string zeros(10, '\0');
  EXPECT_EQ(header, std::string("\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24", 16) +
                        std::string("\x20\x01\x0d\xb8", 4) + zeros + std::string("\0\x07", 2) +
                        zeros + std::string("\0\0\0\0\0\x01", 6) + "\x12\x67\x01\xbb");
}

}  // namespace
}  // namespace fallstreak::dataplane::nlb
