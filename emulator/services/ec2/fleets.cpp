#include "services/ec2/fleets.h"

#include <algorithm>

#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/fleet_history.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr FilterRow<Ec2State, FleetRecord> kFleetFilters[] = {
    {"activity-status", [](const auto& state, const auto& row,
                           const auto& p) { return p.match(activity_status(state, row)); }},
    {"excess-capacity-termination-policy",
     [](const auto&, const auto& row, const auto& p) {
       // AWS: this filter's values are `true` and `false`.
       return p.match(row.request.ExcessCapacityTerminationPolicy == "termination");
     }},
    {"fleet-state", [](const auto&, const auto& row, const auto& p) { return p.match(row.state); }},
    {"replace-unhealthy-instances",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.request.ReplaceUnhealthyInstances.value_or(false));
     }},
    {"type", [](const auto&, const auto& row, const auto& p) { return p.match(row.request.Type); }},
};

constexpr FilterRow<Ec2State, InstanceRecord> kFleetInstanceFilters[] = {
    {"instance-type",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.instance_type); }},
};

std::span<const api::ec2::Tag> tags_of_fleet(const FleetRecord& row) { return row.tags; }

/// What a request leaves out, as DescribeFleets shows it.
api::ec2::CreateFleetRequest with_defaults(api::ec2::CreateFleetRequest request) {
  if (!request.Type) request.Type = "maintain";
  const bool lasts = request.Type != "instant";
  if (!request.ExcessCapacityTerminationPolicy) {
    request.ExcessCapacityTerminationPolicy = "termination";
  }
  if (!request.TerminateInstancesWithExpiration) request.TerminateInstancesWithExpiration = false;
  if (!request.ReplaceUnhealthyInstances && lasts) request.ReplaceUnhealthyInstances = false;
  if (!request.SpotOptions) request.SpotOptions.emplace();
  auto& spot = *request.SpotOptions;
  if (!spot.AllocationStrategy) spot.AllocationStrategy = "lowest-price";
  if (!spot.InstanceInterruptionBehavior) spot.InstanceInterruptionBehavior = "terminate";
  if (spot.AllocationStrategy == "lowest-price" && !spot.InstancePoolsToUseCount) {
    spot.InstancePoolsToUseCount = 1;
  }
  if (!request.OnDemandOptions) request.OnDemandOptions.emplace();
  if (!request.OnDemandOptions->AllocationStrategy) {
    request.OnDemandOptions->AllocationStrategy = "lowest-price";
  }
  return request;
}

/// AWS: the tags of a fleet that lasts are its own; its template has those of its instances.
Tags checked_tags(const api::ec2::CreateFleetRequest& request) {
  for (const auto& specification : api::each(request.TagSpecifications)) {
    if (!specification.ResourceType) throw missing_parameter("TagSpecification.ResourceType");
    const bool is_its_own = specification.ResourceType == "fleet";
    if (!is_its_own && request.Type != "instant") {
      throw not_taggable_here(*specification.ResourceType);
    }
  }
  return tags_for_type(request.TagSpecifications, "fleet", ReservedKeys::refused);
}

void show_launches(const FleetMarket& market, const FleetLaunches& launches, FleetRecord& fleet) {
  for (const auto& each : launches.launched) {
    const auto same = std::ranges::find_if(fleet.instances, [&](const auto& row) {
      return row.LaunchTemplateAndOverrides == each.shown && row.Lifecycle == market.lifecycle;
    });
    if (same != fleet.instances.end()) {
      same->InstanceIds->push_back(each.instance_id);
      continue;
    }
    fleet.instances.push_back({.LaunchTemplateAndOverrides = each.shown,
                               .Lifecycle = market.lifecycle,
                               .InstanceIds = {{each.instance_id}},
                               .InstanceType = each.instance_type});
  }
  fleet.errors.insert(fleet.errors.end(), launches.errors.begin(), launches.errors.end());
}

/// Launches all that there is, once.
void launch_instant_fleet(Context& context, FleetRecord fleet) {
  for (const auto& market : markets_of(fleet.request)) {
    if (market.capacity <= 0) continue;
    const FleetLaunches launches = launch_market(context, fleet, market);
    show_launches(market, launches, fleet);
    for (const auto& each : launches.launched) {
      context.state.fleet_members.insert(
          fleet.fleet_id + "/" + each.instance_id,
          {.lifecycle = market.lifecycle, .weight = each.weight, .is_replaced = false});
      (market.lifecycle == "spot" ? fleet.launched_spot : fleet.launched_on_demand) += each.weight;
    }
  }
  fleet.state = "active";
  const std::string id = fleet.fleet_id;
  context.state.fleets.insert(id, std::move(fleet));
}

api::ec2::CreateFleetResult shown_result(const FleetRecord* fleet, const std::string& fleet_id) {
  api::ec2::CreateFleetResult result{.FleetId = fleet_id};
  // AWS: "Valid only when Type is set to instant". The fleet of a repeated request may be
  // forgotten.
  if (fleet == nullptr || fleet->request.Type != "instant") return result;
  result.Errors = fleet->errors;
  result.Instances = fleet->instances;
  return result;
}

/// Chosen: a target that names no market is shown as resolved, which is what Terraform compares.
api::ec2::TargetCapacitySpecification shown_target(const api::ec2::CreateFleetRequest& request) {
  auto shown = convert<api::ec2::TargetCapacitySpecification>(*request.TargetCapacitySpecification);
  const auto markets = markets_of(request);
  const bool is_by_default = !shown.OnDemandTargetCapacity && !shown.SpotTargetCapacity;
  if (!shown.OnDemandTargetCapacity) {
    shown.OnDemandTargetCapacity = is_by_default ? std::int32_t(markets.front().capacity) : 0;
  }
  if (!shown.SpotTargetCapacity) {
    shown.SpotTargetCapacity = is_by_default ? std::int32_t(markets.back().capacity) : 0;
  }
  return shown;
}

api::ec2::FleetData describe_fleet(const Ec2State& state, const FleetRecord& row) {
  auto shown = convert<api::ec2::FleetData>(row.request);
  shown.FleetId = row.fleet_id;
  shown.FleetState = row.state;
  shown.CreateTime = row.create_time;
  shown.Tags = to_wire(row.tags);
  shown.TargetCapacitySpecification = shown_target(row.request);
  if (const auto status = activity_status(state, row); !status.empty()) {
    shown.ActivityStatus = status;
  }
  const FleetCapacity capacity = fulfilled_capacity(state, row.fleet_id);
  shown.FulfilledCapacity = capacity.on_demand + capacity.spot;
  shown.FulfilledOnDemandCapacity = capacity.on_demand;
  if (row.request.Type != "instant") return shown;
  auto& errors = shown.Errors.emplace();
  for (const auto& each : row.errors) {
    errors.push_back(convert<api::ec2::DescribeFleetError>(each));
  }
  auto& instances = shown.Instances.emplace();
  for (const auto& each : row.instances) {
    instances.push_back(convert<api::ec2::DescribeFleetsInstances>(each));
  }
  return shown;
}

const FleetRecord& find_lasting_fleet(const Context& context, const std::string& fleet_id,
                                      std::string_view operation) {
  const FleetRecord* fleet = context.state.fleets.find(fleet_id);
  if (fleet == nullptr) throw invalid_fleet_id_not_found({fleet_id});
  if (fleet->request.Type == "instant") throw instant_fleet_unsupported(operation);
  return *fleet;
}

/// Why a fleet cannot be deleted; empty when it can.
std::string refusal_of(const Context& context, const std::string& fleet_id, bool terminates) {
  if (!fleet_id.starts_with("fleet-")) return "fleetIdMalformed";
  const FleetRecord* fleet = context.state.fleets.find(fleet_id);
  if (fleet == nullptr) return "fleetIdDoesNotExist";
  // AWS: "You must terminate the instances of an instant fleet with it."
  const bool stays = fleet->request.Type == "instant" && !terminates;
  return stays || fleet->state.starts_with("deleted") ? "fleetNotInDeletableState" : "";
}

}  // namespace

void check_fleet_options(const Context& context, const api::ec2::CreateFleetRequest& request) {
  const auto& spot = *request.SpotOptions;
  const bool is_kept = request.Type == "maintain";
  if (spot.InstanceInterruptionBehavior == "stop" && !is_kept) {
    throw invalid_parameter_combination(
        "The interruption behavior 'stop' is supported for fleets of type maintain only");
  }
  const bool has_end = request.ValidUntil.has_value();
  const Time begin = std::max(context.now(), request.ValidFrom.value_or(context.now()));
  if (has_end && *request.ValidUntil <= begin) throw fleet_validity_malformed("ValidUntil");
  if (!spot.MaintenanceStrategies || !spot.MaintenanceStrategies->CapacityRebalance) return;
  if (!is_kept) {
    throw invalid_parameter_combination(
        "Capacity Rebalancing is supported for fleets of type maintain only");
  }
  const auto& rebalance = *spot.MaintenanceStrategies->CapacityRebalance;
  const bool terminates = rebalance.ReplacementStrategy == "launch-before-terminate";
  // AWS: "Required when ReplacementStrategy is set to launch-before-terminate. Not valid when
  // ReplacementStrategy is set to launch. Valid values: Minimum value of 120 seconds. Maximum value
  // of 7200 seconds."
  if (terminates != rebalance.TerminationDelay.has_value()) {
    throw invalid_parameter_combination(
        "TerminationDelay is required with launch-before-terminate, and not valid without it");
  }
  if (terminates && (*rebalance.TerminationDelay < 120 || *rebalance.TerminationDelay > 7200)) {
    throw invalid_value_for(std::to_string(*rebalance.TerminationDelay), "TerminationDelay",
                            "Expecting a value between 120 and 7200.");
  }
}

std::optional<std::string> show_active_instances(
    const Context& context, const std::string& fleet_id,
    const std::optional<std::vector<api::ec2::Filter>>& filters, const Page& page,
    std::vector<api::ec2::ActiveInstance>& shown) {
  const Selection<Ec2State, InstanceRecord> selection(context.state, filters, kFleetInstanceFilters,
                                                      nullptr);
  const auto row_of = [&](std::string_view key) {
    return context.state.instances.find(std::string(key.substr(fleet_id.size() + 1)));
  };
  return show_page_in(
      context.state.fleet_members, fleet_id + "/", page,
      [&](std::string_view key, const FleetMemberRecord&) {
        const InstanceRecord* row = row_of(key);
        return row != nullptr && row->state != InstanceState::shutting_down &&
               row->state != InstanceState::terminated && selection.passes(*row);
      },
      [&](std::string_view key, const FleetMemberRecord&) {
        const InstanceRecord& row = *row_of(key);
        auto& instance = shown.emplace_back();
        instance.InstanceId = row.instance_id;
        instance.InstanceType = row.instance_type;
        if (!row.spot_request_id.empty()) instance.SpotInstanceRequestId = row.spot_request_id;
        instance.InstanceHealth = is_unhealthy(row) ? "unhealthy" : "healthy";
      });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
api::ec2::CreateFleetResult create_fleet(Context& context,
                                         const api::ec2::CreateFleetRequest& request) {
  const IdempotentRequest idempotent(context, "CreateFleet", request);
  if (!idempotent.earlier().empty()) {
    const std::string& id = idempotent.earlier().front();
    return shown_result(context.state.fleets.find(id), id);
  }
  FleetRecord fleet;
  fleet.request = with_defaults(request);
  fleet.create_time = context.now();
  fleet.tags = checked_tags(fleet.request);
  check_fleet_options(context, fleet.request);
  check_configurations(context, fleet);
  const std::string id = "fleet-" + context.new_uuid("fleet-id");
  fleet.fleet_id = id;
  if (fleet.request.Type == "instant") {
    launch_instant_fleet(context, std::move(fleet));
  } else {
    add_lasting_fleet(context, std::move(fleet));
  }
  idempotent.remember(context, {id});
  return shown_result(context.state.fleets.find(id), id);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleets.html
api::ec2::DescribeFleetsResult describe_fleets(Context& context,
                                               const api::ec2::DescribeFleetsRequest& request) {
  const Selection<Ec2State, FleetRecord> selection(context.state, request.Filters, kFleetFilters,
                                                   tags_of_fleet);
  const bool is_by_id = request.FleetIds && !request.FleetIds->empty();
  api::ec2::DescribeFleetsResult result;
  auto& shown = result.Fleets.emplace();
  result.NextToken = show_page(
      context.state.fleets, request.FleetIds, Page(request.MaxResults, request.NextToken),
      [&](const FleetRecord& row) {
        // AWS: "If a fleet is of type instant, you must specify the fleet ID in the request,
        // otherwise the fleet does not appear in the response."
        return (is_by_id || row.request.Type != "instant") && selection.passes(row);
      },
      [](const auto& missing) { return invalid_fleet_id_not_found(missing); },
      [&](const FleetRecord& row) { shown.push_back(describe_fleet(context.state, row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetInstances.html
api::ec2::DescribeFleetInstancesResult describe_fleet_instances(
    Context& context, const api::ec2::DescribeFleetInstancesRequest& request) {
  find_lasting_fleet(context, *request.FleetId, "DescribeFleetInstances");
  api::ec2::DescribeFleetInstancesResult result{.FleetId = request.FleetId};
  auto& shown = result.ActiveInstances.emplace();
  result.NextToken =
      show_active_instances(context, *request.FleetId, request.Filters,
                            Page(request.MaxResults, request.NextToken, {.least = 1}), shown);
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetHistory.html
api::ec2::DescribeFleetHistoryResult describe_fleet_history(
    Context& context, const api::ec2::DescribeFleetHistoryRequest& request) {
  find_lasting_fleet(context, *request.FleetId, "DescribeFleetHistory");
  api::ec2::DescribeFleetHistoryResult result{.FleetId = request.FleetId,
                                              .StartTime = request.StartTime};
  auto& shown = result.HistoryRecords.emplace();
  result.NextToken = show_page_in(
      context.state.fleet_history, *request.FleetId + "/",
      Page(request.MaxResults, request.NextToken, {.least = 1}),
      [&](std::string_view, const FleetHistoryRecord& row) {
        const bool is_asked = !request.EventType || request.EventType == row.entry.EventType;
        return is_asked && *row.entry.Timestamp >= *request.StartTime;
      },
      [&](std::string_view, const FleetHistoryRecord& row) { shown.push_back(row.entry); });
  // AWS: "If nextToken indicates that there are more results, this value is not present."
  if (!result.NextToken) result.LastEvaluatedTime = context.now();
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyFleet.html
api::ec2::ModifyFleetResult modify_fleet(Context& context,
                                         const api::ec2::ModifyFleetRequest& request) {
  const FleetRecord* row = context.state.fleets.find(*request.FleetId);
  if (row == nullptr) throw invalid_fleet_id_not_found({*request.FleetId});
  if (row->request.Type != "maintain") throw fleet_is_not_maintained(*request.FleetId);
  if (row->state.starts_with("deleted")) throw fleet_is_not_active(*request.FleetId);
  FleetRecord changed = *row;
  if (request.TargetCapacitySpecification) {
    // What is not given of it stays, but the total, which must be.
    overlay(*request.TargetCapacitySpecification, *changed.request.TargetCapacitySpecification);
  }
  if (request.LaunchTemplateConfigs) {
    changed.request.LaunchTemplateConfigs = request.LaunchTemplateConfigs;
  }
  if (request.ExcessCapacityTerminationPolicy) {
    changed.request.ExcessCapacityTerminationPolicy = request.ExcessCapacityTerminationPolicy;
  }
  if (request.Context) changed.request.Context = request.Context;
  check_configurations(context, changed);
  context.state.fleets.put(*request.FleetId, std::move(changed));
  modify_lasting_fleet(context, *request.FleetId);
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html
api::ec2::DeleteFleetsResult delete_fleets(Context& context,
                                           const api::ec2::DeleteFleetsRequest& request) {
  api::ec2::DeleteFleetsResult result;
  auto& done = result.SuccessfulFleetDeletions.emplace();
  auto& refused = result.UnsuccessfulFleetDeletions.emplace();
  for (const auto& id : *request.FleetIds) {
    const std::string why = refusal_of(context, id, *request.TerminateInstances);
    if (!why.empty()) {
      refused.push_back(
          {.Error = {{.Code = why, .Message = "The fleet '" + id + "' cannot be deleted."}},
           .FleetId = id});
      continue;
    }
    const std::string before = context.state.fleets.find(id)->state;
    end_fleet(context, id,
              *request.TerminateInstances ? FleetInstances::terminate : FleetInstances::stay);
    done.push_back({.CurrentFleetState = context.state.fleets.find(id)->state,
                    .PreviousFleetState = before,
                    .FleetId = id});
  }
  return result;
}

}  // namespace fallstreak::services::ec2
