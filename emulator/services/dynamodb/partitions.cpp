#include "services/dynamodb/partitions.h"

#include <algorithm>
#include <bit>

#include "services/dynamodb/capacity_limits.h"
#include "services/dynamodb/keys.h"

namespace fallstreak::services::dynamodb {
namespace {

constexpr std::int64_t kMinutesUntilSplit = 5;
constexpr std::size_t kRefusedKeys = 8;
/// A table's id, then a hash: see keys.h.
constexpr std::size_t kIdBytes = sizeof(std::uint64_t);
constexpr std::size_t kHashBytes = sizeof(std::uint64_t);

std::uint64_t hash_in(std::string_view key) {
  std::uint64_t hash = 0;
  for (std::size_t index = 0; index < kHashBytes; ++index) {
    const std::size_t at = kIdBytes + index;
    const auto byte = at < key.size() ? static_cast<unsigned char>(key[at]) : 0U;
    hash = (hash << 8U) | byte;
  }
  return hash;
}

void make_partition(Context& context, const std::string& first_key) {
  if (context.state.partitions.contains(first_key)) return;
  context.state.partitions.insert(
      first_key,
      {.reads = kReadsOfPartition, .writes = kWritesOfPartition, .since = context.now()});
}

/// What is split off, down to what cannot be divided.
std::string divisible(std::string key, Collections collections) {
  if (collections == Collections::stay_together) key.resize(kIdBytes + kHashBytes);
  return key;
}

void split(Context& context, const std::string& partition, const HeatRecord& heat,
           Collections collections) {
  // Three fifths of what was refused leave a margin of one fifth.
  const bool is_one_key = heat.votes * 5 >= heat.refusals;
  std::vector<std::string> keys = heat.refused_keys;
  std::ranges::sort(keys);
  const std::string middle =
      divisible(is_one_key ? heat.hot_key : keys[keys.size() / 2], collections);
  if (middle > partition) make_partition(context, middle);
  if (!is_one_key) return;
  // What follows the key goes elsewhere, unless it does already.
  const bool stays = collections == Collections::stay_together;
  make_partition(context, stays ? after_prefix(middle) : middle + '\0');
}

/// The vote of Boyer and Moore: whoever has more than half of all is found in one pass.
void vote(HeatRecord& heat, std::string_view key) {
  ++heat.refusals;
  if (heat.votes == 0) heat.hot_key = key;
  heat.votes += heat.hot_key == key ? 1 : -1;
  if (heat.refused_keys.size() < kRefusedKeys) {
    heat.refused_keys.emplace_back(key);
  } else {
    heat.refused_keys[static_cast<std::size_t>(heat.refusals) % kRefusedKeys] = key;
  }
}

/// The first key of the equal share of the hashes that the key is in.
KeyBytes share_of(std::uint64_t id, std::string_view key, std::uint64_t count) {
  const int bits = std::countr_zero(count);
  KeyBytes first;
  append_table(first, id);
  first.append_number(bits == 0 ? std::uint64_t{0} : (hash_in(key) >> (64 - bits)) << (64 - bits));
  return first;
}

}  // namespace

std::optional<std::string> take_of_partition(Context& context, std::uint64_t id,
                                             std::string_view key, std::uint64_t count,
                                             Access access, double units) {
  auto& partitions = context.state.partitions;
  const KeyBytes share = share_of(id, key, count);
  std::string_view partition = share.view();
  PartitionRecord record{
      .reads = kReadsOfPartition, .writes = kWritesOfPartition, .since = context.now()};
  // A partition that was split off within the share is the nearer one.
  auto at = partitions.upper_bound(key);
  if (at != partitions.begin() && std::string_view((--at)->first) >= partition) {
    partition = at->first;
    record = at->second;
  }
  const double seconds = std::chrono::duration<double>(context.now() - record.since).count();
  record.reads = std::min(kReadsOfPartition, record.reads + seconds * kReadsOfPartition);
  record.writes = std::min(kWritesOfPartition, record.writes + seconds * kWritesOfPartition);
  record.since = context.now();
  double& left = access == Access::read ? record.reads : record.writes;
  if (left <= 0) return std::string(partition);
  left -= units;
  partitions.put(partition, std::move(record));
  return std::nullopt;
}

void note_heat(Context& context, const std::string& partition, std::string_view key,
               Collections collections) {
  const PartitionRecord* found = context.state.partitions.find(partition);
  if (found == nullptr) return;
  PartitionRecord record = *found;
  if (!record.heat) record.heat.emplace();
  HeatRecord& heat = *record.heat;
  const std::int64_t minute =
      std::chrono::floor<std::chrono::minutes>(context.now().time_since_epoch()).count();
  if (minute != heat.hot_minute) {
    heat.hot_minutes = minute == heat.hot_minute + 1 ? heat.hot_minutes + 1 : 1;
    heat.hot_minute = minute;
  }
  vote(heat, key);
  if (heat.hot_minutes > kMinutesUntilSplit) {
    split(context, partition, heat, collections);
    heat.refused_keys.clear();
    heat.refusals = 0;
    heat.votes = 0;
    heat.hot_minutes = 0;
  }
  context.state.partitions.put(partition, std::move(record));
}

}  // namespace fallstreak::services::dynamodb
