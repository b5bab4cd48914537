#include "base/ip_block.h"

#include <charconv>
#include <cstddef>
#include <string>
#include <vector>

namespace fallstreak {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view digits, int base) {
  std::uint32_t number = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, number, base);
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<IpAddress> parse_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto number = parts[i].size() <= 3 ? parse_number(parts[i], 10) : std::nullopt;
    if (!number || *number > 255) return std::nullopt;
    address.bytes[i] = static_cast<std::uint8_t>(*number);
  }
  return address;
}

/// Groups of four hexadecimal digits; empty text is no group.
std::optional<std::vector<std::uint32_t>> parse_groups(std::string_view text) {
  std::vector<std::uint32_t> groups;
  if (text.empty()) return groups;
  for (const std::string_view part : split(text, ':')) {
    const auto number = part.size() <= 4 ? parse_number(part, 16) : std::nullopt;
    if (!number) return std::nullopt;
    groups.push_back(*number);
  }
  return groups;
}

std::optional<IpAddress> parse_ipv6(std::string_view text) {
  constexpr std::size_t kGroups = 8;
  const auto gap = text.find("::");
  const auto before = parse_groups(text.substr(0, gap));
  const auto after =
      parse_groups(gap == std::string_view::npos ? std::string_view() : text.substr(gap + 2));
  if (!before || !after) return std::nullopt;
  const std::size_t count = before->size() + after->size();
  if (gap == std::string_view::npos ? count != kGroups : count >= kGroups) return std::nullopt;

  IpAddress address{.bits = 128};
  const auto put = [&](std::size_t position, std::uint32_t group) {
    address.bytes[2 * position] = static_cast<std::uint8_t>(group >> 8);
    address.bytes[2 * position + 1] = static_cast<std::uint8_t>(group & 0xff);
  };
  for (std::size_t i = 0; i < before->size(); ++i) put(i, (*before)[i]);
  for (std::size_t i = 0; i < after->size(); ++i) put(kGroups - after->size() + i, (*after)[i]);
  return address;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  return text.find(':') == std::string_view::npos ? parse_ipv4(text) : parse_ipv6(text);
}

std::optional<IpBlock> IpBlock::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto network = IpAddress::parse(text.substr(0, slash));
  const auto prefix = parse_number(text.substr(slash + 1), 10);
  if (!network || !prefix || *prefix > static_cast<std::uint32_t>(network->bits)) {
    return std::nullopt;
  }
  return IpBlock{.network = *network, .prefix = static_cast<int>(*prefix)};
}

bool IpBlock::contains(const IpAddress& address) const {
  if (address.bits != network.bits) return false;
  for (int bit = 0; bit < prefix; bit += 8) {
    const auto index = static_cast<std::size_t>(bit / 8);
    const int unused = prefix - bit >= 8 ? 0 : 8 - (prefix - bit);
    if ((address.bytes[index] ^ network.bytes[index]) >> unused != 0) return false;
  }
  return true;
}

}  // namespace fallstreak
