#include "scenarios/run/reserved_coverage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <numeric>
#include <utility>

namespace fallstreak::scenarios {
namespace {

constexpr double kSecondsOfAnHour = 3600;

constexpr std::array<std::pair<std::string_view, double>, 6> kSmallSizes = {
    {{"nano", 0.25}, {"micro", 0.5}, {"small", 1}, {"medium", 2}, {"large", 4}, {"xlarge", 8}}};

std::string_view family_of(std::string_view type) { return type.substr(0, type.find('.')); }

}  // namespace

double normalization_factor(std::string_view instance_type) {
  const auto dot = instance_type.find('.');
  if (dot == std::string_view::npos) return 0;
  const std::string_view size = instance_type.substr(dot + 1);
  const auto small =
      std::ranges::find(kSmallSizes, size, [](const auto& row) { return row.first; });
  if (small != kSmallSizes.end()) return small->second;
  // AWS: `2xlarge` is 16, and so on: eight for each.
  int times = 0;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), times);
  const bool is_multiple = error == std::errc() && times > 0 &&
                           std::string_view(end, size.data() + size.size()) == "xlarge";
  return is_multiple ? 8.0 * times : 0;
}

std::vector<double> seconds_on_demand(std::span<const InstanceUse> uses,
                                      std::span<const ReservedCapacity> reserved) {
  std::vector<double> left;
  for (const InstanceUse& use : uses) left.push_back(use.seconds);
  // AWS: a reservation covers at most 3,600 seconds of an hour, of one instance or of several.
  std::map<std::string_view, double> units;  // of regional reservations, by family
  for (const ReservedCapacity& one : reserved) {
    if (one.zone.empty()) {
      units[family_of(one.instance_type)] +=
          kSecondsOfAnHour * one.count * normalization_factor(one.instance_type);
      continue;
    }
    double seconds = kSecondsOfAnHour * one.count;
    for (std::size_t i = 0; i < uses.size() && seconds > 0; ++i) {
      if (uses[i].instance_type != one.instance_type || uses[i].zone != one.zone) continue;
      const double covered = std::min(left[i], seconds);
      left[i] -= covered;
      seconds -= covered;
    }
  }
  // AWS: with size flexibility "the discount is applied from the smallest to the largest instance
  // size within the instance family based on the normalization factor".
  std::vector<std::size_t> order(uses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, {}, [&](std::size_t at) { return normalization_factor(uses[at].instance_type); });
  for (const std::size_t at : order) {
    const auto pool = units.find(family_of(uses[at].instance_type));
    const double factor = normalization_factor(uses[at].instance_type);
    if (pool == units.end() || factor == 0) continue;
    const double covered = std::min(left[at], pool->second / factor);
    left[at] -= covered;
    pool->second -= covered * factor;
  }
  return left;
}

}  // namespace fallstreak::scenarios
