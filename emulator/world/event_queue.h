#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "world/table.h"

namespace fallstreak::world {

/// What comes first among events that are due at the same moment.
enum class EventClass : std::uint8_t { fault, control, metrics, requests };

/// Something that will happen: data, never a closure, so that it survives a snapshot, a fork, a
/// rewind and a restart.
struct Event {
  Time due;
  EventClass event_class = EventClass::control;
  /// Who it happens to: `i-0123456789abcdef0`. Events of different entities do not influence each
  /// other's order.
  std::string entity;
  /// Counts the events of the entity; given by the queue.
  std::uint64_t sequence = 0;
  /// Which handler takes it: `ec2.instance-running`.
  std::string kind;
  /// Whose state it concerns: `123456789012/eu-central-1`.
  std::string scope;
  std::string payload;
  bool operator==(const Event&) const = default;
};
template <class Visitor>
void visit_fields(Event& event, Visitor&& visit) {
  visit("due", event.due);
  visit("event_class", event.event_class);
  visit("entity", event.entity);
  visit("sequence", event.sequence);
  visit("kind", event.kind);
  visit("scope", event.scope);
  visit("payload", event.payload);
}

/// The key under which an event waits: keys compare as events are ordered, by (due, class, entity,
/// sequence).
std::string event_key(const Event& event);

/// What is going to happen in a world. It is made of tables, so whatever restores tables restores
/// timers.
class EventQueue {
 public:
  explicit EventQueue(const std::string& prefix)
      : events_(prefix + "events"), sequences_(prefix + "sequences") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(events_);
    visit(sequences_);
  }

  /// Adds the event with the next sequence number of its entity; returns the key for `cancel`.
  std::string schedule(Event event);
  /// False when the event has happened, or was cancelled, before.
  bool cancel(std::string_view key) { return events_.erase(key); }
  /// The event that is due first, or null.
  [[nodiscard]] const Event* next() const;
  /// Removes and returns the event that is due first; there must be one.
  Event pop();

  [[nodiscard]] std::size_t size() const { return events_.size(); }
  [[nodiscard]] bool empty() const { return events_.empty(); }
  [[nodiscard]] const Table<Event>& table() const { return events_; }

 private:
  Table<Event> events_;
  Table<std::uint64_t> sequences_;
};

}  // namespace fallstreak::world
