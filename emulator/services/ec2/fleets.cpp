#include "services/ec2/fleets.h"

#include <algorithm>
#include <limits>

#include "faults/spot.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/fleet_allocation.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/prices.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/subnets.h"

namespace fallstreak::services::ec2 {
namespace {

using Request = api::ec2::CreateFleetRequest;
using Config = api::ec2::FleetLaunchTemplateConfigRequest;
using Override = api::ec2::FleetLaunchTemplateOverridesRequest;

/// A way to launch: a template, and one of its overrides in one zone.
struct Choice {
  api::ec2::FleetLaunchTemplateSpecificationRequest launch_template;
  Override override_;
  std::string instance_type;
  std::string zone;
};

/// What is launched of one market.
struct Market {
  std::string lifecycle;
  FleetStrategy strategy = FleetStrategy::lowest_price;
  /// How many pools share the capacity; 0: all.
  std::size_t pools = 1;
  double capacity = 0;
};

std::string template_type(const Context& context, const Config& config) {
  const auto& wanted = *config.LaunchTemplateSpecification;
  const auto& row =
      find_launch_template(context, wanted.LaunchTemplateId, wanted.LaunchTemplateName);
  const auto& version = find_version(context, row, wanted.Version.value_or("$Default"));
  return version.LaunchTemplateData->InstanceType.value_or("m1.small");
}

void add_choices(const Context& context, const Config& config, const Override& override_,
                 std::vector<Choice>& choices) {
  // A choice that counts for nothing would be launched for ever.
  if (override_.WeightedCapacity && !(*override_.WeightedCapacity > 0)) {
    throw fleet_weight_malformed();
  }
  Choice choice{.launch_template = *config.LaunchTemplateSpecification,
                .override_ = override_,
                .instance_type = override_.InstanceType ? *override_.InstanceType
                                                        : template_type(context, config),
                .zone = override_.AvailabilityZone.value_or("")};
  if (override_.SubnetId) {
    choice.zone = *find_subnet(context, *override_.SubnetId).subnet.AvailabilityZone;
  }
  if (!choice.zone.empty()) {
    choices.push_back(std::move(choice));
    return;
  }
  for (const Zone& zone : zones_of(context.region())) {
    choice.zone = std::string(zone.name);
    choices.push_back(choice);
  }
}

std::vector<Choice> choices_of(const Context& context, const Request& request) {
  std::vector<Choice> choices;
  for (const auto& config : *request.LaunchTemplateConfigs) {
    if (!config.LaunchTemplateSpecification) throw missing_parameter("LaunchTemplateSpecification");
    const auto overrides = api::each(config.Overrides);
    if (overrides.empty()) add_choices(context, config, Override(), choices);
    for (const auto& one : overrides) add_choices(context, config, one, choices);
  }
  return choices;
}

PoolOffer offer_of(Context& context, const Choice& choice, bool is_spot) {
  const SpotPool pool{
      .region = context.region(), .zone = choice.zone, .instance_type = choice.instance_type};
  const std::uint64_t seed = context.world().random().seed();
  const auto usd = is_spot ? spot_price(seed, pool, context.now())
                           : on_demand_price(pool.region, pool.instance_type);
  const bool is_at_risk = faults::is_at_risk(context.faults(), pool.zone, pool.instance_type);
  PoolOffer offer{.usd_per_hour = usd.value_or(std::numeric_limits<double>::infinity()),
                  .depth = is_at_risk ? 0 : spot_depth(seed, pool)};
  if (choice.override_.Priority) offer.priority = *choice.override_.Priority;
  return offer;
}

api::ec2::RunInstancesRequest launch_of(const Request& request, const Choice& choice,
                                        const Market& market) {
  api::ec2::RunInstancesRequest launch{
      .ImageId = choice.override_.ImageId,
      .InstanceType = choice.override_.InstanceType,
      .MaxCount = 1,
      .MinCount = 1,
      .TagSpecifications = request.TagSpecifications,
      .LaunchTemplate = convert<api::ec2::LaunchTemplateSpecification>(choice.launch_template)};
  if (choice.override_.SubnetId) {
    launch.SubnetId = choice.override_.SubnetId;
  } else {
    launch.Placement.emplace().AvailabilityZone = choice.zone;
  }
  if (market.lifecycle != "spot") return launch;
  const auto options = request.SpotOptions.value_or(api::ec2::SpotOptionsRequest());
  launch.InstanceMarketOptions = {
      {.MarketType = "spot",
       .SpotOptions = {{.MaxPrice = choice.override_.MaxPrice,
                        .InstanceInterruptionBehavior = options.InstanceInterruptionBehavior}}}};
  return launch;
}

api::ec2::LaunchTemplateAndOverridesResponse shown_choice(const Choice& choice) {
  return {.LaunchTemplateSpecification =
              convert<api::ec2::FleetLaunchTemplateSpecification>(choice.launch_template),
          .Overrides = {{.InstanceType = choice.instance_type,
                         .MaxPrice = choice.override_.MaxPrice,
                         .SubnetId = choice.override_.SubnetId,
                         .AvailabilityZone = choice.zone,
                         .WeightedCapacity = choice.override_.WeightedCapacity,
                         .Priority = choice.override_.Priority,
                         .ImageId = choice.override_.ImageId}}};
}

void show_instance(const Choice& choice, const Market& market, const std::string& instance_id,
                   api::ec2::CreateFleetResult& result) {
  auto shown = shown_choice(choice);
  const auto same = std::ranges::find_if(*result.Instances, [&](const auto& row) {
    return row.LaunchTemplateAndOverrides == shown && row.Lifecycle == market.lifecycle;
  });
  if (same != result.Instances->end()) {
    same->InstanceIds->push_back(instance_id);
    return;
  }
  result.Instances->push_back({.LaunchTemplateAndOverrides = std::move(shown),
                               .Lifecycle = market.lifecycle,
                               .InstanceIds = {{instance_id}},
                               .InstanceType = choice.instance_type});
}

/// Launches one after the other until the capacity is there, or no pool is left.
void launch_market(Context& context, const Request& request, const std::vector<Choice>& choices,
                   const Market& market, api::ec2::CreateFleetResult& result) {
  std::vector<PoolOffer> offers;
  for (const auto& choice : choices) {
    offers.push_back(offer_of(context, choice, market.lifecycle == "spot"));
  }
  auto order = pools_in_order(market.strategy, offers);
  double missing = market.capacity;
  // Chosen: which of the pools that share comes first is drawn, so that fleets of one spread too.
  std::uint64_t turn =
      market.pools == 1 ? 0 : context.world().random().next(context.stream("fleet-pool"));
  while (missing > 0 && !order.empty()) {
    const std::size_t sharing =
        market.pools == 0 ? order.size() : std::min(market.pools, order.size());
    const auto at = std::ptrdiff_t(turn % sharing);
    const Choice& choice = choices[order[std::size_t(at)]];
    const auto launched =
        context.try_call<api::ec2::RunInstances>(launch_of(request, choice, market));
    if (launched) {
      show_instance(choice, market, *launched->Instances->front().InstanceId, result);
      missing -= choice.override_.WeightedCapacity.value_or(1);
      ++turn;
      continue;
    }
    result.Errors->push_back({.LaunchTemplateAndOverrides = shown_choice(choice),
                              .Lifecycle = market.lifecycle,
                              .ErrorCode = launched.error().code,
                              .ErrorMessage = launched.error().message});
    order.erase(order.begin() + at);
  }
}

FleetStrategy strategy_of(const std::optional<std::string>& name) {
  // AWS: "Default: lowest-price", for both markets.
  return *fleet_strategy(name.value_or("lowest-price"));
}

std::vector<Market> markets_of(const Request& request) {
  const auto& target = *request.TargetCapacitySpecification;
  std::int32_t on_demand = target.OnDemandTargetCapacity.value_or(0);
  std::int32_t spot = target.SpotTargetCapacity.value_or(0);
  // AWS: "Target capacity per EC2 Fleet: 10,000".
  if (*target.TotalTargetCapacity > 10'000) throw target_capacity_limit_exceeded();
  if (on_demand < 0 || spot < 0 || *target.TotalTargetCapacity < 0) {
    throw invalid_parameter_value("A target capacity must not be negative");
  }
  const std::int32_t rest = *target.TotalTargetCapacity - on_demand - spot;
  if (rest < 0) {
    throw invalid_parameter_combination(
        "The On-Demand and Spot target capacities exceed the total target capacity");
  }
  if (rest > 0 && !target.DefaultTargetCapacityType) {
    throw missing_parameter("TargetCapacitySpecification.DefaultTargetCapacityType");
  }
  if (rest > 0 && *target.DefaultTargetCapacityType != "spot" &&
      *target.DefaultTargetCapacityType != "on-demand") {
    throw not_implemented("DefaultTargetCapacityType '" + *target.DefaultTargetCapacityType + "'");
  }
  if (rest > 0) (*target.DefaultTargetCapacityType == "spot" ? spot : on_demand) += rest;
  const auto on_demand_options =
      request.OnDemandOptions.value_or(api::ec2::OnDemandOptionsRequest());
  const auto spot_options = request.SpotOptions.value_or(api::ec2::SpotOptionsRequest());
  Market spot_market{.lifecycle = "spot",
                     .strategy = strategy_of(spot_options.AllocationStrategy),
                     .pools = 1,
                     .capacity = double(spot)};
  if (spot_market.strategy == FleetStrategy::diversified) spot_market.pools = 0;
  if (spot_options.InstancePoolsToUseCount) {
    if (spot_market.strategy != FleetStrategy::lowest_price) {
      throw invalid_parameter_combination(
          "InstancePoolsToUseCount is supported for the lowest-price allocation strategy only");
    }
    spot_market.pools = std::size_t(std::max(1, *spot_options.InstancePoolsToUseCount));
  }
  return {{.lifecycle = "on-demand",
           .strategy = strategy_of(on_demand_options.AllocationStrategy),
           .pools = 1,
           .capacity = double(on_demand)},
          spot_market};
}

/// What an earlier request made: its fleet, and the instances that are still known. Chosen: not by
/// which choice each was launched, nor what failed; AWS does not say what a repetition tells.
api::ec2::CreateFleetResult earlier_fleet(const Context& context,
                                          const std::vector<std::string>& ids) {
  api::ec2::CreateFleetResult result{.FleetId = ids.front()};
  result.Errors.emplace();
  result.Instances.emplace();
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const InstanceRecord* row = context.state.instances.find(ids[i]);
    if (row == nullptr) continue;
    result.Instances->push_back({.Lifecycle = row->spot_request_id.empty() ? "on-demand" : "spot",
                                 .InstanceIds = {{ids[i]}},
                                 .InstanceType = row->instance_type});
  }
  return result;
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
api::ec2::CreateFleetResult create_fleet(Context& context, const Request& request) {
  const IdempotentRequest idempotent(context, "CreateFleet", request);
  if (!idempotent.earlier().empty()) return earlier_fleet(context, idempotent.earlier());
  // AWS: "The default is maintain", which looks after its capacity for ever.
  const std::string type = request.Type.value_or("maintain");
  if (type != "instant") throw not_implemented("A fleet of type '" + type + "'");
  const auto markets = markets_of(request);
  const auto choices = choices_of(context, request);
  api::ec2::CreateFleetResult result{.FleetId = "fleet-" + context.new_uuid("fleet-id")};
  result.Errors.emplace();
  result.Instances.emplace();
  for (const auto& market : markets) {
    if (market.capacity > 0) launch_market(context, request, choices, market, result);
  }
  std::vector<std::string> made{*result.FleetId};
  for (const auto& row : *result.Instances) {
    made.insert(made.end(), row.InstanceIds->begin(), row.InstanceIds->end());
  }
  idempotent.remember(context, std::move(made));
  return result;
}

}  // namespace fallstreak::services::ec2
