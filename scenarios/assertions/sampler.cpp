#include "scenarios/assertions/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/recording/latency_buckets.h"

namespace fallstreak::scenarios {
namespace {

const SourceSeries* find_series(const Recording& recording, std::string_view name,
                                Function function) {
  if (function != Function::throttles) {
    if (const auto found = recording.sources.find(name); found != recording.sources.end())
      return &found->second;
  }
  const auto found = recording.writes.find(name);
  return found == recording.writes.end() ? nullptr : &found->second;
}

std::string_view gauge_name(Function function) {
  switch (function) {
    case Function::cost:
      return "cost";
    case Function::vpcs:
      return "vpcs";
    case Function::healthy:
      return "healthy";
    case Function::size:
      return "size";
    case Function::spread:
      return "spread";
    case Function::flapping:
      return "flapping";
    case Function::writers:
      return "writers";
    case Function::rows:
      return "rows";
    default:
      return {};
  }
}

}  // namespace

Sampler::Sampler(const Assertion& assertion, const Recording& recording) : assertion_(assertion) {
  is_aggregate_ = gauge_name(assertion.function).empty();
  if (is_aggregate_) {
    series_ = find_series(recording, assertion.subject, assertion.function);
    const Duration window = assertion.over.value_or(std::chrono::minutes(1));
    window_ = static_cast<std::size_t>(std::max<std::int64_t>(1, window / std::chrono::seconds(1)));
    counts_.resize(LatencyBuckets::kCount);
    return;
  }
  const auto found =
      recording.gauges.find({std::string(gauge_name(assertion.function)), assertion.subject});
  if (found != recording.gauges.end()) gauge_ = &found->second;
}

void Sampler::add(std::size_t second, bool is_entering) {
  if (second >= series_->seconds.size()) return;
  const SecondSummary& summary = series_->seconds[second];
  const auto change = [&](std::uint64_t& sum, std::uint64_t amount) {
    sum += is_entering ? amount : -amount;
  };
  change(requests_, summary.requests);
  change(failed_, summary.failed());
  change(throttled_, summary.errors[static_cast<std::size_t>(RequestError::write_throttled)]);
  change(answered_, summary.answered());
  if (assertion_.function != Function::percentile && assertion_.function != Function::slow) return;
  for (std::uint32_t index = summary.histogram_begin; index < summary.histogram_end; ++index) {
    change(counts_[series_->histogram[index].bucket], series_->histogram[index].count);
  }
}

void Sampler::move_to(std::size_t begin, std::size_t end) {
  if (begin < begin_ || end < end_ || begin >= end_) {
    requests_ = failed_ = throttled_ = answered_ = 0;
    std::ranges::fill(counts_, 0);
    begin_ = end_ = begin;
  }
  while (end_ < end) add(end_++, true);
  while (begin_ < begin) add(begin_++, false);
}

std::optional<double> Sampler::over(std::size_t begin, std::size_t end) {
  if (end <= begin) return std::nullopt;
  if (is_aggregate_) {
    if (series_ == nullptr) return std::nullopt;
    move_to(begin, end);
    return value();
  }
  if (gauge_ == nullptr || end > gauge_->size() || std::isnan((*gauge_)[end - 1]))
    return std::nullopt;
  return (*gauge_)[end - 1];
}

std::optional<double> Sampler::at(std::size_t second) {
  if (!is_aggregate_) return over(second, second + 1);
  if (second + 1 < window_) return std::nullopt;
  return over(second + 1 - window_, second + 1);
}

std::optional<double> Sampler::value() const {
  if (requests_ == 0) return std::nullopt;
  switch (assertion_.function) {
    case Function::error_rate:
      return static_cast<double>(failed_) / static_cast<double>(requests_);
    case Function::throttles:
      return static_cast<double>(throttled_);
    case Function::slow: {
      if (answered_ == 0) return std::nullopt;
      std::uint64_t slower = 0;
      for (std::uint32_t bucket = 0; bucket < LatencyBuckets::kCount; ++bucket) {
        if (LatencyBuckets::middle(bucket) > assertion_.slower_than.count())
          slower += counts_[bucket];
      }
      return static_cast<double>(slower) / static_cast<double>(answered_);
    }
    case Function::percentile: {
      if (answered_ == 0) return std::nullopt;
      const double rank = std::ceil(assertion_.percentile * static_cast<double>(answered_));
      std::uint64_t left =
          std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, answered_);
      for (std::uint32_t bucket = 0; bucket < LatencyBuckets::kCount; ++bucket) {
        if (counts_[bucket] >= left) return static_cast<double>(LatencyBuckets::middle(bucket));
        left -= counts_[bucket];
      }
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

bool compare(double left, Comparison comparison, double right) {
  switch (comparison) {
    case Comparison::less:
      return left < right;
    case Comparison::less_or_equal:
      return left <= right;
    case Comparison::equal:
      return left == right;
    case Comparison::not_equal:
      return left != right;
    case Comparison::greater_or_equal:
      return left >= right;
    case Comparison::greater:
      return left > right;
  }
  return false;
}

std::string quantity_text(double value, Quantity quantity) {
  switch (quantity) {
    case Quantity::duration: {
      const double seconds = value * 1e-9;
      if (value == 0) return "0s";
      if (seconds < 0.1) return fmt::format("{:.1f}ms", seconds * 1e3);
      if (seconds < 1) return fmt::format("{:.0f}ms", seconds * 1e3);
      if (seconds < 10 && value != std::floor(seconds) * 1e9)
        return fmt::format("{:.2f}s", seconds);
      return duration_text(std::chrono::seconds(std::llround(seconds)));
    }
    case Quantity::fraction: {
      const double percent = value * 100;
      if (percent == 0) return "0%";
      if (percent < 0.01) return fmt::format("{:.4f}%", percent);
      return percent < 10 ? fmt::format("{:.2f}%", percent) : fmt::format("{:.1f}%", percent);
    }
    case Quantity::money:
      return fmt::format("${:.2f}", value);
    case Quantity::count:
      return fmt::format("{:.10g}", value);
  }
  return {};
}

}  // namespace fallstreak::scenarios
