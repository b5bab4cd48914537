#include "scenarios/traffic/kernel.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "scenarios/traffic/kernel_routing.h"

namespace fallstreak::scenarios::traffic {
namespace {

std::vector<PreparedClass> prepare_classes(const SourceSpec& spec, std::size_t tables) {
  CHECK(!spec.classes.empty() && spec.classes.size() < 0xffff)
      << "a source needs a class of requests";
  double total = 0;
  for (const RequestClass& request_class : spec.classes) total += request_class.share;
  std::vector<PreparedClass> classes;
  double below = 0;
  for (const RequestClass& request_class : spec.classes) {
    CHECK(request_class.table == kNoTable || request_class.table < tables) << "no such table";
    CHECK(request_class.retries < (1u << kAttemptBits)) << "too many retries";
    below += request_class.share;
    PreparedClass prepared{.spec = request_class};
    prepared.threshold = static_cast<std::uint64_t>(below / total * 0x1p32);
    prepared.has_state = request_class.table != kNoTable || request_class.retries > 0;
    classes.push_back(std::move(prepared));
  }
  classes.back().threshold = std::uint64_t{1} << 32;
  return classes;
}

PreparedSource prepare(const SourceSpec& spec, std::uint64_t seed, std::size_t tables) {
  return {.spec = spec,
          .classes = prepare_classes(spec, tables),
          .arrivals = ArrivalProcess(stream_key(seed, spec.name, "arrival"), spec.rate),
          .choice_key = stream_key(seed, spec.name, "choice"),
          .service_key = stream_key(seed, spec.name, "service"),
          .age_key = stream_key(seed, spec.name, "dns-age"),
          .target_key = stream_key(seed, spec.name, "target"),
          .jitter_key = stream_key(seed, spec.name, "jitter"),
          .hash_key = stream_key(0, spec.name, "hash"),
          .series = SeriesBuilder(spec.name),
          .balancer = spec.load_balancer,
          .answers = {{0, spec.load_balancer}}};
}

}  // namespace

Simulator::Kernel::Kernel(Setup the_setup, WriteSink* sink)
    : setup(std::move(the_setup)), sink_(sink) {
  balancers.resize(setup.load_balancers);
  for (const SourceSpec& spec : setup.sources) {
    CHECK(spec.load_balancer < setup.load_balancers) << "no such load balancer";
    sources.push_back(prepare(spec, setup.seed, setup.tables.size()));
    deadline_base_.push_back(static_cast<std::uint32_t>(deadlines_.size()));
    deadlines_.resize(deadlines_.size() + spec.classes.size());
    for (const RequestClass& request_class : spec.classes) {
      CHECK(request_class.table == kNoTable || sink_ != nullptr) << "writes need somewhere to go";
    }
  }
  for (const std::string& table : setup.tables) tables.emplace_back(table);
  reserve_reach();
}

void Simulator::Kernel::reserve_reach() {
  Instant reach = std::max(kClientReadTimeout, setup.client_connect_timeout);
  for (const Balancer& balancer : balancers) {
    reach = std::max({reach, balancer.idle_timeout, balancer.connect_timeout});
  }
  reach += setup.write_window;
  for (PreparedSource& source : sources) source.series.reserve(reach);
  for (SeriesBuilder& table : tables) table.reserve(reach);
}

void Simulator::Kernel::advance_to(Instant until) {
  CHECK(until >= now) << "time does not run backwards";
  commit_plain_until(until);
  while (true) {
    std::uint32_t first = kNone;
    Instant arrival = kNever;
    Instant limit = until;
    for (std::uint32_t index = 0; index < sources.size(); ++index) {
      const Instant next = sources[index].arrivals.next();
      if (next < arrival) {
        // Of two arrivals at one instant, the earlier source's comes first.
        limit = std::min(limit, arrival);
        arrival = next;
        first = index;
      } else if (next != kNever) {
        limit = std::min(limit, next + 1);
      }
    }
    const Instant event = next_event_time();
    if (event <= arrival && event <= until) {
      const Event next = pop_event();
      if (next.at == until && next.kind() == EventKind::retry) {
        heap_.push(next);
        break;
      }
      handle(next);
      continue;
    }
    if (arrival >= until) break;
    run_arrivals(sources[first], first, std::min(limit, event));
  }
  flush_writes();
  now = until;
  close_seconds(until);
}

void Simulator::Kernel::run_arrivals(PreparedSource& source, std::uint32_t source_index,
                                     Instant limit) {
  while (true) {
    const Instant arrival = source.arrivals.next();
    if (arrival >= limit) return;
    const std::uint64_t request = source.arrivals.count();
    source.arrivals.step();
    if (arrival >= next_close_) [[unlikely]]
      close_seconds(arrival);

    const std::uint64_t bits = draw(source.choice_key, number_of(request, 0));
    std::uint16_t request_class = 0;
    if (source.classes.size() > 1) {
      while (source.classes[request_class].threshold <= (bits >> 32)) ++request_class;
    }
    if (setup.lane == Lane::event || source.classes[request_class].has_state) {
      start_request(source_index, request, arrival, request_class);
      limit = std::min(limit, next_event_time());
    } else {
      run_plain(source, source_index, arrival, request, request_class, bits);
    }
  }
}

inline void Simulator::Kernel::run_plain(PreparedSource& source, std::uint32_t source_index,
                                         Instant arrival, std::uint64_t request,
                                         std::uint16_t request_class, std::uint64_t bits) {
  const std::uint64_t draw_number = number_of(request, 0);
  Fate fate = route(source, draw_number, bits, arrival);
  Balancer& balancer = balancers[fate.balancer];
  if (fate.is_served) [[likely]] {
    serve(fate, balancer, service_time(source, balancer.targets[fate.target], draw_number),
          arrival);
  }
  if (fate.end - arrival > source.classes[request_class].spec.timeout) [[unlikely]] {
    fate.end = arrival + source.classes[request_class].spec.timeout;
    fate.error = static_cast<std::int32_t>(RequestError::client_timeout);
  }
  if (fate.end <= until_) [[likely]] {
    count_end(fate, source.classes[request_class].spec, arrival, fate.end, fate.error);
    commit(source_index, request, arrival, fate.end, fate.error);
    return;
  }
  in_flight_.push_back({.started = arrival,
                        .end = fate.end,
                        .server_end = fate.server_end,
                        .idle_timeout = balancer.idle_timeout,
                        .request = request,
                        .source = source_index,
                        .balancer = fate.balancer,
                        .node = fate.node,
                        .target = fate.target,
                        .tally = fate.tally,
                        .entry = fate.entry,
                        .request_class = request_class,
                        .error = static_cast<std::int8_t>(fate.error)});
}

// Chosen: each request comes by a connection of its own, so that the next one may get to another
// node of the load balancer behind.
bool Simulator::Kernel::pass_on(Fate& fate, std::uint64_t bits) {
  const std::uint32_t next = balancers[fate.balancer].passes_to;
  const Entry entry{fate.balancer, fate.node};
  Tally& tally =
      balancers[entry.balancer].tallies[balancers[entry.balancer].nodes[entry.node].tally];
  fate.node = kNone;
  // AWS: without a target the connection is reset.
  if (next == kNone) {
    tally.resets += 1;
    return false;
  }
  tally.flows += 1;
  fate.balancer = next;
  fate.node = balancers[next].pick_node_now(mix(bits));
  const bool is_refused =
      fate.node != kNone && balancers[next].nodes[fate.node].view.answer == Answer::refuses;
  if (is_refused) tally.target_resets += 1;
  if (!connects(fate)) return false;
  fate.entry = entry;
  return true;
}

void Simulator::Kernel::commit_plain_until(Instant until) {
  until_ = until;
  std::size_t kept = 0;
  for (const PlainInFlight& record : in_flight_) {
    if (record.end <= until) {
      count_end(record, sources[record.source].classes[record.request_class].spec, record.started,
                record.end, record.error);
      commit(record.source, record.request, record.started, record.end, record.error);
    } else {
      in_flight_[kept++] = record;
    }
  }
  in_flight_.resize(kept);
}

void Simulator::Kernel::close_seconds(Instant time) {
  // A write that waits for its batch still belongs to the second in which it was made.
  if (!writes_.empty()) time = std::min(time, writes_.front().write.at);
  for (PreparedSource& source : sources) source.series.close_before(time);
  for (SeriesBuilder& table : tables) table.close_before(time);
  next_close_ = (time / SeriesBuilder::kSecond + 1) * SeriesBuilder::kSecond;
}

}  // namespace fallstreak::scenarios::traffic
