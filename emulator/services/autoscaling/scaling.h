#pragma once

#include <optional>
#include <string>

#include "services/autoscaling/state.h"

/// From an alarm to another desired capacity.
namespace fallstreak::services::autoscaling {

struct Breach {
  /// Empty when an alarm went off without a datapoint: then it counts as just at the threshold.
  std::optional<double> metric;
  double threshold = 0;
};

/// Does what a simple or step policy asks for. `what` is the middle of the activities' cause.
void apply_policy(Context& context, const std::string& policy_key, const Breach& breach,
                  const std::string& what);

/// An alarm has an action that names a policy.
void on_alarm_action(Context& context, const world::Event& event);

}  // namespace fallstreak::services::autoscaling
