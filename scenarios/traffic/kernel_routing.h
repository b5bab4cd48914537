#pragma once

// The steps of an attempt, shared by both lanes and inlined into each: by force, because the
// compiler would rather call, and a call costs a plain request a twentieth of its time.
#include "base/portable_math.h"
#include "scenarios/traffic/kernel.h"

namespace fallstreak::scenarios::traffic {

inline constexpr std::uint64_t kHashOfEnd = 0xd6e8feb86659fd93ULL;
inline constexpr std::uint64_t kHashOfError = 0xa0761d6478bd642fULL;

[[gnu::always_inline]] inline bool Simulator::Kernel::connects(Fate& fate) const {
  if (fate.node == kNone) return false;
  const Answer answer = balancers[fate.balancer].nodes[fate.node].view.answer;
  if (answer == Answer::answers) [[likely]]
    return true;
  if (answer == Answer::silent) fate.end += setup.client_connect_timeout;
  fate.node = kNone;
  return false;
}

[[gnu::always_inline]] inline Fate Simulator::Kernel::route(PreparedSource& source,
                                                            std::uint64_t draw_number,
                                                            std::uint64_t bits, Instant at) {
  ++attempts_made;
  Fate fate{.end = at,
            .server_end = at,
            .error = static_cast<std::int32_t>(RequestError::connection_refused),
            .balancer = source.balancer};
  if (at < source.answer_settled) [[unlikely]] {
    fate.balancer = balancer_of(source, draw_number, at);
  }
  fate.node = balancers[fate.balancer].pick_node(bits, source.age_key, draw_number, at);
  if (!connects(fate)) return fate;
  if (balancers[fate.balancer].is_network && !pass_on(fate, bits)) [[unlikely]]
    return fate;
  Balancer& balancer = balancers[fate.balancer];
  fate.tally = balancer.nodes[fate.node].tally;
  if (!balancer.is_trusted) [[unlikely]] {
    // The handshake ends with the client's alert, before the load balancer hears of a request.
    fate.error = static_cast<std::int32_t>(RequestError::certificate_expired);
    fate.node = kNone;
    fate.entry = {};
    return fate;
  }
  const std::uint32_t target = balancer.pick_target(fate.node, source.target_key, draw_number, at);
  if (target == kNone) [[unlikely]] {
    fate.error = static_cast<std::int32_t>(RequestError::service_unavailable);
    return fate;
  }
  fate.tally = balancer.chosen_tally(fate.node);
  balancer.tallies[fate.tally].requests += 1;
  if (const Answer answer = balancer.answer_to(fate.node, target); answer != Answer::answers)
      [[unlikely]] {
    // AWS: a refused connection is a 502 at once; one that is not established in 10 s a 504.
    fate.error = static_cast<std::int32_t>(
        answer == Answer::refuses ? RequestError::bad_gateway : RequestError::gateway_timeout);
    if (answer == Answer::silent) fate.end += balancer.connect_timeout;
    balancer.tallies[fate.tally].unreachable += 1;
    balancer.note(target, dataplane::alb::RequestOutcome::failed);
    if (balancer.counts_outstanding) balancer.targets[target].add_outstanding(fate.end);
    return fate;
  }
  balancer.note(target, dataplane::alb::RequestOutcome::answered);
  fate.error = -1;
  fate.is_served = true;
  fate.target = target;
  return fate;
}

[[gnu::always_inline]] inline Instant Simulator::Kernel::service_time(
    const PreparedSource& source, const Target& target, std::uint64_t draw_number) const {
  const ServiceTime& service = target.view.service;
  if (service.kind == ServiceTime::Kind::fixed) return static_cast<Instant>(service.scale + 0.5);
  const std::uint64_t bits = draw(source.service_key, draw_number);
  if (service.kind == ServiceTime::Kind::exponential) [[likely]] {
    return static_cast<Instant>(exponential_draw(ziggurat_, bits) * service.scale + 0.5);
  }
  return static_cast<Instant>(portable_exp(normal_draw(bits) * service.sigma) * service.scale +
                              0.5);
}

[[gnu::always_inline]] inline void Simulator::Kernel::serve(Fate& fate, Balancer& balancer,
                                                            Instant service, Instant at) {
  Target& target = balancer.targets[fate.target];
  const Instant start = target.earliest_start(at);
  if (start - at > target.view.queue_limit) [[unlikely]] {
    fate.server_end = at + target.view.queue_limit;
    fate.error = static_cast<std::int32_t>(RequestError::service_unavailable);
    fate.is_served = false;
  } else {
    fate.server_end = start + service;
    target.occupy(fate.server_end);
    target.totals.requests += 1;
    target.totals.busy += service;
  }
  fate.end = fate.server_end;
  if (fate.end - at > balancer.idle_timeout) [[unlikely]] {
    // AWS: "the target did not respond before the idle timeout": 504.
    fate.end = at + balancer.idle_timeout;
    fate.error = static_cast<std::int32_t>(RequestError::gateway_timeout);
  }
  if (balancer.counts_outstanding) [[unlikely]] {
    target.add_outstanding(fate.server_end);
  }
}

[[gnu::always_inline]] inline void Simulator::Kernel::commit(std::uint32_t source_index,
                                                             std::uint64_t request,
                                                             Instant intended, Instant end,
                                                             int error) {
  PreparedSource& source = sources[source_index];
  const std::uint64_t hash =
      mix(source.hash_key + request * kGolden + static_cast<std::uint64_t>(end) * kHashOfEnd +
          static_cast<std::uint64_t>(error + 1) * kHashOfError);
  if (error < 0) {
    source.series.answered(end, end - intended, hash);
  } else {
    source.series.failed(end, static_cast<RequestError>(error), hash);
  }
  if (completions != nullptr) [[unlikely]] {
    completions->push_back({source_index, request, intended, end, error});
  }
}

template <class Record>
[[gnu::always_inline]] inline void Simulator::Kernel::count_end(const Record& record,
                                                                const RequestClass& spec,
                                                                Instant started, Instant end,
                                                                int error) {
  if (record.tally == kNone) [[unlikely]]
    return;
  Tally& tally = balancers[record.balancer].tallies[record.tally];
  if (error < 0) [[likely]] {
    tally.answered += 1;
  } else {
    const auto kind = static_cast<RequestError>(error);
    // A target answers 500 when its write fails, and 503 when its own queue is too long.
    const bool is_targets = kind == RequestError::write_throttled ||
                            kind == RequestError::write_failed ||
                            (kind == RequestError::service_unavailable && record.target != kNone);
    if (!is_targets) {
      tally.errors[static_cast<std::size_t>(error)] += 1;
      return;
    }
    tally.target_errors += 1;
  }
  tally.bytes += spec.bytes;
  tally.latencies[LatencyBuckets::index_of(end - started)] += 1;
  if (record.entry.node != kNone) [[unlikely]] {
    Balancer& before = balancers[record.entry.balancer];
    before.tallies[before.nodes[record.entry.node].tally].bytes += spec.bytes;
  }
}

}  // namespace fallstreak::scenarios::traffic
