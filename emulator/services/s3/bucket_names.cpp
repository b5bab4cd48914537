#include "services/s3/bucket_names.h"

#include <algorithm>
#include <array>

namespace fallstreak::services::s3 {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || is_digit(c); }

/// Four groups of digits with dots between them.
bool looks_like_an_address(std::string_view name) {
  return std::ranges::count(name, '.') == 3 &&
         std::ranges::all_of(name, [](char c) { return c == '.' || is_digit(c); });
}

constexpr std::array<std::string_view, 3> kReservedPrefixes{"xn--", "sthree-", "amzn-s3-demo-"};
constexpr std::array<std::string_view, 5> kReservedSuffixes{"-s3alias", "--ol-s3", ".mrap",
                                                            "--x-s3", "--table-s3"};

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_bucket_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return false;
  const bool has_only_known_characters = std::ranges::all_of(
      name, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; });
  if (!has_only_known_characters) return false;
  if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back())) return false;
  if (name.find("..") != std::string_view::npos || looks_like_an_address(name)) return false;
  return std::ranges::none_of(kReservedPrefixes, [&](auto p) { return name.starts_with(p); }) &&
         std::ranges::none_of(kReservedSuffixes, [&](auto s) { return name.ends_with(s); });
}

}  // namespace fallstreak::services::s3
