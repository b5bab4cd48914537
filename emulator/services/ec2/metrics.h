#pragma once

#include "services/ec2/state.h"

/// What EC2 publishes in CloudWatch about its instances.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
namespace fallstreak::services::ec2 {

/// An instance has begun to run, or no longer does.
void start_metrics(Context& context, const InstanceRecord& row);
void stop_metrics(Context& context, const InstanceRecord& row);

/// A status check of a running instance begins to fail, or passes again.
void update_status_checks(Context& context, const InstanceRecord& row);

/// Auto Scaling says whose group's metrics an instance is part of.
void on_counted_in_group(Context& context, const world::Event& event);

/// The end of a minute: asks what the instances did, and publishes it.
void on_metrics_due(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
