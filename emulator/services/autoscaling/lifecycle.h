#pragma once

#include <string>
#include <string_view>

#include "api/ec2/instances.h"
#include "services/autoscaling/state.h"

/// The life of one instance of a group: launched through EC2, Pending, InService, Terminating,
/// gone. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
namespace fallstreak::services::autoscaling {

enum class LaunchPurpose { capacity, rebalancing };

/// Asks EC2 for an instance in a zone and records the activity. Returns how much capacity it stands
/// for: none when EC2 refused; a zone without capacity is left alone for a while then.
std::int32_t launch_instance(Context& context, const std::string& group_name,
                             const std::string& zone, const std::string& cause,
                             LaunchPurpose purpose);

/// Takes an instance out of the group: deregistered and drained, then terminated. Returns the
/// activity's key.
std::string begin_termination(Context& context, const std::string& instance_id,
                              const std::string& cause);

/// Looks at an instance that starts or terminates, until it has; the payload says which.
void on_instance_check(Context& context, const world::Event& event);

/// The instance's state in EC2; `terminated` when EC2 does not know it any more, empty when it did
/// not answer.
std::string instance_state(Context& context, const std::string& instance_id);
/// An instance as its group shows it, Pending.
api::autoscaling::Instance wire_instance(const GroupRecord& group,
                                         const api::ec2::Instance& launched);

/// Takes an instance off the group's books.
void forget_instance(Context& context, const std::string& instance_id);

/// standby.cpp: an instance that enters standby or is detached has left the load balancers, or is
/// looked at again.
void finish_leaving(Context& context, const std::string& instance_id);

/// AWS's names of the states.
inline constexpr std::string_view kPending = "Pending";
inline constexpr std::string_view kInService = "InService";
inline constexpr std::string_view kTerminating = "Terminating";

inline constexpr std::string_view kEnteringStandby = "EnteringStandby";
inline constexpr std::string_view kStandby = "Standby";
inline constexpr std::string_view kDetaching = "Detaching";

/// `Pending`, `Pending:Wait`, `Pending:Proceed`.
inline bool is_pending(std::string_view lifecycle) { return lifecycle.starts_with(kPending); }
/// `Terminating`, `Terminating:Wait`, `Terminating:Proceed`.
inline bool is_terminating(std::string_view lifecycle) {
  return lifecycle.starts_with(kTerminating);
}

}  // namespace fallstreak::services::autoscaling
