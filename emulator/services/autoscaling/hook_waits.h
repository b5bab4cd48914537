#pragma once

#include <string>
#include <string_view>

#include "services/autoscaling/state.h"

/// Instances that wait until somebody outside has done something: lifecycle actions.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
namespace fallstreak::services::autoscaling {

inline constexpr std::string_view kLaunching = "autoscaling:EC2_INSTANCE_LAUNCHING";
inline constexpr std::string_view kLeaving = "autoscaling:EC2_INSTANCE_TERMINATING";

inline constexpr std::string_view kContinue = "CONTINUE";
inline constexpr std::string_view kAbandon = "ABANDON";

/// `<group>:<hook name>`
std::string hook_key(std::string_view group_name, std::string_view hook_name);

/// Begins the actions of a transition: the instance is in `Pending:Wait` or `Terminating:Wait`
/// then. False when the group has no hook for it.
bool begin_waits(Context& context, const std::string& instance_id, std::string_view transition);

/// Ends an action that an instance waits for. `why` says in AWS's words why it was abandoned.
void end_wait(Context& context, const std::string& instance_id, const std::string& hook_name,
              std::string_view result, std::string_view why);

/// The instance goes on, whatever it waited for.
void stop_waiting(Context& context, const std::string& instance_id);

/// An action may have gone on for too long; the payload is its token.
void on_hook_timeout(Context& context, const world::Event& event);

}  // namespace fallstreak::services::autoscaling
