#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fallstreak::services::elbv2 {

/// `10.0.1.5` as a number; empty when the text is no such address.
inline std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == end || *at++ != '.')) return std::nullopt;
    std::uint32_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number > 255) return std::nullopt;
    address = address << 8 | number;
    at = next;
  }
  if (at != end) return std::nullopt;
  return address;
}

/// True when the address is in a block such as `10.0.1.0/24`.
inline bool is_in_cidr_block(std::uint32_t address, std::string_view block) {
  const auto slash = block.find('/');
  const auto network = parse_ipv4(block.substr(0, slash));
  if (!network || slash == std::string_view::npos) return false;
  std::uint32_t bits = 0;
  const std::string_view length = block.substr(slash + 1);
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (error != std::errc() || end != length.data() + length.size() || bits > 32) return false;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t(0) << (32 - bits);
  return (address & mask) == (*network & mask);
}

}  // namespace fallstreak::services::elbv2
