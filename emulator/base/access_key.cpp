#include "base/access_key.h"

#include <algorithm>
#include <array>

#include "base/checksum.h"
#include "base/encoding.h"

namespace fallstreak {
namespace {

constexpr std::string_view kPrefix = "ASIA";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kDigits = 16;
constexpr std::size_t kAccountDigits = 12;
constexpr std::uint64_t kMostAccount = 999'999'999'999;

// Of the 80 bits behind the prefix the first is set, the next 40 are the account.
constexpr unsigned kDistinctionBits = 39;

/// The first 40 bits and the last 40: eight digits each.
using Halves = std::array<std::uint64_t, 2>;

std::string write_half(std::uint64_t half) {
  std::string text(kDigits / 2, 'A');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    *digit = kBase32[half & 31];
    half >>= 5;
  }
  return text;
}

}  // namespace

std::string temporary_access_key_id(std::string_view account_id, std::uint64_t distinction) {
  std::uint64_t account = 0;
  for (const char digit : account_id) account = account * 10 + std::uint64_t(digit - '0');
  const std::uint64_t low = distinction & ((std::uint64_t{1} << kDistinctionBits) - 1);
  const Halves halves{std::uint64_t{1} << 39 | account >> 1, (account & 1) << 39 | low};
  return std::string(kPrefix) + write_half(halves[0]) + write_half(halves[1]);
}

std::optional<std::string> account_of_temporary_access_key(std::string_view access_key_id) {
  if (!access_key_id.starts_with(kPrefix) || access_key_id.size() != kPrefix.size() + kDigits) {
    return std::nullopt;
  }
  access_key_id.remove_prefix(kPrefix.size());
  Halves halves{};
  for (std::size_t i = 0; i < kDigits; ++i) {
    const std::size_t digit = kBase32.find(access_key_id[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    auto& half = halves[i / (kDigits / 2)];
    half = half << 5 | digit;
  }
  const bool is_marked = (halves[0] >> 39) == 1;
  const std::uint64_t account = (halves[0] & ((std::uint64_t{1} << 39) - 1)) << 1 | halves[1] >> 39;
  if (!is_marked || account > kMostAccount) return std::nullopt;
  std::string text = std::to_string(account);
  return text.insert(0, kAccountDigits - text.size(), '0');
}

std::string temporary_session_token(std::string_view access_key_id) {
  const std::string first =
      checksum(ChecksumAlgorithm::sha256, "session/" + std::string(access_key_id));
  return to_base64(first + checksum(ChecksumAlgorithm::sha256, first));
}

}  // namespace fallstreak
