#include "dataplane/reachability/passage.h"

#include <algorithm>

#include "base/check.h"
#include "dataplane/reachability/reachability.h"
#include "dataplane/reachability/rules.h"

namespace fallstreak::dataplane::reachability {
namespace {

/// Chosen: an address of RFC 5737 stands for the many that a client may have, where a network ACL
/// is asked.
constexpr std::string_view kSomebody = "198.51.100.1";
constexpr PortRange kClientPorts{1024, 65535};

/// Targets are reached by IPv4.
bool is_about(const GroupRule& rule, std::int32_t port) {
  constexpr int kBitsOfIpv4 = 32;
  if (rule.direction != Direction::ingress) return false;
  if (rule.block && rule.block->network.bits != kBitsOfIpv4) return false;
  if (rule.protocol == kAnyProtocol) return true;
  return rule.protocol == kTcp && rule.ports.first <= port && port <= rule.ports.last;
}

Admission by_groups(const Network& network, const Interface& node, const Interface& target,
                    std::int32_t port) {
  if (target.group_ids.empty()) return Admission::everybody;
  Admission found = Admission::nobody;
  for (const auto& id : target.group_ids) {
    const auto group = network.groups.find(id);
    if (group == network.groups.end()) continue;
    for (const auto& rule : group->second.rules) {
      if (!is_about(rule, port)) continue;
      const bool is_of_node =
          std::ranges::find(node.group_ids, rule.group_id) != node.group_ids.end();
      const bool is_open = rule.block && rule.block->prefix == 0;
      if (is_of_node || is_open) return Admission::everybody;
      found = Admission::some;
    }
  }
  return found;
}

/// What the ACL of the target's subnet says of somebody who comes in from outside of it.
bool passes_acl(const Network& network, const Interface& target, std::int32_t port) {
  const auto subnet = network.subnets.find(target.subnet_id);
  if (subnet == network.subnets.end()) return true;
  const auto acl = network.acls.find(subnet->second.acl_id);
  if (acl == network.acls.end()) return true;
  const auto somebody = IpAddress::parse(kSomebody);
  CHECK(somebody.has_value()) << kSomebody;
  const Packet packet{.source = *somebody,
                      .destination = target.addresses.front().private_ip,
                      .source_ports = kClientPorts,
                      .destination_ports = {port, port}};
  return decide(acl->second, Direction::ingress, packet).allows &&
         decide(acl->second, Direction::egress, reply_to(packet)).allows;
}

}  // namespace

Admission passage(const Network& network, const Leg& leg) {
  if (leg.source == Source::node) {
    const auto answer = find_path(network, {.from = leg.node, .to = leg.target, .port = leg.port});
    const bool is_stopped = answer && answer->verdict == Verdict::not_reachable;
    return is_stopped ? Admission::nobody : Admission::everybody;
  }
  const Interface* node = network.find_interface(leg.node);
  const Interface* target = network.find_interface(leg.target);
  if (node == nullptr || target == nullptr) return Admission::everybody;
  const Admission admitted = by_groups(network, *node, *target, leg.port);
  return passes_acl(network, *target, leg.port) ? admitted : Admission::nobody;
}

}  // namespace fallstreak::dataplane::reachability
