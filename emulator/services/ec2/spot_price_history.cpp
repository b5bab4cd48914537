#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/prices.h"
#include "services/ec2/spot_requests.h"

namespace fallstreak::services::ec2 {
namespace {

using api::ec2::SpotPrice;

/// AWS: "the history of the past 90 days".
constexpr std::chrono::hours kHistory{24 * 90};
/// Chosen: every image of the catalogue with a type that has a price runs Linux.
constexpr std::string_view kProduct = "Linux/UNIX";

constexpr FilterRow<Ec2State, SpotPrice> kSpotPriceHistoryFilters[] = {
    {"availability-zone",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.AvailabilityZone); }},
    {"availability-zone-id",
     [](const auto&, const auto& row, const auto& p) {
       const std::string& name = *row.AvailabilityZone;
       const Zone* zone = find_zone(name.substr(0, name.size() - 1), name);
       return zone != nullptr && p.match(zone->id);
     }},
    {"instance-type",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.InstanceType); }},
    {"product-description",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.ProductDescription); }},
    {"spot-price",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.SpotPrice_); }},
    {"timestamp",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.Timestamp); }},
};

/// The pools that a request asks for, by type and zone.
std::vector<SpotPool> wanted_pools(const Context& context,
                                   const api::ec2::DescribeSpotPriceHistoryRequest& request) {
  const auto types = api::each(request.InstanceTypes);
  const auto products = api::each(request.ProductDescriptions);
  const bool has_product =
      products.empty() || std::ranges::any_of(products, [](const std::string& product) {
        return product == kProduct || product == "Linux/UNIX (Amazon VPC)";
      });
  std::vector<SpotPool> pools;
  if (!has_product) return pools;
  for (const InstanceType& type : instance_types()) {
    const std::string name(type.name);
    const bool is_wanted = types.empty() || std::ranges::find(types, name) != types.end();
    if (!is_wanted || !on_demand_price(context.region(), name)) continue;
    for (const Zone& zone : zones_of(context.region())) {
      const bool is_there = offers(zone, type) &&
                            request.AvailabilityZone.value_or(std::string(zone.name)) == zone.name;
      if (is_there) {
        pools.push_back(
            {.region = context.region(), .zone = std::string(zone.name), .instance_type = name});
      }
    }
  }
  return pools;
}

/// Names a row so that the newest come first.
std::string key_of(std::int64_t step, std::size_t pool) {
  constexpr std::int64_t kHighest = 9'999'999;
  const std::string number = std::to_string(pool);
  return std::to_string(kHighest - step) + "/" + std::string(5 - number.size(), '0') + number;
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
api::ec2::DescribeSpotPriceHistoryResult describe_spot_price_history(
    Context& context, const api::ec2::DescribeSpotPriceHistoryRequest& request) {
  const Selection<Ec2State, SpotPrice> selection(context.state, request.Filters,
                                                 kSpotPriceHistoryFilters, nullptr);
  const bool has_zone = !request.AvailabilityZone ||
                        find_zone(context.region(), *request.AvailabilityZone) != nullptr;
  if (!has_zone) {
    throw invalid_parameter_value("Invalid availability zone: [" + *request.AvailabilityZone + "]");
  }
  const Time oldest = context.now() - kHistory;
  const Time start = std::max(request.StartTime.value_or(oldest), oldest);
  const Time end = std::min(request.EndTime.value_or(context.now()), context.now());
  const auto pools = wanted_pools(context, request);
  const Page page(request.MaxResults, request.NextToken, {.least = 1, .most = 1000});
  // AWS: at most 1,000 where the caller sets no limit.
  const std::size_t limit = std::min<std::size_t>(page.limit, 1000);
  const std::uint64_t seed = context.world().random().seed();
  api::ec2::DescribeSpotPriceHistoryResult result{.NextToken = ""};
  auto& shown = result.SpotPriceHistory.emplace();
  if (end < start) return result;
  std::string last;
  // AWS: the price that held when the time begins is in the answer, too.
  for (std::int64_t step = spot_price_step(end); step >= spot_price_step(start); --step) {
    for (std::size_t i = 0; i < pools.size(); ++i) {
      std::string key = key_of(step, i);
      if (page.after && key <= *page.after) continue;
      SpotPrice row{.AvailabilityZone = pools[i].zone,
                    .InstanceType = pools[i].instance_type,
                    .ProductDescription = std::string(kProduct),
                    .SpotPrice_ = price_text(*spot_price_in(seed, pools[i], step)),
                    .Timestamp = spot_price_since(step)};
      if (!selection.passes(row)) continue;
      if (shown.size() == limit) {
        result.NextToken = make_token(last);
        return result;
      }
      shown.push_back(std::move(row));
      last = std::move(key);
    }
  }
  return result;
}

}  // namespace fallstreak::services::ec2
