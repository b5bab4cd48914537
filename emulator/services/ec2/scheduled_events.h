#pragma once

#include <string>

#include "services/ec2/state.h"

/// What AWS is going to do to instances: announced by a fault, seen in DescribeInstanceStatus, done
/// when it is due.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html
namespace fallstreak::services::ec2 {

/// A fault announces an event, or takes back what it announced.
void begin_event_fault(Context& context, const std::string& fault_id,
                       const faults::FaultRecord& fault);
void end_event_fault(Context& context, const std::string& fault_id);
/// AWS: a stop and a start move an instance to other hardware, and whoever reboots it himself needs
/// no reboot by AWS: what was announced is over.
void complete_events_by_stop(Context& context, const std::string& instance_id);
void complete_events_by_reboot(Context& context, const std::string& instance_id);

void on_scheduled_event_due(Context& context, const world::Event& event);

api::ec2::ModifyInstanceEventStartTimeResult modify_instance_event_start_time(
    Context& context, const api::ec2::ModifyInstanceEventStartTimeRequest& request);

}  // namespace fallstreak::services::ec2
