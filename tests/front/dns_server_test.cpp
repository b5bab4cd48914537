#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "client/ec2.h"
#include "client/elbv2.h"
#include "client/route53.h"
#include "front/dns_client.h"
#include "resolver.h"
#include "front/server_test.h"

namespace fallstreak {
namespace {

namespace dns = dataplane::dns;
using namespace std::chrono_literals;
using testing::ask_dns;
using ::testing::ElementsAre;
using testing::exchange_dns;
using ::testing::IsEmpty;
using testing::Over;
using ::testing::SizeIs;

class DnsServer : public testing::ServerTest {
 protected:
  static front::ServerOptions with_dns() {
    auto made = options();
    made.dns = front::DnsOptions{};
    return made;
  }
  DnsServer() : ServerTest(with_dns()) {}

  template <class Value>
  static Value must(Outcome<Value> outcome) {
    if (!outcome) throw std::runtime_error(outcome.error().code + ": " + outcome.error().message);
    return std::move(*outcome);
  }

  std::string make_zone(const std::string& name) {
    const auto made =
        must(route53.create_hosted_zone({.Name = name, .CallerReference = "of " + name}));
    return made.HostedZone->Id->substr(std::string_view("/hostedzone/").size());
  }
  void put(const std::string& zone, api::route53::ResourceRecordSet record_set) {
    must(route53.change_resource_record_sets(
        {.HostedZoneId = zone,
         .ChangeBatch = {
             {.Changes = {{{.Action = "UPSERT", .ResourceRecordSet = std::move(record_set)}}}}}}));
    server.pacer().advance(2min);
  }
  static api::route53::ResourceRecordSet record(const std::string& name, const std::string& type,
                                                const std::string& value) {
    return {.Name = name, .Type = type, .TTL = 60, .ResourceRecords = {{{.Value = value}}}};
  }
  /// The data of the answer, in hexadecimal.
  std::vector<std::string> data(const std::string& name, std::string_view type,
                                Over over = Over::udp) {
    std::vector<std::string> list;
    const auto answer = ask_dns(server.dns_port(), name, type, over);
    if (!answer) return {"no answer"};
    for (const auto& one : answer->answers) list.push_back(to_hex(one.data));
    return list;
  }

  InProcessTransport transport{cloud, dispatch::Caller("123456789012", "eu-central-1")};
  client::Route53 route53{transport};
};

TEST_F(DnsServer, AnswersFromHostedZonesOverUdpAndTcp) {
  const auto zone = make_zone("example.com");
  put(zone, record("www.example.com", "A", "192.0.2.1"));

  EXPECT_THAT(data("www.example.com.", "A"), ElementsAre("c0000201"));
  EXPECT_THAT(data("www.example.com.", "A", Over::tcp), ElementsAre("c0000201"));
  const auto answer = ask_dns(server.dns_port(), "www.example.com.", "A");
  EXPECT_EQ(answer->id, 4711);
  EXPECT_TRUE(answer->is_response && answer->is_authoritative && answer->recursion_available);
  EXPECT_EQ(answer->questions.front().name, "www.example.com.");
  const auto missing = ask_dns(server.dns_port(), "missing.example.com.", "A");
  EXPECT_EQ(missing->rcode, std::uint8_t(dns::Rcode::name_error));
  ASSERT_THAT(missing->authority, SizeIs(1));
  EXPECT_EQ(missing->authority.front().ttl, 900U);
  EXPECT_EQ(ask_dns(server.dns_port(), "www.example.org.", "A")->rcode,
            std::uint8_t(dns::Rcode::refused));
}

TEST_F(DnsServer, KnowsAChangeOnceItIsInSync) {
  const auto zone = make_zone("example.com");
  put(zone, record("www.example.com", "A", "192.0.2.1"));
  must(route53.change_resource_record_sets(
      {.HostedZoneId = zone,
       .ChangeBatch = {
           {.Changes = {{{.Action = "UPSERT",
                          .ResourceRecordSet = record("www.example.com", "A", "192.0.2.2")}}}}}}));

  EXPECT_THAT(data("www.example.com.", "A"), ElementsAre("c0000201"));
  server.pacer().advance(2min);
  EXPECT_THAT(data("www.example.com.", "A"), ElementsAre("c0000202"));
}

TEST_F(DnsServer, AnswersForALoadBalancerAndItsAlias) {
  client::Ec2 ec2{transport};
  client::ElbV2 elbv2{transport};
  const auto subnets = must(ec2.describe_subnets({}));
  std::vector<std::string> ids;
  for (const auto& subnet : *subnets.Subnets) ids.push_back(*subnet.SubnetId);
  const auto made =
      must(elbv2.create_load_balancer({.Name = "web", .Subnets = ids})).LoadBalancers->front();
  EXPECT_THAT(data(*made.DNSName + ".", "A"), IsEmpty()) << "it is not active yet";
  server.pacer().advance(10min);
  const auto zone = make_zone("example.com");
  put(zone, {.Name = "example.com",
             .Type = "A",
             .AliasTarget = {{.HostedZoneId = made.CanonicalHostedZoneId,
                              .DNSName = "dualstack." + *made.DNSName,
                              .EvaluateTargetHealth = true}}});

  auto nodes = data(*made.DNSName + ".", "A");
  auto aliased = data("example.com.", "A");
  EXPECT_THAT(nodes, SizeIs(3)) << "a node in each zone";
  std::ranges::sort(nodes);
  std::ranges::sort(aliased);
  EXPECT_EQ(nodes, aliased);
  must(elbv2.delete_load_balancer({.LoadBalancerArn = made.LoadBalancerArn}));
  EXPECT_EQ(ask_dns(server.dns_port(), *made.DNSName + ".", "A")->rcode,
            std::uint8_t(dns::Rcode::refused));
}

TEST_F(DnsServer, SaysOverUdpThatAnAnswerIsTooLong) {
  const auto zone = make_zone("example.com");
  auto many = record("many.example.com", "A", "192.0.2.0");
  for (int i = 1; i < 100; ++i) {
    many.ResourceRecords->push_back({.Value = "192.0.2." + std::to_string(i)});
  }
  put(zone, many);

  const auto cut = ask_dns(server.dns_port(), "many.example.com.", "A");
  EXPECT_TRUE(cut->is_truncated);
  EXPECT_THAT(data("many.example.com.", "A", Over::tcp), SizeIs(100));
}

TEST_F(DnsServer, RefusesWhatItDoesNotUnderstand) {
  const auto rcode_of = [&](const dns::Message& query) -> int {
    const auto answer = exchange_dns(server.dns_port(), dns::encode_message(query, 512), Over::udp);
    const auto read = answer ? dns::decode_message(*answer) : std::nullopt;
    if (!read) return -1;
    return read->rcode + (read->edns ? read->edns->extended_rcode * 16 : 0);
  };
  dns::Message query{.id = 1};
  EXPECT_EQ(rcode_of(query), int(dns::Rcode::format_error)) << "no question";
  query.questions.push_back({.name = "example.com.", .type = 1});
  query.edns = dns::Edns{.version = 1};
  EXPECT_EQ(rcode_of(query), 16) << "BADVERS";
  query.edns.reset();
  query.opcode = 5;
  EXPECT_EQ(rcode_of(query), int(dns::Rcode::not_implemented)) << "an update";
  query.opcode = 0;
  query.questions.front().class_ = 3;
  EXPECT_EQ(rcode_of(query), int(dns::Rcode::refused)) << "not of the internet";
  query.is_response = true;
  EXPECT_EQ(exchange_dns(server.dns_port(), dns::encode_message(query, 512), Over::udp),
            std::nullopt);
  EXPECT_EQ(to_hex(exchange_dns(server.dns_port(), std::string(13, '\1'), Over::udp).value_or("")),
            "010180010000000000000000");
}

class PrivateDns : public DnsServer {
 protected:
  std::string answer(const std::string& vpc) {
    const std::lock_guard held(cloud.lock());
    const auto got = dns::answer(dns_knowledge(cloud.world(), vpc),
                                 {"www.example.com.", "A"}, {.vpc = vpc}, 1);
    return got.answers.empty() ? "none" : got.answers.front().value;
  }
};

TEST_F(PrivateDns, IsSeenFromItsVpcAlone) {
  client::Ec2 ec2{transport};
  const auto vpc = *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"})).Vpc->VpcId;
  put(make_zone("example.com"), record("www.example.com", "A", "192.0.2.1"));
  const auto made =
      must(route53.create_hosted_zone({.Name = "example.com",
                                       .VPC = {{.VPCRegion = "eu-central-1", .VPCId = vpc}},
                                       .CallerReference = "private"}));
  server.pacer().advance(2min);
  EXPECT_EQ(answer("eu-central-1/" + vpc), "none") << "the private zone hides the public one";
  put(made.HostedZone->Id->substr(12), record("www.example.com", "A", "10.0.0.1"));

  EXPECT_EQ(answer("eu-central-1/" + vpc), "10.0.0.1");
  EXPECT_EQ(answer("eu-central-1/vpc-other"), "192.0.2.1");
  EXPECT_EQ(answer(""), "192.0.2.1");
}

}  // namespace
}  // namespace fallstreak
