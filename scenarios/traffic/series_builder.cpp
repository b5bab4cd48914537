#include "scenarios/traffic/series_builder.h"

#include <bit>
#include <utility>

namespace fallstreak::scenarios::traffic {

void SeriesBuilder::reserve(Instant reach) {
  // One for the second that is half over, one because a reach may end inside a second.
  const auto wanted = std::bit_ceil(static_cast<std::size_t>(reach / kSecond) + 3);
  if (wanted <= ring_.size()) return;
  std::vector<OpenSecond> larger(wanted);
  const std::size_t first = series_.seconds.size();
  for (std::size_t second = first; second < first + ring_.size(); ++second) {
    std::swap(larger[second & (wanted - 1)], ring_[second & mask_]);
  }
  ring_ = std::move(larger);
  mask_ = wanted - 1;
}

void SeriesBuilder::close_slow(Instant time) {
  while (first_end_ <= time) {
    close_one(ring_[series_.seconds.size() & mask_]);
    first_end_ += kSecond;
  }
}

void SeriesBuilder::close_one(OpenSecond& second) {
  SecondSummary& summary = second.summary;
  summary.histogram_begin = static_cast<std::uint32_t>(series_.histogram.size());
  if (summary.answered() > 0) {
    const std::uint32_t last = LatencyBuckets::index_of(summary.latency_max);
    for (std::uint32_t bucket = 0; bucket <= last; ++bucket) {
      std::uint32_t& count = second.counts[bucket];
      if (count == 0) continue;
      series_.histogram.push_back({bucket, count});
      count = 0;
    }
  }
  summary.histogram_end = static_cast<std::uint32_t>(series_.histogram.size());
  series_.seconds.push_back(summary);
  summary = {};
}

std::uint64_t SeriesBuilder::hash() const {
  std::uint64_t hash = 0;
  for (const SecondSummary& second : series_.seconds) hash += second.hash;
  for (const OpenSecond& second : ring_) hash += second.summary.hash;
  return hash;
}

}  // namespace fallstreak::scenarios::traffic
