#include "resolver.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

/// Load balancers in a VPC whose subnets have blocks of IPv6.
class IpAddressType : public testing::StackTest {
 protected:
  IpAddressType() {
    make_network();
    const auto associated =
        must(ec2.associate_vpc_cidr_block({.VpcId = vpc_id, .AmazonProvidedIpv6CidrBlock = true}));
    const std::string block = *associated.Ipv6CidrBlockAssociation->Ipv6CidrBlock;
    // `2001:db8:1234:5600::/56`: the last of these digits tells subnets apart.
    const std::string begin = block.substr(0, block.find("00::/56"));
    for (std::size_t i = 0; i < subnet_ids.size(); ++i) {
      const std::string subnet_block = begin + "0" + std::to_string(i) + "::/64";
      blocks.push_back(begin + "0" + std::to_string(i) + ":");
      must_do(ec2.associate_subnet_cidr_block(
          {.SubnetId = subnet_ids[i], .Ipv6CidrBlock = subnet_block}));
    }
  }
  api::elbv2::CreateLoadBalancerInput wanted(const std::string& ip_address_type,
                                             const std::string& type = "application") {
    return {.Name = "web", .Subnets = subnet_ids, .Type = type, .IpAddressType = ip_address_type};
  }
  std::string make(const api::elbv2::CreateLoadBalancerInput& request) {
    const auto made = must(elbv2.create_load_balancer(request));
    cloud.advance(minutes(5));
    return *made.LoadBalancers->front().LoadBalancerArn;
  }
  api::elbv2::LoadBalancer describe(const std::string& arn) {
    return must(elbv2.describe_load_balancers({.LoadBalancerArns = {{arn}}}))
        .LoadBalancers->front();
  }
  /// What the load balancer's name answers.
  std::vector<std::string> addresses(const std::string& arn, const std::string& type) {
    std::vector<std::string> all;
    const auto answer = resolve(cloud, {.name = *describe(arn).DNSName + ".", .type = type});
    for (const auto& record : answer.answers) all.push_back(record.value);
    return all;
  }
  std::vector<api::ec2::NetworkInterface> interfaces() {
    return *must(ec2.describe_network_interfaces(
                     {.Filters = {{{.Name = "description", .Values = {{"ELB */web/*"}}}}}}))
                .NetworkInterfaces;
  }
  std::vector<std::string> ipv6_addresses_of_interfaces() {
    std::vector<std::string> all;
    for (const auto& interface : interfaces()) {
      for (const auto& one : *interface.Ipv6Addresses) all.push_back(*one.Ipv6Address);
    }
    return all;
  }
  std::vector<std::string> blocks;
};

TEST_F(IpAddressType, OfDualstackHasAnAddressOfBothKindsInEachZone) {
  const auto arn = make(wanted("dualstack"));

  EXPECT_EQ(describe(arn).IpAddressType, "dualstack");
  EXPECT_THAT(addresses(arn, "A"), SizeIs(3));
  const auto found = addresses(arn, "AAAA");
  EXPECT_THAT(found, SizeIs(3));
  EXPECT_THAT(found, UnorderedElementsAreArray(ipv6_addresses_of_interfaces()));
}

TEST_F(IpAddressType, OfIpv4HasNoAddressOfIpv6) {
  const auto arn = make(wanted("ipv4"));
  EXPECT_THAT(addresses(arn, "A"), SizeIs(3));
  EXPECT_THAT(addresses(arn, "AAAA"), IsEmpty());
  EXPECT_THAT(ipv6_addresses_of_interfaces(), IsEmpty());
}

TEST_F(IpAddressType, WithoutPublicIpv4IsFoundByIpv6Alone) {
  const auto arn = make(wanted("dualstack-without-public-ipv4"));

  EXPECT_THAT(addresses(arn, "A"), IsEmpty());
  EXPECT_THAT(addresses(arn, "AAAA"), SizeIs(3));
  for (const auto& interface : interfaces()) EXPECT_FALSE(interface.Association);
}

TEST_F(IpAddressType, WithoutPublicIpv4IsForApplicationLoadBalancersThatFaceTheInternet) {
  EXPECT_THAT(elbv2.create_load_balancer(wanted("dualstack-without-public-ipv4", "network")),
              FailsWith("InvalidConfigurationRequest", 400));
  auto internal = wanted("dualstack-without-public-ipv4");
  internal.Scheme = "internal";
  EXPECT_THAT(elbv2.create_load_balancer(internal), FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_THAT(interfaces(), IsEmpty()) << "what is refused changes nothing";
}

TEST_F(IpAddressType, NeedsABlockOfIpv6InEverySubnet) {
  subnet_ids.push_back(make_subnet("eu-central-1a", "10.0.9.0/24"));
  subnet_ids.erase(subnet_ids.begin());
  EXPECT_THAT(elbv2.create_load_balancer(wanted("dualstack")),
              FailsSaying("You must specify subnets with an associated IPv6 CIDR block: '" +
                          subnet_ids.back() + "'"));
}

class SetIpAddressTypes : public IpAddressType {
 protected:
  Outcome<api::elbv2::SetIpAddressTypeOutput> set(const std::string& arn, const std::string& type) {
    return elbv2.set_ip_address_type({.LoadBalancerArn = arn, .IpAddressType = type});
  }
};

TEST_F(SetIpAddressTypes, GivesAndTakesAddresses) {
  const auto arn = make(wanted("ipv4"));
  const auto before = addresses(arn, "A");

  EXPECT_EQ(must(set(arn, "dualstack")).IpAddressType, "dualstack");
  EXPECT_THAT(addresses(arn, "AAAA"), SizeIs(3));
  EXPECT_THAT(addresses(arn, "A"), UnorderedElementsAreArray(before));

  must_do(set(arn, "dualstack-without-public-ipv4"));
  EXPECT_THAT(addresses(arn, "A"), IsEmpty());
  EXPECT_THAT(addresses(arn, "AAAA"), SizeIs(3));
  for (const auto& interface : interfaces()) EXPECT_FALSE(interface.Association);

  must_do(set(arn, "ipv4"));
  EXPECT_THAT(addresses(arn, "A"), SizeIs(3));
  EXPECT_THAT(addresses(arn, "AAAA"), IsEmpty());
  EXPECT_THAT(ipv6_addresses_of_interfaces(), IsEmpty());
  EXPECT_EQ(describe(arn).IpAddressType, "ipv4");
}

TEST_F(SetIpAddressTypes, LeavesEverythingWhereItIsRefused) {
  const auto arn = make(wanted("dualstack", "network"));
  EXPECT_THAT(set(arn, "dualstack-without-public-ipv4"),
              FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_EQ(describe(arn).IpAddressType, "dualstack");
  EXPECT_THAT(addresses(arn, "AAAA"), SizeIs(3));
}

TEST_F(SetIpAddressTypes, IsDoneBySetSubnetsToo) {
  const auto arn = make(wanted("ipv4"));
  const std::vector<std::string> two = {subnet_ids[0], subnet_ids[1]};

  const auto changed = must(
      elbv2.set_subnets({.LoadBalancerArn = arn, .Subnets = two, .IpAddressType = "dualstack"}));

  EXPECT_EQ(changed.IpAddressType, "dualstack");
  EXPECT_EQ(describe(arn).IpAddressType, "dualstack");
  EXPECT_THAT(addresses(arn, "AAAA"), SizeIs(2));
}

TEST_F(IpAddressType, OfANetworkLoadBalancerTakesAnAddressForEachSubnet) {
  const std::string address = blocks[0] + ":7";
  api::elbv2::CreateLoadBalancerInput request = wanted("dualstack", "network");
  request.Subnets.reset();
  request.SubnetMappings = {{{.SubnetId = subnet_ids[0], .IPv6Address = address}}};

  const auto arn = make(request);

  EXPECT_THAT(addresses(arn, "AAAA"), ElementsAre(address));
  EXPECT_EQ(describe(arn).AvailabilityZones->front().LoadBalancerAddresses->front().IPv6Address,
            address);

  request.Name = "other";
  EXPECT_THAT(elbv2.create_load_balancer(request),
              FailsSaying("The IPv6 address '" + address + "' is not available in the subnet '" +
                          subnet_ids[0] + "'"));
  request.IpAddressType = "ipv4";
  EXPECT_THAT(elbv2.create_load_balancer(request), FailsWith("InvalidConfigurationRequest", 400));
  request = wanted("dualstack");
  request.Name = "app";
  request.Subnets.reset();
  request.SubnetMappings = {
      {{.SubnetId = subnet_ids[0], .IPv6Address = blocks[0] + ":8"}, {.SubnetId = subnet_ids[1]}}};
  EXPECT_THAT(elbv2.create_load_balancer(request), FailsWith("InvalidConfigurationRequest", 400));
}

}  // namespace
}  // namespace fallstreak
