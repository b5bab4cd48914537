#include "services/ec2/ipv6.h"

#include <cstdint>

namespace fallstreak::services::ec2 {
std::optional<IpBlock> parse_ipv6_block(std::string_view text) {
  auto block = IpBlock::parse(text);
  if (!block || block->network.bits != 128) return std::nullopt;
  for (int bit = block->prefix; bit < 128; ++bit) {
    block->network.bytes[std::size_t(bit / 8)] &= std::uint8_t(~(0x80 >> bit % 8));
  }
  return block;
}

bool contains(const IpBlock& outer, const IpBlock& inner) {
  return inner.prefix >= outer.prefix && outer.contains(inner.network);
}

bool overlap(const IpBlock& one, const IpBlock& other) {
  return contains(one, other) || contains(other, one);
}

}  // namespace fallstreak::services::ec2
