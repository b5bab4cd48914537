#include "base/ip_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace fallstreak {
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

std::string ipv6_text(const IpAddress& address) {
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

std::string ipv4_text(const IpAddress& address) {
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    text += (i == 0 ? "" : ".") + std::to_string(int(address.bytes[i]));
  }
  return text;
}

}  // namespace

std::string to_string(const IpAddress& address) {
  return address.bits == 32 ? ipv4_text(address) : ipv6_text(address);
}

std::string to_string(const IpBlock& block) {
  return to_string(block.network) + "/" + std::to_string(block.prefix);
}

}  // namespace fallstreak
