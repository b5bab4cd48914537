#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

/// What CloudWatch keeps of the values that fall into one period.
namespace fallstreak::services::cloudwatch {

/// How often a value came up.
struct Sample {
  double value = 0;
  double count = 0;
  bool operator==(const Sample&) const = default;
};
template <class Visitor>
void visit_fields(Sample& sample, Visitor&& visit) {
  visit("value", sample.value);
  visit("count", sample.count);
}

/// The aggregate of any number of values: enough for every statistic, and merged without loss of
/// the simple ones.
struct Aggregate {
  double sum = 0;
  double count = 0;
  double minimum = 0;
  double maximum = 0;
  /// For `samples_of`. Empty also while all values are one and the same: most rows have one value,
  /// which needs no memory of its own.
  std::vector<Sample> samples;
  /// AWS: a statistic set says nothing of the values between its ends, and negative values have no
  /// percentiles. Then the samples are empty and stay so.
  bool has_distribution = true;
  bool is_rounded = false;
  bool operator==(const Aggregate&) const = default;
};
template <class Visitor>
void visit_fields(Aggregate& aggregate, Visitor&& visit) {
  visit("sum", aggregate.sum);
  visit("count", aggregate.count);
  visit("minimum", aggregate.minimum);
  visit("maximum", aggregate.maximum);
  visit("samples", aggregate.samples);
  visit("has_distribution", aggregate.has_distribution);
  visit("is_rounded", aggregate.is_rounded);
}

/// The values, ascending; rounded to buckets once there are more than kExactSamples different ones.
std::vector<Sample> samples_of(const Aggregate& aggregate);

/// Chosen: as many different values as one datum may carry are kept as they are; beyond that they
/// are rounded by at most 1 %, so that a row stays small however much is published.
constexpr std::size_t kExactSamples = 150;

void add_value(Aggregate& aggregate, double value, double count);
/// AWS: the percentiles of a statistic set are known if its count is 1 or its ends are the same.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Percentiles
void add_statistic_set(Aggregate& aggregate, double count, double sum, double minimum,
                       double maximum);
void merge(Aggregate& aggregate, const Aggregate& other);

}  // namespace fallstreak::services::cloudwatch
