#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "services/cloudwatch/metric_math.h"

namespace fallstreak::services::cloudwatch {

/// A function of metric math.
struct MathFunction {
  std::string_view name;
  std::size_t fewest;
  std::size_t most;
  MathValue (*apply)(const MathEnvironment& environment, const std::vector<MathValue>& arguments);
};

/// Null when this version does not have it.
const MathFunction* find_math_function(std::string_view name);

/// Series of different periods are not calculated with: AWS does not say how it brings them
/// together.
void require_same_period(const TimeSeries& left, const TimeSeries& right);

}  // namespace fallstreak::services::cloudwatch
