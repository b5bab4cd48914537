#include "services/ec2/fleet_allocation.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>
#include <utility>

namespace fallstreak::services::ec2 {
namespace {

constexpr std::array<std::pair<std::string_view, FleetStrategy>, 6> kNames = {{
    {"lowest-price", FleetStrategy::lowest_price},
    {"prioritized", FleetStrategy::prioritized},
    {"diversified", FleetStrategy::diversified},
    {"capacity-optimized", FleetStrategy::capacity_optimized},
    {"capacity-optimized-prioritized", FleetStrategy::capacity_optimized_prioritized},
    {"price-capacity-optimized", FleetStrategy::price_capacity_optimized},
}};

/// Chosen: AWS says "the pools with the highest capacity availability" without a measure; these are
/// the pools whose depth is within three of the deepest.
constexpr std::int32_t kStillDeep = 3;

/// Smaller is better.
using Rank = std::tuple<double, double>;

Rank rank_of(FleetStrategy strategy, const PoolOffer& offer, std::int32_t deepest) {
  const bool is_deep = offer.depth + kStillDeep >= deepest && offer.depth > 0;
  const double shallow = is_deep ? 0 : 1 + deepest - offer.depth;
  switch (strategy) {
    case FleetStrategy::lowest_price:
      return {offer.usd_per_hour, 0};
    case FleetStrategy::prioritized:
      return {offer.priority, 0};
    case FleetStrategy::diversified:
      return {0, 0};
    case FleetStrategy::capacity_optimized:
      return {-offer.depth, 0};
    case FleetStrategy::capacity_optimized_prioritized:
      return {shallow, offer.priority};
    case FleetStrategy::price_capacity_optimized:
      return {shallow, offer.usd_per_hour};
  }
  return {};
}

}  // namespace

std::optional<FleetStrategy> fleet_strategy(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, [](const auto& row) { return row.first; });
  return found == kNames.end() ? std::nullopt : std::optional<FleetStrategy>(found->second);
}

std::vector<std::size_t> pools_in_order(FleetStrategy strategy, std::span<const PoolOffer> offers) {
  std::int32_t deepest = 0;
  for (const auto& offer : offers) deepest = std::max(deepest, offer.depth);
  std::vector<std::size_t> order(offers.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::ranges::stable_sort(
      order, {}, [&](std::size_t index) { return rank_of(strategy, offers[index], deepest); });
  return order;
}

}  // namespace fallstreak::services::ec2
