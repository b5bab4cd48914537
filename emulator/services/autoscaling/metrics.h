#pragma once

#include <string>

#include "services/autoscaling/state.h"

/// What a group publishes about itself in AWS/AutoScaling, once it was asked to.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
namespace fallstreak::services::autoscaling {

/// Publishes what has changed since the last time.
void update_group_metrics(Context& context, const std::string& group_name);

/// The group is deleted: it publishes nothing any more.
void end_group_metrics(Context& context, const std::string& group_name);

}  // namespace fallstreak::services::autoscaling
