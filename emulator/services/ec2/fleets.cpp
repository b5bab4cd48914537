#include "services/ec2/fleets.h"

#include <algorithm>
#include <limits>

#include "faults/spot.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/fleet_allocation.h"
#include "services/ec2/images.h"
#include "services/ec2/instance_requirements.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/prices.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/subnets.h"

namespace fallstreak::services::ec2 {
namespace {

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

const api::ec2::ResponseLaunchTemplateData& template_data(const Context& context,
                                                          const Config& config) {
  const auto& wanted = *config.LaunchTemplateSpecification;
  const auto& row =
      find_launch_template(context, wanted.LaunchTemplateId, wanted.LaunchTemplateName);
  return *find_version(context, row, wanted.Version.value_or("$Default")).LaunchTemplateData;
}

/// The architecture of what is launched; empty when its image is not known.
/// AWS: types are taken that are "compatible with the CPU architecture" of the image.
std::vector<std::string_view> architectures_of(const Context& context, const Override& override_,
                                               const api::ec2::ResponseLaunchTemplateData& data) {
  constexpr std::string_view kBySsm = "resolve:ssm:";
  const std::string id = override_.ImageId ? *override_.ImageId : data.ImageId.value_or("");
  if (id.starts_with(kBySsm)) {
    const Image* image = find_image_by_parameter(std::string_view(id).substr(kBySsm.size()));
    if (image == nullptr) return {};
    return {image->architecture};
  }
  const auto image = find_any_image(context.state, id);
  if (!image) return {};
  return {image->architecture};
}

/// The types that an override stands for: its own, those that meet its requirements, or what the
/// template says.
std::vector<std::string> types_of(Context& context, const Config& config, const Override& override_,
                                  PurchaseOption option) {
  // AWS: "If you specify InstanceRequirements, you can't specify InstanceType."
  if (override_.InstanceType && override_.InstanceRequirements) {
    throw type_and_requirements();
  }
  if (override_.InstanceType) return {*override_.InstanceType};
  const auto& data = template_data(context, config);
  std::optional<Requirements> requirements = override_.InstanceRequirements;
  if (!requirements && data.InstanceRequirements) {
    requirements = convert<Requirements>(*data.InstanceRequirements);
  }
  if (!requirements) return {data.InstanceType.value_or("m1.small")};
  check_requirements(*requirements);
  std::vector<std::string> types;
  const auto architectures = architectures_of(context, override_, data);
  for (const auto* type : types_to_launch(context, *requirements, architectures, option)) {
    types.emplace_back(type->name);
  }
  if (types.empty()) throw no_type_meets_requirements();
  return types;
}

void add_choices(Context& context, const Config& config, const Override& override_,
                 PurchaseOption option, std::vector<Choice>& choices) {
  // A choice that counts for nothing would be launched for ever.
  if (override_.WeightedCapacity && !(*override_.WeightedCapacity > 0)) {
    throw fleet_weight_malformed();
  }
  Choice choice{.launch_template = *config.LaunchTemplateSpecification,
                .override_ = override_,
                .instance_type = {},
                .zone = override_.AvailabilityZone.value_or("")};
  if (override_.SubnetId) {
    choice.zone = *find_subnet(context, *override_.SubnetId).subnet.AvailabilityZone;
  }
  for (auto& type : types_of(context, config, override_, option)) {
    choice.instance_type = std::move(type);
    if (!choice.zone.empty()) {
      choices.push_back(choice);
      continue;
    }
    for (const Zone& zone : zones_of(context.region())) {
      choices.push_back(choice);
      choices.back().zone = std::string(zone.name);
    }
  }
}

std::vector<Choice> choices_of(Context& context, const api::ec2::CreateFleetRequest& request,
                               PurchaseOption option) {
  std::vector<Choice> choices;
  for (const auto& config : *request.LaunchTemplateConfigs) {
    if (!config.LaunchTemplateSpecification) throw missing_parameter("LaunchTemplateSpecification");
    const auto overrides = api::each(config.Overrides);
    if (overrides.empty()) add_choices(context, config, Override(), option, choices);
    for (const auto& one : overrides) add_choices(context, config, one, option, choices);
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

api::ec2::RunInstancesRequest launch_of(const api::ec2::CreateFleetRequest& request,
                                        const Choice& choice, const Market& market) {
  api::ec2::RunInstancesRequest launch{
      .ImageId = choice.override_.ImageId,
      .InstanceType = choice.instance_type,
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
void launch_market(Context& context, const api::ec2::CreateFleetRequest& request,
                   const Market& market, api::ec2::CreateFleetResult& result) {
  const bool is_spot = market.lifecycle == "spot";
  const auto choices =
      choices_of(context, request, is_spot ? PurchaseOption::spot : PurchaseOption::on_demand);
  std::vector<PoolOffer> offers;
  for (const auto& choice : choices) offers.push_back(offer_of(context, choice, is_spot));
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

std::vector<Market> markets_of(const api::ec2::CreateFleetRequest& request) {
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
api::ec2::CreateFleetResult create_fleet(Context& context,
                                         const api::ec2::CreateFleetRequest& request) {
  const IdempotentRequest idempotent(context, "CreateFleet", request);
  if (!idempotent.earlier().empty()) return earlier_fleet(context, idempotent.earlier());
  // AWS: "The default is maintain", which looks after its capacity for ever.
  const std::string type = request.Type.value_or("maintain");
  if (type != "instant") throw not_implemented("A fleet of type '" + type + "'");
  const auto markets = markets_of(request);
  api::ec2::CreateFleetResult result{.FleetId = "fleet-" + context.new_uuid("fleet-id")};
  result.Errors.emplace();
  result.Instances.emplace();
  for (const auto& market : markets) {
    if (market.capacity > 0) launch_market(context, request, market, result);
  }
  std::vector<std::string> made{*result.FleetId};
  for (const auto& row : *result.Instances) {
    made.insert(made.end(), row.InstanceIds->begin(), row.InstanceIds->end());
  }
  idempotent.remember(context, std::move(made));
  return result;
}

}  // namespace fallstreak::services::ec2
