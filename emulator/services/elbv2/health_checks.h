#pragma once

#include "services/elbv2/state.h"

/// When targets are checked: every interval from a target's registration (or its group's first use)
/// until it is deregistered, its group is not used any more, or its instance is gone.
namespace fallstreak::services::elbv2 {

/// Begins the checks of a target: registering, then initial, then what the checks say. Does nothing
/// more than forget the target's health when its group has no active load balancer or its zone is
/// not enabled.
void start_checks(Context& context, const TargetGroupRecord& group, const std::string& key);
/// The same for every target of a group; called when what decides about checks has changed.
void restart_checks(Context& context, const std::string& target_group_arn);

/// Takes a target out of its group: at once when nothing sends requests to it, else after it has
/// drained.
void deregister(Context& context, const TargetGroupRecord& group, const std::string& key);

void on_load_balancer_active(Context& context, const world::Event& event);
void on_target_registered(Context& context, const world::Event& event);
void on_checks(Context& context, const world::Event& event);
void on_target_check_timed_out(Context& context, const world::Event& event);
void on_target_drained(Context& context, const world::Event& event);

}  // namespace fallstreak::services::elbv2
