#include "dataplane/reachability/passage.h"

#include <algorithm>

#include "base/check.h"
#include "dataplane/reachability/reachability.h"
#include "dataplane/reachability/rules.h"

namespace fallstreak::dataplane::reachability {
namespace {

/// Chosen: an address for documents (RFC 5737, RFC 3849) stands for the many that a client may
/// have, where a network ACL is asked.
constexpr std::string_view kSomebody = "198.51.100.1";
constexpr std::string_view kSomebodyOfIpv6 = "2001:db8::1";
constexpr PortRange kClientPorts{1024, 65535};

/// `bits` are those of the target's address.
bool is_about(const GroupRule& rule, std::int32_t port, int bits) {
  if (rule.direction != Direction::ingress) return false;
  if (rule.block && rule.block->network.bits != bits) return false;
  if (rule.protocol == kAnyProtocol) return true;
  return rule.protocol == kTcp && rule.ports.first <= port && port <= rule.ports.last;
}

Admission by_groups(const Network& network, const Interface& node, const Interface& target,
                    std::int32_t port, int bits) {
  if (target.group_ids.empty()) return Admission::everybody;
  Admission found = Admission::nobody;
  for (const auto& id : target.group_ids) {
    const auto group = network.groups.find(id);
    if (group == network.groups.end()) continue;
    for (const auto& rule : group->second.rules) {
      if (!is_about(rule, port, bits)) continue;
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
bool passes_acl(const Network& network, const Interface& target, const IpAddress& address,
                std::int32_t port) {
  const auto subnet = network.subnets.find(target.subnet_id);
  if (subnet == network.subnets.end()) return true;
  const auto acl = network.acls.find(subnet->second.acl_id);
  if (acl == network.acls.end()) return true;
  const auto somebody = IpAddress::parse(address.bits == 128 ? kSomebodyOfIpv6 : kSomebody);
  CHECK(somebody.has_value()) << kSomebody;
  const Packet packet{.source = *somebody,
                      .destination = address,
                      .source_ports = kClientPorts,
                      .destination_ports = {port, port}};
  return decide(acl->second, Direction::ingress, packet).allows &&
         decide(acl->second, Direction::egress, reply_to(packet)).allows;
}

}  // namespace

Admission passage(const Network& network, const Leg& leg) {
  if (leg.source == Source::node) {
    const std::string& to = leg.address.empty() ? leg.target : leg.address;
    const auto answer = find_path(network, {.from = leg.node, .to = to, .port = leg.port});
    const bool is_stopped = answer && answer->verdict == Verdict::not_reachable;
    return is_stopped ? Admission::nobody : Admission::everybody;
  }
  const Interface* node = network.find_interface(leg.node);
  const Interface* target = network.find_interface(leg.target);
  if (node == nullptr || target == nullptr) return Admission::everybody;
  const IpAddress address =
      IpAddress::parse(leg.address).value_or(target->addresses.front().private_ip);
  const Admission admitted = by_groups(network, *node, *target, leg.port, address.bits);
  return passes_acl(network, *target, address, leg.port) ? admitted : Admission::nobody;
}

}  // namespace fallstreak::dataplane::reachability
