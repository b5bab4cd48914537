#include "services/cloudwatch/aggregate.h"

#include <algorithm>
#include <cmath>

namespace fallstreak::services::cloudwatch {
namespace {

/// Chosen: buckets whose width grows by 2 %, so a rounded value is within 1 % of the true one.
constexpr double kBucketBase = 1.02;

double bucket_of(double value) {
  if (value <= 0) return 0;
  const double step = std::log(kBucketBase);
  return std::exp(std::round(std::log(value) / step) * step);
}

void forget_distribution(Aggregate& aggregate) {
  aggregate.has_distribution = false;
  aggregate.samples.clear();
}

void add_sample(std::vector<Sample>& samples, double value, double count) {
  const auto place = std::ranges::lower_bound(samples, value, {}, &Sample::value);
  if (place != samples.end() && place->value == value) {
    place->count += count;
  } else {
    samples.insert(place, {value, count});
  }
}

void round_samples(Aggregate& aggregate) {
  std::vector<Sample> rounded;
  for (const auto& [value, count] : aggregate.samples) add_sample(rounded, bucket_of(value), count);
  aggregate.samples = std::move(rounded);
  aggregate.is_rounded = true;
}

void widen(Aggregate& aggregate, double count, double sum, double minimum, double maximum) {
  aggregate.minimum = aggregate.count == 0 ? minimum : std::min(aggregate.minimum, minimum);
  aggregate.maximum = aggregate.count == 0 ? maximum : std::max(aggregate.maximum, maximum);
  aggregate.count += count;
  aggregate.sum += sum;
}

void distribute(Aggregate& aggregate, double value, double count) {
  if (!aggregate.has_distribution) return;
  // AWS: percentiles are not available when any value of the metric is negative.
  if (value < 0) return forget_distribution(aggregate);
  add_sample(aggregate.samples, aggregate.is_rounded ? bucket_of(value) : value, count);
  if (!aggregate.is_rounded && aggregate.samples.size() > kExactSamples) round_samples(aggregate);
}

}  // namespace

void add_value(Aggregate& aggregate, double value, double count) {
  // AWS: a value that came up no times is no value.
  if (count <= 0) return;
  widen(aggregate, count, value * count, value, value);
  distribute(aggregate, value, count);
}

void add_statistic_set(Aggregate& aggregate, double count, double sum, double minimum,
                       double maximum) {
  if (count <= 0) return;
  widen(aggregate, count, sum, minimum, maximum);
  if (minimum == maximum || count == 1) {
    distribute(aggregate, minimum, count);
  } else {
    forget_distribution(aggregate);
  }
}

void merge(Aggregate& aggregate, const Aggregate& other) {
  if (other.count <= 0) return;
  widen(aggregate, other.count, other.sum, other.minimum, other.maximum);
  if (!other.has_distribution) return forget_distribution(aggregate);
  if (!aggregate.has_distribution) return;
  if (other.is_rounded && !aggregate.is_rounded) round_samples(aggregate);
  for (const auto& [value, count] : other.samples) distribute(aggregate, value, count);
}

}  // namespace fallstreak::services::cloudwatch
