#pragma once

#include <cstdint>
#include <optional>
#include <span>

/// What a target tracking policy makes of a metric: pure functions, the same for EC2 Auto Scaling
/// and Application Auto Scaling.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
namespace fallstreak::scaling {

/// Observed in the alarms that AWS makes: out after 3 of 3 minutes above the target, in after 15 of
/// 15 below 90 % of it.
constexpr std::int32_t kScaleOutPeriods = 3;
constexpr std::int32_t kScaleInPeriods = 15;
constexpr double kScaleInFactor = 0.9;

/// The capacity at which the metric would be at its target, if the metric shrinks as the capacity
/// grows. `measured` is the capacity that the metric is of: what is warming up is no part of it.
/// AWS: what is added is rounded up, what is removed is rounded down. Chosen: the proportion
/// itself, which AWS describes and gives no formula for.
std::int64_t capacity_for_target(std::int64_t measured, double metric, double target);

/// The desired capacity after an alarm above or below the target. What is warming up counts as
/// capacity that was already added; nothing is taken away while any is.
std::int64_t scaled_out(std::int64_t desired, std::int64_t measured, double metric, double target);
std::int64_t scaled_in(std::int64_t desired, std::int64_t measured, std::int64_t warming,
                       double metric, double target);

/// AWS: with several policies a group grows when any wants it to, and shrinks only when all are
/// ready, to the largest of what they want. `wanted` has an entry per policy that may scale in,
/// empty when it is not ready. Empty: nothing is taken away.
std::optional<std::int64_t> agreed_scale_in(std::span<const std::optional<std::int64_t>> wanted);

}  // namespace fallstreak::scaling
