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

void widen(Aggregate& aggregate, double count, double sum, double minimum, double maximum) {
  aggregate.minimum = aggregate.count == 0 ? minimum : std::min(aggregate.minimum, minimum);
  aggregate.maximum = aggregate.count == 0 ? maximum : std::max(aggregate.maximum, maximum);
  aggregate.count += count;
  aggregate.sum += sum;
}

/// All values that came up are one and the same: it is told by the ends alone.
bool is_uniform(const Aggregate& aggregate) {
  return aggregate.has_distribution && aggregate.samples.empty();
}
bool stays_uniform(const Aggregate& aggregate, double value) {
  return is_uniform(aggregate) && (aggregate.count == 0 || aggregate.minimum == value);
}

void round_samples(Aggregate& aggregate) {
  std::vector<Sample> rounded;
  for (const auto& [value, count] : samples_of(aggregate)) {
    add_sample(rounded, bucket_of(value), count);
  }
  aggregate.samples = std::move(rounded);
  aggregate.is_rounded = true;
}

/// Before the ends are widened by it.
void distribute(Aggregate& aggregate, double value, double count) {
  if (!aggregate.has_distribution) return;
  if (is_uniform(aggregate)) aggregate.samples = samples_of(aggregate);
  add_sample(aggregate.samples, aggregate.is_rounded ? bucket_of(value) : value, count);
  if (!aggregate.is_rounded && aggregate.samples.size() > kExactSamples) round_samples(aggregate);
}

}  // namespace

std::vector<Sample> samples_of(const Aggregate& aggregate) {
  if (!is_uniform(aggregate) || aggregate.count == 0) return aggregate.samples;
  return {{aggregate.minimum, aggregate.count}};
}

void add_value(Aggregate& aggregate, double value, double count) {
  add_statistic_set(aggregate, count, value * count, value, value);
}

void add_statistic_set(Aggregate& aggregate, double count, double sum, double minimum,
                       double maximum) {
  // AWS: a value that came up no times is no value.
  if (count <= 0) return;
  if (minimum == maximum) {
    if (!stays_uniform(aggregate, minimum)) distribute(aggregate, minimum, count);
  } else if (count == 1) {
    distribute(aggregate, minimum, count);
  } else {
    forget_distribution(aggregate);
  }
  // AWS: percentiles are not available when any value of the metric is negative.
  if (minimum < 0) forget_distribution(aggregate);
  widen(aggregate, count, sum, minimum, maximum);
}

void merge(Aggregate& aggregate, const Aggregate& other) {
  if (other.count <= 0) return;
  if (!other.has_distribution) {
    forget_distribution(aggregate);
  } else if (!is_uniform(other) || !stays_uniform(aggregate, other.minimum)) {
    if (other.is_rounded && !aggregate.is_rounded) round_samples(aggregate);
    for (const auto& [value, count] : samples_of(other)) distribute(aggregate, value, count);
  }
  widen(aggregate, other.count, other.sum, other.minimum, other.maximum);
}

}  // namespace fallstreak::services::cloudwatch
