#pragma once

#include <string>
#include <vector>

#include "services/ec2/fleet_allocation.h"
#include "services/ec2/state.h"

/// What a fleet launches, and from which pools.
namespace fallstreak::services::ec2 {

/// What a fleet wants of one market.
struct FleetMarket {
  /// `on-demand` or `spot`.
  std::string lifecycle;
  FleetStrategy strategy = FleetStrategy::lowest_price;
  /// How many pools share the capacity; 0: all.
  std::size_t pools = 1;
  double capacity = 0;
};
/// Both markets of a fleet, the On-Demand one first. Throws on targets that do not add up.
std::vector<FleetMarket> markets_of(const api::ec2::CreateFleetRequest& request);

/// Throws what is wrong with the configurations, as far as it can be seen without a launch.
void check_configurations(Context& context, const FleetRecord& fleet);

struct FleetLaunch {
  std::string instance_id;
  std::string instance_type;
  double weight = 1;
  api::ec2::LaunchTemplateAndOverridesResponse shown;
};
struct FleetLaunches {
  std::vector<FleetLaunch> launched;
  std::vector<api::ec2::CreateFleetError> errors;
};
/// Launches one instance after the other until the market's capacity is there, or no pool is left.
FleetLaunches launch_market(Context& context, const FleetRecord& fleet, const FleetMarket& market);

/// The price and the depth of a pool just now.
PoolOffer pool_offer(Context& context, const std::string& zone, const std::string& instance_type,
                     std::string_view lifecycle);

/// The tag with which AWS marks the instances of a fleet.
std::string_view fleet_tag_key(std::string_view fleet_id);

}  // namespace fallstreak::services::ec2
