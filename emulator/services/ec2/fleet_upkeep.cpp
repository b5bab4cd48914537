#include "services/ec2/fleet_upkeep.h"

#include <algorithm>
#include <map>
#include <utility>

#include "services/ec2/errors.h"
#include "services/ec2/fleet_history.h"
#include "services/ec2/instances.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

std::string member_key(const std::string& fleet_id, const std::string& instance_id) {
  return fleet_id + "/" + instance_id;
}

std::string instance_of(std::string_view key) { return std::string(key.substr(key.find('/') + 1)); }

bool is_gone(const InstanceRecord* row) {
  return row == nullptr || row->state == InstanceState::shutting_down ||
         row->state == InstanceState::terminated;
}

bool is_over(const FleetRecord& fleet) { return fleet.state.starts_with("deleted"); }

bool is_kept_up(const FleetRecord& fleet) {
  return fleet.request.Type == "maintain" && !is_over(fleet);
}

void set_state(Context& context, const std::string& fleet_id, std::string_view state) {
  fleet_table(context.state, fleet_id).update(fleet_id, [&](FleetRecord& fleet) {
    fleet.state = std::string(state);
  });
  add_fleet_change(context, fleet_id, state);
}

/// Looks at a fleet at a moment, in place of a later look.
void look(Context& context, const std::string& fleet_id, Duration after, bool is_periodic) {
  const FleetRecord* fleet = find_fleet(context.state, fleet_id);
  if (!fleet->evaluation_event.empty()) context.cancel(fleet->evaluation_event);
  const std::string event = is_periodic
                                ? context.schedule_periodic(after, "fleet-evaluation", fleet_id)
                                : context.schedule(after, "fleet-evaluation", fleet_id);
  fleet_table(context.state, fleet_id).update(fleet_id, [&](FleetRecord& changed) {
    changed.evaluation_event = event;
  });
}

/// Looks soon, as AWS takes notice.
void look_soon(Context& context, const std::string& fleet_id) {
  const Duration after = context.world().random().quantiles(fleet_id + "/ec2.fleet-evaluation",
                                                            timing::kFleetEvaluation);
  look(context, fleet_id, after, false);
}

void terminate(Context& context, const std::string& instance_id) {
  if (is_gone(context.state.instances.find(instance_id))) return;
  begin_shutting_down(context, instance_id, user_stop(context));
}

/// Members whose instances are gone are members no longer.
void drop_lost_members(Context& context, const std::string& fleet_id) {
  std::vector<std::string> lost;
  for (const auto& [key, member] : context.state.fleet_members.range(fleet_id + "/")) {
    const std::string id = instance_of(key);
    if (is_gone(context.state.instances.find(id))) lost.push_back(id);
  }
  for (const auto& id : lost) {
    context.state.fleet_members.erase(member_key(fleet_id, id));
    add_instance_change(context, fleet_id, "terminated", id);
  }
}

/// AWS: an instance is replaced when its checks failed three times in a row.
void replace_unhealthy(Context& context, const FleetRecord& fleet) {
  if (!is_kept_up(fleet) || fleet.request.ReplaceUnhealthyInstances != true) return;
  std::vector<std::string> unhealthy;
  for (const auto& [key, member] : context.state.fleet_members.range(fleet.fleet_id + "/")) {
    const InstanceRecord* row = context.state.instances.find(instance_of(key));
    const bool has_failed_long =
        row != nullptr && std::ranges::any_of(row->impairments, [&](const auto& each) {
          return each.since + timing::kUnhealthyInstance <= context.now();
        });
    if (has_failed_long && is_unhealthy(*row)) unhealthy.push_back(row->instance_id);
  }
  for (const auto& id : unhealthy) terminate(context, id);
  drop_lost_members(context, fleet.fleet_id);
}

double& capacity_of(FleetCapacity& capacity, std::string_view lifecycle) {
  return lifecycle == "spot" ? capacity.spot : capacity.on_demand;
}

/// What a fleet has of a market, in the way of its type: a `request` is fulfilled once.
FleetCapacity counted_capacity(const Ec2State& state, const FleetRecord& fleet) {
  if (fleet.request.Type == "maintain") return fulfilled_capacity(state, fleet.fleet_id);
  return {.on_demand = fleet.launched_on_demand, .spot = fleet.launched_spot};
}

/// Makes what was launched members, and writes down what was not.
void keep(Context& context, const std::string& fleet_id, const std::string& lifecycle,
          const FleetLaunches& launches, std::vector<api::ec2::CreateFleetError>& errors) {
  double launched = 0;
  for (const auto& each : launches.launched) {
    context.state.fleet_members.insert(
        member_key(fleet_id, each.instance_id),
        {.lifecycle = lifecycle, .weight = each.weight, .is_replaced = false});
    add_instance_change(context, fleet_id, "launched", each.instance_id);
    launched += each.weight;
  }
  const FleetRecord& before = *find_fleet(context.state, fleet_id);
  for (const auto& error : launches.errors) {
    // Once, not at each try.
    const bool is_known = std::ranges::find(before.errors, error) != before.errors.end();
    if (!is_known) add_launch_failure(context, fleet_id, error);
    errors.push_back(error);
  }
  fleet_table(context.state, fleet_id).update(fleet_id, [&](FleetRecord& fleet) {
    (lifecycle == "spot" ? fleet.launched_spot : fleet.launched_on_demand) += launched;
  });
}

/// True when capacity is missing still.
bool launch_missing(Context& context, const FleetRecord& fleet) {
  FleetCapacity present = counted_capacity(context.state, fleet);
  std::vector<api::ec2::CreateFleetError> errors;
  bool is_short = false;
  for (auto market : markets_of(fleet.request)) {
    const double target = market.capacity;
    market.capacity -= capacity_of(present, market.lifecycle);
    if (market.capacity <= 0) continue;
    FleetLaunches launches;
    try {
      launches = launch_market(context, fleet, market);
    } catch (const ApiError& error) {
      // What was asked for is there no longer: a template, or a subnet.
      launches.errors.push_back(
          {.Lifecycle = market.lifecycle, .ErrorCode = error.code, .ErrorMessage = error.message});
    }
    keep(context, fleet.fleet_id, market.lifecycle, launches, errors);
    const FleetRecord& now = *find_fleet(context.state, fleet.fleet_id);
    FleetCapacity after = counted_capacity(context.state, now);
    is_short = is_short || capacity_of(after, market.lifecycle) < target;
  }
  fleet_table(context.state, fleet.fleet_id).update(fleet.fleet_id, [&](FleetRecord& changed) {
    changed.errors = errors;
  });
  return is_short;
}

/// Type and zone.
using PoolName = std::pair<std::string, std::string>;
struct Surplus {
  PoolOffer offer;
  std::vector<std::string> instance_ids;
};

/// Which pool gives an instance back. AWS: the one that the strategy wants least; with
/// `diversified`, "across the pools": the fullest.
std::map<PoolName, Surplus>::iterator pool_to_shrink(FleetStrategy strategy,
                                                     std::map<PoolName, Surplus>& pools) {
  if (strategy == FleetStrategy::diversified) {
    return std::ranges::max_element(pools, {},
                                    [](const auto& row) { return row.second.instance_ids.size(); });
  }
  std::vector<PoolOffer> offers;
  for (const auto& [name, pool] : pools) offers.push_back(pool.offer);
  return std::next(pools.begin(), std::ptrdiff_t(pools_in_order(strategy, offers).back()));
}

/// AWS: a target that was lowered is reached by terminating instances, unless the policy keeps
/// them; it never falls below the target.
void terminate_excess(Context& context, const FleetRecord& fleet) {
  const bool is_allowed = fleet.request.ExcessCapacityTerminationPolicy != "no-termination";
  if (!is_kept_up(fleet) || !is_allowed) return;
  FleetCapacity present = fulfilled_capacity(context.state, fleet.fleet_id);
  for (const auto& market : markets_of(fleet.request)) {
    double excess = capacity_of(present, market.lifecycle) - market.capacity;
    if (excess <= 0) continue;
    std::map<PoolName, Surplus> pools;
    std::map<std::string, double> weights;
    for (const auto& [key, member] : context.state.fleet_members.range(fleet.fleet_id + "/")) {
      if (member.lifecycle != market.lifecycle || member.is_replaced) continue;
      const InstanceRecord& row = *context.state.instances.find(instance_of(key));
      auto& pool = pools[{row.instance_type, row.zone}];
      pool.offer = pool_offer(context, row.zone, row.instance_type, market.lifecycle);
      pool.offer.usd_per_hour /= member.weight;
      pool.instance_ids.push_back(row.instance_id);
      weights[row.instance_id] = member.weight;
    }
    while (excess > 0 && !pools.empty()) {
      const auto pool = pool_to_shrink(market.strategy, pools);
      const std::string id = pool->second.instance_ids.back();
      const double weight = weights[id];
      if (weight <= excess) {
        terminate(context, id);
        excess -= weight;
      }
      pool->second.instance_ids.pop_back();
      if (pool->second.instance_ids.empty()) pools.erase(pool);
    }
  }
  drop_lost_members(context, fleet.fleet_id);
}

/// A fleet that was given up is `deleted` when nothing of it runs.
void finish(Context& context, const std::string& fleet_id) {
  const FleetRecord& fleet = *find_fleet(context.state, fleet_id);
  if (fleet.state == "deleted") return;
  if (!context.state.fleet_members.range(fleet_id + "/").empty()) return;
  set_state(context, fleet_id, "deleted");
  context.schedule_periodic(timing::kFleetVisible, "fleet-forgotten", fleet_id);
}

}  // namespace

world::Table<FleetRecord>& fleet_table(Ec2State& state, std::string_view fleet_id) {
  return fleet_id.starts_with("sfr-") ? state.spot_fleets : state.fleets;
}

const FleetRecord* find_fleet(const Ec2State& state, const std::string& fleet_id) {
  return fleet_id.starts_with("sfr-") ? state.spot_fleets.find(fleet_id)
                                      : state.fleets.find(fleet_id);
}

std::string fleet_of(const InstanceRecord& row) {
  for (const auto& tag : row.tags) {
    if (tag.Key == fleet_tag_key("fleet-") || tag.Key == fleet_tag_key("sfr-")) return *tag.Value;
  }
  return {};
}

void add_lasting_fleet(Context& context, FleetRecord fleet) {
  const std::string id = fleet.fleet_id;
  const auto valid_until = fleet.request.ValidUntil;
  fleet_table(context.state, id).insert(id, std::move(fleet));
  add_fleet_change(context, id, "submitted");
  if (valid_until) {
    context.schedule_periodic(*valid_until - context.now(), "fleet-expired", id);
  }
  look_soon(context, id);
}

void modify_lasting_fleet(Context& context, const std::string& fleet_id) {
  fleet_table(context.state, fleet_id).update(fleet_id, [](FleetRecord& fleet) {
    fleet.state = "modifying";
  });
  add_fleet_change(context, fleet_id, "modify_in_progress");
  look_soon(context, fleet_id);
}

void end_fleet(Context& context, const std::string& fleet_id, FleetInstances instances) {
  drop_lost_members(context, fleet_id);
  std::vector<std::string> members;
  for (const auto& [key, member] : context.state.fleet_members.range(fleet_id + "/")) {
    members.push_back(instance_of(key));
  }
  const bool terminates = instances == FleetInstances::terminate;
  set_state(context, fleet_id, terminates ? "deleted_terminating" : "deleted_running");
  if (terminates) {
    for (const auto& id : members) terminate(context, id);
  }
  look_soon(context, fleet_id);
}

void fleet_instance_lost(Context& context, const std::string& instance_id) {
  const std::string fleet_id = fleet_of(*context.state.instances.find(instance_id));
  if (fleet_id.empty()) return;
  const bool is_member = context.state.fleet_members.contains(member_key(fleet_id, instance_id));
  const FleetRecord* fleet = find_fleet(context.state, fleet_id);
  // A look that is due already sees all that were lost until then.
  if (is_member && fleet != nullptr && fleet->evaluation_event.empty()) {
    look_soon(context, fleet_id);
  }
}

void fleet_instance_impaired(Context& context, const std::string& instance_id) {
  const std::string fleet_id = fleet_of(*context.state.instances.find(instance_id));
  const FleetRecord* fleet = fleet_id.empty() ? nullptr : find_fleet(context.state, fleet_id);
  if (fleet == nullptr || fleet->request.ReplaceUnhealthyInstances != true) return;
  context.schedule_periodic(timing::kUnhealthyInstance, "fleet-evaluation", fleet_id);
}

void fleet_instance_at_risk(Context& context, const std::string& instance_id) {
  const std::string fleet_id = fleet_of(*context.state.instances.find(instance_id));
  const FleetRecord* fleet = fleet_id.empty() ? nullptr : find_fleet(context.state, fleet_id);
  if (fleet == nullptr || !is_kept_up(*fleet)) return;
  const auto options = fleet->request.SpotOptions.value_or(api::ec2::SpotOptionsRequest());
  const auto strategies = options.MaintenanceStrategies;
  if (!strategies || !strategies->CapacityRebalance) return;
  const api::ec2::FleetSpotCapacityRebalanceRequest rebalance = *strategies->CapacityRebalance;
  const std::string key = member_key(fleet_id, instance_id);
  const FleetMemberRecord* member = context.state.fleet_members.find(key);
  if (member == nullptr || member->is_replaced) return;
  context.state.fleet_members.update(key, [](FleetMemberRecord& row) { row.is_replaced = true; });
  add_instance_change(context, fleet_id, "termination_notified", instance_id);
  look_soon(context, fleet_id);
  if (rebalance.ReplacementStrategy != "launch-before-terminate") return;
  context.schedule(std::chrono::seconds(rebalance.TerminationDelay.value_or(0)),
                   "fleet-instance-replaced", instance_id);
}

bool is_unhealthy(const InstanceRecord& row) {
  // AWS: "if the status of either the instance status check or the system status check is
  // impaired".
  return std::ranges::any_of(row.impairments, [](const auto& each) { return each.check != "ebs"; });
}

FleetCapacity fulfilled_capacity(const Ec2State& state, const std::string& fleet_id) {
  FleetCapacity capacity;
  for (const auto& [key, member] : state.fleet_members.range(fleet_id + "/")) {
    if (member.is_replaced) continue;
    capacity_of(capacity, member.lifecycle) += member.weight;
  }
  return capacity;
}

std::string activity_status(const Ec2State& state, const FleetRecord& fleet) {
  if (is_over(fleet)) return {};
  FleetCapacity present = counted_capacity(state, fleet);
  bool is_short = false;
  bool is_above = false;
  for (const auto& market : markets_of(fleet.request)) {
    const double has = capacity_of(present, market.lifecycle);
    is_short = is_short || has < market.capacity;
    is_above = is_above || (fleet.state == "modifying" && has > market.capacity);
  }
  if (is_short) return fleet.errors.empty() ? "pending_fulfillment" : "error";
  return is_above ? "pending_termination" : "fulfilled";
}

void on_fleet_evaluation(Context& context, const world::Event& event) {
  const std::string& id = event.entity;
  if (find_fleet(context.state, id) == nullptr) return;
  fleet_table(context.state, id).update(id, [](FleetRecord& changed) {
    changed.evaluation_event.clear();
  });
  drop_lost_members(context, id);
  if (is_over(*find_fleet(context.state, id))) return finish(context, id);
  // AWS: an instant fleet is over when its instances are.
  if (find_fleet(context.state, id)->request.Type == "instant") return finish(context, id);
  const std::string state = find_fleet(context.state, id)->state;
  if (state != "active") set_state(context, id, "active");
  if (state == "modifying") add_fleet_change(context, id, "modify_successful");
  const auto valid_from = find_fleet(context.state, id)->request.ValidFrom;
  if (valid_from && *valid_from > context.now()) {
    return look(context, id, *valid_from - context.now(), true);
  }
  const FleetRecord fleet = *find_fleet(context.state, id);
  replace_unhealthy(context, fleet);
  const bool is_short = launch_missing(context, fleet);
  terminate_excess(context, fleet);
  // What is terminated here wants no look of its own; what is missing still does.
  if (is_short) look(context, id, timing::kFleetRetry, true);
}

void on_fleet_expired(Context& context, const world::Event& event) {
  const FleetRecord* fleet = find_fleet(context.state, event.entity);
  if (fleet == nullptr || is_over(*fleet)) return;
  const bool terminates = fleet->request.TerminateInstancesWithExpiration == true;
  end_fleet(context, event.entity, terminates ? FleetInstances::terminate : FleetInstances::stay);
}

void on_fleet_instance_replaced(Context& context, const world::Event& event) {
  const InstanceRecord* row = context.state.instances.find(event.entity);
  if (is_gone(row)) return;
  const std::string fleet_id = fleet_of(*row);
  const FleetRecord* fleet = find_fleet(context.state, fleet_id);
  if (fleet == nullptr || is_over(*fleet)) return;
  // AWS: it is terminated when its successor was launched.
  if (activity_status(context.state, *fleet) == "fulfilled")
    return terminate(context, row->instance_id);
  context.schedule_periodic(timing::kFleetRetry, "fleet-instance-replaced", event.entity);
}

void on_fleet_forgotten(Context& context, const world::Event& event) {
  fleet_table(context.state, event.entity).erase(event.entity);
  context.state.fleet_history.erase_prefix(event.entity + "/");
}

}  // namespace fallstreak::services::ec2
