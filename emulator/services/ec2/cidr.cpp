#include "services/ec2/cidr.h"

#include <algorithm>
#include <charconv>

namespace fallstreak::services::ec2 {
namespace {

/// A decimal number without sign and leading zeros, at most `limit`.
std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t limit) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number > limit) {
    return std::nullopt;
  }
  return number;
}

std::uint32_t mask_of(int prefix) { return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix); }

}  // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    const auto dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto number = parse_number(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    address = address << 8 | *number;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return address;
}

std::string ipv4_to_string(std::uint32_t address) {
  return std::to_string(address >> 24) + "." + std::to_string(address >> 16 & 255) + "." +
         std::to_string(address >> 8 & 255) + "." + std::to_string(address & 255);
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_ipv4(text.substr(0, slash));
  const auto prefix = parse_number(text.substr(slash + 1), 32);
  if (!address || !prefix) return std::nullopt;
  const int length = int(*prefix);
  return Cidr{*address & mask_of(length), length};
}

std::string Cidr::to_string() const {
  return ipv4_to_string(address) + "/" + std::to_string(prefix);
}

bool Cidr::contains(std::uint32_t other) const { return (other & mask_of(prefix)) == address; }

bool Cidr::contains(const Cidr& other) const {
  return other.prefix >= prefix && contains(other.address);
}

bool Cidr::overlaps(const Cidr& other) const { return contains(other) || other.contains(*this); }

bool is_ipv6_cidr(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || !parse_number(text.substr(slash + 1), 128)) return false;
  text = text.substr(0, slash);
  const auto gap = text.find("::");
  if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) {
    return false;
  }
  int groups = 0;
  int digits = 0;
  for (const char character : text) {
    if (character == ':') {
      digits = 0;
      continue;
    }
    const bool is_digit =
        std::string_view("0123456789abcdefABCDEF").find(character) != std::string_view::npos;
    if (!is_digit || ++digits > 4) return false;
    if (digits == 1) ++groups;
  }
  return gap == std::string_view::npos ? groups == 8 : groups < 8;
}

}  // namespace fallstreak::services::ec2
