#include "services/ec2/scheduled_events.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "dispatch/notices.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

struct EventKind {
  std::string_view code;
  std::string_view description;
  /// What AWS Health calls it.
  std::string_view health_code;
  /// Whether its time may be changed, and whether it ends the instance's stay on its host.
  bool is_reboot = false;
  bool stops = false;
};
constexpr std::array<EventKind, 5> kKinds = {{
    {"instance-reboot", "The instance is scheduled for a reboot",
     "AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED", true, false},
    {"instance-retirement", "The instance is running on degraded hardware",
     "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED", false, true},
    {"instance-stop", "The instance is running on degraded hardware",
     "AWS_EC2_INSTANCE_STOP_SCHEDULED", false, true},
    {"system-maintenance", "The instance is undergoing system maintenance",
     "AWS_EC2_INSTANCE_NETWORK_MAINTENANCE_SCHEDULED", false, false},
    {"system-reboot", "The instance is scheduled for a reboot of its host",
     "AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED", true, false},
}};

const EventKind* find_kind(std::string_view code) {
  const auto found = std::ranges::find(kKinds, code, &EventKind::code);
  return found == kKinds.end() ? nullptr : &*found;
}

bool is_over(const ScheduledEventRecord& record) {
  return record.event.Description->starts_with("[");
}

/// AWS: a completed event stays visible for a week, a cancelled one too.
void mark(ScheduledEventRecord& record, std::string_view how) {
  record.event.Description = "[" + std::string(how) + "] " + *record.event.Description;
  record.due_event.clear();
}

/// Marks those of an instance's events that are open and for which `is_meant` says so.
template <class IsMeant>
void mark_events(Context& context, const std::string& instance_id, std::string_view how,
                 const IsMeant& is_meant) {
  context.state.instances.update(instance_id, [&](InstanceRecord& row) {
    for (auto& record : row.scheduled_events) {
      if (is_over(record) || !is_meant(record)) continue;
      if (!record.due_event.empty()) context.cancel(record.due_event);
      mark(record, how);
    }
  });
}

std::string schedule_due(Context& context, const std::string& instance_id, Time at,
                         const std::string& event_id) {
  return context.schedule_periodic(at - context.now(), "scheduled-event-due", instance_id,
                                   event_id);
}

/// AWS's own failures have this reason.
Cause cause_of(const EventKind& kind) {
  return {.code = "Server.ScheduledStop",
          .message = "Server.ScheduledStop: Stopped due to a scheduled retirement",
          .transition = "Server.ScheduledStop: " + std::string(kind.code),
          .fault = {}};
}

void carry_out(Context& context, const EventKind& kind, const InstanceRecord& row) {
  if (row.state != InstanceState::running) return;
  if (kind.stops) {
    // AWS: an instance with an EBS root is stopped, and can be started on other hardware.
    begin_stopping(context, row.instance_id, cause_of(kind));
  } else if (kind.is_reboot) {
    begin_rebooting(context, row.instance_id);
  }
}

/// AWS: scheduled events come as events of AWS Health.
/// https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
void announce(Context& context, const EventKind& kind, const std::string& instance_id,
              const ScheduledEventRecord& record) {
  dispatch::BusEvent event{.source = "aws.health",
                           .detail_type = "AWS Health Event",
                           .resources = {instance_id},
                           .detail = {}};
  JsonObject entity;
  entity.add("entityValue", instance_id);
  JsonObject description;
  description.add("language", "en_US").add("latestDescription", kind.description);
  event.detail
      .add("eventArn", "arn:aws:health:" + context.region() + "::event/EC2/" +
                           std::string(kind.health_code) + "/" + *record.event.InstanceEventId)
      .add("service", "EC2")
      .add("eventTypeCode", kind.health_code)
      .add("eventTypeCategory", "scheduledChange")
      .add("startTime", to_http_date(*record.event.NotBefore));
  if (record.event.NotAfter) event.detail.add("endTime", to_http_date(*record.event.NotAfter));
  event.detail.add_raw("eventDescription", "[" + description.text() + "]")
      .add_raw("affectedEntities", "[" + entity.text() + "]");
  dispatch::send_event(context, event);
}

ScheduledEventRecord* find_event(InstanceRecord& row, std::string_view event_id) {
  const auto found = std::ranges::find_if(row.scheduled_events, [&](const auto& record) {
    return record.event.InstanceEventId == event_id;
  });
  return found == row.scheduled_events.end() ? nullptr : &*found;
}

}  // namespace

void begin_event_fault(Context& context, const std::string& fault_id,
                       const faults::FaultRecord& fault) {
  if (fault.kind != "scheduled-event" || !context.state.instances.contains(fault.instance_id)) {
    return;
  }
  const EventKind& kind = *find_kind(fault.code);
  const Time at = context.now() + timing::kEventNotice;
  const std::string event_id = context.new_id("instance-event-");
  ScheduledEventRecord record{.fault_id = fault_id,
                              .event = {.InstanceEventId = event_id,
                                        .Code = std::string(kind.code),
                                        .Description = std::string(kind.description),
                                        .NotBefore = at},
                              .due_event = schedule_due(context, fault.instance_id, at, event_id)};
  if (!kind.stops) record.event.NotAfter = at + timing::kEventWindow;
  if (kind.is_reboot) record.event.NotBeforeDeadline = at + timing::kEventDeadline;
  announce(context, kind, fault.instance_id, record);
  context.state.instances.update(fault.instance_id, [&](InstanceRecord& row) {
    row.scheduled_events.push_back(std::move(record));
  });
}

void end_event_fault(Context& context, const std::string& fault_id) {
  std::vector<std::string> ids;
  for (const auto& [id, row] : context.state.instances) {
    const auto& events = row.scheduled_events;
    if (std::ranges::find(events, fault_id, &ScheduledEventRecord::fault_id) != events.end()) {
      ids.push_back(id);
    }
  }
  for (const auto& id : ids) {
    mark_events(context, id, "Canceled",
                [&](const auto& record) { return record.fault_id == fault_id; });
  }
}

void complete_events_by_stop(Context& context, const std::string& instance_id) {
  if (context.state.instances.find(instance_id)->scheduled_events.empty()) return;
  mark_events(context, instance_id, "Completed", [](const auto&) { return true; });
}

void complete_events_by_reboot(Context& context, const std::string& instance_id) {
  if (context.state.instances.find(instance_id)->scheduled_events.empty()) return;
  // AWS: "you can't" complete a system reboot that way.
  mark_events(context, instance_id, "Completed",
              [](const auto& record) { return record.event.Code == "instance-reboot"; });
}

void on_scheduled_event_due(Context& context, const world::Event& event) {
  const InstanceRecord* row = context.state.instances.find(event.entity);
  if (row == nullptr) return;
  const auto record = std::ranges::find_if(row->scheduled_events, [&](const auto& one) {
    return one.event.InstanceEventId == event.payload;
  });
  if (record == row->scheduled_events.end() || is_over(*record)) return;
  const EventKind& kind = *find_kind(*record->event.Code);
  carry_out(context, kind, *row);
  context.state.instances.update(event.entity, [&](InstanceRecord& changed) {
    ScheduledEventRecord* done = find_event(changed, event.payload);
    if (!is_over(*done)) mark(*done, "Completed");
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceEventStartTime.html
api::ec2::ModifyInstanceEventStartTimeResult modify_instance_event_start_time(
    Context& context, const api::ec2::ModifyInstanceEventStartTimeRequest& request) {
  const std::string& id = *request.InstanceId;
  InstanceRecord row = find_instance(context, id);
  ScheduledEventRecord* record = find_event(row, *request.InstanceEventId);
  if (record == nullptr || is_over(*record)) {
    throw invalid_instance_event_id_not_found(*request.InstanceEventId);
  }
  const Time at = *request.NotBefore;
  // AWS: "only reboot events that have an event deadline date can be rescheduled".
  if (!record->event.NotBeforeDeadline) throw instance_event_start_time_cannot_change(id);
  const bool is_possible = at >= context.now() && at <= *record->event.NotBeforeDeadline;
  if (!is_possible) throw instance_event_start_time_invalid();
  context.cancel(record->due_event);
  record->due_event = schedule_due(context, id, at, *request.InstanceEventId);
  record->event.NotAfter = at + timing::kEventWindow;
  record->event.NotBefore = at;
  const api::ec2::InstanceStatusEvent event = record->event;
  context.state.instances.put(id, std::move(row));
  return {.Event = event};
}

}  // namespace fallstreak::services::ec2
