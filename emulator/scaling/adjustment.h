#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What a simple or step scaling policy makes of a capacity: pure functions, the same for EC2 Auto
/// Scaling and Application Auto Scaling.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
namespace fallstreak::scaling {

enum class AdjustmentType { change_in_capacity, exact_capacity, percent_change_in_capacity };
std::optional<AdjustmentType> parse_adjustment_type(std::string_view name);

/// The capacity after an adjustment of `current`, before the group's bounds. AWS: a percentage that
/// is more than one instance is rounded towards zero, one that is less to a whole instance; at
/// least `minimum_magnitude` instances are added or removed then.
std::int64_t adjusted(AdjustmentType type, std::int64_t adjustment, std::int64_t minimum_magnitude,
                      std::int64_t current);

/// A step: by how much the metric breaches the threshold, and the adjustment for it.
struct Step {
  /// Empty: minus or plus infinity.
  std::optional<double> lower;
  std::optional<double> upper;
  std::int64_t adjustment = 0;
};

/// The step for a breach of so much. AWS: above the threshold a step's lower bound belongs to it
/// and its upper bound does not; below the threshold it is the other way round.
const Step* step_for(std::span<const Step> steps, double breach);

/// What AWS refuses: gaps, overlaps, and ends that are not open. Empty when the steps are good.
std::string problem(std::span<const Step> steps);

/// The desired capacity that a step asks for. AWS: instances that are warming up are no part of the
/// capacity that an increase starts from, so that several breaches of one step scale once; nothing
/// is taken away while any is.
std::int64_t capacity_for_step(AdjustmentType type, std::int64_t adjustment,
                               std::int64_t minimum_magnitude, std::int64_t desired,
                               std::int64_t warming);

}  // namespace fallstreak::scaling
