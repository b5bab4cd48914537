#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fallstreak::services::s3 {

/// Bytes of an object: a range of none is never asked for.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// What a `Range` header means for an object of `size` bytes. Empty when it is not one range of
/// bytes: AWS gives the whole object then. Throws InvalidRange when it lies outside.
std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size);
/// `x-amz-copy-source-range`, which has one form alone. Throws InvalidArgument.
ByteRange parse_copy_source_range(std::string_view header, std::uint64_t size);
/// `bytes 0-9/443`
std::string content_range(const ByteRange& range, std::uint64_t size);

}  // namespace fallstreak::services::s3
