#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fallstreak::services::ec2 {

/// An IPv4 block: `10.0.0.0/16`.
struct Cidr {
  std::uint32_t address = 0;  // host bits are zero
  int prefix = 0;

  /// Empty when the text is not a block.
  static std::optional<Cidr> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  /// How many addresses it has.
  [[nodiscard]] std::uint64_t size() const { return std::uint64_t{1} << (32 - prefix); }
  [[nodiscard]] bool contains(std::uint32_t other) const;
  [[nodiscard]] bool contains(const Cidr& other) const;
  [[nodiscard]] bool overlaps(const Cidr& other) const;
  bool operator==(const Cidr&) const = default;
};

std::optional<std::uint32_t> parse_ipv4(std::string_view text);
std::string ipv4_to_string(std::uint32_t address);
/// True for a well-formed IPv6 block, `2001:db8::/32`.
bool is_ipv6_cidr(std::string_view text);

}  // namespace fallstreak::services::ec2
