#include "scaling/adjustment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace fallstreak::scaling {

std::optional<AdjustmentType> parse_adjustment_type(std::string_view name) {
  if (name == "ChangeInCapacity") return AdjustmentType::change_in_capacity;
  if (name == "ExactCapacity") return AdjustmentType::exact_capacity;
  if (name == "PercentChangeInCapacity") return AdjustmentType::percent_change_in_capacity;
  return {};
}

std::int64_t adjusted(AdjustmentType type, std::int64_t adjustment, std::int64_t minimum_magnitude,
                      std::int64_t current) {
  switch (type) {
    case AdjustmentType::change_in_capacity:
      return current + adjustment;
    case AdjustmentType::exact_capacity:
      return adjustment;
    case AdjustmentType::percent_change_in_capacity:
      break;
  }
  if (adjustment == 0 || current == 0) return current;
  const bool is_increase = adjustment > 0;
  // In whole hundredths, so that 10 % of 10 is one whatever the processor's rounding.
  const std::int64_t hundredths = std::abs(current * adjustment);
  std::int64_t change = hundredths < 100 ? 1 : hundredths / 100;
  change = std::max(change, minimum_magnitude);
  return is_increase ? current + change : current - change;
}

const Step* step_for(std::span<const Step> steps, double breach) {
  const auto holds = [&](const Step& step) {
    if (breach >= 0) {
      return (!step.lower || breach >= *step.lower) && (!step.upper || breach < *step.upper);
    }
    return (!step.lower || breach > *step.lower) && (!step.upper || breach <= *step.upper);
  };
  const auto found = std::ranges::find_if(steps, holds);
  return found == steps.end() ? nullptr : &*found;
}

std::string problem(std::span<const Step> steps) {
  std::vector<Step> ordered(steps.begin(), steps.end());
  std::ranges::sort(ordered, {}, [](const Step& step) {
    return step.lower.value_or(-std::numeric_limits<double>::infinity());
  });
  for (const auto& step : ordered) {
    if (!step.lower && !step.upper) {
      return "At least one of MetricIntervalLowerBound and MetricIntervalUpperBound must be "
             "specified for a step adjustment";
    }
    if (step.lower && step.upper && *step.lower >= *step.upper) {
      return "MetricIntervalLowerBound must be less than MetricIntervalUpperBound";
    }
  }
  const auto open_below = std::ranges::count_if(ordered, [](const Step& s) { return !s.lower; });
  const auto open_above = std::ranges::count_if(ordered, [](const Step& s) { return !s.upper; });
  if (open_below > 1) return "At most one step adjustment may have an unspecified lower bound";
  if (open_above > 1) return "At most one step adjustment may have an unspecified upper bound";
  const bool goes_below =
      std::ranges::any_of(ordered, [](const Step& step) { return step.lower && *step.lower < 0; });
  const bool goes_above =
      std::ranges::any_of(ordered, [](const Step& step) { return step.upper && *step.upper > 0; });
  if (goes_below && open_below == 0) {
    return "There must be a step adjustment with an unspecified lower bound when one step "
           "adjustment has a negative lower bound";
  }
  if (goes_above && open_above == 0) {
    return "There must be a step adjustment with an unspecified upper bound when one step "
           "adjustment has a positive upper bound";
  }
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    const auto& end = ordered[i - 1].upper;
    if (!end || *ordered[i].lower < *end) return "Step adjustment intervals can't overlap";
    if (*ordered[i].lower > *end) return "Step adjustment intervals can't have gaps between them";
  }
  return {};
}

std::int64_t capacity_for_step(AdjustmentType type, std::int64_t adjustment,
                               std::int64_t minimum_magnitude, std::int64_t desired,
                               std::int64_t warming) {
  if (type == AdjustmentType::exact_capacity) {
    return adjustment < desired && warming > 0 ? desired : adjustment;
  }
  if (adjustment < 0) {
    return warming > 0 ? desired : adjusted(type, adjustment, minimum_magnitude, desired);
  }
  return std::max(desired, adjusted(type, adjustment, minimum_magnitude, desired - warming));
}

}  // namespace fallstreak::scaling
