#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace fallstreak::world {

/// A count of owners inside the object. Atomic, because forks of a world live on other threads and
/// share nodes.
class RefCounted {
 public:
  RefCounted() = default;
  RefCounted(const RefCounted&) {}  // A copy has its own owners.
  RefCounted& operator=(const RefCounted&) = delete;

  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  /// True when the last owner left, who then deletes the object.
  [[nodiscard]] bool release() const {
    return references_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  /// Acquire, so that what a former owner on another thread read is over before we change it.
  [[nodiscard]] bool has_one_owner() const {
    return references_.load(std::memory_order_acquire) == 1;
  }

 protected:
  ~RefCounted() = default;

 private:
  mutable std::atomic<std::uint32_t> references_{0};
};

/// An owner of a RefCounted object, or of none. `dispose(object)` is found by argument-dependent
/// lookup.
template <class Object>
class Ref {
 public:
  Ref() = default;
  explicit Ref(Object* object) : object_(object) {
    if (object_) object_->retain();
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ && object_->release()) dispose(object_);
  }

  /// Takes over a count that was already taken.
  static Ref adopt(Object* object) {
    Ref ref;
    ref.object_ = object;
    return ref;
  }
  /// Gives the count away.
  [[nodiscard]] Object* detach() { return std::exchange(object_, nullptr); }

  [[nodiscard]] Object* get() const { return object_; }
  Object* operator->() const { return object_; }
  Object& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  Object* object_ = nullptr;
};

}  // namespace fallstreak::world
