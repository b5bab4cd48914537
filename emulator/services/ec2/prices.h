#pragma once

#include <optional>
#include <span>
#include <string_view>

/// What an instance costs on demand. Constant data from fixtures/catalogue, sorted by region and
/// type.
namespace fallstreak::services::ec2 {

struct Price {
  std::string_view region;
  std::string_view instance_type;
  double usd_per_hour;
};
std::span<const Price> prices();

/// The region's own price, else that of us-east-1, as the reports of scenarios have it; empty when
/// the catalogue has neither.
std::optional<double> on_demand_price(std::string_view region, std::string_view instance_type);

}  // namespace fallstreak::services::ec2
