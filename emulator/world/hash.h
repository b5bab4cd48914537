#pragma once

#include <cstdint>
#include <string_view>

namespace fallstreak::world {

/// A strong 64-bit hash of bytes: the same on every machine, in every build, forever, because ids
/// and random streams are made of it. Not a defence against someone who chooses the bytes.
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0);

/// Mixes two words into one, each bit of which depends on every bit of both.
std::uint64_t mix(std::uint64_t a, std::uint64_t b);

}  // namespace fallstreak::world
