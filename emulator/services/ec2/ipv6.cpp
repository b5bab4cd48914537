#include "services/ec2/ipv6.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace fallstreak::services::ec2 {
namespace {

constexpr int kGroups = 8;

std::array<unsigned, kGroups> groups_of(const IpAddress& address) {
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = unsigned(address.bytes[2 * i]) << 8 | address.bytes[2 * i + 1];
  }
  return groups;
}

/// The longest run of zeros, of two groups at least, the first of those as long; `{0, 0}` if none.
std::pair<int, int> longest_gap(const std::array<unsigned, kGroups>& groups) {
  std::pair<int, int> best{0, 0};
  for (int begin = 0; begin < kGroups; ++begin) {
    int end = begin;
    while (end < kGroups && groups[std::size_t(end)] == 0) ++end;
    if (end - begin >= 2 && end - begin > best.second - best.first) best = {begin, end};
    begin = std::max(begin, end - 1);
  }
  return best;
}

std::string hexadecimal(unsigned number) {
  std::array<char, 8> digits{};
  const auto [end, problem] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return std::string(digits.data(), end);
}

}  // namespace

std::string ipv6_to_string(const IpAddress& address) {
  const auto groups = groups_of(address);
  const auto [gap_begin, gap_end] = longest_gap(groups);
  std::string text;
  for (int i = 0; i < kGroups; ++i) {
    if (i == gap_begin && gap_end > gap_begin) {
      text += "::";
      i = gap_end - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    text += hexadecimal(groups[std::size_t(i)]);
  }
  return text;
}

std::optional<IpBlock> parse_ipv6_block(std::string_view text) {
  auto block = IpBlock::parse(text);
  if (!block || block->network.bits != 128) return std::nullopt;
  for (int bit = block->prefix; bit < 128; ++bit) {
    block->network.bytes[std::size_t(bit / 8)] &= std::uint8_t(~(0x80 >> bit % 8));
  }
  return block;
}

std::string ipv6_to_string(const IpBlock& block) {
  return ipv6_to_string(block.network) + "/" + std::to_string(block.prefix);
}

bool contains(const IpBlock& outer, const IpBlock& inner) {
  return inner.prefix >= outer.prefix && outer.contains(inner.network);
}

bool overlap(const IpBlock& one, const IpBlock& other) {
  return contains(one, other) || contains(other, one);
}

}  // namespace fallstreak::services::ec2
