#include "world/hash.h"

#include <bit>
#include <cstring>

namespace fallstreak::world {
namespace {

static_assert(std::endian::native == std::endian::little,
              "words are read as they lie in memory; a big-endian port swaps them here");

__extension__ using Wide = unsigned __int128;

// Odd constants with as many ones as zeros (from wyhash).
constexpr std::uint64_t kFirst = 0xa0761d6478bd642f;
constexpr std::uint64_t kSecond = 0xe7037ed1a0b428db;
constexpr std::uint64_t kThird = 0x8ebc6af09c88c6e3;

/// The two halves of the full product, folded.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

/// splitmix64's finalizer: a bijection, so no input is lost.
std::uint64_t scramble(std::uint64_t word) {
  word ^= word >> 30U;
  word *= 0xbf58476d1ce4e5b9;
  word ^= word >> 27U;
  word *= 0x94d049bb133111eb;
  return word ^ (word >> 31U);
}

template <class Word>
std::uint64_t read(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return scramble(fold(a ^ kFirst, b ^ kSecond) ^ a ^ std::rotl(b, 32));
}

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t state = seed ^ kThird;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  while (left > 16) {
    state = fold(read<std::uint64_t>(at) ^ kSecond ^ state, read<std::uint64_t>(at + 8) ^ kFirst) ^
            std::rotl(state, 23);
    at += 16;
    left -= 16;
  }
  // The words may overlap; together with the length they still hold every byte.
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (left >= 8) {
    low = read<std::uint64_t>(at);
    high = read<std::uint64_t>(at + left - 8);
  } else if (left >= 4) {
    low = read<std::uint32_t>(at);
    high = read<std::uint32_t>(at + left - 4);
  } else if (left > 0) {
    low = read<std::uint8_t>(at) | read<std::uint8_t>(at + left / 2) << 8U;
    high = read<std::uint8_t>(at + left - 1);
  }
  state ^= fold(low ^ kSecond ^ state, high ^ kThird);
  return mix(state, bytes.size());
}

}  // namespace fallstreak::world
