#include "world/random_streams.h"

#include "base/check.h"
#include "world/hash.h"
#include "base/portable_math.h"

namespace fallstreak::world {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr double kTwoToMinus53 = 0x1p-53;
/// The 99th percentile of the standard normal distribution.
constexpr double kNormal99 = 2.3263478740408408;

/// Rounded to the nearest nanosecond at once, so that no later arithmetic is in floating point.
Duration to_duration(double nanoseconds) {
  constexpr double kLongest = 9.2e18;
  if (nanoseconds >= kLongest) return Duration(static_cast<std::int64_t>(kLongest));
  return Duration(static_cast<std::int64_t>(nanoseconds + 0.5));
}

}  // namespace

std::uint64_t draw(std::uint64_t seed, std::string_view stream, std::uint64_t n) {
  return mix(hash_bytes(stream, seed), n);
}

std::uint64_t RandomStreams::next(std::string_view stream) {
  const std::uint64_t* count = counters_.find(stream);
  const std::uint64_t n = count ? *count : 0;
  counters_.put(std::string(stream), n + 1);
  return draw(seed_, stream, n);
}

std::int64_t RandomStreams::uniform(std::string_view stream, std::int64_t low, std::int64_t high) {
  CHECK(low <= high) << "uniform(" << low << ", " << high << ") of stream " << stream;
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (span == 0) return static_cast<std::int64_t>(next(stream));
  // Lemire's method: the high half of a product is unbiased once the few low halves that favour
  // some are refused.
  const std::uint64_t refused = (0 - span) % span;
  Wide product = 0;
  do {
    product = static_cast<Wide>(next(stream)) * span;
  } while (static_cast<std::uint64_t>(product) < refused);
  const auto offset = static_cast<std::uint64_t>(product >> 64U);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

double RandomStreams::unit(std::string_view stream) {
  return static_cast<double>(next(stream) >> 11U) * kTwoToMinus53;
}

bool RandomStreams::chance(std::string_view stream, double probability) {
  return unit(stream) < probability;
}

Duration RandomStreams::exponential(std::string_view stream, Duration mean) {
  // One minus a number below one is never zero, so its logarithm is finite.
  return to_duration(static_cast<double>(mean.count()) * -portable_log(1 - unit(stream)));
}

Duration RandomStreams::quantiles(std::string_view stream, const Quantiles& quantiles) {
  CHECK(quantiles.p50.count() >= 0 && quantiles.p99 >= quantiles.p50)
      << "quantiles of stream " << stream << " must not be negative nor descend";
  // Half a step of 2^-52 from 0 and from 1, where the quantile is infinite.
  const double probability = (2 * static_cast<double>(next(stream) >> 12U) + 1) * kTwoToMinus53;
  if (quantiles.p50.count() == 0) return Duration(0);
  const auto median = static_cast<double>(quantiles.p50.count());
  const double spread =
      portable_log(static_cast<double>(quantiles.p99.count()) / median) / kNormal99;
  return to_duration(median * portable_exp(spread * portable_normal_quantile(probability)));
}

std::string RandomStreams::hex(std::string_view stream, std::size_t digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(digits);
  std::uint64_t word = 0;
  while (text.size() < digits) {
    if (text.size() % 16 == 0) word = next(stream);
    text.push_back(kDigits[word >> 60U]);
    word <<= 4U;
  }
  return text;
}

}  // namespace fallstreak::world
