#include "services/ec2/spot_fleets.h"

#include <array>
#include <utility>

#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/fleets.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

using SpotFleetConfig = api::ec2::SpotFleetRequestConfigData;
using FleetOverride = api::ec2::FleetLaunchTemplateOverridesRequest;

/// AWS: "The number of launch specifications per Spot Fleet: 50".
constexpr std::size_t kMostSpecifications = 50;

/// What Spot Fleet calls otherwise than EC2 Fleet.
using Words = std::pair<std::string_view, std::string_view>;
constexpr std::array<Words, 15> kWords = {{
    {"lowestPrice", "lowest-price"},
    {"capacityOptimized", "capacity-optimized"},
    {"capacityOptimizedPrioritized", "capacity-optimized-prioritized"},
    {"priceCapacityOptimized", "price-capacity-optimized"},
    {"noTermination", "no-termination"},
    {"default", "termination"},
    {"cancelled", "deleted"},
    {"cancelled_running", "deleted_running"},
    {"cancelled_terminating", "deleted_terminating"},
    {"instanceChange", "instance-change"},
    {"fleetRequestChange", "fleet-change"},
    {"information", "service-error"},
    {"fleetRequestIdDoesNotExist", "fleetIdDoesNotExist"},
    {"fleetRequestIdMalformed", "fleetIdMalformed"},
    {"fleetRequestNotInCancellableState", "fleetNotInDeletableState"},
}};

std::string in_fleet_words(const std::string& text) {
  for (const auto& [spot_fleet, fleet] : kWords) {
    if (text == spot_fleet) return std::string(fleet);
  }
  return text;
}
std::string in_spot_fleet_words(const std::string& text) {
  for (const auto& [spot_fleet, fleet] : kWords) {
    if (text == fleet) return std::string(spot_fleet);
  }
  return text;
}
std::optional<std::string> in_fleet_words(const std::optional<std::string>& text) {
  return text ? std::optional(in_fleet_words(*text)) : std::nullopt;
}

/// What a request leaves out, as DescribeSpotFleetRequests shows it.
SpotFleetConfig with_defaults(SpotFleetConfig config) {
  const auto set = [](auto& member, auto value) {
    if (!member) member = value;
  };
  set(config.AllocationStrategy, "lowestPrice");
  set(config.OnDemandAllocationStrategy, "lowestPrice");
  set(config.ExcessCapacityTerminationPolicy, "default");
  set(config.TerminateInstancesWithExpiration, false);
  set(config.Type, "maintain");
  set(config.ReplaceUnhealthyInstances, false);
  set(config.InstanceInterruptionBehavior, "terminate");
  set(config.OnDemandTargetCapacity, 0);
  if (config.AllocationStrategy == "lowestPrice") set(config.InstancePoolsToUseCount, 1);
  return config;
}

/// `subnet-1, subnet-2`
std::vector<std::string> split(const std::optional<std::string>& list) {
  std::vector<std::string> parts;
  std::string part;
  for (const char letter : list.value_or("") + ",") {
    if (letter == ' ') continue;
    if (letter != ',') {
      part += letter;
      continue;
    }
    if (!part.empty()) parts.push_back(std::exchange(part, {}));
  }
  return parts;
}

/// AWS: a specification's zones and subnets may be several, separated by commas: so many choices.
std::vector<FleetOverride> overrides_of(const api::ec2::SpotFleetLaunchSpecification& specification,
                                        const std::optional<std::string>& spot_price) {
  FleetOverride base{.InstanceType = specification.InstanceType,
                     .MaxPrice = specification.SpotPrice ? specification.SpotPrice : spot_price,
                     .WeightedCapacity = specification.WeightedCapacity,
                     .ImageId = specification.ImageId};
  if (specification.InstanceRequirements) {
    base.InstanceRequirements =
        convert<api::ec2::InstanceRequirementsRequest>(*specification.InstanceRequirements);
  }
  std::vector<FleetOverride> overrides;
  for (const auto& subnet_id : split(specification.SubnetId)) {
    overrides.push_back(base);
    overrides.back().SubnetId = subnet_id;
  }
  // A subnet is in a zone, which needs no naming.
  if (!overrides.empty()) return overrides;
  const auto& placement = specification.Placement;
  for (const auto& zone : split(placement ? placement->AvailabilityZone : std::nullopt)) {
    overrides.push_back(base);
    overrides.back().AvailabilityZone = zone;
  }
  if (overrides.empty()) overrides.push_back(base);
  return overrides;
}

api::ec2::RunInstancesRequest launch_of(
    const api::ec2::SpotFleetLaunchSpecification& specification) {
  auto rest = specification;
  // These have the same names in a launch, and other shapes.
  rest.SecurityGroups.reset();
  rest.TagSpecifications.reset();
  rest.SubnetId.reset();
  auto launch = convert<api::ec2::RunInstancesRequest>(rest);
  if (launch.Placement) launch.Placement->AvailabilityZone.reset();
  for (const auto& group : api::each(specification.SecurityGroups)) {
    if (!group.GroupId) throw invalid_spot_fleet_request_config("LaunchSpecifications.Groups");
    if (!launch.SecurityGroupIds) launch.SecurityGroupIds.emplace();
    launch.SecurityGroupIds->push_back(*group.GroupId);
  }
  for (const auto& tags : api::each(specification.TagSpecifications)) {
    // AWS: "Currently, the only resource type that is supported is instance."
    if (tags.ResourceType != "instance") {
      throw not_taggable_here(tags.ResourceType.value_or(""));
    }
    if (!launch.TagSpecifications) launch.TagSpecifications.emplace();
    launch.TagSpecifications->push_back({.ResourceType = tags.ResourceType, .Tags = tags.Tags});
  }
  return launch;
}

void add_specifications(const SpotFleetConfig& config, FleetRecord& fleet) {
  auto& configs = fleet.request.LaunchTemplateConfigs.emplace();
  if (api::each(config.LaunchSpecifications).size() > kMostSpecifications) {
    throw invalid_spot_fleet_request_config("LaunchSpecifications");
  }
  for (const auto& each : api::each(config.LaunchSpecifications)) {
    configs.push_back({.Overrides = overrides_of(each, config.SpotPrice)});
    fleet.specifications.push_back(launch_of(each));
  }
}

void add_templates(const std::optional<std::vector<api::ec2::LaunchTemplateConfig>>& templates,
                   const std::optional<std::string>& spot_price, FleetRecord& fleet) {
  auto& configs = fleet.request.LaunchTemplateConfigs.emplace();
  for (const auto& each : api::each(templates)) {
    auto added = convert<api::ec2::FleetLaunchTemplateConfigRequest>(each);
    if (!added.LaunchTemplateSpecification) {
      throw missing_parameter("LaunchTemplateSpecification");
    }
    added.Overrides.emplace();
    for (const auto& override_ : api::each(each.Overrides)) {
      auto choice = convert<FleetOverride>(override_);
      choice.MaxPrice = override_.SpotPrice ? override_.SpotPrice : spot_price;
      added.Overrides->push_back(std::move(choice));
    }
    if (added.Overrides->empty()) added.Overrides->push_back({.MaxPrice = spot_price});
    configs.push_back(std::move(added));
  }
}

/// AWS: the On-Demand target is a part of the target.
api::ec2::TargetCapacitySpecificationRequest target_of(const SpotFleetConfig& config) {
  if (*config.OnDemandTargetCapacity > *config.TargetCapacity) {
    throw invalid_spot_fleet_request_config("OnDemandTargetCapacity");
  }
  return {.TotalTargetCapacity = config.TargetCapacity,
          .OnDemandTargetCapacity = config.OnDemandTargetCapacity,
          .DefaultTargetCapacityType = "spot",
          .TargetCapacityUnitType = config.TargetCapacityUnitType};
}

/// The same fleet, in EC2 Fleet's words.
FleetRecord fleet_of_config(const SpotFleetConfig& config) {
  FleetRecord fleet;
  fleet.spot_fleet = config;
  api::ec2::CreateFleetRequest& request = fleet.request;
  request.ClientToken = config.ClientToken;
  request.Type = config.Type;
  request.ValidFrom = config.ValidFrom;
  request.ValidUntil = config.ValidUntil;
  request.ReplaceUnhealthyInstances = config.ReplaceUnhealthyInstances;
  request.TerminateInstancesWithExpiration = config.TerminateInstancesWithExpiration;
  request.ExcessCapacityTerminationPolicy = in_fleet_words(config.ExcessCapacityTerminationPolicy);
  request.TargetCapacitySpecification = target_of(config);
  request.OnDemandOptions = {
      {.AllocationStrategy = in_fleet_words(config.OnDemandAllocationStrategy)}};
  auto& spot = request.SpotOptions.emplace();
  spot.AllocationStrategy = in_fleet_words(config.AllocationStrategy);
  spot.InstanceInterruptionBehavior = config.InstanceInterruptionBehavior;
  spot.InstancePoolsToUseCount = config.InstancePoolsToUseCount;
  if (config.SpotMaintenanceStrategies) {
    spot.MaintenanceStrategies =
        convert<api::ec2::FleetSpotMaintenanceStrategiesRequest>(*config.SpotMaintenanceStrategies);
  }
  const bool has_specifications = !api::each(config.LaunchSpecifications).empty();
  const bool has_templates = !api::each(config.LaunchTemplateConfigs).empty();
  // AWS: "If you specify LaunchSpecifications, you can't specify LaunchTemplateConfigs."
  if (has_specifications == has_templates) {
    throw invalid_spot_fleet_request_config("LaunchSpecifications");
  }
  if (has_specifications) {
    add_specifications(config, fleet);
  } else {
    add_templates(config.LaunchTemplateConfigs, config.SpotPrice, fleet);
  }
  return fleet;
}

api::ec2::SpotFleetRequestConfig describe_spot_fleet(const Ec2State& state,
                                                     const FleetRecord& row) {
  api::ec2::SpotFleetRequestConfig shown{.CreateTime = row.create_time,
                                         .SpotFleetRequestConfig_ = row.spot_fleet,
                                         .SpotFleetRequestId = row.fleet_id,
                                         .SpotFleetRequestState = in_spot_fleet_words(row.state),
                                         .Tags = to_wire(row.tags)};
  if (const auto status = activity_status(state, row); !status.empty()) {
    shown.ActivityStatus = status;
  }
  const FleetCapacity capacity = fulfilled_capacity(state, row.fleet_id);
  shown.SpotFleetRequestConfig_->FulfilledCapacity = capacity.on_demand + capacity.spot;
  shown.SpotFleetRequestConfig_->OnDemandFulfilledCapacity = capacity.on_demand;
  return shown;
}

const FleetRecord& find_spot_fleet(const Context& context, const std::string& id) {
  const FleetRecord* fleet = context.state.spot_fleets.find(id);
  if (fleet == nullptr) throw invalid_spot_fleet_request_id_not_found({id});
  return *fleet;
}

/// Why a fleet cannot be cancelled; empty when it can.
std::string refusal_of(const Context& context, const std::string& id) {
  if (!id.starts_with("sfr-")) return "fleetRequestIdMalformed";
  const FleetRecord* fleet = context.state.spot_fleets.find(id);
  if (fleet == nullptr) return "fleetRequestIdDoesNotExist";
  return fleet->state.starts_with("deleted") ? "fleetRequestNotInCancellableState" : "";
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html
api::ec2::RequestSpotFleetResponse request_spot_fleet(
    Context& context, const api::ec2::RequestSpotFleetRequest& request) {
  const IdempotentRequest idempotent(context, "RequestSpotFleet", *request.SpotFleetRequestConfig);
  if (!idempotent.earlier().empty()) return {.SpotFleetRequestId = idempotent.earlier().front()};
  const SpotFleetConfig config = with_defaults(*request.SpotFleetRequestConfig);
  if (!config.IamFleetRole->starts_with("arn:")) {
    throw invalid_spot_fleet_request_config("IamFleetRole");
  }
  if (config.Type == "instant") throw invalid_spot_fleet_request_config("Type");
  FleetRecord fleet = fleet_of_config(config);
  fleet.create_time = context.now();
  fleet.tags = tags_for(config.TagSpecifications, "spot-fleet-request");
  check_fleet_options(context, fleet.request);
  check_configurations(context, fleet);
  const std::string id = "sfr-" + context.new_uuid("spot-fleet-id");
  fleet.fleet_id = id;
  add_lasting_fleet(context, std::move(fleet));
  idempotent.remember(context, {id});
  return {.SpotFleetRequestId = id};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequests.html
api::ec2::DescribeSpotFleetRequestsResponse describe_spot_fleet_requests(
    Context& context, const api::ec2::DescribeSpotFleetRequestsRequest& request) {
  api::ec2::DescribeSpotFleetRequestsResponse result;
  auto& shown = result.SpotFleetRequestConfigs.emplace();
  result.NextToken = show_page(
      context.state.spot_fleets, request.SpotFleetRequestIds,
      Page(request.MaxResults, request.NextToken, {.least = 1}),
      [](const FleetRecord&) { return true; },
      [](const auto& missing) { return invalid_spot_fleet_request_id_not_found(missing); },
      [&](const FleetRecord& row) { shown.push_back(describe_spot_fleet(context.state, row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetInstances.html
api::ec2::DescribeSpotFleetInstancesResponse describe_spot_fleet_instances(
    Context& context, const api::ec2::DescribeSpotFleetInstancesRequest& request) {
  find_spot_fleet(context, *request.SpotFleetRequestId);
  api::ec2::DescribeSpotFleetInstancesResponse result{.SpotFleetRequestId =
                                                          request.SpotFleetRequestId};
  auto& shown = result.ActiveInstances.emplace();
  result.NextToken =
      show_active_instances(context, *request.SpotFleetRequestId, {},
                            Page(request.MaxResults, request.NextToken, {.least = 1}), shown);
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequestHistory.html
api::ec2::DescribeSpotFleetRequestHistoryResponse describe_spot_fleet_request_history(
    Context& context, const api::ec2::DescribeSpotFleetRequestHistoryRequest& request) {
  find_spot_fleet(context, *request.SpotFleetRequestId);
  api::ec2::DescribeSpotFleetRequestHistoryResponse result{
      .SpotFleetRequestId = request.SpotFleetRequestId, .StartTime = request.StartTime};
  auto& shown = result.HistoryRecords.emplace();
  const auto kind_of = [](const FleetHistoryRecord& row) {
    return in_spot_fleet_words(*row.entry.EventType);
  };
  result.NextToken = show_page_in(
      context.state.fleet_history, *request.SpotFleetRequestId + "/",
      Page(request.MaxResults, request.NextToken, {.least = 1}),
      [&](std::string_view, const FleetHistoryRecord& row) {
        const bool is_asked = !request.EventType || request.EventType == kind_of(row);
        return is_asked && *row.entry.Timestamp >= *request.StartTime;
      },
      [&](std::string_view, const FleetHistoryRecord& row) {
        api::ec2::HistoryRecord record{.EventInformation = row.entry.EventInformation,
                                       .EventType = kind_of(row),
                                       .Timestamp = row.entry.Timestamp};
        auto& what = record.EventInformation->EventSubType;
        what = in_spot_fleet_words(*what);
        shown.push_back(std::move(record));
      });
  if (!result.NextToken) result.LastEvaluatedTime = context.now();
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySpotFleetRequest.html
api::ec2::ModifySpotFleetRequestResponse modify_spot_fleet_request(
    Context& context, const api::ec2::ModifySpotFleetRequestRequest& request) {
  const std::string& id = *request.SpotFleetRequestId;
  FleetRecord changed = find_spot_fleet(context, id);
  if (changed.request.Type != "maintain") throw fleet_is_not_maintained(id);
  if (changed.state.starts_with("deleted")) throw fleet_is_not_active(id);
  SpotFleetConfig& config = changed.spot_fleet;
  if (request.TargetCapacity) config.TargetCapacity = request.TargetCapacity;
  if (request.OnDemandTargetCapacity) {
    config.OnDemandTargetCapacity = request.OnDemandTargetCapacity;
  }
  if (request.ExcessCapacityTerminationPolicy) {
    config.ExcessCapacityTerminationPolicy = request.ExcessCapacityTerminationPolicy;
  }
  if (request.LaunchTemplateConfigs) {
    // AWS: only a fleet that was requested with launch templates can be given others.
    if (!changed.specifications.empty()) {
      throw invalid_spot_fleet_request_config("LaunchTemplateConfigs");
    }
    config.LaunchTemplateConfigs = request.LaunchTemplateConfigs;
  }
  const FleetRecord asked = fleet_of_config(config);
  changed.request = asked.request;
  check_configurations(context, changed);
  context.state.spot_fleets.put(id, std::move(changed));
  modify_lasting_fleet(context, id);
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotFleetRequests.html
api::ec2::CancelSpotFleetRequestsResponse cancel_spot_fleet_requests(
    Context& context, const api::ec2::CancelSpotFleetRequestsRequest& request) {
  api::ec2::CancelSpotFleetRequestsResponse result;
  auto& done = result.SuccessfulFleetRequests.emplace();
  auto& refused = result.UnsuccessfulFleetRequests.emplace();
  for (const auto& id : *request.SpotFleetRequestIds) {
    const std::string why = refusal_of(context, id);
    if (!why.empty()) {
      refused.push_back(
          {.Error = {{.Code = why,
                      .Message = "The Spot Fleet request '" + id + "' cannot be cancelled."}},
           .SpotFleetRequestId = id});
      continue;
    }
    const std::string before = find_spot_fleet(context, id).state;
    end_fleet(context, id,
              *request.TerminateInstances ? FleetInstances::terminate : FleetInstances::stay);
    done.push_back(
        {.CurrentSpotFleetRequestState = in_spot_fleet_words(find_spot_fleet(context, id).state),
         .PreviousSpotFleetRequestState = in_spot_fleet_words(before),
         .SpotFleetRequestId = id});
  }
  return result;
}

}  // namespace fallstreak::services::ec2
