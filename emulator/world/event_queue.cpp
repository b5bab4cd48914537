#include "world/event_queue.h"

#include <utility>

#include "base/big_endian.h"
#include "base/check.h"

namespace fallstreak::world {

std::string event_key(const Event& event) {
  std::string key;
  key.reserve(8 + 1 + event.entity.size() + 2 + 8);
  // Flipping the sign bit makes times before 1970 sort before those after.
  const auto due = static_cast<std::uint64_t>(to_nanoseconds(event.due));
  append_big_endian(key, due ^ (std::uint64_t{1} << 63U));
  key.push_back(static_cast<char>(event.event_class));
  // A zero byte in the entity is followed by 255 and the end by zero, so no entity's key begins
  // another's.
  if (event.entity.find('\0') == std::string::npos) {
    key += event.entity;
  } else {
    for (const char byte : event.entity) {
      key.push_back(byte);
      if (byte == 0) key.push_back(static_cast<char>(0xff));
    }
  }
  key.append(2, '\0');
  append_big_endian(key, event.sequence);
  return key;
}

std::string EventQueue::schedule(Event event) {
  const std::uint64_t* last = sequences_.find(event.entity);
  event.sequence = last ? *last + 1 : 1;
  sequences_.put(event.entity, event.sequence);
  std::string key = event_key(event);
  events_.insert(key, std::move(event));
  return key;
}

const Event* EventQueue::next() const {
  const auto first = events_.begin();
  return first == events_.end() ? nullptr : &first->second;
}

Event EventQueue::pop() {
  const auto first = events_.begin();
  CHECK(first != events_.end()) << "the event queue is empty";
  Event event = first->second;
  const std::string key = first->first;
  events_.erase(key);
  return event;
}

}  // namespace fallstreak::world
