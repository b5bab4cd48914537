#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/alb/target_choice.h"
#include "scenarios/recording/recording.h"
#include "scenarios/traffic/tally.h"

namespace fallstreak::scenarios::traffic {

/// Nanoseconds since the start of the scenario.
using Instant = std::int64_t;
inline constexpr Instant kNever = std::numeric_limits<Instant>::max();

/// What happens to a packet sent to a target or node.
enum class Answer : std::uint8_t {
  answers,
  refuses,  // the host is up, the process is not: an RST, at once
  silent,   // power or network is gone: nothing comes back
};

struct ServiceTime {
  enum class Kind : std::uint8_t { fixed, exponential, lognormal };
  Kind kind = Kind::exponential;
  double scale = 0;  // nanoseconds: the value, the mean, or the median
  double sigma = 0;  // lognormal: standard deviation of the logarithm
};
/// From a median and a 99th percentile.
ServiceTime lognormal(double median, double p99);

struct TargetView {
  std::uint64_t id = 0;  // keeps its workers' state over changes of the view
  std::uint32_t zone = 0;
  dataplane::alb::TargetState state = dataplane::alb::TargetState::healthy;
  Answer answer = Answer::answers;
  /// A bit for each zone from whose node nothing reaches it.
  std::uint32_t stopped_zones = 0;
  std::uint32_t workers = 1;
  ServiceTime service;
  Instant queue_limit = kNever;  // a request that waited so long is answered 503
};

struct NodeView {
  std::uint32_t zone = 0;
  Answer answer = Answer::answers;
  bool is_in_dns = true;
};

/// A target group that the load balancer forwards to.
struct TargetGroupView {
  std::uint64_t id = 0;      // what is counted of it stays together over changes of the view
  std::uint32_t weight = 1;  // its share of the requests
  std::vector<TargetView> targets;
  dataplane::alb::CrossZone cross_zone = dataplane::alb::CrossZone::on;
  dataplane::alb::Algorithm algorithm = dataplane::alb::Algorithm::round_robin;
  /// Targets that fail more often than the others get less. What simulated targets fail with is
  /// that they cannot be reached; an answer that comes too late or from a full queue counts as one.
  bool mitigates_anomalies = false;
  /// With fewer healthy targets a node sends to all.
  HealthyMinimum routing_minimum = {};
};

/// What the simulator knows of a load balancer between two control events.
struct LoadBalancerView {
  std::vector<NodeView> nodes;  // one per enabled zone
  std::vector<TargetGroupView> groups;
  Instant idle_timeout = 60'000'000'000;     // AWS: 60 s by default; then 504
  Instant connect_timeout = 10'000'000'000;  // AWS: 10 s to connect to a target; then 504
  /// Clients trust the certificate that it serves with, if it serves with one.
  bool is_trusted = true;
  /// A Network Load Balancer before another load balancer, which gets the connections; none while
  /// its target may not get any. It has no `groups`.
  bool is_network = false;
  std::optional<std::uint32_t> passes_to = {};
};

struct RatePoint {
  Instant at = 0;
  double per_second = 0;
};

inline constexpr std::uint32_t kNoTable = 0xffff'ffff;
enum class Jitter : std::uint8_t { none, full };

struct RequestClass {
  std::string name;
  double share = 1;
  std::uint32_t table = kNoTable;  // index into Setup::tables
  Instant timeout = kNever;        // of one attempt
  std::uint64_t bytes = 0;         // of a request and its answer
  std::uint32_t retries = 0;
  Instant backoff_low = 0;
  Instant backoff_high = 0;
  Jitter jitter = Jitter::full;
};

struct SourceSpec {
  std::string name;                 // the key of all its draws
  std::uint32_t load_balancer = 0;  // that its name answers at first
  std::vector<RatePoint> rate;      // straight lines between points, constant outside
  std::vector<RequestClass> classes;
};

/// A write that a target makes when it finishes a request.
struct Write {
  Instant at = 0;
  std::uint32_t source = 0;
  std::uint32_t table = 0;
  std::uint64_t request = 0;  // number within the source; a retry has the same
  std::uint32_t attempt = 0;
  bool client_waits =
      true;  // false: the client gave up, so a success is not acknowledged to anyone
};
enum class WriteResult : std::uint8_t { stored, throttled, failed };

/// Where simulated requests write to. Called with writes in order of time; results by position.
class WriteSink {
 public:
  virtual ~WriteSink() = default;
  virtual void put(std::span<const Write> writes, std::span<WriteResult> results) = 0;
};

/// The two kernels: `recurrence` computes a request's completion at its arrival, `event` runs every
/// step of it through one event queue. They give the same completions to the nanosecond; the second
/// is there to prove the first.
enum class Lane { recurrence, event };

struct Setup {
  std::uint64_t seed = 1;
  std::vector<SourceSpec> sources;
  std::vector<std::string> tables;
  std::uint32_t load_balancers = 1;
  Lane lane = Lane::recurrence;
  /// AWS: the TTL of a load balancer's DNS record is 60 s. Chosen: clients honour it, each at its
  /// own phase.
  Instant dns_ttl = 60'000'000'000;
  /// Chosen: a node that answers nothing fails a connection after this long; AWS's SDKs vary.
  Instant client_connect_timeout = 5'000'000'000;
  /// Writes that fall into one such window go to the sink together.
  Instant write_window = 100'000'000;
};

/// What a target has done since the simulation began: a CPU metric is a difference of two of these.
struct TargetTotals {
  std::uint64_t requests = 0;
  Instant busy =
      0;  // worker-nanoseconds of the requests given to it, counted at their start of service
};

/// What a load balancer's node counted since the simulation began.
struct NodeTotals {
  std::uint32_t zone = 0;
  std::uint64_t group = kNoGroup;  // of requests that a target of it was chosen for, or of others
  bool fails_open = false;         // while too few of its targets were healthy
  Tally tally;
  /// Connections that are open now: of clients, and to targets. Chosen: each request has one of its
  /// own, and so has the way to the target.
  std::uint64_t open_to_clients = 0;
  std::uint64_t open_to_targets = 0;
};

/// Open-loop traffic through load balancers, between control events.
///
/// The owner alternates: change the views (a control event at now()), then advance to the next
/// control event. A run is a function of the setup and of the sequence of views; there is no other
/// input.
class Simulator {
 public:
  /// `sink` may be null when no class writes; it must outlive the simulator.
  Simulator(Setup setup, WriteSink* sink);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  [[nodiscard]] Instant now() const;
  /// A control event: from now on this is the load balancer. Requests in flight on a target or node
  /// that no longer answers become errors or retries.
  void set_view(std::uint32_t load_balancer, LoadBalancerView view);
  /// A control event: from now on the name that a source asks for answers this load balancer.
  /// Clients who asked before go where they were sent until their answer expires.
  void set_answer(std::uint32_t source, std::uint32_t load_balancer);
  /// Simulates arrivals before `until` and commits what completes by then.
  void advance_to(Instant until);

  [[nodiscard]] TargetTotals totals(std::uint64_t target_id) const;
  /// Of each node, by target group, in the order in which they came into view.
  [[nodiscard]] std::vector<NodeTotals> node_totals(std::uint32_t load_balancer) const;
  /// How long a request that came to the target now would wait for a worker. Known in the
  /// recurrence lane alone, which has a clock for each worker.
  [[nodiscard]] Instant wait(std::uint64_t target_id) const;
  /// Requests that have arrived, and attempts (with retries), so far.
  [[nodiscard]] std::uint64_t arrivals() const;
  [[nodiscard]] std::uint64_t attempts() const;
  /// Of everything committed and every control event so far.
  [[nodiscard]] std::uint64_t hash() const;
  /// One source's own completions: unrelated entities do not change it.
  [[nodiscard]] std::uint64_t source_hash(std::uint32_t source) const;

  /// The finished seconds so far, in the order of Setup::sources and Setup::tables. Complete up to
  /// now().
  [[nodiscard]] const SourceSeries& source_series(std::uint32_t source) const;
  [[nodiscard]] const SourceSeries& table_series(std::uint32_t table) const;
  /// The same, given away: the simulation is over, and no hash can be had afterwards.
  [[nodiscard]] SourceSeries take_source_series(std::uint32_t source);
  [[nodiscard]] SourceSeries take_table_series(std::uint32_t table);

  /// Every completion, in the order of commitment; for tests, off by default.
  struct Completion {
    std::uint32_t source = 0;
    std::uint64_t request = 0;
    Instant intended = 0;
    Instant end = 0;
    int error = -1;  // a RequestError, or -1 when answered
    auto operator<=>(const Completion&) const = default;
  };
  void record_completions(std::vector<Completion>* completions);

 private:
  class Kernel;
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace fallstreak::scenarios::traffic
