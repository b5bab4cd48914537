#pragma once

#include <string_view>

#include "services/autoscaling/state.h"

/// The processes of a group that can be suspended.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
namespace fallstreak::services::autoscaling {

enum class Process {
  launch,
  terminate,
  add_to_load_balancer,
  alarm_notification,
  az_rebalance,
  health_check,
  instance_refresh,
  replace_unhealthy,
  scheduled_actions,
};
std::string_view name_of(Process process);

bool is_suspended(const GroupRecord& group, Process process);

}  // namespace fallstreak::services::autoscaling
