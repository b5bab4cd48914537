#include "dataplane/nlb/flow.h"

#include <algorithm>

#include "base/ip_block.h"

namespace fallstreak::dataplane::nlb {
namespace {

/// A bijection whose bits all depend on all: the finaliser of SplitMix64.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

/// FNV-1a.
std::uint64_t hash_of(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325ULL) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

bool is_in_reach(const alb::LiveTarget& target, alb::CrossZone cross_zone, std::string_view zone) {
  // AWS: an address outside the VPC is in the zone `all`, near to every node.
  return cross_zone == alb::CrossZone::on || target.zone == zone || target.zone == "all";
}

std::string big_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    text += static_cast<char>((value >> shift) & 0xff);
  }
  return text;
}

/// The four bytes of an IPv4 address, or the sixteen of an IPv6 address.
std::string bytes_of(std::string_view address) {
  const IpAddress parsed = IpAddress::parse(address).value_or(IpAddress());
  return {parsed.bytes.begin(), parsed.bytes.begin() + parsed.bits / 8};
}

}  // namespace

std::uint64_t flow_hash(const Flow& flow, alb::Affinity affinity) {
  const std::uint64_t by_address = hash_of(flow.client_address);
  if (affinity == alb::Affinity::source_ip) return mixed(by_address);
  const std::string rest = "|" + std::to_string(flow.client_port) + "|" + flow.address + "|" +
                           std::to_string(flow.port) + "|TCP";
  return mixed(hash_of(rest, by_address) ^ mixed(flow.sequence));
}

Choice choose_target(const alb::TargetGroupView& group, alb::CrossZone cross_zone,
                     std::string_view zone, std::uint64_t hash) {
  std::vector<alb::TargetFacts> facts;
  for (const auto& target : group.targets) {
    const bool is_here = is_in_reach(target, cross_zone, zone);
    facts.push_back({.zone = is_here ? 0U : 1U,
                     .state = alb::state_for_choice(target.state, target.override_state)});
  }
  const auto [routable, fails_open] =
      alb::routable_targets(facts, 0, alb::CrossZone::off, group.routing_minimum);
  if (routable.empty()) return {};
  // Chosen: the target with the highest hash of flow and target together, so that a target that
  // comes or goes moves no client between others.
  const auto weight = [&](std::uint32_t index) {
    return mixed(hash_of(group.targets[index].id) ^ hash);
  };
  return {&group.targets[*std::ranges::max_element(routable, {}, weight)], fails_open};
}

std::vector<std::string> zones_in_dns(const std::vector<std::string>& zones,
                                      const alb::TargetGroupView& group, alb::CrossZone cross_zone,
                                      std::string_view shifted_zone) {
  std::vector<std::string> served;
  for (const auto& zone : zones) {
    if (zone == shifted_zone) continue;
    if (alb::is_healthy_in_dns(group, cross_zone, zone)) served.push_back(zone);
  }
  return served.empty() ? zones : served;
}

std::string proxy_header(const Flow& flow) {
  using namespace std::string_view_literals;
  constexpr std::string_view kSignature = "\r\n\r\n\0\r\nQUIT\n"sv;
  constexpr std::string_view kProxyTcp4 = "\x21\x11"sv;
  constexpr std::string_view kProxyTcp6 = "\x21\x21"sv;
  const std::string addresses = bytes_of(flow.client_address) + bytes_of(flow.address);
  std::string header(kSignature);
  header += addresses.size() == 8 ? kProxyTcp4 : kProxyTcp6;
  header += big_endian(static_cast<std::uint32_t>(addresses.size()) + 4, 2);
  header += addresses;
  header += big_endian(flow.client_port, 2);
  header += big_endian(static_cast<std::uint32_t>(flow.port), 2);
  return header;
}

}  // namespace fallstreak::dataplane::nlb
