#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// From which pools a fleet takes its instances: pure functions of what the pools offer.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-allocation-strategy.html
namespace fallstreak::services::ec2 {

enum class FleetStrategy {
  lowest_price,
  prioritized,
  diversified,
  capacity_optimized,
  capacity_optimized_prioritized,
  price_capacity_optimized,
};
std::optional<FleetStrategy> fleet_strategy(std::string_view name);

/// What a pool offers just now.
struct PoolOffer {
  double usd_per_hour = 0;
  /// How much spare capacity it has; 0 while its instances are at an elevated risk.
  std::int32_t depth = 0;
  /// AWS: "the lower the number, the higher the priority"; without one it comes last.
  double priority = std::numeric_limits<double>::infinity();
};

/// The pools in the order in which a strategy wants them, as indices.
std::vector<std::size_t> pools_in_order(FleetStrategy strategy, std::span<const PoolOffer> offers);

}  // namespace fallstreak::services::ec2
