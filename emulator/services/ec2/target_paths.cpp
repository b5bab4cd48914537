#include "services/ec2/target_paths.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/ip_block.h"
#include "dataplane/reachability/described.h"
#include "dataplane/reachability/passage.h"
#include "dispatch/target_paths.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/subnets.h"

namespace fallstreak::services::ec2 {
namespace {

namespace reachability = dataplane::reachability;

/// As much of the account's networks as decides about packets between some interfaces.
class NetworkExcerpt {
 public:
  explicit NetworkExcerpt(const Ec2State& state) : state_(state) {}

  void add(const NetworkInterfaceRecord& row) {
    if (!known_.insert(row.interface_id).second) return;
    api::ec2::NetworkInterface shown{.NetworkInterfaceId = row.interface_id,
                                     .SourceDestCheck = row.source_dest_check,
                                     .SubnetId = row.subnet_id,
                                     .VpcId = row.vpc_id};
    auto& addresses = shown.PrivateIpAddresses.emplace();
    for (const auto& each : row.addresses) {
      addresses.push_back({.Primary = addresses.empty(), .PrivateIpAddress = each.address});
    }
    auto& prefixes = shown.Ipv4Prefixes.emplace();
    for (const auto& each : row.ipv4_prefixes) prefixes.push_back({.Ipv4Prefix = each});
    auto& ipv6_addresses = shown.Ipv6Addresses.emplace();
    for (const auto& each : row.ipv6_addresses) ipv6_addresses.push_back({.Ipv6Address = each});
    auto& ipv6_prefixes = shown.Ipv6Prefixes.emplace();
    for (const auto& each : row.ipv6_prefixes) ipv6_prefixes.push_back({.Ipv6Prefix = each});
    auto& groups = shown.Groups.emplace();
    for (const auto& id : row.group_ids) {
      groups.push_back({.GroupId = id});
      add_group(id);
    }
    description_.network_interfaces.push_back(std::move(shown));
    add_subnet(row.vpc_id, row.subnet_id);
  }
  /// What the answers follow from: groups, network ACLs, route tables and prefix lists.
  [[nodiscard]] const std::set<std::string>& deciding() const { return deciding_; }
  [[nodiscard]] reachability::Network network() const {
    reachability::Network network;
    reachability::add_description(description_, network);
    return network;
  }

 private:
  void add_group(const std::string& id) {
    const SecurityGroupRecord* group = state_.security_groups.find(id);
    if (group == nullptr || !deciding_.insert(id).second) return;
    name_group(*group);
    for (const auto& rule : group->rules) {
      description_.security_group_rules.push_back(rule);
      if (rule.PrefixListId) add_prefix_list(*rule.PrefixListId);
      if (!rule.ReferencedGroupInfo) continue;
      const auto* other =
          state_.security_groups.find(rule.ReferencedGroupInfo->GroupId.value_or(""));
      // Who its members are follows from the interfaces: its own rules do not matter.
      if (other != nullptr) name_group(*other);
    }
  }

  void name_group(const SecurityGroupRecord& group) {
    if (!known_.insert(group.group_id).second) return;
    description_.security_groups.push_back({.GroupId = group.group_id, .VpcId = group.vpc_id});
  }

  void add_prefix_list(const std::string& id) {
    const PrefixListRecord* list = state_.prefix_lists.find(id);
    if (list == nullptr || !deciding_.insert(id).second) return;
    auto& added = description_.prefix_lists.emplace_back();
    added.id = id;
    for (const auto& entry : list->versions.back().entries) added.cidrs.push_back(*entry.Cidr);
  }

  void add_subnet(const std::string& vpc_id, const std::string& id) {
    const SubnetRecord* subnet = state_.subnets.find(id);
    if (subnet == nullptr || !known_.insert(id).second) return;
    description_.subnets.push_back(subnet->subnet);
    for (const auto& [acl_id, row] : state_.network_acls) {
      const auto associations = api::each(row.acl.Associations);
      const bool is_here =
          std::ranges::any_of(associations, [&](const auto& each) { return each.SubnetId == id; });
      if (!is_here) continue;
      if (deciding_.insert(acl_id).second) description_.network_acls.push_back(row.acl);
    }
    add_table(table_of(vpc_id, id));
  }

  [[nodiscard]] std::string table_of(const std::string& vpc_id,
                                     const std::string& subnet_id) const {
    for (const auto& [table_id, row] : state_.route_tables) {
      const auto associations = api::each(row.table.Associations);
      const bool is_here = std::ranges::any_of(
          associations, [&](const auto& each) { return each.SubnetId == subnet_id; });
      if (is_here) return table_id;
    }
    const VpcRecord* vpc = state_.vpcs.find(vpc_id);
    return vpc == nullptr ? std::string() : vpc->main_route_table_id;
  }

  void add_table(const std::string& id) {
    const RouteTableRecord* row = state_.route_tables.find(id);
    if (row == nullptr || !deciding_.insert(id).second) return;
    auto& table = description_.route_tables.emplace_back(row->table);
    show_black_holes(state_, table);
    for (const auto& route : api::each(table.Routes)) {
      if (route.DestinationPrefixListId) add_prefix_list(*route.DestinationPrefixListId);
    }
  }

  const Ec2State& state_;
  reachability::Description description_;
  std::set<std::string> known_;
  std::set<std::string> deciding_;
};

/// The interface that has an address in a VPC; null when nothing has it.
const NetworkInterfaceRecord* interface_at(const Ec2State& state, const std::string& vpc_id,
                                           const std::string& address) {
  const auto wanted = IpAddress::parse(address);
  if (!wanted) return nullptr;
  for (const auto& [subnet_id, row] : state.subnets) {
    const bool is_ipv6 = wanted->bits == 128;
    const auto block = is_ipv6 ? ipv6_block_of(row) : IpBlock::parse(*row.subnet.CidrBlock);
    if (row.subnet.VpcId != vpc_id || !block || !block->contains(*wanted)) continue;
    const LinkRecord* owner = is_ipv6 ? owner_of_ipv6_address(state, subnet_id, *wanted)
                                      : owner_of_address(state, subnet_id, address);
    return owner == nullptr ? nullptr : state.network_interfaces.find(owner->id);
  }
  return nullptr;
}

const NetworkInterfaceRecord* target_of(const Ec2State& state, const std::string& vpc_id,
                                        const dispatch::PathQuestion& question) {
  if (question.instance_id.empty()) return interface_at(state, vpc_id, question.ip_address);
  const InstanceRecord* instance = state.instances.find(question.instance_id);
  return instance == nullptr ? nullptr : primary_interface(state, *instance);
}

dispatch::StoppedPath judge(const reachability::Network& network,
                            const std::vector<dispatch::PathNode>& nodes, const std::string& target,
                            const dispatch::PathQuestion& question) {
  using reachability::Admission;
  using reachability::Source;
  const Source source = question.keeps_client_address ? Source::client : Source::node;
  dispatch::StoppedPath stopped;
  for (const auto& node : nodes) {
    const auto passage = [&](std::int32_t port, Source seen) {
      return reachability::passage(network, {.node = node.interface_id,
                                             .target = target,
                                             .address = question.ip_address,
                                             .port = port,
                                             .source = seen});
    };
    const Admission requests = passage(question.port, source);
    if (requests == Admission::nobody) stopped.zones.push_back(node.zone);
    if (requests == Admission::some) stopped.limited_zones.push_back(node.zone);
    const bool is_same = source == Source::node && question.port == question.check_port;
    const Admission checks = is_same ? requests : passage(question.check_port, Source::node);
    if (checks == Admission::nobody) stopped.check_zones.push_back(node.zone);
  }
  return stopped;
}

}  // namespace

void on_paths_asked(Context& context, const world::Event& event) {
  const Ec2State& state = context.state;
  const std::string& arn = event.entity;
  const auto questions = dispatch::take_path_questions(context, arn);
  const auto& paths = dispatch::target_paths(context.world(), event.scope);
  const dispatch::PathNodes* known = paths.nodes.find(arn);
  if (known == nullptr || questions.empty()) return;
  const std::vector<dispatch::PathNode> nodes = known->nodes;

  NetworkExcerpt excerpt(state);
  std::string vpc_id;
  for (const auto& node : nodes) {
    const auto* row = state.network_interfaces.find(node.interface_id);
    if (row == nullptr) continue;
    excerpt.add(*row);
    vpc_id = row->vpc_id;
  }
  std::vector<const NetworkInterfaceRecord*> targets;
  for (const auto& [key, question] : questions) {
    const auto*& target = targets.emplace_back(target_of(state, vpc_id, question));
    // Chosen: what is in another VPC or outside, or has no interface, is not judged.
    if (target != nullptr && target->vpc_id != vpc_id) target = nullptr;
    if (target != nullptr) excerpt.add(*target);
  }
  const reachability::Network network = excerpt.network();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& [key, question] = questions[i];
    dispatch::StoppedPath stopped;
    if (targets[i] != nullptr) {
      stopped = judge(network, nodes, targets[i]->interface_id, question);
    }
    dispatch::answer_path(context, key, stopped);
  }
  for (const auto& id : excerpt.deciding()) dispatch::note_path_use(context, arn, id);
}

}  // namespace fallstreak::services::ec2
