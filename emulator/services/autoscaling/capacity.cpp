#include "services/autoscaling/capacity.h"

#include <algorithm>

#include "dispatch/hosts.h"
#include "dispatch/unhealthy_targets.h"
#include "services/autoscaling/activities.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/health.h"
#include "services/autoscaling/hook_waits.h"
#include "services/autoscaling/lifecycle.h"
#include "services/autoscaling/lifecycle_hooks.h"
#include "services/autoscaling/maintenance.h"
#include "services/autoscaling/metrics.h"
#include "services/autoscaling/mixed_instances.h"
#include "services/autoscaling/policies.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/scheduled_actions.h"
#include "services/autoscaling/termination_policy.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

/// Events name a group by its ARN, which a later group of the same name does not have.
std::string group_name_of(std::string_view arn) {
  constexpr std::string_view kBeforeName = "autoScalingGroupName/";
  return std::string(arn.substr(arn.find(kBeforeName) + kBeforeName.size()));
}

const GroupRecord* group_of(const Context& context, const world::Event& event) {
  const auto* group = context.state.groups.find(group_name_of(event.entity));
  return group != nullptr && group->group.AutoScalingGroupARN == event.entity ? group : nullptr;
}

/// How often the tables have changed that a look at a group reads.
ContentGroups::Changes changes_behind_looks(Context& context) {
  const std::string_view scope = context.caller().scope(dispatch::Scope::regional);
  const AutoScalingState& state = context.state;
  return {state.groups.changes(),
          state.members.changes(),
          state.instances.changes(),
          dispatch::hosts(context.world(), scope).instances.changes(),
          dispatch::unhealthy_targets(context.world(), scope).targets.changes(),
          context.faults().active.changes()};
}

/// The capacity of these members, in units of the desired capacity.
std::int32_t capacity_of(const std::vector<Member>& members, auto&& is_counted) {
  std::int32_t capacity = 0;
  for (const auto& member : members) {
    if (is_counted(member)) capacity += member.weight;
  }
  return capacity;
}

std::int32_t active_capacity(const std::vector<Member>& members) {
  return capacity_of(members, [](const Member& member) { return member.is_active(); });
}

/// Whether an instance may go without the group falling below what it is to have.
bool has_surplus(const std::vector<Member>& members, std::int32_t wanted) {
  const std::int32_t surplus = active_capacity(members) - wanted;
  return std::ranges::any_of(members, [&](const Member& member) {
    return member.is_active() && member.weight <= surplus;
  });
}

/// What the group is to have just now: more for each instance that rebalancing is launching.
std::int32_t wanted_capacity(const GroupRecord& group, const std::vector<Member>& members) {
  const std::int32_t extra = capacity_of(members, [](const Member& member) {
    return is_pending(member.lifecycle) && member.is_rebalancing;
  });
  return *group.group.DesiredCapacity + extra + group.refresh_extra + group.replacement_extra;
}

std::uint64_t tie_break(Context& context, std::string_view purpose) {
  return context.world().random().next(context.stream(purpose));
}

std::string join(const std::string& first, const std::string& second) {
  return first.empty() ? second : first + "  " + second;
}

std::string shrinking_text(std::int32_t from, std::int32_t to) {
  return "shrinking the capacity from " + std::to_string(from) + " to " + std::to_string(to);
}

Distribution distribution_of(const GroupRecord& group) {
  const auto& strategy = group.group.AvailabilityZoneDistribution->CapacityDistributionStrategy;
  return strategy == "balanced-only" ? Distribution::balanced_only
                                     : Distribution::balanced_best_effort;
}

std::string launch_cause(Context& context, const GroupRecord& group, std::int32_t from,
                         std::int32_t to) {
  const std::string at = "At " + cause_time(context);
  if (group.pending_replacements > 0) {
    return at +
           " an instance was launched in response to an unhealthy instance needing to be "
           "replaced.";
  }
  return join(group.pending_cause,
              at +
                  " an instance was started in response to a difference between desired and "
                  "actual capacity, increasing the capacity from " +
                  std::to_string(from) + " to " + std::to_string(to) + ".");
}

void launch_missing(Context& context, const std::string& name) {
  if (is_suspended(*context.state.groups.find(name), Process::launch)) return;
  const auto members = members_of(context, name);
  const std::int32_t from = active_capacity(members);
  const std::int32_t to = wanted_capacity(*context.state.groups.find(name), members);
  // What is at risk is as good as gone: what replaces it belongs where it was.
  std::vector<Member> staying;
  std::ranges::copy_if(members, std::back_inserter(staying),
                       [](const Member& member) { return !member.is_at_risk; });
  auto zones = zone_counts(context, *context.state.groups.find(name), staying);
  // Every turn launches one instance or leaves one zone alone, so this ends.
  for (std::int32_t active = from; active < to;) {
    const GroupRecord& group = *context.state.groups.find(name);
    const auto zone =
        zone_for_launch(zones, distribution_of(group), tie_break(context, "launch-zone"));
    // The end of the shortest backoff looks again.
    if (!zone) return;
    const std::string cause = launch_cause(context, group, from, to);
    const auto row = std::ranges::find(zones, *zone, &ZoneCount::zone);
    const std::int32_t launched =
        launch_instance(context, name, *zone, cause, LaunchPurpose::capacity);
    row->has_capacity = launched > 0;
    if (launched == 0) continue;
    ++row->instances;
    active += launched;
    if (context.state.groups.find(name)->pending_replacements == 0) continue;
    context.state.groups.update(name, [](GroupRecord& record) { --record.pending_replacements; });
  }
}

/// Says of which of them the group has more than its policy wants, as things are now.
void mark_surplus_market(const Context& context, const GroupRecord& group,
                         std::vector<Candidate>& candidates) {
  const auto surplus = surplus_market(context, group);
  for (auto& candidate : candidates) {
    const bool is_spot = context.state.instances.find(candidate.instance_id)->is_spot;
    candidate.is_of_surplus_market = surplus && is_spot == (*surplus == Market::spot);
  }
}

/// When an instance's launch configuration was made. Instances may outlive theirs: it is older than
/// any that is there.
std::optional<Time> configuration_created(const Context& context, const InstanceRecord& record) {
  if (!record.instance.LaunchConfigurationName) return {};
  const auto* found =
      context.state.launch_configurations.find(*record.instance.LaunchConfigurationName);
  return found == nullptr ? Time{} : *found->CreatedTime;
}

std::vector<Candidate> candidates_for_termination(const Context& context, const GroupRecord& group,
                                                  const std::vector<Member>& members) {
  std::vector<Candidate> candidates;
  for (const auto& member : members) {
    if (!member.is_active()) continue;
    const InstanceRecord& record = *context.state.instances.find(member.instance_id);
    const auto& launch_template = record.instance.LaunchTemplate;
    candidates.push_back(
        {.instance_id = member.instance_id,
         .zone = member.zone,
         .launch_time = record.launch_time,
         .weight = record.weight,
         .configuration_created = configuration_created(context, record),
         .has_current_template =
             launch_template && group.group.LaunchTemplate &&
             launch_template->LaunchTemplateId == group.group.LaunchTemplate->LaunchTemplateId,
         .template_version =
             launch_template ? version_number(launch_template->Version.value_or("")) : 0,
         .is_protected =
             record.instance.ProtectedFromScaleIn.value_or(false) && !group.is_deleting});
  }
  mark_surplus_market(context, group, candidates);
  return candidates;
}

void terminate_surplus(Context& context, const std::string& name) {
  const auto members = members_of(context, name);
  const GroupRecord group = *context.state.groups.find(name);
  const std::int32_t from = active_capacity(members);
  const std::int32_t to = wanted_capacity(group, members);
  if (from <= to) return;
  // A group that goes with its instances asks nobody.
  if (is_suspended(group, Process::terminate) && !group.is_deleting) return;
  auto candidates = candidates_for_termination(context, group, members);
  auto zones = zone_counts(context, group, members);
  std::int32_t surplus = from - to;
  while (true) {
    // AWS: a group does not fall below its desired capacity because an instance stands for more.
    std::erase_if(candidates, [&](const Candidate& one) { return one.weight > surplus; });
    const auto chosen = instance_to_terminate(candidates, zones, *group.group.TerminationPolicies,
                                              context.now(), tie_break(context, "termination"));
    // AWS: scale-in waits while all instances are protected.
    if (!chosen) return;
    const std::string at = "At " + cause_time(context);
    const bool returns = !group.is_deleting && takes_back(context, name);
    context.state.instances.update(
        *chosen, [&](InstanceRecord& record) { record.returns_to_pool = returns; });
    begin_termination(
        context, *chosen,
        join(join(group.pending_cause,
                  at +
                      " an instance was taken out of service in response to a difference between "
                      "desired and actual capacity, " +
                      shrinking_text(from, to) + "."),
             at + " instance " + *chosen + " was selected for termination."));
    const auto gone = std::ranges::find(candidates, *chosen, &Candidate::instance_id);
    --std::ranges::find(zones, gone->zone, &ZoneCount::zone)->instances;
    surplus -= gone->weight;
    candidates.erase(gone);
    mark_surplus_market(context, group, candidates);
  }
}

void forget_satisfied_cause(Context& context, const std::string& name) {
  const auto& group = *context.state.groups.find(name);
  const bool is_pending = !group.pending_cause.empty() || group.pending_replacements > 0;
  if (!is_pending) return;
  const auto members = members_of(context, name);
  const std::int32_t wanted = wanted_capacity(group, members);
  if (active_capacity(members) < wanted || has_surplus(members, wanted)) return;
  context.state.groups.update(name, [](GroupRecord& record) {
    record.pending_cause.clear();
    record.pending_replacements = 0;
  });
}

/// A simple policy's cooldown is not begun again once all that it asked for has happened.
void forget_finished_cooldown(Context& context, const std::string& name) {
  if (!context.state.groups.find(name)->simple_cooldown) return;
  for (const auto& member : members_of(context, name)) {
    if (is_pending(member.lifecycle) || is_terminating(member.lifecycle)) return;
  }
  context.state.groups.update(name, [](GroupRecord& record) { record.simple_cooldown.reset(); });
}

/// A group that is deleted by force also ends what is in standby, or waits.
void end_the_rest(Context& context, const std::string& name) {
  if (!context.state.groups.find(name)->is_deleting) return;
  for (const auto& member : members_of(context, name)) {
    if (member.lifecycle == "Terminating:Wait") stop_waiting(context, member.instance_id);
    if (is_terminating(member.lifecycle)) continue;
    begin_termination(context, member.instance_id, context.state.groups.find(name)->pending_cause);
  }
}

void reconcile(Context& context, const std::string& name) {
  end_the_rest(context, name);
  replace_instances(context, name);
  launch_missing(context, name);
  terminate_surplus(context, name);
  forget_satisfied_cause(context, name);
  forget_finished_cooldown(context, name);
  reconcile_warm_pool(context, name);
  if (context.state.groups.find(name)->is_deleting && members_of(context, name).empty()) {
    forget_group(context, name);
  }
  update_group_metrics(context, name);
}

/// A group that has all it wants, healthy and evenly spread: nearly always, so that looking at it
/// must be cheap.
bool has_all_it_wants(const Context& context, const std::string& name) {
  const GroupRecord& group = *context.state.groups.find(name);
  if (has_warm_pool(group)) return false;
  if (group.is_deleting || group.simple_cooldown || group.refresh_extra != 0 ||
      group.replacement_extra != 0 || group.pending_replacements != 0 ||
      !group.pending_cause.empty() || group.group.MaxInstanceLifetime.value_or(0) != 0) {
    return false;
  }
  const auto& zones = *group.group.AvailabilityZones;
  std::vector<std::int32_t> counts(zones.size());
  std::int32_t capacity = 0;
  for (const auto& row : context.state.members.range(group_prefix(name))) {
    const InstanceRecord& record = *context.state.instances.find(row.second);
    if (record.instance.LifecycleState != kInService ||
        std::string_view(*record.instance.HealthStatus) != "Healthy" || record.is_rebalancing ||
        record.is_at_risk) {
      return false;
    }
    const auto zone = std::ranges::find(zones, *record.instance.AvailabilityZone);
    if (zone == zones.end()) return false;
    ++counts[std::size_t(zone - zones.begin())];
    capacity += record.weight;
  }
  if (capacity != *group.group.DesiredCapacity) return false;
  const auto [fewest, most] = std::ranges::minmax(counts);
  return most - fewest <= 1;
}

std::string rebalancing_cause(Context& context, const std::vector<Move>& moves,
                              std::size_t launches, std::int32_t active) {
  std::vector<std::string> zones;
  for (const auto& move : moves) zones.push_back(move.to);
  std::ranges::sort(zones);
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  std::string list;
  for (const auto& zone : zones) list += (list.empty() ? "" : " ") + zone;
  const std::string at = "At " + cause_time(context);
  return join(at + " instances were launched to balance instances in zones " + list +
                  " with other zones resulting in more than desired number of instances in the "
                  "group.",
              at +
                  " an instance was started in response to a difference between desired and actual "
                  "capacity, increasing the capacity from " +
                  std::to_string(active) + " to " +
                  std::to_string(active + std::int32_t(launches)) + ".");
}

/// AWS: the group's maximum may be exceeded by a tenth of it; under a maintenance policy what the
/// policy says of the desired capacity counts instead.
std::int32_t most_while_rebalancing(const GroupRecord& group) {
  if (!has_maintenance_policy(group)) {
    return *group.group.MaxSize + rebalancing_headroom(*group.group.MaxSize);
  }
  const std::int32_t desired = *group.group.DesiredCapacity;
  return desired + replacement_step(healthy_range(group), desired, desired, desired).extra;
}

/// Chosen: a policy without room above the desired capacity makes room below it: what goes from a
/// zone that has too many is launched where there are too few.
void make_room(Context& context, const std::string& name, const std::vector<Move>& moves,
               const std::vector<Member>& members) {
  const GroupRecord group = *context.state.groups.find(name);
  const std::int32_t desired = *group.group.DesiredCapacity;
  std::int32_t allowed =
      replacement_step(healthy_range(group), desired, desired, std::int32_t(moves.size()))
          .terminate;
  auto candidates = candidates_for_termination(context, group, members);
  for (const auto& move : moves) {
    if (allowed-- <= 0) break;
    const std::vector<ZoneCount> zone = {{.zone = move.from, .instances = 1}};
    const auto chosen = instance_to_terminate(candidates, zone, *group.group.TerminationPolicies,
                                              context.now(), tie_break(context, "rebalance"));
    if (!chosen) continue;
    begin_termination(context, *chosen,
                      "At " + cause_time(context) +
                          " an instance was taken out of service to balance instances in zone " +
                          move.from + " with other zones.");
    std::erase_if(candidates, [&](const Candidate& one) { return one.instance_id == *chosen; });
  }
  reconcile_later(context, name, kReaction);
}

/// AWS: launches in the zone that has too few before it terminates in the one that has too many.
void rebalance(Context& context, const std::string& name) {
  const auto* group = context.state.groups.find(name);
  if (group == nullptr || group->is_deleting) return;
  if (is_suspended(*group, Process::az_rebalance) || is_suspended(*group, Process::launch)) return;
  const auto members = members_of(context, name);
  const std::int32_t active = active_capacity(members);
  const std::int32_t desired = *group->group.DesiredCapacity;
  const bool is_settled = active >= desired && !has_surplus(members, desired) &&
                          std::ranges::none_of(members, [](const auto& member) {
                            return is_pending(member.lifecycle) ||
                                   (member.lifecycle == kInService && !member.is_healthy);
                          });
  if (!is_settled) return;
  const auto moves = rebalancing_moves(zone_counts(context, *group, members));
  if (moves.empty()) return;
  const std::int32_t most = most_while_rebalancing(*group);
  if (has_maintenance_policy(*group) && most == *group->group.DesiredCapacity) {
    return make_room(context, name, moves, members);
  }
  std::int32_t room = std::max(0, most - active);
  const auto launches = std::min(moves.size(), std::size_t(room));
  const std::string cause = rebalancing_cause(context, moves, launches, active);
  for (std::size_t i = 0; i < launches && room > 0; ++i) {
    const std::int32_t launched =
        launch_instance(context, name, moves[i].to, cause, LaunchPurpose::rebalancing);
    if (launched == 0) return;
    room -= launched;
  }
}

}  // namespace

std::string changing_text(std::int32_t from, std::int32_t to) {
  return " changing the desired capacity from " + std::to_string(from) + " to " +
         std::to_string(to) + ".";
}

void change_desired_capacity(Context& context, const std::string& name, std::int32_t desired,
                             const std::string& cause) {
  context.state.groups.update(name, [&](GroupRecord& record) {
    record.group.DesiredCapacity = desired;
    record.pending_cause = cause;
    record.cooldown_until = context.now() + std::chrono::seconds(*record.group.DefaultCooldown);
  });
}

void check_cooldown(const Context& context, const GroupRecord& group) {
  const std::string prefix = group_prefix(*group.group.AutoScalingGroupName);
  for (const auto& row : context.state.members.range(prefix)) {
    const InstanceRecord& record = *context.state.instances.find(row.second);
    const std::string& lifecycle = *record.instance.LifecycleState;
    const bool is_leaving = is_terminating(lifecycle);
    if (!is_leaving && !is_pending(lifecycle)) continue;
    const auto activity =
        find_activity(context, is_leaving ? record.termination_activity : record.launch_activity);
    throw scaling_activity_in_progress(*activity.ActivityId);
  }
  if (context.now() < group.cooldown_until) throw cooldown_in_progress();
}

void forget_group(Context& context, const std::string& name) {
  forget_policies(context, name);
  forget_hooks(context, name);
  forget_scheduled_actions(context, name);
  context.state.refreshes.erase_prefix(group_prefix(name));
  context.state.active_refreshes.erase(name);
  context.state.notifications.erase_prefix(group_prefix(name));
  end_group_metrics(context, name);
  context.state.groups.erase(name);
}

bool Member::is_active() const { return is_pending(lifecycle) || lifecycle == kInService; }

std::vector<Member> members_of(const Context& context, const std::string& group_name) {
  std::vector<Member> members;
  for (const auto& row : context.state.members.range(group_prefix(group_name))) {
    const InstanceRecord& record = *context.state.instances.find(row.second);
    members.push_back({.instance_id = row.second,
                       .zone = *record.instance.AvailabilityZone,
                       .lifecycle = *record.instance.LifecycleState,
                       .is_healthy = record.instance.HealthStatus == "Healthy",
                       .is_rebalancing = record.is_rebalancing,
                       .is_at_risk = record.is_at_risk,
                       .weight = record.weight});
  }
  return members;
}

std::vector<ZoneCount> zone_counts(const Context& context, const GroupRecord& group,
                                   const std::vector<Member>& members) {
  std::map<std::string, ZoneCount> zones;
  for (const auto& placement : group.placements) {
    const auto backoff = group.backoffs.find(placement.zone);
    const bool waits = backoff != group.backoffs.end() && backoff->second.until > context.now();
    zones[placement.zone] = {.zone = placement.zone, .has_capacity = !waits};
  }
  for (const auto& member : members) {
    if (!member.is_active()) continue;
    auto [zone, is_new] =
        zones.try_emplace(member.zone, ZoneCount{.zone = member.zone, .is_enabled = false});
    ++zone->second.instances;
  }
  std::vector<ZoneCount> counts;
  for (auto& [name, zone] : zones) counts.push_back(std::move(zone));
  return counts;
}

void reconcile_later(Context& context, const std::string& group_name, Duration after) {
  const auto& group = *context.state.groups.find(group_name);
  context.schedule(after, "group-reconcile", *group.group.AutoScalingGroupARN);
}

void on_group_reconcile(Context& context, const world::Event& event) {
  if (group_of(context, event) != nullptr) reconcile(context, group_name_of(event.entity));
}

void start_group_checks(Context& context, const GroupRecord& group) {
  context.schedule_periodic(kHealthCheckPeriod, "group-check", *group.group.AutoScalingGroupARN);
}

void on_group_check(Context& context, const world::Event& event) {
  const GroupRecord* group = group_of(context, event);
  if (group == nullptr) return;
  start_group_checks(context, *group);
  auto& content = context.state.content_groups;
  const ContentGroups::Changes changes = changes_behind_looks(context);
  if (content.changes != changes) {
    content.changes = changes;
    content.arns.clear();
  } else if (content.arns.contains(event.entity)) {
    return;
  }
  const std::string name = group_name_of(event.entity);
  const bool all_are_well = check_health(context, name);
  if (has_all_it_wants(context, name)) {
    if (all_are_well) content.arns.insert(event.entity);
    return;
  }
  reconcile(context, name);
  rebalance(context, name);
}

}  // namespace fallstreak::services::autoscaling
