#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fallstreak {

/// The bytes of one gzip member (RFC 1952), its checksum verified; empty when it is damaged or
/// holds more than `limit`.
std::optional<std::string> gunzip(std::string_view bytes, std::uint64_t limit);

/// The bytes as one gzip member.
std::string gzip(std::string_view plain);

}  // namespace fallstreak
