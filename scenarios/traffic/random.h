#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fallstreak::scenarios::traffic {

// Counter-based randomness: the n-th draw of a stream is a function of (key, n) alone. No draw
// moves another, so a new entity changes nothing for the others, and two variants of a scenario see
// the same shoppers.
//
// All arithmetic is integer or the IEEE basic operations in a fixed order: the same bits on every
// machine (base/portable_math.h).

/// Stafford's variant 13 of the MurmurHash3 finaliser, as in SplitMix64: a bijection whose bits all
/// depend on all.
constexpr std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

inline constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

/// The key of one stream: who draws, and what for.
constexpr std::uint64_t stream_key(std::uint64_t seed, std::string_view entity,
                                   std::string_view purpose) {
  std::uint64_t key = mix(seed + kGolden);
  for (const char byte : entity) key = mix(key ^ static_cast<unsigned char>(byte)) + kGolden;
  key = mix(key ^ 0x2f);
  for (const char byte : purpose) key = mix(key ^ static_cast<unsigned char>(byte)) + kGolden;
  return mix(key);
}

/// The n-th draw of a stream: 64 random bits.
constexpr std::uint64_t draw(std::uint64_t key, std::uint64_t n) { return mix(key + n * kGolden); }

/// [0, 1) from the upper 53 bits.
constexpr double to_unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

/// Tables of Marsaglia and Tsang's ziggurat for the exponential distribution, 256 layers.
/// https://www.jstatsoft.org/article/view/v005i08
struct Ziggurat {
  std::array<std::uint64_t, 256> threshold{};
  std::array<double, 256> width{};
  std::array<double, 256> height{};
  Ziggurat();
};
const Ziggurat& ziggurat();

/// The rare cases of the ziggurat.
double exponential_draw_slow(std::uint64_t bits);

/// An exponential variate of mean 1 from 64 random bits.
inline double exponential_draw(const Ziggurat& tables, std::uint64_t bits) {
  const std::uint64_t layer = bits & 255;
  const std::uint64_t position = bits >> 11;
  if (position < tables.threshold[layer]) [[likely]] {
    return static_cast<double>(position) * tables.width[layer];
  }
  return exponential_draw_slow(bits);
}

/// A standard normal variate from 64 random bits, by inversion.
double normal_draw(std::uint64_t bits);

}  // namespace fallstreak::scenarios::traffic
