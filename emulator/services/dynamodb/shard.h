#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/state.h"

/// A stream's shard and the places in it.
///
/// Chosen: a stream has one shard, which stays open as long as the stream is enabled. AWS splits
/// shards with the table's partitions and closes them after some hours; readers of both must follow
/// `ParentShardId` and `NextShardIterator`, which are told truly here.
namespace fallstreak::services::dynamodb {

std::string shard_id(const StreamRecord& stream);

/// AWS: at least 21 digits; they compare as texts as they do as numbers.
std::string sequence_text(std::uint64_t sequence);
std::optional<std::uint64_t> read_sequence(std::string_view text);

/// The changes that a stream still has: numbers from `first` to before `end`.
struct ChangeRange {
  std::uint64_t first = 1;
  std::uint64_t end = 1;
};
ChangeRange changes_of(const State& state, const StreamRecord& stream, Time now);
/// The first change that is not older.
std::uint64_t first_since(const State& state, const StreamRecord& stream, const ChangeRange& range,
                          Time time);

/// What a shard iterator's text says.
struct ShardIterator {
  std::string stream_key;
  std::uint64_t stream_id = 0;
  /// The next change to read; none for the oldest that is there.
  std::optional<std::uint64_t> next;
  Time created{};
};
std::string to_text(const ShardIterator& iterator);
std::optional<ShardIterator> read_iterator(std::string_view text);

}  // namespace fallstreak::services::dynamodb
