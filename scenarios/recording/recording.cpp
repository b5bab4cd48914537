#include "scenarios/recording/recording.h"

#include <algorithm>
#include <cmath>

#include "scenarios/recording/latency_buckets.h"

namespace fallstreak::scenarios {

std::string_view error_name(RequestError error) {
  switch (error) {
    case RequestError::connection_refused:
      return "connection refused";
    case RequestError::bad_gateway:
      return "502 bad gateway";
    case RequestError::service_unavailable:
      return "503 service unavailable";
    case RequestError::gateway_timeout:
      return "504 gateway timeout";
    case RequestError::client_timeout:
      return "client timeout";
    case RequestError::write_throttled:
      return "write throttled";
    case RequestError::write_failed:
      return "write failed";
    case RequestError::certificate_expired:
      return "certificate expired";
  }
  return "unknown";
}

std::uint32_t SecondSummary::failed() const {
  std::uint32_t sum = 0;
  for (const std::uint32_t count : errors) sum += count;
  return sum;
}

std::uint64_t SourceSeries::requests() const {
  std::uint64_t sum = 0;
  for (const SecondSummary& second : seconds) sum += second.requests;
  return sum;
}

std::uint64_t SourceSeries::failed() const {
  std::uint64_t sum = 0;
  for (const SecondSummary& second : seconds) sum += second.failed();
  return sum;
}

std::optional<std::int64_t> SourceSeries::percentile(double quantile, std::size_t begin,
                                                     std::size_t end) const {
  end = std::min(end, seconds.size());
  if (begin >= end) return std::nullopt;
  std::vector<std::uint64_t> counts(LatencyBuckets::kCount);
  std::uint64_t total = 0;
  for (std::size_t index = seconds[begin].histogram_begin; index < seconds[end - 1].histogram_end;
       ++index) {
    counts[histogram[index].bucket] += histogram[index].count;
    total += histogram[index].count;
  }
  if (total == 0) return std::nullopt;
  // The nearest-rank definition: the smallest value that at least this share of the requests does
  // not exceed.
  const double rank = std::ceil(quantile * static_cast<double>(total));
  std::uint64_t left = rank < 1 ? 1 : static_cast<std::uint64_t>(rank);
  left = std::min(left, total);
  for (std::uint32_t bucket = 0; bucket < LatencyBuckets::kCount; ++bucket) {
    if (counts[bucket] >= left) return LatencyBuckets::middle(bucket);
    left -= counts[bucket];
  }
  return std::nullopt;
}

void Recording::sample(const GaugeKey& key, std::size_t second, double value) {
  std::vector<double>& series = gauges[key];
  if (series.size() <= second) series.resize(second + 1, kNoSample);
  series[second] = value;
}

}  // namespace fallstreak::scenarios
