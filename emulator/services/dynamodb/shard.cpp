#include "services/dynamodb/shard.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/encoding.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"
#include "world/hash.h"

namespace fallstreak::services::dynamodb {
namespace {

constexpr std::size_t kSequenceDigits = 21;

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<std::size_t>(size)};
}

struct Fields {
  std::string_view left;
  /// The text up to the next bar.
  std::string_view take() {
    const std::size_t end = std::min(left.find('|'), left.size());
    const std::string_view field = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    return field;
  }
  std::optional<std::uint64_t> take_number() {
    const std::string_view field = take();
    std::uint64_t number = 0;
    const auto read = std::from_chars(field.data(), field.data() + field.size(), number);
    if (read.ec != std::errc() || read.ptr != field.data() + field.size()) return std::nullopt;
    return number;
  }
};

}  // namespace

std::string shard_id(const StreamRecord& stream) {
  const auto milliseconds =
      static_cast<unsigned long long>(to_nanoseconds(stream.created) / 1'000'000);
  const auto hash = static_cast<unsigned>(world::mix(stream.id, 1) & 0xFFFFFFFFU);
  return formatted("shardId-%020llu-%08x", milliseconds, hash);
}

std::string sequence_text(std::uint64_t sequence) {
  return formatted("1%020llu", static_cast<unsigned long long>(sequence));
}

std::optional<std::uint64_t> read_sequence(std::string_view text) {
  if (text.size() != kSequenceDigits || text.front() != '1') return std::nullopt;
  return Fields{text.substr(1)}.take_number();
}

ChangeRange changes_of(const State& state, const StreamRecord& stream, Time now) {
  ChangeRange range;
  range.end = last_sequence(state, stream.id) + 1;
  range.first = range.end;
  const auto oldest = state.changes.lower_bound(prefix_of(stream.id));
  if (oldest == state.changes.end() ||
      !std::string_view(oldest->first).starts_with(prefix_of(stream.id))) {
    return range;
  }
  std::uint64_t sequence = 0;
  for (const char byte : std::string_view(oldest->first).substr(sizeof(std::uint64_t)))
    sequence = (sequence << 8U) | static_cast<unsigned char>(byte);
  range.first = sequence;
  // AWS: what is older than a day cannot be read, whether or not it is removed yet.
  range.first = first_since(state, stream, range, now - kStreamRetention);
  return range;
}

std::uint64_t first_since(const State& state, const StreamRecord& stream, const ChangeRange& range,
                          Time time) {
  std::uint64_t low = range.first;
  std::uint64_t high = range.end;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (state.changes.find(change_key(stream.id, middle))->time < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::string to_text(const ShardIterator& iterator) {
  const std::string next = iterator.next ? std::to_string(*iterator.next) : "oldest";
  return to_base64(std::to_string(iterator.stream_id) + "|" + next + "|" +
                   std::to_string(to_nanoseconds(iterator.created)) + "|" + iterator.stream_key);
}

std::optional<ShardIterator> read_iterator(std::string_view text) {
  const auto decoded = from_base64(text);
  if (!decoded) return std::nullopt;
  Fields fields{*decoded};
  ShardIterator iterator;
  const auto id = fields.take_number();
  Fields next{fields.take()};
  const bool is_oldest = next.left == "oldest";
  if (!is_oldest) iterator.next = next.take_number();
  const auto created = fields.take_number();
  if (!id || !created || (!is_oldest && !iterator.next)) return std::nullopt;
  iterator.stream_id = *id;
  iterator.created = from_nanoseconds(static_cast<std::int64_t>(*created));
  iterator.stream_key = fields.left;
  return iterator;
}

}  // namespace fallstreak::services::dynamodb
