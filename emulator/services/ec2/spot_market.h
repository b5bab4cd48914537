#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

/// What Spot capacity costs, and how much there is: pure functions of the world's seed, because
/// AWS's market has no model that it publishes.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-history.html
namespace fallstreak::services::ec2 {

/// Spot Instances of one type in one zone come from one pool.
struct SpotPool {
  std::string region;
  std::string zone;
  std::string instance_type;
};

/// Chosen: AWS says that prices "adjust gradually"; here they change four times a day.
constexpr std::chrono::hours kSpotPriceStep{6};

/// Which step of prices a moment belongs to, and when a step begins.
std::int64_t spot_price_step(Time at);
Time spot_price_since(std::int64_t step);

/// The price of an hour in US dollars during a step; empty when the catalogue has no price of the
/// type. Chosen: between 25 and 50 percent of the On-Demand price, and never far from what it was.
std::optional<double> spot_price_in(std::uint64_t seed, const SpotPool& pool, std::int64_t step);
std::optional<double> spot_price(std::uint64_t seed, const SpotPool& pool, Time at);

/// `0.031200`, as AWS writes prices.
std::string price_text(double usd);
/// What a caller wrote; empty when it is no price.
std::optional<double> parse_price(std::string_view text);

/// How much spare capacity a pool has, from 1 to 10. Chosen: it stays, unless a fault takes it.
std::int32_t spot_depth(std::uint64_t seed, const SpotPool& pool);

}  // namespace fallstreak::services::ec2
