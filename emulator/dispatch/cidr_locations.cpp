#include "dispatch/cidr_locations.h"

#include <algorithm>
#include <cstdint>

namespace fallstreak::dispatch {
namespace {

/// AWS: blocks of a collection are no smaller than these.
constexpr int kLongestPrefix4 = 24;
constexpr int kLongestPrefix6 = 48;

}  // namespace

CidrLocationState& cidr_locations(world::World& world) {
  return world.state<CidrLocationState>("dns-cidr", "world");
}

std::string cidr_key(std::string_view collection_id, const IpBlock& block) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string key(collection_id);
  key += block.network.bits == 32 ? " 4 " : " 6 ";
  for (int at = 0; at < block.network.bits; at += 8) {
    const int kept = std::clamp(block.prefix - at, 0, 8);
    const unsigned mask = 0xff00u >> kept & 0xffu;
    const unsigned byte = block.network.bytes[std::size_t(at / 8)] & mask;
    key += kDigits[byte >> 4];
    key += kDigits[byte & 15];
  }
  return key + "/" + std::to_string(block.prefix);
}

std::string cidr_location_of(const CidrLocationState& state, std::string_view collection_id,
                             const IpBlock& client) {
  const int longest = client.network.bits == 32 ? kLongestPrefix4 : kLongestPrefix6;
  for (int prefix = std::min(client.prefix, longest); prefix > 0; --prefix) {
    const auto* found = state.blocks.find(cidr_key(collection_id, {client.network, prefix}));
    if (found != nullptr) return *found;
  }
  return {};
}

}  // namespace fallstreak::dispatch
