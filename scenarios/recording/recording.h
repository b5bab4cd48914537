#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace fallstreak::scenarios {

// What a run leaves behind: series with one sample per simulated second, and the ledger of
// acknowledged writes. Every expectation, chart and number of the report is computed from it.

/// Why a request failed, as its client saw it.
enum class RequestError : std::uint8_t {
  connection_refused,   // the load balancer's node is gone
  bad_gateway,          // 502: the target refused or dropped the connection
  service_unavailable,  // 503: no target, or the target's queue was too long
  gateway_timeout,      // 504: the target did not answer in time
  client_timeout,       // the client gave up first
  write_throttled,      // the request's write was throttled
  write_failed,         // the request's write failed otherwise
  certificate_expired,  // the client did not trust the load balancer's certificate
};
inline constexpr std::size_t kRequestErrors = 8;
std::string_view error_name(RequestError error);

/// All requests of one source that ended within one second.
struct SecondSummary {
  std::uint64_t hash = 0;        // of the completions, independent of their order
  std::int64_t latency_sum = 0;  // nanoseconds, answered requests only
  std::int64_t latency_max = 0;
  std::uint32_t requests = 0;  // answered and failed
  std::array<std::uint32_t, kRequestErrors> errors{};
  std::uint32_t histogram_begin = 0;  // into SourceSeries::histogram
  std::uint32_t histogram_end = 0;

  [[nodiscard]] std::uint32_t failed() const;
  [[nodiscard]] std::uint32_t answered() const { return requests - failed(); }
};

/// How many answered requests of one second fell into one latency bucket.
struct BucketCount {
  std::uint32_t bucket = 0;
  std::uint32_t count = 0;
};

/// One source's requests over time. Latency is measured from the moment the client meant to send.
struct SourceSeries {
  std::string name;
  std::vector<SecondSummary> seconds;
  std::vector<BucketCount> histogram;

  [[nodiscard]] std::uint64_t requests() const;
  [[nodiscard]] std::uint64_t failed() const;
  /// Nanoseconds; empty when no request of [begin, end) was answered.
  [[nodiscard]] std::optional<std::int64_t> percentile(double quantile, std::size_t begin,
                                                       std::size_t end) const;
};

inline constexpr double kNoSample = std::numeric_limits<double>::quiet_NaN();

/// A value sampled at the end of every second, by function and subject: {"healthy", "web"},
/// {"cost", ""}.
struct GaugeKey {
  std::string function;
  std::string subject;
  auto operator<=>(const GaugeKey&) const = default;
};

/// An acknowledged write that was not found when the tables were read back at the end.
struct MissingWrite {
  std::string table;
  std::string key;
  Duration committed_at{0};
};

/// Counts what is there and names what is missing: a run acknowledges writes by the million.
struct Ledger {
  std::map<std::string, std::uint64_t, std::less<>> acknowledged;  // by table, missing ones too
  std::vector<MissingWrite> missing;
  /// False until the tables were read back; without that, no RPO is known.
  bool is_verified = false;
};

/// A fault and how long it lasted, since the start.
struct BreakRecord {
  Duration at{0};
  std::optional<Duration> until;
  std::string label;
};

struct Recording {
  /// How many seconds were simulated: the run's length, or less when it was stopped.
  std::size_t seconds = 0;
  std::map<std::string, SourceSeries, std::less<>> sources;
  /// The write requests that load sources sent to a table, as the table answered them.
  std::map<std::string, SourceSeries, std::less<>> writes;
  std::map<GaugeKey, std::vector<double>> gauges;
  Ledger ledger;
  std::vector<BreakRecord> breaks;

  /// Sets the sample of one second; the seconds between have none.
  void sample(const GaugeKey& key, std::size_t second, double value);
};

}  // namespace fallstreak::scenarios
