#include "scenarios/run/usage.h"

#include <algorithm>

#include "scenarios/recording/latency_buckets.h"

namespace fallstreak::scenarios {
namespace {

/// AWS: the longest period of a published metric, five minutes with basic monitoring.
constexpr Duration kLongestPeriod = std::chrono::minutes(5);

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

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
  const Site* site = sites_->find(question.region);
  if (site == nullptr) return std::nullopt;
  dispatch::Traffic traffic;
  for (const std::string& arn : question.target_group_arns) {
    const CloudView::TargetGroupPlace* place = site->view.find_target_group(arn);
    if (place == nullptr) continue;
    traffic::TargetTotals now;
    for (const std::uint64_t number : place->numbers) {
      const auto totals = simulator_->totals(number);
      now.requests += totals.requests;
      now.busy += totals.busy;
    }
    const auto done = since(target_groups_[arn], now, question.start, question.end);
    TrafficCounts of_targets;
    of_targets[Counted::request] = done.requests;
    const LoadBalancer& load_balancer = *scenario_->find_load_balancer(place->load_balancer);
    if (load_balancer.to.size() == 1) {
      TrafficCounts own;
      add_client_view(load_balancer, question, of_targets, own);
      traffic.parts.push_back({.zone = {}, .target_group_arn = {}, .counts = std::move(own)});
    }
    traffic.parts.push_back({.zone = {}, .target_group_arn = arn, .counts = std::move(of_targets)});
  }
  return traffic;
}

void Usage::add_client_view(const LoadBalancer& load_balancer,
                            const dispatch::TrafficQuestion& question, TrafficCounts& of_targets,
                            TrafficCounts& own) const {
  const Duration from = std::max(question.start, scenario_->start) - scenario_->start;
  const auto begin = static_cast<std::size_t>(seconds_of(from));
  const auto end = static_cast<std::size_t>(seconds_of(question.end - scenario_->start));
  std::vector<std::uint64_t> buckets(LatencyBuckets::kCount);
  const auto count = [](const SecondSummary& second, RequestError error) {
    return second.errors[static_cast<std::size_t>(error)];
  };
  for (std::uint32_t i = 0; i < scenario_->load.size(); ++i) {
    const LoadBalancer* first = scenario_->find_load_balancer(scenario_->load[i].to);
    if (first == nullptr) continue;
    // Connections that a Network Load Balancer passes on bring requests as any other.
    const std::string& asked = first->is_network() ? first->passes_to : first->name;
    if (asked != load_balancer.name) continue;
    const SourceSeries& series = simulator_->source_series(i);
    for (std::size_t at = begin; at < std::min(end, series.seconds.size()); ++at) {
      const SecondSummary& second = series.seconds[at];
      of_targets[Counted::target_2xx] += second.answered();
      // The process answers 500 when its write fails; the other errors are the load balancer's own.
      of_targets[Counted::target_5xx] +=
          count(second, RequestError::write_throttled) + count(second, RequestError::write_failed);
      count_own_answer(own, 502, count(second, RequestError::bad_gateway));
      count_own_answer(own, 503, count(second, RequestError::service_unavailable));
      count_own_answer(own, 504, count(second, RequestError::gateway_timeout));
      // AWS: 460 when the client closes the connection before the answer.
      count_own_answer(own, 460, count(second, RequestError::client_timeout));
      // AWS: "the client failing to verify the server certificate and closing the connection".
      own[Counted::client_tls_error] += count(second, RequestError::certificate_expired);
      for (std::uint32_t at_bucket = second.histogram_begin; at_bucket < second.histogram_end;
           ++at_bucket) {
        const BucketCount& bucket = series.histogram[at_bucket];
        buckets[bucket.bucket] += bucket.count;
      }
    }
  }
  for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
    if (buckets[bucket] == 0) continue;
    const double seconds = static_cast<double>(LatencyBuckets::middle(bucket)) * 1e-9;
    of_targets.response_times[seconds] += buckets[bucket];
  }
}

}  // namespace fallstreak::scenarios
