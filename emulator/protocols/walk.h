#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"

/// Small steps over described values that every codec takes.
namespace fallstreak::protocols {

/// The input does not read; the codec turns this into AWS's error of its protocol.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// How deep arrays, maps and elements may nest. AWS: DynamoDB, the deepest of all, allows 32
/// levels of values, each of which is two levels of JSON.
inline constexpr int kMaximumDepth = 256;

/// Counts one level of nesting while it lives, so that hostile input cannot exhaust the stack.
class Level {
 public:
  explicit Level(int& depth) : depth_(depth) {
    if (depth_ >= kMaximumDepth) throw Malformed("Nesting is too deep");
    ++depth_;
  }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  ~Level() { --depth_; }

 private:
  int& depth_;
};

/// The value of a member that may already be there (a flattened list grows by one element after
/// another), or a new one.
inline void* get_or_emplace(const api::Member& member, void* object) {
  // The object is ours to change; descriptors offer one reader for both kinds of access.
  return api::has(member, object) ? const_cast<void*>(api::get(member, object))
                                  : api::emplace(member, object);
}

/// The element itself, or null when a sparse container holds none there.
inline const void* element_at(const api::Shape& container, const void* value, std::size_t index) {
  const void* element = container.ops->at(value, index);
  if (container.sparse == nullptr) return element;
  return container.sparse->has(element) ? container.sparse->get(element) : nullptr;
}

/// A new element, ready to be filled.
inline void* append_element(const api::Shape& container, void* value) {
  void* element = container.ops->append(value);
  return container.sparse == nullptr ? element : container.sparse->emplace(element);
}

inline bool is_flattened(const api::Member& member) {
  return member.flattened || member.shape->flattened;
}

/// Lists and maps.
inline bool is_container(const api::Shape& shape) {
  return shape.kind == api::Kind::list || shape.kind == api::Kind::map;
}

inline bool is_scalar(const api::Shape& shape) {
  return !api::is_aggregate(shape) && !is_container(shape);
}

/// Refuses a map in which a key stands twice.
inline void check_keys_differ(const api::Shape& map, const void* value) {
  const std::size_t count = map.ops->count(value);
  if (count < 2) return;
  std::vector<std::string_view> keys;
  keys.reserve(count);
  for (std::size_t index = 0; index < count; ++index) {
    keys.push_back(map.ops->key_at(value, index));
  }
  std::ranges::sort(keys);
  const auto repeated = std::ranges::adjacent_find(keys);
  if (repeated != keys.end()) throw Malformed("The key " + std::string(*repeated) + " is repeated");
}

/// Finds members by name. Senders write members in the model's order, so the one after the last
/// found is tried first.
class MemberCursor {
 public:
  MemberCursor(const api::Shape& shape, std::string_view api::Member::*name)
      : members_(shape.members), name_(name) {}

  const api::Member* find(std::string_view wanted) {
    const std::size_t count = members_.size();
    for (std::size_t tried = 0; tried < count; ++tried) {
      if (next_ == count) next_ = 0;
      const api::Member& candidate = members_[next_++];
      if (candidate.*name_ == wanted) return &candidate;
    }
    return nullptr;
  }

 private:
  std::span<const api::Member> members_;
  std::string_view api::Member::*name_;
  std::size_t next_ = 0;
};

}  // namespace fallstreak::protocols
