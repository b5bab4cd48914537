#include "services/ec2/fleet_launches.h"

#include <algorithm>
#include <limits>

#include "faults/spot.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/images.h"
#include "services/ec2/instance_requirements.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/prices.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_market.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

using FleetConfig = api::ec2::FleetLaunchTemplateConfigRequest;
using FleetOverride = api::ec2::FleetLaunchTemplateOverridesRequest;
using Launch = api::ec2::RunInstancesRequest;

/// AWS: "Target capacity per EC2 Fleet: 10,000".
constexpr std::int32_t kMostInstances = 10'000;

constexpr std::size_t kMostOverrides = 300;

/// A way to launch: a template or a specification, and one of its overrides in one zone.
struct FleetChoice {
  const FleetConfig* config = nullptr;
  /// Null where the configuration has a launch template.
  const Launch* specification = nullptr;
  FleetOverride override_;
  std::string instance_type;
  std::string zone;
  double weight = 1;
};

const api::ec2::ResponseLaunchTemplateData& template_data(const Context& context,
                                                          const FleetConfig& config) {
  const auto& wanted = *config.LaunchTemplateSpecification;
  const auto& row =
      find_launch_template(context, wanted.LaunchTemplateId, wanted.LaunchTemplateName);
  return *find_version(context, row, wanted.Version.value_or("$Default")).LaunchTemplateData;
}

/// The architecture of an image; empty when it is not known.
/// AWS: types are taken that are "compatible with the CPU architecture" of the image.
std::vector<std::string_view> architectures_of(const Context& context, const std::string& id) {
  constexpr std::string_view kBySsm = "resolve:ssm:";
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
std::vector<std::string> types_of(Context& context, const FleetChoice& choice,
                                  PurchaseOption option) {
  const FleetOverride& override_ = choice.override_;
  // AWS: "If you specify InstanceRequirements, you can't specify InstanceType."
  if (override_.InstanceType && override_.InstanceRequirements) throw type_and_requirements();
  if (override_.InstanceType) return {*override_.InstanceType};
  std::optional<Requirements> requirements = override_.InstanceRequirements;
  std::string image = override_.ImageId.value_or("");
  if (choice.specification == nullptr) {
    const auto& data = template_data(context, *choice.config);
    if (!requirements && data.InstanceRequirements) {
      requirements = convert<Requirements>(*data.InstanceRequirements);
    }
    if (!requirements) return {data.InstanceType.value_or("m1.small")};
    if (image.empty()) image = data.ImageId.value_or("");
  }
  if (!requirements) return {"m1.small"};
  check_requirements(*requirements);
  std::vector<std::string> types;
  for (const auto* type :
       types_to_launch(context, *requirements, architectures_of(context, image), option)) {
    types.emplace_back(type->name);
  }
  if (types.empty()) throw no_type_meets_requirements();
  return types;
}

/// How much of the target one instance is.
/// AWS: the unit is instances (or their weight), vCPUs or memory; the latter two are for
/// requirements.
double weight_of(const api::ec2::CreateFleetRequest& request, const FleetOverride& override_,
                 const std::string& type_name) {
  const auto& unit = request.TargetCapacitySpecification->TargetCapacityUnitType;
  const InstanceType* type = find_instance_type(type_name);
  if (type != nullptr && unit == "vcpu") return double(type->vcpus);
  if (type != nullptr && unit == "memory-mib") return double(type->memory_mib);
  return override_.WeightedCapacity.value_or(1);
}

void add_choices(Context& context, const api::ec2::CreateFleetRequest& request, FleetChoice choice,
                 PurchaseOption option, std::vector<FleetChoice>& choices) {
  const FleetOverride& override_ = choice.override_;
  // A choice that counts for nothing would be launched for ever. Chosen: AWS's limit of the target
  // is one of the instances too.
  const double weight = override_.WeightedCapacity.value_or(1);
  if (!(weight > 0)) throw fleet_weight_malformed();
  if (*request.TargetCapacitySpecification->TotalTargetCapacity / weight > kMostInstances) {
    throw target_capacity_limit_exceeded();
  }
  choice.zone = override_.AvailabilityZone.value_or("");
  if (override_.SubnetId) {
    choice.zone = *find_subnet(context, *override_.SubnetId).subnet.AvailabilityZone;
  }
  for (auto& type : types_of(context, choice, option)) {
    choice.weight = weight_of(request, override_, type);
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

std::vector<FleetChoice> choices_of(Context& context, const FleetRecord& fleet,
                                    PurchaseOption option) {
  std::vector<FleetChoice> choices;
  const auto& configs = *fleet.request.LaunchTemplateConfigs;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    const bool has_template = configs[i].LaunchTemplateSpecification.has_value();
    if (!has_template && i >= fleet.specifications.size()) {
      throw missing_parameter("LaunchTemplateSpecification");
    }
    FleetChoice choice{.config = &configs[i],
                       .specification = has_template ? nullptr : &fleet.specifications[i],
                       .override_ = {},
                       .instance_type = {},
                       .zone = {}};
    const auto overrides = api::each(configs[i].Overrides);
    if (overrides.empty()) add_choices(context, fleet.request, choice, option, choices);
    for (const auto& one : overrides) {
      choice.override_ = one;
      add_choices(context, fleet.request, choice, option, choices);
    }
  }
  return choices;
}

/// AWS: prices are of an hour of a unit, so that weights divide what a pool asks.
PoolOffer offer_of(Context& context, const FleetChoice& choice, const FleetMarket& market) {
  PoolOffer offer = pool_offer(context, choice.zone, choice.instance_type, market.lifecycle);
  offer.usd_per_hour /= choice.weight;
  if (choice.override_.Priority) offer.priority = *choice.override_.Priority;
  return offer;
}

/// The most that an instance may cost: "the maximum price per unit hour", by its units.
std::optional<std::string> max_price_of(const FleetChoice& choice) {
  const auto& price = choice.override_.MaxPrice;
  const auto usd = price ? parse_price(*price) : std::nullopt;
  if (!usd || choice.weight == 1) return price;
  return price_text(*usd * choice.weight);
}

/// AWS: of the fleet's tags, those of type `fleet` stay with it.
std::optional<std::vector<api::ec2::TagSpecification>> launch_tags(const FleetRecord& fleet,
                                                                   const FleetChoice& choice) {
  std::vector<api::ec2::TagSpecification> tags;
  if (choice.specification != nullptr) return choice.specification->TagSpecifications;
  for (const auto& specification : api::each(fleet.request.TagSpecifications)) {
    if (specification.ResourceType != "fleet") tags.push_back(specification);
  }
  return tags.empty() ? std::nullopt : std::optional(std::move(tags));
}

Launch launch_of(const FleetRecord& fleet, const FleetChoice& choice, const FleetMarket& market) {
  Launch launch;
  if (choice.specification != nullptr) {
    launch = *choice.specification;
  } else {
    launch.LaunchTemplate =
        convert<api::ec2::LaunchTemplateSpecification>(*choice.config->LaunchTemplateSpecification);
    launch.ImageId = choice.override_.ImageId;
  }
  launch.InstanceType = choice.instance_type;
  launch.MinCount = 1;
  launch.MaxCount = 1;
  launch.TagSpecifications = launch_tags(fleet, choice);
  const bool has_subnet = choice.override_.SubnetId || launch.SubnetId ||
                          (launch.NetworkInterfaces && !launch.NetworkInterfaces->empty());
  if (choice.override_.SubnetId) launch.SubnetId = choice.override_.SubnetId;
  if (!has_subnet) {
    if (!launch.Placement) launch.Placement.emplace();
    launch.Placement->AvailabilityZone = choice.zone;
  }
  if (market.lifecycle != "spot") return launch;
  const auto options = fleet.request.SpotOptions.value_or(api::ec2::SpotOptionsRequest());
  const auto& behavior = options.InstanceInterruptionBehavior;
  // AWS: an instance that an interruption stops is of a persistent request.
  const bool stops = behavior == "stop";
  launch.InstanceMarketOptions = {
      {.MarketType = "spot",
       .SpotOptions = {
           {.MaxPrice = max_price_of(choice),
            .SpotInstanceType = stops ? std::optional<std::string>("persistent") : std::nullopt,
            .InstanceInterruptionBehavior = behavior}}}};
  return launch;
}

api::ec2::LaunchTemplateAndOverridesResponse shown_choice(const FleetChoice& choice) {
  api::ec2::LaunchTemplateAndOverridesResponse shown{
      .LaunchTemplateSpecification = {},
      .Overrides = {{.InstanceType = choice.instance_type,
                     .MaxPrice = choice.override_.MaxPrice,
                     .SubnetId = choice.override_.SubnetId,
                     .AvailabilityZone = choice.zone,
                     .WeightedCapacity = choice.override_.WeightedCapacity,
                     .Priority = choice.override_.Priority,
                     .ImageId = choice.override_.ImageId}}};
  if (choice.specification == nullptr) {
    shown.LaunchTemplateSpecification = convert<api::ec2::FleetLaunchTemplateSpecification>(
        *choice.config->LaunchTemplateSpecification);
  }
  return shown;
}

/// Puts AWS's mark on an instance, by which its fleet is found again.
void mark_instance(Context& context, const std::string& instance_id, const std::string& fleet_id) {
  context.state.instances.update(instance_id, [&](InstanceRecord& row) {
    const api::ec2::Tag mark{.Key = std::string(fleet_tag_key(fleet_id)), .Value = fleet_id};
    set_tags(row.tags, {&mark, 1}, ReservedKeys::allowed);
  });
}

FleetStrategy strategy_of(const std::optional<std::string>& name) {
  // AWS: "Default: lowest-price", for both markets.
  return *fleet_strategy(name.value_or("lowest-price"));
}

/// How much each market gets; AWS: what neither target names is of the default type.
std::pair<std::int32_t, std::int32_t> targets_of(
    const api::ec2::TargetCapacitySpecificationRequest& target) {
  std::int32_t on_demand = target.OnDemandTargetCapacity.value_or(0);
  std::int32_t spot = target.SpotTargetCapacity.value_or(0);
  if (*target.TotalTargetCapacity > kMostInstances) throw target_capacity_limit_exceeded();
  if (on_demand < 0 || spot < 0 || *target.TotalTargetCapacity < 0) {
    throw invalid_parameter_value("A target capacity must not be negative");
  }
  const std::int64_t rest = std::int64_t(*target.TotalTargetCapacity) - on_demand - spot;
  if (rest < 0) {
    throw invalid_parameter_combination(
        "The On-Demand and Spot target capacities exceed the total target capacity");
  }
  if (rest == 0) return {on_demand, spot};
  if (!target.DefaultTargetCapacityType) {
    throw missing_parameter("TargetCapacitySpecification.DefaultTargetCapacityType");
  }
  const std::string& kind = *target.DefaultTargetCapacityType;
  if (kind != "spot" && kind != "on-demand") {
    throw not_implemented("DefaultTargetCapacityType '" + kind + "'");
  }
  (kind == "spot" ? spot : on_demand) += std::int32_t(rest);
  return {on_demand, spot};
}

}  // namespace

std::vector<FleetMarket> markets_of(const api::ec2::CreateFleetRequest& request) {
  const auto [on_demand, spot] = targets_of(*request.TargetCapacitySpecification);
  const auto on_demand_options =
      request.OnDemandOptions.value_or(api::ec2::OnDemandOptionsRequest());
  const auto spot_options = request.SpotOptions.value_or(api::ec2::SpotOptionsRequest());
  FleetMarket spot_market{.lifecycle = "spot",
                          .strategy = strategy_of(spot_options.AllocationStrategy),
                          .pools = 1,
                          .capacity = double(spot)};
  if (spot_market.strategy == FleetStrategy::diversified) spot_market.pools = 0;
  if (spot_options.InstancePoolsToUseCount) {
    if (spot_market.strategy != FleetStrategy::lowest_price &&
        *spot_options.InstancePoolsToUseCount != 1) {
      throw invalid_parameter_combination(
          "InstancePoolsToUseCount is supported for the lowest-price allocation strategy only");
    }
    if (spot_market.strategy == FleetStrategy::lowest_price) {
      spot_market.pools = std::size_t(std::max(1, *spot_options.InstancePoolsToUseCount));
    }
  }
  return {{.lifecycle = "on-demand",
           .strategy = strategy_of(on_demand_options.AllocationStrategy),
           .pools = 1,
           .capacity = double(on_demand)},
          spot_market};
}

void check_configurations(Context& context, const FleetRecord& fleet) {
  std::size_t overrides = 0;
  for (const auto& config : *fleet.request.LaunchTemplateConfigs) {
    overrides += std::max<std::size_t>(1, api::each(config.Overrides).size());
  }
  // AWS: "Launch template overrides per fleet: 300". Chosen: the words.
  if (overrides > kMostOverrides) {
    throw invalid_parameter_value("A fleet has at most 300 launch template overrides");
  }
  for (const auto& market : markets_of(fleet.request)) {
    const auto option =
        market.lifecycle == "spot" ? PurchaseOption::spot : PurchaseOption::on_demand;
    if (market.capacity > 0) choices_of(context, fleet, option);
  }
}

PoolOffer pool_offer(Context& context, const std::string& zone, const std::string& instance_type,
                     std::string_view lifecycle) {
  const SpotPool pool{.region = context.region(), .zone = zone, .instance_type = instance_type};
  const std::uint64_t seed = context.world().random().seed();
  const auto usd = lifecycle == "spot" ? spot_price(seed, pool, context.now())
                                       : on_demand_price(pool.region, pool.instance_type);
  const bool is_at_risk = faults::is_at_risk(context.faults(), pool.zone, pool.instance_type);
  return {.usd_per_hour = usd.value_or(std::numeric_limits<double>::infinity()),
          .depth = is_at_risk ? 0 : spot_depth(seed, pool)};
}

FleetLaunches launch_market(Context& context, const FleetRecord& fleet, const FleetMarket& market) {
  const auto option = market.lifecycle == "spot" ? PurchaseOption::spot : PurchaseOption::on_demand;
  const auto choices = choices_of(context, fleet, option);
  std::vector<PoolOffer> offers;
  for (const auto& choice : choices) offers.push_back(offer_of(context, choice, market));
  auto order = pools_in_order(market.strategy, offers);
  FleetLaunches result;
  double missing = market.capacity;
  // Chosen: which of the pools that share comes first is drawn, so that fleets of one spread too.
  std::uint64_t turn =
      market.pools == 1 ? 0 : context.world().random().next(context.stream("fleet-pool"));
  while (missing > 0 && !order.empty()) {
    const std::size_t sharing =
        market.pools == 0 ? order.size() : std::min(market.pools, order.size());
    const auto at = std::ptrdiff_t(turn % sharing);
    const FleetChoice& choice = choices[order[std::size_t(at)]];
    const auto launched =
        context.try_call<api::ec2::RunInstances>(launch_of(fleet, choice, market));
    if (launched) {
      const std::string& id = *launched->Instances->front().InstanceId;
      mark_instance(context, id, fleet.fleet_id);
      result.launched.push_back({.instance_id = id,
                                 .instance_type = choice.instance_type,
                                 .weight = choice.weight,
                                 .shown = shown_choice(choice)});
      missing -= choice.weight;
      ++turn;
      continue;
    }
    result.errors.push_back({.LaunchTemplateAndOverrides = shown_choice(choice),
                             .Lifecycle = market.lifecycle,
                             .ErrorCode = launched.error().code,
                             .ErrorMessage = launched.error().message});
    order.erase(order.begin() + at);
  }
  return result;
}

std::string_view fleet_tag_key(std::string_view fleet_id) {
  return fleet_id.starts_with("sfr-") ? "aws:ec2spot:fleet-request-id" : "aws:ec2:fleet-id";
}

}  // namespace fallstreak::services::ec2
