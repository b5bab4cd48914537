#include "reachability.h"

#include <set>
#include <utility>

#include "api/ec2/prefix_lists.h"
#include "client/call.h"

namespace fallstreak {
namespace {

using dataplane::reachability::Description;

/// Reads all pages of one operation, unless an earlier one failed.
class Reader {
 public:
  explicit Reader(client::Transport& transport) : transport_(transport) {}

  template <api::OperationTag Operation, class Item, class List>
  void read(std::vector<Item>& into, List member) {
    if (!outcome) return;
    outcome = client::paginate<Operation>(transport_, {}, [&](const auto& response) {
      for (const auto& item : api::each(response.*member)) into.push_back(item);
    });
  }

  void read_prefix_lists(std::vector<Description::PrefixList>& into) {
    std::vector<api::ec2::ManagedPrefixList> lists;
    read<api::ec2::DescribeManagedPrefixLists>(
        lists, &api::ec2::DescribeManagedPrefixListsResult::PrefixLists);
    for (const auto& list : lists) {
      if (!outcome) return;
      auto& added = into.emplace_back();
      added.id = *list.PrefixListId;
      outcome = client::paginate<api::ec2::GetManagedPrefixListEntries>(
          transport_, {.PrefixListId = list.PrefixListId}, [&](const auto& response) {
            for (const auto& entry : api::each(response.Entries)) {
              added.cidrs.push_back(*entry.Cidr);
            }
          });
    }
  }

  /// The one answer of an operation that does not paginate.
  template <api::OperationTag Operation, class Value, class Member>
  void look(Value& into, Member member) {
    if (!outcome) return;
    auto response = client::call<Operation>(transport_, {});
    if (!response) {
      outcome = tl::unexpected(std::move(response.error()));
    } else if (*response.*member) {
      into = *(*response.*member);
    }
  }

  Outcome<void> outcome;

 private:
  client::Transport& transport_;
};

/// Where the other side of a peering connection is, when it is not the caller's own place.
std::set<std::pair<std::string, std::string>> peers_of(const Description& description,
                                                       const dispatch::Caller& caller) {
  std::set<std::pair<std::string, std::string>> peers;
  for (const auto& connection : description.vpc_peering_connections) {
    for (const auto* side : {&connection.RequesterVpcInfo, &connection.AccepterVpcInfo}) {
      if (!*side || !(*side)->OwnerId || !(*side)->Region) continue;
      peers.insert({*(*side)->OwnerId, *(*side)->Region});
    }
  }
  peers.erase({caller.account_id, caller.region});
  return peers;
}

}  // namespace

Outcome<Description> describe_networks(client::Transport& transport) {
  namespace ec2 = api::ec2;
  Description description;
  Reader reader(transport);
  reader.read<ec2::DescribeVpcs>(description.vpcs, &ec2::DescribeVpcsResult::Vpcs);
  reader.read<ec2::DescribeSubnets>(description.subnets, &ec2::DescribeSubnetsResult::Subnets);
  reader.read<ec2::DescribeInternetGateways>(
      description.internet_gateways, &ec2::DescribeInternetGatewaysResult::InternetGateways);
  reader.read<ec2::DescribeRouteTables>(description.route_tables,
                                        &ec2::DescribeRouteTablesResult::RouteTables);
  reader.read<ec2::DescribeNetworkAcls>(description.network_acls,
                                        &ec2::DescribeNetworkAclsResult::NetworkAcls);
  reader.read<ec2::DescribeSecurityGroups>(description.security_groups,
                                           &ec2::DescribeSecurityGroupsResult::SecurityGroups);
  reader.read<ec2::DescribeSecurityGroupRules>(
      description.security_group_rules, &ec2::DescribeSecurityGroupRulesResult::SecurityGroupRules);
  reader.read<ec2::DescribeNetworkInterfaces>(
      description.network_interfaces, &ec2::DescribeNetworkInterfacesResult::NetworkInterfaces);
  reader.read<ec2::DescribeNatGateways>(description.nat_gateways,
                                        &ec2::DescribeNatGatewaysResult::NatGateways);
  reader.read<ec2::DescribeVpcPeeringConnections>(
      description.vpc_peering_connections,
      &ec2::DescribeVpcPeeringConnectionsResult::VpcPeeringConnections);
  reader.read_prefix_lists(description.prefix_lists);
  // AWS: an account has 50 at most, which are one page.
  reader.look<ec2::DescribeVpcBlockPublicAccessExclusions>(
      description.public_access.exclusions,
      &ec2::DescribeVpcBlockPublicAccessExclusionsResult::VpcBlockPublicAccessExclusions);
  reader.look<ec2::DescribeVpcBlockPublicAccessOptions>(
      description.public_access.options,
      &ec2::DescribeVpcBlockPublicAccessOptionsResult::VpcBlockPublicAccessOptions);
  if (!reader.outcome) return tl::unexpected(std::move(reader.outcome.error()));
  return description;
}

Outcome<dataplane::reachability::Network> networks_of(Cloud& cloud,
                                                      const dispatch::Caller& caller) {
  InProcessTransport transport(cloud, caller);
  const auto own = describe_networks(transport);
  if (!own) return tl::unexpected(own.error());
  dataplane::reachability::Network network;
  for (const auto& [account, region] : peers_of(*own, caller)) {
    InProcessTransport to_peer(cloud, dispatch::Caller(account, region));
    const auto theirs = describe_networks(to_peer);
    if (!theirs) return tl::unexpected(theirs.error());
    add_description(*theirs, network);
  }
  add_description(*own, network);
  return network;
}

Outcome<dataplane::reachability::Answer> find_path(
    Cloud& cloud, const dispatch::Caller& caller,
    const dataplane::reachability::Question& question) {
  const auto network = networks_of(cloud, caller);
  if (!network) return tl::unexpected(network.error());
  return dataplane::reachability::find_path(*network, question);
}

}  // namespace fallstreak
