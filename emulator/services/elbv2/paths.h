#pragma once

#include <string>
#include <string_view>

#include "dispatch/target_paths.h"
#include "services/elbv2/state.h"

/// What is asked about the ways from load balancers to targets, and what follows for health checks.
namespace fallstreak::services::elbv2 {

/// The load balancer's nodes are these now.
void tell_path_nodes(Context& context, const LoadBalancerRecord& record);
/// It has none any more.
void forget_path_nodes(Context& context, const std::string& load_balancer_arn);

/// Asks about a target that a load balancer feeds, unless the same is asked already.
void ask_target_path(Context& context, const TargetGroupRecord& group, const std::string& key);
/// Asks again about all of a group that are asked about: its port or attributes changed.
void ask_target_paths(Context& context, const std::string& target_group_arn);

/// The group is gone.
void forget_target_paths(Context& context, const std::string& target_group_arn);

/// What does not get through; looked up once for many checks.
const world::Table<dispatch::StoppedPath>& stopped_paths(Context& context);
/// Whether the health checks of the target get lost on the way.
bool is_check_stopped(const world::Table<dispatch::StoppedPath>& stopped, std::string_view key,
                      const TargetRecord& target);

}  // namespace fallstreak::services::elbv2
