#include "world/memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace fallstreak::world {
namespace {

struct Piece {
  unsigned char* memory;
  std::size_t bytes;
  unsigned char mark;
};

Piece take(std::size_t bytes, unsigned char mark) {
  auto* memory = static_cast<unsigned char*>(allocate(bytes));
  std::memset(memory, mark, bytes);
  return {memory, bytes, mark};
}

bool is_whole(const Piece& piece) {
  return std::all_of(piece.memory, piece.memory + piece.bytes,
                     [&](unsigned char byte) { return byte == piece.mark; });
}

/// A seeded sequence, the same in every run.
class Sequence {
 public:
  std::uint32_t below(std::uint32_t limit) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state_ >> 33U) % limit;
  }

 private:
  std::uint64_t state_ = 1;
};

TEST(Memory, PiecesOfEverySizeKeepWhatIsWrittenWhileOthersComeAndGo) {
  Sequence sequence;
  std::vector<Piece> pieces;
  for (int step = 0; step < 200'000; ++step) {
    const bool takes = pieces.empty() || sequence.below(100) < 52;
    if (takes) {
      const auto mark = static_cast<unsigned char>(sequence.below(256));
      pieces.push_back(take(1 + sequence.below(3000), mark));
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(pieces.back().memory) % 16, 0U);
    } else {
      std::swap(pieces[sequence.below(static_cast<std::uint32_t>(pieces.size()))], pieces.back());
      ASSERT_TRUE(is_whole(pieces.back())) << "step " << step;
      release(pieces.back().memory, pieces.back().bytes);
      pieces.pop_back();
    }
  }
  for (const Piece& piece : pieces) {
    ASSERT_TRUE(is_whole(piece));
    release(piece.memory, piece.bytes);
  }
}

TEST(Memory, APieceMayBeReleasedByAnotherThread) {
  for (int round = 0; round < 20; ++round) {
    std::vector<Piece> pieces;
    std::thread([&] {
      for (std::size_t bytes = 1; bytes < 2500; bytes += 7) {
        pieces.push_back(take(bytes, static_cast<unsigned char>(bytes)));
      }
    }).join();
    std::thread([&] {
      for (const Piece& piece : pieces) {
        EXPECT_TRUE(is_whole(piece));
        release(piece.memory, piece.bytes);
      }
    }).join();
  }
}

}  // namespace
}  // namespace fallstreak::world
