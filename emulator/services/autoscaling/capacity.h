#pragma once

#include <string>
#include <vector>

#include "services/autoscaling/state.h"
#include "services/autoscaling/zone_balance.h"

/// How a group comes to have what is wanted: level-triggered, so that whatever happened before, the
/// next look makes the right step.
namespace fallstreak::services::autoscaling {

/// A member of a group, as far as capacity is concerned.
struct Member {
  std::string instance_id;
  std::string zone;
  std::string lifecycle;
  bool is_healthy = true;
  bool is_rebalancing = false;
  /// EC2 recommends to replace it.
  bool is_at_risk = false;
  std::int32_t weight = 1;
  /// Counts against the desired capacity: Pending or InService.
  [[nodiscard]] bool is_active() const;
};
std::vector<Member> members_of(const Context& context, const std::string& group_name);

/// The group's spread over its zones, and over those that it has left.
std::vector<ZoneCount> zone_counts(const Context& context, const GroupRecord& group,
                                   const std::vector<Member>& members);

/// ` changing the desired capacity from 1 to 2.`
std::string changing_text(std::int32_t from, std::int32_t to);
/// Gives the group another desired capacity, and the reason that its activities will name.
void change_desired_capacity(Context& context, const std::string& name, std::int32_t desired,
                             const std::string& cause);
/// Throws while a scaling activity is not over, and then while the cooldown lasts.
void check_cooldown(const Context& context, const GroupRecord& group);

/// Ends a group that has no instances any more, with all that belongs to it.
void forget_group(Context& context, const std::string& name);

/// Has the group look at itself `after` from now.
void reconcile_later(Context& context, const std::string& group_name, Duration after);

/// Replaces unhealthy instances, launches what is missing, terminates what is too much, and ends a
/// group that is being deleted.
void on_group_reconcile(Context& context, const world::Event& event);

/// The periodic check: health, then what follows from it, then the balance between zones.
void on_group_check(Context& context, const world::Event& event);

/// Begins the periodic check of a new group.
void start_group_checks(Context& context, const GroupRecord& group);

}  // namespace fallstreak::services::autoscaling
