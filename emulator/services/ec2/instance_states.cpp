#include <algorithm>
#include <utility>

#include "dispatch/hosts.h"
#include "services/ec2/addresses.h"
#include "services/ec2/capacity_reservations.h"
#include "services/ec2/errors.h"
#include "services/ec2/fleet_upkeep.h"
#include "services/ec2/iam_instance_profiles.h"
#include "services/ec2/instances.h"
#include "services/ec2/metrics.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/placement_groups.h"
#include "services/ec2/scheduled_events.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/timing.h"
#include "services/ec2/volumes.h"

/// The life of an instance.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
namespace fallstreak::services::ec2 {
namespace {

/// Lets the network see the instance as it now is.
void show_host(Context& context, const InstanceRecord& row) {
  dispatch::hosts(context.world(), context.caller().scope(dispatch::Scope::regional))
      .instances.put(row.instance_id, {std::string(to_string(row.state)), row.launch_time});
}

/// Schedules the end of a state that takes time, in place of what was scheduled before.
void schedule_transition(Context& context, InstanceRecord& row, const world::Quantiles& lasting,
                         std::string_view event_kind, std::string_view purpose) {
  if (!row.transition_event.empty()) context.cancel(row.transition_event);
  const Duration after =
      context.world().random().quantiles(row.instance_id + "/ec2." + std::string(purpose), lasting);
  row.transition_event = context.schedule(after, event_kind, row.instance_id);
}

/// When the status checks will be `ok`, for an instance that runs from now on.
Time status_ok_time(Context& context, const InstanceRecord& row) {
  if (context.environment().timing == dispatch::Timing::instant) return context.now();
  return context.now() + context.world().random().quantiles(row.instance_id + "/ec2.initializing",
                                                            timing::kInitializing);
}

/// AWS: a terminated instance stays visible for about an hour, whatever else is instant.
void schedule_forgetting(Context& context, const std::string& instance_id) {
  world::Event event;
  event.due = context.now() + timing::kTerminatedVisible;
  event.entity = instance_id;
  event.kind = "ec2.instance-forgotten";
  event.scope = context.caller().scope(dispatch::Scope::regional);
  context.world().events().schedule(std::move(event));
}

/// AWS: an interface goes with its instance when it says so, and else is free for another.
void leave_network(Context& context, InstanceRecord& row) {
  for (const auto& id : row.interface_ids) {
    if (find_interface(context, id).delete_on_termination) {
      remove_interface(context, id);
    } else {
      detach_interface(context, id);
    }
  }
  row.interface_ids.clear();
}

void become_terminated(Context& context, InstanceRecord& row) {
  leave_network(context, row);
  row.state = InstanceState::terminated;
  row.transition_event.clear();
  show_host(context, row);
  // AWS: what it was attached to is no longer shown.
  row.vpc_id.clear();
  row.subnet_id.clear();
  row.private_ip_address.clear();
  leave_volumes(context, row);
  forget_profile(context, row);
  row.profile_association_id.clear();
  leave_placement_group(context, row);
  leave_capacity_reservation(context, row);
  row.volumes.clear();
  schedule_forgetting(context, row.instance_id);
}

void set_cause(InstanceRecord& row, const Cause& cause) {
  row.state_reason_code = cause.code;
  row.state_reason_message = cause.message;
  row.state_transition_reason = cause.transition;
  row.stopped_by_fault = cause.fault;
}

/// Stops what runs in a zone that lost its power.
void stop_zone(Context& context, const std::string& zone, const std::string& fault_id) {
  std::vector<std::string> hit;
  for (const auto& [id, row] : context.state.instances) {
    const bool runs = row.state == InstanceState::pending || row.state == InstanceState::running;
    if (runs && row.zone == zone) hit.push_back(id);
  }
  // AWS: the FIS scenario "AZ Availability: Power Interruption" stops the zone's instances. Chosen:
  // the reason is AWS's for failures of its own, because nobody asked for it.
  const Cause cause{.code = "Server.InternalError",
                    .message = "Server.InternalError: The instance lost power",
                    .transition = "Server.InternalError",
                    .fault = fault_id};
  for (const auto& id : hit) begin_stopping(context, id, cause);
}

/// AWS: "instances that were stopped are started again" when the interruption of power ends.
void restart_stopped(Context& context, const std::string& fault_id) {
  std::vector<std::string> waiting;
  for (const auto& [id, row] : context.state.instances) {
    if (row.state == InstanceState::stopped && row.stopped_by_fault == fault_id) {
      waiting.push_back(id);
    }
  }
  for (const auto& id : waiting) {
    const InstanceRecord& row = *context.state.instances.find(id);
    if (faults::zone_has_power(context.faults(), row.zone)) begin_starting(context, id);
  }
}

/// Makes a status check of an instance fail.
void impair(Context& context, const std::string& fault_id, const faults::FaultRecord& fault) {
  if (!context.state.instances.contains(fault.instance_id)) return;
  context.state.instances.update(fault.instance_id, [&](InstanceRecord& row) {
    row.impairments.push_back({.fault_id = fault_id,
                               .check = fault.check.empty() ? "instance" : fault.check,
                               .since = context.now()});
  });
  const InstanceRecord& row = *context.state.instances.find(fault.instance_id);
  if (row.state == InstanceState::running) update_status_checks(context, row);
  fleet_instance_impaired(context, fault.instance_id);
}

/// The checks that a fault made fail pass again.
void recover(Context& context, const std::string& fault_id) {
  const auto is_its = [&](const ImpairmentRecord& each) { return each.fault_id == fault_id; };
  std::vector<std::string> impaired;
  for (const auto& [id, row] : context.state.instances) {
    if (std::ranges::any_of(row.impairments, is_its)) impaired.push_back(id);
  }
  for (const auto& id : impaired) {
    context.state.instances.update(
        id, [&](InstanceRecord& row) { std::erase_if(row.impairments, is_its); });
    const InstanceRecord& row = *context.state.instances.find(id);
    if (row.state == InstanceState::running) update_status_checks(context, row);
  }
}

}  // namespace

Cause user_stop(const Context& context) {
  std::string time = to_iso8601(context.now());
  time[10] = ' ';
  time.pop_back();
  return {.code = "Client.UserInitiatedShutdown",
          .message = "Client.UserInitiatedShutdown: User initiated shutdown",
          .transition = "User initiated (" + time + " GMT)",
          .fault = {}};
}

void begin_pending(Context& context, InstanceRecord& row) {
  row.state = InstanceState::pending;
  row.launch_time = context.now();
  row.state_reason_code = "pending";
  row.state_reason_message = "pending";
  row.state_transition_reason.clear();
  row.stopped_by_fault.clear();
  row.rebalance_notice.reset();
  if (row.wants_public_address) give_public_address(context, row.interface_ids.front());
  show_host(context, row);
  schedule_transition(context, row, timing::kPending, "instance-running", "pending");
}

void begin_starting(Context& context, const std::string& instance_id) {
  context.state.instances.update(instance_id, [&](InstanceRecord& row) {
    join_placement_group(context, row);
    begin_pending(context, row);
    join_capacity_reservation(context, row);
  });
  spot_instance_started(context, *context.state.instances.find(instance_id));
  complete_events_by_stop(context, instance_id);
}

void begin_stopping(Context& context, const std::string& instance_id, const Cause& cause) {
  stop_metrics(context, *context.state.instances.find(instance_id));
  context.state.instances.update(instance_id, [&](InstanceRecord& row) {
    row.state = InstanceState::stopping;
    set_cause(row, cause);
    show_host(context, row);
    // AWS: "We release the public IP address for your instance when it is stopped".
    take_back_public_address(context, row.interface_ids.front());
    schedule_transition(context, row, timing::kStopping, "instance-stopped", "stopping");
  });
  spot_instance_stops(context, instance_id, cause);
}

void begin_shutting_down(Context& context, const std::string& instance_id, const Cause& cause) {
  stop_metrics(context, *context.state.instances.find(instance_id));
  context.state.instances.update(instance_id, [&](InstanceRecord& row) {
    const bool is_off = row.state == InstanceState::stopped;
    set_cause(row, cause);
    if (is_off) {
      // Observed: a stopped instance has nothing to shut down, and is `terminated` at once.
      become_terminated(context, row);
      return;
    }
    row.state = InstanceState::shutting_down;
    show_host(context, row);
    take_back_public_address(context, row.interface_ids.front());
    schedule_transition(context, row, timing::kShuttingDown, "instance-terminated",
                        "shutting-down");
  });
  spot_instance_ends(context, instance_id, cause);
  fleet_instance_lost(context, instance_id);
}

void on_instance_running(Context& context, const world::Event& event) {
  context.state.instances.update(event.entity, [&](InstanceRecord& row) {
    row.state = InstanceState::running;
    show_host(context, row);
    row.transition_event.clear();
    row.state_reason_code.clear();
    row.state_reason_message.clear();
    row.status_ok_at = status_ok_time(context, row);
  });
  start_metrics(context, *context.state.instances.find(event.entity));
}

void on_instance_stopped(Context& context, const world::Event& event) {
  context.state.instances.update(event.entity, [&](InstanceRecord& row) {
    row.state = InstanceState::stopped;
    show_host(context, row);
    row.transition_event.clear();
    leave_placement_group(context, row);
    leave_capacity_reservation(context, row);
  });
  const InstanceRecord& row = *context.state.instances.find(event.entity);
  const bool fault_is_over =
      !row.stopped_by_fault.empty() && !context.faults().active.contains(row.stopped_by_fault);
  if (fault_is_over && faults::zone_has_power(context.faults(), row.zone)) {
    begin_starting(context, event.entity);
  }
}

void on_instance_terminated(Context& context, const world::Event& event) {
  context.state.instances.update(event.entity,
                                 [&](InstanceRecord& row) { become_terminated(context, row); });
}

void on_instance_forgotten(Context& context, const world::Event& event) {
  context.state.instances.erase(event.entity);
  dispatch::hosts(context.world(), context.caller().scope(dispatch::Scope::regional))
      .instances.erase(event.entity);
}

void on_fault(Context& context, const world::Event& event) {
  if (event.kind == "faults.end") {
    restart_stopped(context, event.entity);
    recover(context, event.entity);
    end_event_fault(context, event.entity);
    return;
  }
  const faults::FaultRecord* fault = context.faults().active.find(event.entity);
  if (fault == nullptr) return;
  if (fault->kind == "az-power") stop_zone(context, fault->zone, event.entity);
  if (fault->kind == "status-check") impair(context, event.entity, *fault);
  begin_spot_fault(context, *fault);
  begin_event_fault(context, event.entity, *fault);
}

}  // namespace fallstreak::services::ec2
