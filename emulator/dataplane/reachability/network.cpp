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

namespace {

/// The first address of the prefix that this one would be in.
std::string prefix_of(IpAddress address) {
  if (address.bits == 32) {
    address.bytes[3] &= 0xf0;
  } else {
    std::fill(address.bytes.begin() + 10, address.bytes.end(), std::uint8_t{0});
  }
  return to_string(address);
}

}  // namespace

std::optional<InterfaceAddress> Interface::find_address(const IpAddress& private_ip) const {
  const auto found = std::ranges::find(addresses, private_ip, &InterfaceAddress::private_ip);
  if (found != addresses.end()) return *found;
  const bool is_of_prefix = std::ranges::any_of(
      prefixes, [&](const IpBlock& prefix) { return prefix.contains(private_ip); });
  if (!is_of_prefix) return std::nullopt;
  // IPv6 addresses are the same inside and outside.
  return InterfaceAddress{
      .private_ip = private_ip,
      .public_ip = private_ip.bits == 128 ? std::optional(private_ip) : std::nullopt};
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
  for (const auto& prefix : interface.prefixes) {
    by_prefix_[prefix_of(prefix.network)][interface.vpc_id] = id;
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
  auto found = by_private_.find(to_string(address));
  if (found == by_private_.end() || !found->second.contains(vpc_id)) {
    found = by_prefix_.find(prefix_of(address));
    if (found == by_prefix_.end()) return nullptr;
  }
  const auto in_vpc = found->second.find(vpc_id);
  return in_vpc == found->second.end() ? nullptr : find_interface(in_vpc->second);
}

std::vector<const Interface*> Network::find_private(const IpAddress& address) const {
  std::vector<const Interface*> all;
  const auto found = by_private_.find(to_string(address));
  if (found != by_private_.end()) {
    for (const auto& [vpc_id, id] : found->second) all.push_back(find_interface(id));
  }
  const auto around = by_prefix_.find(prefix_of(address));
  if (around != by_prefix_.end()) {
    for (const auto& [vpc_id, id] : around->second) all.push_back(find_interface(id));
  }
  return all;
}

const Interface* Network::find_public(const IpAddress& address) const {
  const auto found = by_public_.find(to_string(address));
  if (found != by_public_.end()) return find_interface(found->second);
  // IPv6 addresses are the same inside and outside.
  if (address.bits == 32) return nullptr;
  const auto around = by_prefix_.find(prefix_of(address));
  return around == by_prefix_.end() ? nullptr : find_interface(around->second.begin()->second);
}

}  // namespace fallstreak::dataplane::reachability
