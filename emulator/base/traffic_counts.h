#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

namespace fallstreak {

/// What the nodes of a load balancer count, named as CloudWatch names it.
enum class Counted : std::uint8_t {
  // Of requests that a target was chosen for.
  request,
  grpc_request,
  unhealthy_routing_request,
  target_2xx,
  target_3xx,
  target_4xx,
  target_5xx,
  target_connection_error,
  target_tls_error,
  // Of the load balancer, whether or not a target was chosen.
  active_client_connection,  // how many there are, not how many there were
  active_target_connection,
  new_client_connection,
  new_target_connection,
  processed_bytes,
  ipv6_request,
  ipv6_processed_bytes,
  client_tls_error,
  rule_evaluation,
  free_rule_evaluation,  // of these
  noncompliant_request,
  dropped_invalid_header_request,
  forwarded_invalid_header_request,
  non_sticky_request,
  fixed_response,
  redirect,
  elb_3xx,
  elb_4xx,
  elb_5xx,
  elb_500,
  elb_502,
  elb_503,
  elb_504,
  auth_error,
  auth_failure,
  auth_success,
  auth_refresh_token_success,
  auth_user_claims_size_exceeded,
  // Of a Network Load Balancer.
  active_flow_tcp,  // how many there are, as of TLS
  active_flow_tls,
  new_flow_tcp,
  new_flow_tls,
  client_reset,
  target_reset,
  elb_reset,
  unhealthy_routing_flow,
};
inline constexpr std::size_t kCounted = std::size_t(Counted::unhealthy_routing_flow) + 1;

/// The sums of some time; what nobody counted is 0.
class TrafficCounts {
 public:
  std::uint64_t& operator[](Counted what) { return counts_[std::size_t(what)]; }
  std::uint64_t operator[](Counted what) const { return counts_[std::size_t(what)]; }
  TrafficCounts& operator+=(const TrafficCounts& other) {
    for (std::size_t i = 0; i < kCounted; ++i) counts_[i] += other.counts_[i];
    for (const auto& [seconds, count] : other.response_times) response_times[seconds] += count;
    for (const auto& [length, count] : other.auth_latencies) auth_latencies[length] += count;
    return *this;
  }

  /// How many requests were answered within so many seconds.
  std::map<double, std::uint64_t> response_times;
  /// How many users' providers took so many milliseconds.
  std::map<double, std::uint64_t> auth_latencies;

 private:
  std::array<std::uint64_t, kCounted> counts_{};
};

/// The family of a target's status: 1xx and what no standard knows belong to none.
inline void count_target_answer(TrafficCounts& counts, int status, std::uint64_t times = 1) {
  const int family = status / 100;
  if (family < 2 || family > 5) return;
  counts[Counted(int(Counted::target_2xx) + family - 2)] += times;
}

/// A status of the load balancer itself. AWS: 2xx of its own, as of fixed responses, are in none.
inline void count_own_answer(TrafficCounts& counts, int status, std::uint64_t times = 1) {
  const int family = status / 100;
  if (family < 3 || family > 5) return;
  counts[Counted(int(Counted::elb_3xx) + family - 3)] += times;
  if (status == 500) counts[Counted::elb_500] += times;
  if (status >= 502 && status <= 504) {
    counts[Counted(int(Counted::elb_502) + status - 502)] += times;
  }
}

}  // namespace fallstreak
