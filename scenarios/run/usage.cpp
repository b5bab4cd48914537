#include "scenarios/run/usage.h"

#include <algorithm>

#include "base/capacity_units.h"
#include "scenarios/recording/latency_buckets.h"

namespace fallstreak::scenarios {
namespace {

/// AWS: the longest period of a published metric, five minutes with basic monitoring.
constexpr Duration kLongestPeriod = std::chrono::minutes(5);

/// What an Application Load Balancer's node counted since `before`.
TrafficCounts application_counts(const traffic::NodeTotals& now,
                                 const traffic::NodeTotals& before) {
  const auto since = [&](std::uint64_t traffic::Tally::*what) {
    return now.tally.*what - before.tally.*what;
  };
  const auto failed = [&](RequestError error) {
    const auto kind = static_cast<std::size_t>(error);
    return now.tally.errors[kind] - before.tally.errors[kind];
  };
  TrafficCounts counts;
  counts[Counted::request] = since(&traffic::Tally::requests);
  if (now.fails_open) counts[Counted::unhealthy_routing_request] = counts[Counted::request];
  counts[Counted::target_2xx] = since(&traffic::Tally::answered);
  counts[Counted::target_5xx] = since(&traffic::Tally::target_errors);
  counts[Counted::target_connection_error] = since(&traffic::Tally::unreachable);
  counts[Counted::processed_bytes] = since(&traffic::Tally::bytes);
  count_own_answer(counts, 502, failed(RequestError::bad_gateway));
  count_own_answer(counts, 503, failed(RequestError::service_unavailable));
  count_own_answer(counts, 504, failed(RequestError::gateway_timeout));
  // AWS: 460 when the client closes the connection before the answer.
  count_own_answer(counts, 460, failed(RequestError::client_timeout));
  // AWS: "the client failing to verify the server certificate and closing the connection".
  counts[Counted::client_tls_error] = failed(RequestError::certificate_expired);
  // Chosen: each request has a connection of its own, and so has the way to its target.
  counts[Counted::active_client_connection] = now.open_to_clients;
  counts[Counted::active_target_connection] = now.open_to_targets;
  counts[Counted::new_client_connection] = counts[Counted::request];
  if (now.group == traffic::kNoGroup) {
    // What was not given to a target ended at once.
    counts[Counted::new_client_connection] +=
        failed(RequestError::service_unavailable) + failed(RequestError::certificate_expired);
  }
  counts[Counted::new_target_connection] =
      counts[Counted::request] - counts[Counted::target_connection_error];
  for (std::uint32_t bucket = 0; bucket < LatencyBuckets::kCount; ++bucket) {
    const auto count = now.tally.latencies[bucket] - before.tally.latencies[bucket];
    if (count == 0) continue;
    counts.response_times[static_cast<double>(LatencyBuckets::middle(bucket)) * 1e-9] = count;
  }
  return counts;
}

/// The same of a Network Load Balancer. Bytes are counted without the headers of packets.
TrafficCounts network_counts(const traffic::NodeTotals& now, const traffic::NodeTotals& before) {
  TrafficCounts counts;
  counts[Counted::new_flow_tcp] = now.tally.flows - before.tally.flows;
  counts[Counted::active_flow_tcp] = now.open_to_clients;
  counts[Counted::elb_reset] = now.tally.resets - before.tally.resets;
  counts[Counted::target_reset] = now.tally.target_resets - before.tally.target_resets;
  counts[Counted::processed_bytes] = now.tally.bytes - before.tally.bytes;
  return counts;
}

}  // namespace

traffic::TargetTotals Usage::since(std::vector<Mark>& marks, const traffic::TargetTotals& now,
                                   Time start, Time end) const {
  // Without a mark nothing was done before: nobody asked because it was not there.
  traffic::TargetTotals before;
  for (const Mark& mark : marks) {
    if (mark.at <= start) before = mark.totals;
  }
  std::erase_if(marks, [&](const Mark& mark) { return mark.at < end - kLongestPeriod; });
  if (marks.empty() || marks.back().at != end) marks.push_back({end, now});
  return {.requests = now.requests - before.requests, .busy = now.busy - before.busy};
}

std::optional<dispatch::InstanceUsage> Usage::of_instance(const dispatch::UsageQuestion& question) {
  const Site* site = sites_->find(question.region);
  if (site == nullptr) return std::nullopt;
  const auto seen = site->view.find_instance(question.instance_id);
  if (!seen || question.end < scenario_->start) return std::nullopt;
  const auto done = since(instances_[question.instance_id], simulator_->totals(seen->number),
                          question.start, question.end);
  const Duration period =
      question.end - std::max({question.start, question.launch_time, scenario_->start});
  if (period <= Duration::zero()) return std::nullopt;
  const double busy =
      static_cast<double>(done.busy) / (static_cast<double>(period.count()) * seen->serve->workers);
  // Work is counted when it begins, so a busy moment may count more than there was time for.
  return dispatch::InstanceUsage{.cpu_percent = std::min(100.0, 100.0 * busy),
                                 .network_in = std::nullopt,
                                 .network_out = std::nullopt};
}

std::optional<dispatch::Traffic> Usage::of_load_balancer(
    const dispatch::TrafficQuestion& question) {
  if (question.end <= scenario_->start) return std::nullopt;
  Site* site = sites_->find(question.region);
  if (site == nullptr) return std::nullopt;
  const auto& balancers = scenario_->cloud.load_balancers;
  const auto found = std::ranges::find_if(balancers, [&](const LoadBalancer& one) {
    return one.region == question.region &&
           site->view.load_balancer_arn(one.name) == question.load_balancer_arn;
  });
  if (found == balancers.end()) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(found - balancers.begin());
  auto now = simulator_->node_totals(index);
  auto& before = counted_[index];
  before.resize(now.size());
  dispatch::Traffic traffic{.is_complete = true};
  TrafficCounts all;
  for (std::size_t i = 0; i < now.size(); ++i) {
    traffic.parts.push_back(
        {.zone = site->view.zone_name(scenario_->cloud.azs[now[i].zone]),
         .target_group_arn = std::string(site->view.target_group_of(now[i].group)),
         .counts = found->is_network() ? network_counts(now[i], before[i])
                                       : application_counts(now[i], before[i])});
    all += traffic.parts.back().counts;
  }
  before = std::move(now);
  if (found->is_network()) {
    site->meter.add_capacity_units(Meter::LoadBalancerType::network, tcp_capacity_units(all));
  } else {
    site->meter.add_capacity_units(Meter::LoadBalancerType::application,
                                   application_capacity_units(all));
  }
  return traffic;
}

}  // namespace fallstreak::scenarios
