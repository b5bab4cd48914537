#include "front/duration_text.h"

#include <array>
#include <charconv>

namespace fallstreak::front {
namespace {

using namespace std::chrono_literals;

struct Unit {
  std::string_view name;
  Duration length;
};
/// Longer names first, so that `ms` is not read as minutes.
constexpr std::array kUnits = {Unit{"ms", 1ms}, Unit{"us", 1us}, Unit{"ns", 1ns}, Unit{"d", 24h},
                               Unit{"h", 1h},   Unit{"m", 1min}, Unit{"s", 1s}};
/// Chosen: nobody advances further at once, and time does not overflow.
constexpr Duration kLongest = 24h * 366 * 50;

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Duration sum{};
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      if (unit == nullptr && text.starts_with(candidate.name)) unit = &candidate;
    }
    if (unit == nullptr || number > (kLongest - sum) / unit->length) return std::nullopt;
    text.remove_prefix(unit->name.size());
    sum += number * unit->length;
  }
  return sum;
}

}  // namespace fallstreak::front
