#include <algorithm>
#include <set>

#include "services/ec2/capacity_reservations.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/placement_groups.h"
#include "services/ec2/scheduled_events.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

/// Calls `act(id, row)` for each instance once, and tells how its state changed.
template <class Act>
std::vector<api::ec2::InstanceStateChange> change_states(
    Context& context, const std::vector<std::string>& instance_ids, const Act& act) {
  check_instances(context, instance_ids);
  std::vector<api::ec2::InstanceStateChange> changes;
  std::set<std::string_view> seen;
  for (const auto& id : instance_ids) {
    if (!seen.insert(id).second) continue;
    const InstanceState before = find_instance(context, id).state;
    act(id, find_instance(context, id));
    changes.push_back({.InstanceId = id,
                       .CurrentState = to_wire(find_instance(context, id).state),
                       .PreviousState = to_wire(before)});
  }
  return changes;
}

ApiError wrong_state(const std::string& instance_id, std::string_view what) {
  return incorrect_instance_state("The instance '" + instance_id +
                                  "' is not in a state from which it can be " + std::string(what) +
                                  ".");
}

/// Capacity for a start: of anybody's, or of a reservation.
void check_room(Context& context, const InstanceRecord& row) {
  const bool is_spot = !row.spot_request_id.empty();
  const bool fits = is_spot ? has_room(context, row.zone, row.instance_type, true)
                            : launchable(context, capacity_wish_of(context.state, row), 1) == 1;
  if (fits) return;
  if (!is_spot && needs_reservation(row.capacity_preference)) throw reservation_capacity_exceeded();
  throw insufficient_instance_capacity("Insufficient capacity.");
}

ApiError protected_from(const std::string& instance_id, std::string_view what,
                        std::string_view attribute) {
  return operation_not_permitted("The instance '" + instance_id + "' may not be " +
                                 std::string(what) + ". Modify its '" + std::string(attribute) +
                                 "' instance attribute and try again.");
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html
api::ec2::StartInstancesResult start_instances(Context& context,
                                               const api::ec2::StartInstancesRequest& request) {
  const auto start = [&](const std::string& id, const InstanceRecord& row) {
    using enum InstanceState;
    if (row.state == pending || row.state == running) return;
    if (row.state != stopped) throw wrong_state(id, "started");
    check_room(context, row);
    const std::string root = root_device_of(context.state, row);
    const bool has_root = std::ranges::any_of(
        row.volumes, [&](const auto& each) { return each.device_name == root; });
    if (!has_root) throw no_root_volume(root, id);
    if (!row.placement_group.empty()) {
      check_placement(context, find_placement_group(context, row.placement_group), type_of(row),
                      row.zone, 1);
    }
    begin_starting(context, id);
  };
  return {.StartingInstances = change_states(context, *request.InstanceIds, start)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
api::ec2::StopInstancesResult stop_instances(Context& context,
                                             const api::ec2::StopInstancesRequest& request) {
  const Cause cause = user_stop(context);
  const auto stop = [&](const std::string& id, const InstanceRecord& row) {
    using enum InstanceState;
    if (row.disable_api_stop) throw protected_from(id, "stopped", "disableApiStop");
    if (row.state == stopping || row.state == stopped) return;
    if (row.state != running) throw wrong_state(id, "stopped");
    check_stoppable(context, row);
    begin_stopping(context, id, cause);
  };
  return {.StoppingInstances = change_states(context, *request.InstanceIds, stop)};
}

void begin_rebooting(Context& context, const std::string& instance_id) {
  // The state stays `running`; the status checks begin anew.
  if (context.environment().timing == dispatch::Timing::instant) return;
  const Duration booting =
      context.world().random().quantiles(instance_id + "/ec2.initializing", timing::kInitializing);
  context.state.instances.update(instance_id, [&](InstanceRecord& changed) {
    changed.status_ok_at = context.now() + booting;
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
api::ec2::RebootInstancesResponse reboot_instances(
    Context& context, const api::ec2::RebootInstancesRequest& request) {
  const auto reboot = [&](const std::string& id, const InstanceRecord& row) {
    // AWS: "Requests to reboot terminated instances are ignored."
    if (row.state == InstanceState::terminated) return;
    if (row.state != InstanceState::running) throw wrong_state(id, "rebooted");
    begin_rebooting(context, id);
    complete_events_by_reboot(context, id);
  };
  change_states(context, *request.InstanceIds, reboot);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
api::ec2::TerminateInstancesResult terminate_instances(
    Context& context, const api::ec2::TerminateInstancesRequest& request) {
  const Cause cause = user_stop(context);
  const auto terminate = [&](const std::string& id, const InstanceRecord& row) {
    using enum InstanceState;
    // AWS: "This operation is idempotent; if you terminate an instance more than once, each call
    // succeeds."
    if (row.state == shutting_down || row.state == terminated) return;
    if (row.disable_api_termination) {
      throw protected_from(id, "terminated", "disableApiTermination");
    }
    begin_shutting_down(context, id, cause);
  };
  return {.TerminatingInstances = change_states(context, *request.InstanceIds, terminate)};
}

}  // namespace fallstreak::services::ec2
