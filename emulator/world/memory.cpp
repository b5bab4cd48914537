#include "world/memory.h"

#include <sys/mman.h>

#include <array>
#include <cstdint>
#include <mutex>
#include <new>
#include <vector>

// The address sanitizer sees a use after release only when every piece is its own.
#if defined(__SANITIZE_ADDRESS__)
#define FALLSTREAK_POOLS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FALLSTREAK_POOLS 0
#endif
#endif
#ifndef FALLSTREAK_POOLS
#define FALLSTREAK_POOLS 1
#endif

namespace fallstreak::world {
namespace {

constexpr std::size_t kGrain = 16;
constexpr std::size_t kLargest = 2048;
constexpr std::size_t kHugePage = std::size_t{2} << 20U;
/// Small worlds stay small: the first chunk is made of pages that cost nothing until touched.
constexpr std::size_t kFirstChunk = std::size_t{1} << 20U;

struct Piece {
  Piece* next;
};

std::size_t class_of(std::size_t bytes) { return (bytes + kGrain - 1) / kGrain; }

char* map(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(memory);
}

/// Memory, whole huge pages in size, that begins where a huge page may.
char* map_huge(std::size_t bytes) {
  char* memory = map(bytes + kHugePage);
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::size_t before = (kHugePage - address % kHugePage) % kHugePage;
  if (before > 0) ::munmap(memory, before);
  char* chunk = memory + before;
  ::munmap(chunk + bytes, kHugePage - before);
  // Where the kernel has none, ordinary pages do.
  ::madvise(chunk, bytes, MADV_HUGEPAGE);
  return chunk;
}

std::size_t in_huge_pages(std::size_t bytes) {
  return (bytes + kHugePage - 1) / kHugePage * kHugePage;
}

/// The pieces of one thread at a time.
class Pool {
 public:
  void* take(std::size_t size_class) {
    Piece*& first = released_[size_class];
    if (first) {
      Piece* piece = first;
      first = piece->next;
      return piece;
    }
    return cut(size_class * kGrain);
  }
  void put(void* memory, std::size_t size_class) {
    released_[size_class] = ::new (memory) Piece{released_[size_class]};
  }

 private:
  /// What is left of a chunk that is too short for a piece is lost: 2 KiB of 2 MiB at most.
  void* cut(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - next_) < bytes) {
      const bool is_first = next_ == nullptr;
      next_ = is_first ? map(kFirstChunk) : map_huge(kHugePage);
      end_ = next_ + (is_first ? kFirstChunk : kHugePage);
    }
    char* piece = next_;
    next_ += bytes;
    return piece;
  }

  std::array<Piece*, kLargest / kGrain + 1> released_{};
  char* next_ = nullptr;
  char* end_ = nullptr;
};

/// Pools outlive their threads: the next thread goes on with what it finds in one. Never destroyed,
/// because worlds may be destroyed after everything else.
class Pools {
 public:
  static Pools& instance() {
    static auto* const kPools = new Pools;
    return *kPools;
  }
  Pool* borrow() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return new Pool;
    Pool* pool = idle_.back();
    idle_.pop_back();
    return pool;
  }
  void give_back(Pool* pool) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(pool);
  }

 private:
  std::mutex mutex_;
  std::vector<Pool*> idle_;
};

thread_local Pool* own_pool = nullptr;

struct Returner {
  ~Returner() {
    if (own_pool) Pools::instance().give_back(own_pool);
    own_pool = nullptr;
  }
};

Pool& borrow_pool() {
  own_pool = Pools::instance().borrow();
  thread_local const Returner kReturner;
  return *own_pool;
}

Pool& pool() { return own_pool ? *own_pool : borrow_pool(); }

}  // namespace

void* allocate(std::size_t bytes) {
  if (FALLSTREAK_POOLS && bytes >= kHugePage) return map_huge(in_huge_pages(bytes));
  if (!FALLSTREAK_POOLS || bytes > kLargest) return ::operator new(bytes);
  return pool().take(class_of(bytes));
}

void release(void* memory, std::size_t bytes) noexcept {
  if (FALLSTREAK_POOLS && bytes >= kHugePage) {
    ::munmap(memory, in_huge_pages(bytes));
  } else if (!FALLSTREAK_POOLS || bytes > kLargest) {
    ::operator delete(memory);
  } else {
    pool().put(memory, class_of(bytes));
  }
}

}  // namespace fallstreak::world
