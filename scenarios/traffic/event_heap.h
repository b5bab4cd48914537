#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios::traffic {

/// What an event is about, in the order in which events of one instant happen.
enum class EventKind : std::uint8_t {
  service_done,
  queue_left,
  failed,
  gave_up,
  flush_writes,
  retry
};

/// An event is data. Events of one instant are ordered by kind and request, never by who was pushed
/// first, so an unrelated entity does not reorder them.
struct Event {
  Instant at = 0;
  std::uint64_t order = 0;  // kind, source, request
  std::uint32_t index = 0;
  std::uint32_t generation = 0;

  [[nodiscard]] EventKind kind() const { return static_cast<EventKind>(order >> 60); }
  [[nodiscard]] bool before(const Event& other) const {
    return at != other.at ? at < other.at : order < other.order;
  }
  static std::uint64_t order_of(EventKind kind, std::uint32_t source, std::uint64_t request) {
    return (static_cast<std::uint64_t>(kind) << 60) |
           (static_cast<std::uint64_t>(source & 0xfff) << 48) | (request & 0xffff'ffff'ffffULL);
  }
};

/// A four-ary min-heap: shallower than a binary one, and four children lie in two cache lines.
class EventHeap {
 public:
  [[nodiscard]] bool empty() const { return events_.empty(); }
  [[nodiscard]] const Event& top() const { return events_.front(); }
  [[nodiscard]] Instant next_time() const { return events_.empty() ? kNever : events_.front().at; }

  void push(const Event& event) {
    std::size_t hole = events_.size();
    events_.push_back(event);
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!event.before(events_[parent])) break;
      events_[hole] = events_[parent];
      hole = parent;
    }
    events_[hole] = event;
  }

  Event pop() {
    const Event result = events_.front();
    const Event last = events_.back();
    events_.pop_back();
    if (events_.empty()) return result;
    const std::size_t size = events_.size();
    std::size_t hole = 0;
    while (true) {
      const std::size_t first = 4 * hole + 1;
      if (first >= size) break;
      std::size_t best = first;
      const std::size_t end = first + 4 < size ? first + 4 : size;
      for (std::size_t child = first + 1; child < end; ++child) {
        if (events_[child].before(events_[best])) best = child;
      }
      if (!events_[best].before(last)) break;
      events_[hole] = events_[best];
      hole = best;
    }
    events_[hole] = last;
    return result;
  }

 private:
  std::vector<Event> events_;
};

}  // namespace fallstreak::scenarios::traffic
