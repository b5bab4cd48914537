#include "dataplane/reachability/network.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace fallstreak::dataplane::reachability {

std::optional<int> parse_protocol(std::string_view text) {
  if (text == "tcp") return kTcp;
  if (text == "udp") return kUdp;
  if (text == "icmp") return kIcmp;
  if (text == "icmpv6") return kIcmpv6;
  if (text == "-1" || text == "all") return kAnyProtocol;
  int number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  const bool is_number = error == std::errc() && end == last && number >= 0 && number <= 255;
  return is_number ? std::optional(number) : std::nullopt;
}

bool is_private(const IpAddress& address) {
  constexpr std::string_view kBlocks[] = {"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",
                                          "100.64.0.0/10", "169.254.0.0/16", "fc00::/7",
                                          "fe80::/10"};
  return std::ranges::any_of(
      kBlocks, [&](std::string_view block) { return IpBlock::parse(block)->contains(address); });
}

void Network::add(Interface interface) {
  const std::string& id = interface.id;
  if (!interface.instance_id.empty() && interface.is_primary) {
    by_instance_[interface.instance_id] = id;
  }
  for (const auto& address : interface.addresses) {
    by_private_[to_string(address.private_ip)][interface.vpc_id] = id;
    if (address.public_ip) by_public_[to_string(*address.public_ip)] = id;
  }
  interfaces_.insert_or_assign(id, std::move(interface));
}

const Interface* Network::find_interface(std::string_view id) const {
  const auto found = interfaces_.find(id);
  return found == interfaces_.end() ? nullptr : &found->second;
}

const Interface* Network::find_instance(std::string_view instance_id) const {
  const auto found = by_instance_.find(instance_id);
  return found == by_instance_.end() ? nullptr : find_interface(found->second);
}

const Interface* Network::find_private(std::string_view vpc_id, const IpAddress& address) const {
  const auto found = by_private_.find(to_string(address));
  if (found == by_private_.end()) return nullptr;
  const auto in_vpc = found->second.find(vpc_id);
  return in_vpc == found->second.end() ? nullptr : find_interface(in_vpc->second);
}

std::vector<const Interface*> Network::find_private(const IpAddress& address) const {
  std::vector<const Interface*> all;
  const auto found = by_private_.find(to_string(address));
  if (found == by_private_.end()) return all;
  for (const auto& [vpc_id, id] : found->second) all.push_back(find_interface(id));
  return all;
}

const Interface* Network::find_public(const IpAddress& address) const {
  const auto found = by_public_.find(to_string(address));
  return found == by_public_.end() ? nullptr : find_interface(found->second);
}

}  // namespace fallstreak::dataplane::reachability
