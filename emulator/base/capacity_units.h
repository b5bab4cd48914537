#pragma once

#include <algorithm>

#include "base/traffic_counts.h"

/// How many capacity units a load balancer uses, of what it counted in one minute.
///
/// What counts is the most of the dimensions. Chosen: a minute has a sixtieth of it, as AWS says of
/// ReservedLCUs, so that the sum of an hour is billed.
/// https://aws.amazon.com/elasticloadbalancing/pricing/
namespace fallstreak {

/// AWS: of an Application Load Balancer 25 new connections a second, 3,000 active ones, 1 GB an
/// hour, or 1,000 rule evaluations a second beyond the free ones. In AWS's example the connections
/// are those of clients.
inline double application_capacity_units(const TrafficCounts& minute) {
  const auto of = [&](Counted what) { return static_cast<double>(minute[what]); };
  const double evaluations = of(Counted::rule_evaluation) - of(Counted::free_rule_evaluation);
  return std::max({of(Counted::new_client_connection) / 60 / 25,
                   of(Counted::active_client_connection) / 3000,
                   of(Counted::processed_bytes) * 60 / 1e9, evaluations / 60 / 1000}) /
         60;
}

/// AWS: of a Network Load Balancer without TLS 800 new TCP flows a second, 100,000 active ones, or
/// 1 GB an hour.
inline double tcp_capacity_units(const TrafficCounts& minute) {
  const auto of = [&](Counted what) { return static_cast<double>(minute[what]); };
  return std::max({of(Counted::new_flow_tcp) / 60 / 800, of(Counted::active_flow_tcp) / 100'000,
                   of(Counted::processed_bytes) * 60 / 1e9}) /
         60;
}

}  // namespace fallstreak
