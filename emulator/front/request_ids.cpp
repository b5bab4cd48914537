#include "front/request_ids.h"

#include <string_view>

namespace fallstreak::front {
namespace {

/// SplitMix64's finisher: distinct numbers stay distinct and look like no sequence.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

void append_digits(std::string& out, std::uint64_t value, int digits, std::string_view alphabet) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    out += alphabet[(value >> shift) & 15U];
}

}  // namespace

std::string RequestIds::next_uuid() {
  const std::uint64_t number = count_.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t high = mix(mix(seed_) + number);
  const std::uint64_t low = mix(high ^ seed_);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  id.reserve(36);
  append_digits(id, high >> 32, 8, kDigits);
  id += '-';
  append_digits(id, high >> 16, 4, kDigits);
  id += "-4";
  append_digits(id, high, 3, kDigits);
  id += '-';
  append_digits(id, 8 + ((low >> 60) & 3U), 1, kDigits);
  append_digits(id, low >> 48, 3, kDigits);
  id += '-';
  append_digits(id, low, 12, kDigits);
  return id;
}

std::string RequestIds::next_of_s3() {
  const std::uint64_t number = count_.fetch_add(1, std::memory_order_relaxed);
  std::string id;
  append_digits(id, mix(mix(seed_) + number), 16, "0123456789ABCDEF");
  return id;
}

}  // namespace fallstreak::front
