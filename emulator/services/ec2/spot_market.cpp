#include "services/ec2/spot_market.h"

#include <charconv>
#include <cmath>

#include "services/ec2/prices.h"
#include "world/random_streams.h"

namespace fallstreak::services::ec2 {
namespace {

std::string stream_of(const SpotPool& pool, std::string_view purpose) {
  return "ec2.spot/" + pool.zone + "/" + pool.instance_type + "/" + std::string(purpose);
}

/// From 0 up to but not 1.
double unit(std::uint64_t seed, const std::string& stream, std::uint64_t number) {
  return double(world::draw(seed, stream, number) >> 11) * 0x1p-53;
}

}  // namespace

std::int64_t spot_price_step(Time at) {
  return std::chrono::floor<std::chrono::hours>(at.time_since_epoch()) / kSpotPriceStep;
}

Time spot_price_since(std::int64_t step) { return Time(kSpotPriceStep * step); }

std::optional<double> spot_price_in(std::uint64_t seed, const SpotPool& pool, std::int64_t step) {
  const auto on_demand = on_demand_price(pool.region, pool.instance_type);
  if (!on_demand) return std::nullopt;
  const double level = 0.30 + 0.15 * unit(seed, stream_of(pool, "level"), 0);
  // The mean of several steps' draws moves by little from one step to the next.
  constexpr std::int64_t kMemory = 8;
  const std::string changes = stream_of(pool, "changes");
  double sum = 0;
  for (std::int64_t i = 0; i < kMemory; ++i) sum += unit(seed, changes, std::uint64_t(step - i));
  const double share = level + 0.10 * (sum / double(kMemory) - 0.5);
  // AWS: prices have four digits after the point.
  return std::round(*on_demand * share * 10'000) / 10'000;
}

std::optional<double> spot_price(std::uint64_t seed, const SpotPool& pool, Time at) {
  return spot_price_in(seed, pool, spot_price_step(at));
}

std::string price_text(double usd) {
  const auto millionths = std::llround(usd * 1'000'000);
  std::string fraction = std::to_string(millionths % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return std::to_string(millionths / 1'000'000) + "." + fraction;
}

std::optional<double> parse_price(std::string_view text) {
  double usd = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), usd);
  const bool is_price =
      problem == std::errc() && end == text.data() + text.size() && usd > 0 && usd < 1'000'000;
  return is_price ? std::optional<double>(usd) : std::nullopt;
}

std::int32_t spot_depth(std::uint64_t seed, const SpotPool& pool) {
  return 1 + std::int32_t(world::draw(seed, stream_of(pool, "depth"), 0) % 10);
}

}  // namespace fallstreak::services::ec2
