#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fallstreak {

/// An IPv4 or IPv6 address, most significant byte first.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  int bits = 32;  // 32 or 128

  /// `10.0.1.5` or `2001:db8::1`; empty when the text is no address.
  static std::optional<IpAddress> parse(std::string_view text);
  bool operator==(const IpAddress&) const = default;
};

/// The addresses whose first bits are the same: `10.0.0.0/16`, `2001:db8::/32`.
struct IpBlock {
  IpAddress network;  // bits behind the prefix are as they were written
  int prefix = 0;

  /// Empty when the text is no block in CIDR notation.
  static std::optional<IpBlock> parse(std::string_view text);
  /// False for an address of the other family.
  [[nodiscard]] bool contains(const IpAddress& address) const;
};

}  // namespace fallstreak
