#include <algorithm>
#include <vector>

#include "dispatch/notices.h"
#include "dispatch/spot_signal.h"
#include "faults/spot.h"
#include "services/ec2/fleet_upkeep.h"
#include "services/ec2/instances.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/timing.h"
#include "world/random_streams.h"

/// How EC2 takes Spot Instances back.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-interruptions.html
namespace fallstreak::services::ec2 {
namespace {

/// Whether a fault hits this instance: of a share, by the instance's own lot, so that others change
/// nothing, and so that what was at risk is what is interrupted.
bool is_hit(Context& context, const faults::FaultRecord& fault, const InstanceRecord& row) {
  const bool runs = row.state == InstanceState::pending || row.state == InstanceState::running;
  if (row.spot_request_id.empty() || !runs) return false;
  if (!fault.instance_id.empty()) return row.instance_id == fault.instance_id;
  if (!faults::concerns_pool(fault, row.zone, row.instance_type)) return false;
  const std::uint64_t lot =
      world::draw(context.world().random().seed(), row.instance_id + "/ec2.spot-lot", 0);
  return std::int32_t(lot % 100) < fault.percentage;
}

bool is_stopped_by_interruptions(const Context& context, const InstanceRecord& row) {
  const auto* record = context.state.spot_requests.find(row.spot_request_id);
  // AWS: an instance whose request was cancelled is terminated.
  return record != nullptr && record->request.State == "active" &&
         record->request.InstanceInterruptionBehavior == "stop";
}

/// AWS: the instance's ARN names its zone and no account here.
void send_instance_event(Context& context, const InstanceRecord& row, std::string_view detail_type,
                         std::string_view action) {
  dispatch::BusEvent event{
      .source = "aws.ec2",
      .detail_type = detail_type,
      .resources = {"arn:aws:ec2:" + row.zone + ":instance/" + row.instance_id},
      .detail = {}};
  event.detail.add("instance-id", row.instance_id);
  if (!action.empty()) event.detail.add("instance-action", action);
  dispatch::send_event(context, event);
}

void give_notice(Context& context, const InstanceRecord& row) {
  if (!row.interruption_event.empty()) return;
  const auto* record = context.state.spot_requests.find(row.spot_request_id);
  const bool stops = is_stopped_by_interruptions(context, row);
  set_spot_status(context, row.spot_request_id, *record->request.State,
                  stops ? "marked-for-stop" : "marked-for-termination",
                  stops ? "Your Spot Instance is marked for stopping."
                        : "Your Spot Instance is marked for termination.");
  send_instance_event(context, row, "EC2 Spot Instance Interruption Warning",
                      stops ? "stop" : "terminate");
  const std::string event =
      context.schedule(timing::kSpotNotice, "spot-interruption", row.instance_id);
  context.state.instances.update(
      row.instance_id, [&](InstanceRecord& changed) { changed.interruption_event = event; });
}

}  // namespace

void begin_spot_fault(Context& context, const faults::FaultRecord& fault) {
  const bool interrupts = fault.kind == "spot-interruption";
  if (!interrupts && fault.kind != "spot-rebalance") return;
  std::vector<std::string> hit;
  for (const auto& [id, row] : context.state.instances) {
    if (is_hit(context, fault, row)) hit.push_back(id);
  }
  for (const auto& id : hit) {
    // AWS: both are always given; the recommendation at the latest with the notice.
    send_instance_event(context, *context.state.instances.find(id),
                        "EC2 Instance Rebalance Recommendation", "");
    dispatch::recommend_rebalance(context, id);
    fleet_instance_at_risk(context, id);
    context.state.instances.update(id, [&](InstanceRecord& row) {
      if (!row.rebalance_notice) row.rebalance_notice = context.now();
    });
    if (interrupts) give_notice(context, *context.state.instances.find(id));
  }
}

void on_spot_interruption(Context& context, const world::Event& event) {
  const InstanceRecord* row = context.state.instances.find(event.entity);
  if (row == nullptr) return;
  context.state.instances.update(
      event.entity, [](InstanceRecord& changed) { changed.interruption_event.clear(); });
  const bool runs = row->state == InstanceState::pending || row->state == InstanceState::running;
  if (!runs) return;
  if (is_stopped_by_interruptions(context, *row)) {
    begin_stopping(context, event.entity,
                   {.code = std::string(kSpotShutdown),
                    .message = "Server.SpotInstanceShutdown: Spot instance stopped",
                    .transition = std::string(kSpotShutdown),
                    .fault = {}});
    return;
  }
  begin_shutting_down(context, event.entity,
                      {.code = std::string(kSpotTermination),
                       .message = "Server.SpotInstanceTermination: Spot instance termination",
                       .transition = std::string(kSpotTermination),
                       .fault = {}});
}

}  // namespace fallstreak::services::ec2
