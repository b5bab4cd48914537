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

/// AWS: "initializing", "ok"; "not-applicable" while the instance does not run.
std::string_view check_of(const Look& look) {
  if (look.row->state != InstanceState::running) return "not-applicable";
  return look.now < look.row->status_ok_at ? "initializing" : "ok";
}

std::string_view reachability_of(const Look& look) {
  const auto check = check_of(look);
  return check == "ok" ? "passed" : check;
}

bool is_check(const Ec2State&, const Look& look, const Patterns& p) {
  return p.match(check_of(look));
}
bool is_reachability(const Ec2State&, const Look& look, const Patterns& p) {
  return look.row->state == InstanceState::running && p.match(reachability_of(look));
}

constexpr FilterRow<Ec2State, Look> kFilters[] = {
    {"availability-zone",
     [](const auto&, const auto& look, const auto& p) { return p.match(look.row->zone); }},
    {"instance-state-code", [](const auto&, const auto& look,
                               const auto& p) { return p.match(std::int64_t(look.row->state)); }},
    {"instance-state-name", [](const auto&, const auto& look,
                               const auto& p) { return p.match(to_string(look.row->state)); }},
    {"instance-status.reachability", is_reachability},
    {"instance-status.status", is_check},
    {"system-status.reachability", is_reachability},
    {"system-status.status", is_check},
};

api::ec2::InstanceStatus describe_status(const Look& look) {
  api::ec2::InstanceStatusSummary summary{.Status = std::string(check_of(look))};
  api::ec2::EbsStatusSummary volumes{.Status = std::string(check_of(look))};
  if (look.row->state == InstanceState::running) {
    summary.Details = {{{.Name = "reachability", .Status = std::string(reachability_of(look))}}};
    volumes.Details = {{{.Name = "reachability", .Status = std::string(reachability_of(look))}}};
  }
  return {.AvailabilityZone = look.row->zone,
          .Operator = {{.Managed = false}},
          .InstanceId = look.row->instance_id,
          .InstanceState = to_wire(look.row->state),
          .InstanceStatus_ = summary,
          .SystemStatus = summary,
          .AttachedEbsStatus = volumes};
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
api::ec2::DescribeInstanceStatusResult describe_instance_status(
    Context& context, const api::ec2::DescribeInstanceStatusRequest& request) {
  if (request.InstanceIds) check_instances(context, *request.InstanceIds);
  const Selection<Ec2State, Look> selection(context.state, request.Filters, kFilters, nullptr);
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
