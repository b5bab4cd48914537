#include "services/s3/byte_ranges.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "services/s3/errors.h"

namespace fallstreak::services::s3 {
namespace {

constexpr std::string_view kUnit = "bytes=";

/// A number of digits alone; the largest one where it is larger.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool has_only_digits =
      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || !has_only_digits) return std::nullopt;
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc()) return std::numeric_limits<std::uint64_t>::max();
  return value;
}

}  // namespace

// https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t size) {
  if (!header.starts_with(kUnit)) return std::nullopt;
  const std::string_view range = header.substr(kUnit.size());
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = parse_number(range.substr(0, dash));
  const auto last = parse_number(range.substr(dash + 1));
  if (dash == 0) {  // the last so many bytes
    if (!last) return std::nullopt;
    if (*last == 0 || size == 0) throw invalid_range(header, size);
    const std::uint64_t count = std::min(*last, size);
    return ByteRange{size - count, count};
  }
  const bool is_open = dash + 1 == range.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) throw invalid_range(header, size);
  const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
  return ByteRange{*first, end - *first + 1};
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
ByteRange parse_copy_source_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kName = "x-amz-copy-source-range";
  const auto dash = header.find('-');
  std::optional<std::uint64_t> first;
  std::optional<std::uint64_t> last;
  if (header.starts_with(kUnit) && dash != std::string_view::npos) {
    first = parse_number(header.substr(kUnit.size(), dash - kUnit.size()));
    last = parse_number(header.substr(dash + 1));
  }
  if (!first || !last || *last < *first) {
    throw invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
        "last are the zero-based offsets of the first and last bytes to copy",
        kName, header);
  }
  if (*last >= size) {
    throw invalid_argument(
        "Range specified is not valid for source object of size: " + std::to_string(size), kName,
        header);
  }
  return {*first, *last - *first + 1};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.offset) + "-" +
         std::to_string(range.offset + range.size - 1) + "/" + std::to_string(size);
}

}  // namespace fallstreak::services::s3
