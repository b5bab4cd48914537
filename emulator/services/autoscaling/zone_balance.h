#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Which zone gets or loses an instance: pure functions of the group's spread over its zones.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html
namespace fallstreak::services::autoscaling {

struct ZoneCount {
  std::string zone;
  std::int32_t instances = 0;
  /// False: a zone that the group has left, whose instances are to be moved.
  bool is_enabled = true;
  /// False while launches in it fail for lack of capacity.
  bool has_capacity = true;
  bool operator==(const ZoneCount&) const = default;
};

/// What a group does when the zone that should get an instance has no capacity.
enum class Distribution {
  balanced_best_effort,  // AWS: tries another zone
  balanced_only,         // AWS: keeps trying this zone
};

/// The zone of the next launch: of the enabled zones the one with the fewest instances; `tie_break`
/// picks among equals. Empty when no zone may be tried now.
std::optional<std::string> zone_for_launch(std::span<const ZoneCount> zones,
                                           Distribution distribution, std::uint64_t tie_break);

/// The zones from which an instance is taken: those that the group has left, else those with the
/// most instances.
std::vector<std::string> zones_to_shrink(std::span<const ZoneCount> zones);

/// A move that makes the spread more even: launch in one zone, then terminate in another.
struct Move {
  std::string from;
  std::string to;
  bool operator==(const Move&) const = default;
};
/// The moves that bring every two zones within one instance of each other and empty the zones that
/// were left; only into zones with capacity.
std::vector<Move> rebalancing_moves(std::span<const ZoneCount> zones);

/// AWS: rebalancing may exceed the maximum by 10 percent, at least one instance.
std::int32_t rebalancing_headroom(std::int32_t max_size);

}  // namespace fallstreak::services::autoscaling
