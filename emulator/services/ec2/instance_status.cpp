#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/pages.h"

namespace fallstreak::services::ec2 {
namespace {

/// A row with the moment at which it is looked at, because the checks pass as time does.
struct Look {
  const InstanceRecord* row;
  Time now;
};

constexpr std::string_view kInstance = "instance";
constexpr std::string_view kSystem = "system";
constexpr std::string_view kEbs = "ebs";

/// The fault that makes a check fail first; null when it passes.
const ImpairmentRecord* impairment_of(const Look& look, std::string_view check) {
  const auto& all = look.row->impairments;
  const auto found = std::ranges::find(all, check, &ImpairmentRecord::check);
  return found == all.end() ? nullptr : &*found;
}

/// AWS: "initializing", "ok", "impaired"; "not-applicable" while the instance does not run.
std::string_view status_of(const Look& look, std::string_view check) {
  if (look.row->state != InstanceState::running) return "not-applicable";
  if (impairment_of(look, check) != nullptr) return "impaired";
  return look.now < look.row->status_ok_at ? "initializing" : "ok";
}

std::string_view reachability_of(const Look& look, std::string_view check) {
  const auto status = status_of(look, check);
  return status == "ok" ? "passed" : status == "impaired" ? "failed" : status;
}

template <const std::string_view& check>
bool is_status(const Ec2State&, const Look& look, const Patterns& p) {
  return p.match(status_of(look, check));
}
template <const std::string_view& check>
bool is_reachability(const Ec2State&, const Look& look, const Patterns& p) {
  return look.row->state == InstanceState::running && p.match(reachability_of(look, check));
}

template <class Passes>
bool any_event(const Look& look, const Passes& passes) {
  return std::ranges::any_of(look.row->scheduled_events,
                             [&](const auto& record) { return passes(record.event); });
}

constexpr FilterRow<Ec2State, Look> kInstanceStatusFilters[] = {
    {"attached-ebs-status.status", is_status<kEbs>},
    {"availability-zone",
     [](const auto&, const auto& look, const auto& p) { return p.match(look.row->zone); }},
    {"availability-zone-id",
     [](const auto&, const auto& look, const auto& p) {
       const std::string& zone = look.row->zone;
       const Zone* found = find_zone(zone.substr(0, zone.size() - 1), zone);
       return found != nullptr && p.match(found->id);
     }},
    {"operator.managed", [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"operator.principal", [](const auto&, const auto&, const auto&) { return false; }},
    {"event.code",
     [](const auto&, const auto& look, const auto& p) {
       return any_event(look, [&](const auto& event) { return p.match(event.Code); });
     }},
    {"event.description",
     [](const auto&, const auto& look, const auto& p) {
       return any_event(look, [&](const auto& event) { return p.match(event.Description); });
     }},
    {"event.instance-event-id",
     [](const auto&, const auto& look, const auto& p) {
       return any_event(look, [&](const auto& event) { return p.match(event.InstanceEventId); });
     }},
    {"event.not-after",
     [](const auto&, const auto& look, const auto& p) {
       return any_event(
           look, [&](const auto& event) { return event.NotAfter && p.match(*event.NotAfter); });
     }},
    {"event.not-before",
     [](const auto&, const auto& look, const auto& p) {
       return any_event(look, [&](const auto& event) { return p.match(*event.NotBefore); });
     }},
    {"event.not-before-deadline",
     [](const auto&, const auto& look, const auto& p) {
       return any_event(look, [&](const auto& event) {
         return event.NotBeforeDeadline && p.match(*event.NotBeforeDeadline);
       });
     }},
    {"instance-state-code", [](const auto&, const auto& look,
                               const auto& p) { return p.match(std::int64_t(look.row->state)); }},
    {"instance-state-name", [](const auto&, const auto& look,
                               const auto& p) { return p.match(to_string(look.row->state)); }},
    {"instance-status.reachability", is_reachability<kInstance>},
    {"instance-status.status", is_status<kInstance>},
    {"system-status.reachability", is_reachability<kSystem>},
    {"system-status.status", is_status<kSystem>},
};

template <class Summary>
Summary summary_of(const Look& look, std::string_view check) {
  Summary summary{.Status = std::string(status_of(look, check))};
  if (look.row->state != InstanceState::running) return summary;
  auto& detail = summary.Details.emplace().emplace_back();
  detail.Name = "reachability";
  detail.Status = std::string(reachability_of(look, check));
  if (const auto* impairment = impairment_of(look, check)) detail.ImpairedSince = impairment->since;
  return summary;
}

/// AWS: absent when there is none.
std::optional<std::vector<api::ec2::InstanceStatusEvent>> events_of(const InstanceRecord& row) {
  if (row.scheduled_events.empty()) return std::nullopt;
  std::vector<api::ec2::InstanceStatusEvent> events;
  for (const auto& record : row.scheduled_events) events.push_back(record.event);
  return events;
}

api::ec2::InstanceStatus describe_status(const Look& look) {
  return {.AvailabilityZone = look.row->zone,
          .Operator = {{.Managed = false}},
          .Events = events_of(*look.row),
          .InstanceId = look.row->instance_id,
          .InstanceState = to_wire(look.row->state),
          .InstanceStatus_ = summary_of<api::ec2::InstanceStatusSummary>(look, kInstance),
          .SystemStatus = summary_of<api::ec2::InstanceStatusSummary>(look, kSystem),
          .AttachedEbsStatus = summary_of<api::ec2::EbsStatusSummary>(look, kEbs)};
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
api::ec2::DescribeInstanceStatusResult describe_instance_status(
    Context& context, const api::ec2::DescribeInstanceStatusRequest& request) {
  if (request.InstanceIds) check_instances(context, *request.InstanceIds);
  const Selection<Ec2State, Look> selection(context.state, request.Filters, kInstanceStatusFilters,
                                            nullptr);
  const bool shows_all = request.IncludeAllInstances.value_or(false);
  api::ec2::DescribeInstanceStatusResult result;
  auto& shown = result.InstanceStatuses.emplace();
  result.NextToken = show_page(
      context.state.instances, request.InstanceIds, Page(request.MaxResults, request.NextToken),
      [&](const InstanceRecord& row) {
        // AWS: "When false, includes the health status for running instances only."
        return (shows_all || row.state == InstanceState::running) &&
               selection.passes(Look{&row, context.now()});
      },
      [](const auto& missing) { return instance_ids_not_found(missing); },
      [&](const InstanceRecord& row) {
        shown.push_back(describe_status(Look{&row, context.now()}));
        const Zone* zone = find_zone(context.region(), row.zone);
        if (zone != nullptr) shown.back().AvailabilityZoneId = std::string(zone->id);
      });
  return result;
}

}  // namespace fallstreak::services::ec2
