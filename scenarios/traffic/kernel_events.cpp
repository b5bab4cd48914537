// Attempts that have a record: those of requests with retries or writes, and all of the event lane.
#include <algorithm>

#include "base/check.h"
#include "scenarios/traffic/kernel.h"
#include "scenarios/traffic/kernel_routing.h"

namespace fallstreak::scenarios::traffic {

std::uint32_t Simulator::Kernel::new_attempt() {
  if (free_attempts_.empty()) {
    attempts_.emplace_back();
    return static_cast<std::uint32_t>(attempts_.size() - 1);
  }
  const std::uint32_t index = free_attempts_.back();
  free_attempts_.pop_back();
  return index;
}

void Simulator::Kernel::free_attempt(std::uint32_t index) {
  Attempt& attempt = attempts_[index];
  attempt.phase = Attempt::Phase::none;
  ++attempt.generation;
  free_attempts_.push_back(index);
}

void Simulator::Kernel::push(Instant at, EventKind kind, std::uint32_t index) {
  const Attempt& attempt = attempts_[index];
  heap_.push(
      {at, Event::order_of(kind, attempt.source, attempt.request), index, attempt.generation});
}

void Simulator::Kernel::start_request(std::uint32_t source_index, std::uint64_t request, Instant at,
                                      std::uint16_t request_class) {
  const std::uint32_t index = new_attempt();
  Attempt& attempt = attempts_[index];
  const std::uint32_t generation = attempt.generation;
  attempt = {.intended = at,
             .request = request,
             .source = source_index,
             .generation = generation,
             .request_class = request_class};
  begin_attempt(index, at);
}

void Simulator::Kernel::begin_attempt(std::uint32_t index, Instant at) {
  Attempt& attempt = attempts_[index];
  PreparedSource& source = sources[attempt.source];
  const std::uint64_t draw_number = number_of(attempt.request, attempt.number);
  attempt.started = at;
  const Fate fate = route(source, draw_number, draw(source.choice_key, draw_number), at);
  attempt.balancer = fate.balancer;
  attempt.idle_timeout = balancers[fate.balancer].idle_timeout;
  attempt.node = fate.node;
  attempt.target = fate.target;
  attempt.tally = fate.tally;
  attempt.entry = fate.entry;
  if (!fate.is_served) {
    fail_later(index, fate, at);
    return;
  }
  const Target& target = balancers[attempt.balancer].targets[fate.target];
  attempt.service = service_time(source, target, draw_number);
  if (setup.lane == Lane::event) {
    begin_by_events(index, at);
  } else {
    begin_by_recurrence(index, fate, at);
  }
}

void Simulator::Kernel::fail_later(std::uint32_t index, Fate fate, Instant at) {
  Attempt& attempt = attempts_[index];
  const Instant timeout = class_of(attempt).spec.timeout;
  if (fate.end - at > timeout) {
    fate.end = at + timeout;
    fate.error = static_cast<std::int32_t>(RequestError::client_timeout);
  }
  attempt.phase = Attempt::Phase::failing;
  attempt.error = static_cast<std::int8_t>(fate.error);
  push(fate.end, EventKind::failed, index);
}

void Simulator::Kernel::begin_by_recurrence(std::uint32_t index, Fate fate, Instant at) {
  Attempt& attempt = attempts_[index];
  Balancer& balancer = balancers[attempt.balancer];
  serve(fate, balancer, attempt.service, at);
  attempt.phase = Attempt::Phase::serving;
  push(fate.server_end, fate.is_served ? EventKind::service_done : EventKind::queue_left, index);
  const Instant patience = std::min(class_of(attempt).spec.timeout, attempt.idle_timeout);
  if (fate.server_end - at > patience) push(at + patience, EventKind::gave_up, index);
}

void Simulator::Kernel::begin_by_events(std::uint32_t index, Instant at) {
  Attempt& attempt = attempts_[index];
  Balancer& balancer = balancers[attempt.balancer];
  Target& target = balancer.targets[attempt.target];
  if (target.busy < target.view.workers) {
    target.busy += 1;
    begin_service(target, index, at);
  } else {
    attempt.phase = Attempt::Phase::waiting;
    target.waiting.push_back({index, attempt.generation});
    target.waiting_live += 1;
    if (target.view.queue_limit != kNever)
      push(at + target.view.queue_limit, EventKind::queue_left, index);
  }
  push_deadline(index, at, std::min(class_of(attempt).spec.timeout, attempt.idle_timeout));
}

void Simulator::Kernel::begin_service(Target& target, std::uint32_t index, Instant at) {
  Attempt& attempt = attempts_[index];
  attempt.phase = Attempt::Phase::serving;
  target.totals.requests += 1;
  target.totals.busy += attempt.service;
  push(at + attempt.service, EventKind::service_done, index);
}

void Simulator::Kernel::push_deadline(std::uint32_t index, Instant at, Instant patience) {
  const Attempt& attempt = attempts_[index];
  auto& entries = deadlines_[deadline_base_[attempt.source] + attempt.request_class].entries;
  while (!entries.empty() && !is_current(entries.front().ticket)) entries.pop_front();
  const Instant deadline = at + patience;
  if (!entries.empty() && deadline < entries.back().at) {
    push(deadline, EventKind::gave_up, index);
    return;
  }
  entries.push_back({deadline, {index, attempt.generation}});
}

Instant Simulator::Kernel::next_event_time() {
  Instant next = heap_.next_time();
  if (setup.lane == Lane::recurrence) return next;
  for (DeadlineQueue& queue : deadlines_) {
    while (!queue.entries.empty() && !is_current(queue.entries.front().ticket))
      queue.entries.pop_front();
    if (!queue.entries.empty()) next = std::min(next, queue.entries.front().at);
  }
  return next;
}

Event Simulator::Kernel::pop_event() {
  Event best{.at = kNever};
  DeadlineQueue* best_queue = nullptr;
  if (!heap_.empty()) best = heap_.top();
  if (setup.lane == Lane::event) {
    for (DeadlineQueue& queue : deadlines_) {
      if (queue.entries.empty()) continue;
      const auto& front = queue.entries.front();
      const Attempt& attempt = attempts_[front.ticket.index];
      const Event event{front.at,
                        Event::order_of(EventKind::gave_up, attempt.source, attempt.request),
                        front.ticket.index, front.ticket.generation};
      if (best.at == kNever || event.before(best)) {
        best = event;
        best_queue = &queue;
      }
    }
  }
  if (best_queue == nullptr) return heap_.pop();
  best_queue->entries.pop_front();
  return best;
}

void Simulator::Kernel::handle(const Event& event) {
  if (event.at >= next_close_) close_seconds(event.at);
  if (event.kind() == EventKind::flush_writes) {
    if (event.at == flush_at_) flush_writes();
    return;
  }
  if (!is_current({event.index, event.generation})) return;
  switch (event.kind()) {
    case EventKind::service_done:
      finish_service(event.index, event.at);
      break;
    case EventKind::queue_left:
      leave_queue(event.index, event.at);
      break;
    case EventKind::failed: {
      const auto error = static_cast<RequestError>(attempts_[event.index].error);
      client_failed(event.index, error, event.at);
      free_attempt(event.index);
      break;
    }
    case EventKind::gave_up:
      give_up(event.index, event.at);
      break;
    case EventKind::retry:
      begin_attempt(event.index, event.at);
      break;
    case EventKind::flush_writes:
      break;
  }
}

void Simulator::Kernel::finish_service(std::uint32_t index, Instant at) {
  if (setup.lane == Lane::event) {
    const Attempt& attempt = attempts_[index];
    Balancer& balancer = balancers[attempt.balancer];
    take_next_waiting(balancer.targets[attempt.target], at);
  }
  const Attempt& attempt = attempts_[index];
  if (class_of(attempt).spec.table != kNoTable) {
    add_write(index, at);
    return;
  }
  if (attempt.client_waits) {
    count_end(attempt, class_of(attempt).spec, attempt.started, at, -1);
    commit(attempt.source, attempt.request, attempt.intended, at, -1);
  }
  free_attempt(index);
}

void Simulator::Kernel::take_next_waiting(Target& target, Instant at) {
  while (target.waiting_head < target.waiting.size()) {
    const Ticket next = target.waiting[target.waiting_head++];
    // Worth moving only when half of it is history.
    if (target.waiting_head >= 64 && 2 * target.waiting_head > target.waiting.size()) {
      target.waiting.erase(
          target.waiting.begin(),
          target.waiting.begin() + static_cast<std::ptrdiff_t>(target.waiting_head));
      target.waiting_head = 0;
    }
    if (!is_current(next)) continue;
    target.waiting_live -= 1;
    begin_service(target, next.index, at);
    return;
  }
  target.busy -= 1;
}

void Simulator::Kernel::leave_queue(std::uint32_t index, Instant at) {
  Attempt& attempt = attempts_[index];
  if (setup.lane == Lane::event) {
    if (attempt.phase != Attempt::Phase::waiting) return;
    balancers[attempt.balancer].targets[attempt.target].waiting_live -= 1;
  }
  if (attempt.client_waits) client_failed(index, RequestError::service_unavailable, at);
  free_attempt(index);
}

void Simulator::Kernel::give_up(std::uint32_t index, Instant at) {
  Attempt& attempt = attempts_[index];
  if (!attempt.client_waits || attempt.phase == Attempt::Phase::writing) return;
  const bool is_clients = class_of(attempt).spec.timeout < attempt.idle_timeout;
  attempt.client_waits = false;
  client_failed(index, is_clients ? RequestError::client_timeout : RequestError::gateway_timeout,
                at);
  release_client(index);
}

void Simulator::Kernel::release_client(std::uint32_t index) {
  // The target does not know that nobody listens any more: it works on, and writes what it was
  // asked to write.
  attempts_[index].client_waits = false;
  if (setup.lane == Lane::recurrence && class_of(attempts_[index]).spec.table == kNoTable)
    free_attempt(index);
}

void Simulator::Kernel::client_failed(std::uint32_t index, RequestError error, Instant at,
                                      Instant least_delay) {
  const RequestClass& spec = class_of(attempts_[index]).spec;
  count_end(attempts_[index], spec, attempts_[index].started, at, static_cast<int>(error));
  if (attempts_[index].number >= spec.retries) {
    const Attempt& attempt = attempts_[index];
    commit(attempt.source, attempt.request, attempt.intended, at, static_cast<int>(error));
    return;
  }
  const std::uint32_t next = new_attempt();
  const Attempt& attempt = attempts_[index];
  const std::uint32_t generation = attempts_[next].generation;
  const std::uint32_t doublings = std::min<std::uint32_t>(attempt.number, 30);
  Instant delay = std::min(spec.backoff_high, spec.backoff_low << doublings);
  if (spec.jitter == Jitter::full) {
    // https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    const std::uint64_t bits =
        draw(sources[attempt.source].jitter_key, number_of(attempt.request, attempt.number));
    delay = static_cast<Instant>(to_unit(bits) * static_cast<double>(delay));
  }
  attempts_[next] = {.intended = attempt.intended,
                     .request = attempt.request,
                     .source = attempt.source,
                     .generation = generation,
                     .request_class = attempt.request_class,
                     .number = static_cast<std::uint8_t>(attempt.number + 1),
                     .phase = Attempt::Phase::backing_off};
  push(at + std::max(delay, least_delay), EventKind::retry, next);
}

void Simulator::Kernel::add_write(std::uint32_t index, Instant at) {
  Attempt& attempt = attempts_[index];
  attempt.phase = Attempt::Phase::writing;
  writes_.push_back({{.at = at,
                      .source = attempt.source,
                      .table = class_of(attempt).spec.table,
                      .request = attempt.request,
                      .attempt = attempt.number,
                      .client_waits = attempt.client_waits},
                     index});
  if (writes_.size() > 1) return;
  flush_at_ = at + setup.write_window;
  heap_.push({flush_at_, Event::order_of(EventKind::flush_writes, 0, 0), kNone, 0});
}

void Simulator::Kernel::flush_writes() {
  if (writes_.empty()) return;
  std::vector<Write> writes;
  writes.reserve(writes_.size());
  for (const PendingWrite& pending : writes_) writes.push_back(pending.write);
  std::vector<WriteResult> results(writes.size(), WriteResult::failed);
  sink_->put(writes, results);
  std::vector<PendingWrite> finished;
  finished.swap(writes_);
  flush_at_ = kNever;
  for (std::size_t index = 0; index < finished.size(); ++index) {
    finish_write(finished[index].write, finished[index].attempt, results[index]);
  }
}

void Simulator::Kernel::finish_write(const Write& write, std::uint32_t index, WriteResult result) {
  SeriesBuilder& table = tables[write.table];
  const std::uint64_t hash =
      mix(sources[write.source].hash_key + mix(number_of(write.request, write.attempt)) +
          static_cast<std::uint64_t>(write.at) * kGolden + static_cast<std::uint64_t>(result));
  if (result == WriteResult::stored) {
    table.answered(write.at, 0, hash);
    if (write.client_waits) {
      const Attempt& attempt = attempts_[index];
      count_end(attempt, class_of(attempt).spec, attempt.started, write.at, -1);
      commit(attempt.source, attempt.request, attempt.intended, write.at, -1);
    }
  } else {
    const RequestError error = result == WriteResult::throttled ? RequestError::write_throttled
                                                                : RequestError::write_failed;
    table.failed(write.at, error, hash);
    // The result is known at the end of the window, so a retry cannot come before; then how often
    // the owner advances changes nothing.
    if (write.client_waits) client_failed(index, error, write.at, setup.write_window);
  }
  free_attempt(index);
}

}  // namespace fallstreak::scenarios::traffic
