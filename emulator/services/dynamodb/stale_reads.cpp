#include "services/dynamodb/stale_reads.h"

#include "services/dynamodb/keys.h"

namespace fallstreak::services::dynamodb {
namespace {

/// A version's key is its row's, then when it ended, then the number of the change.
constexpr std::size_t kSuffix = 2 * sizeof(std::uint64_t);

std::uint64_t next_number(Context& context) {
  constexpr std::string_view kName = "version";
  const SequenceRecord* sequence = context.state.sequences.find(kName);
  const std::uint64_t number = sequence == nullptr ? 1 : sequence->last + 1;
  context.state.sequences.put(std::string(kName), {number});
  return number;
}

void append_moment(std::string& key, Time time, std::uint64_t number) {
  KeyBytes bytes;
  bytes.append_number(static_cast<std::uint64_t>(to_nanoseconds(time)));
  bytes.append_number(number);
  key += bytes.view();
}

/// Each new version drops two old ones at most, so that none costs much and all go.
void drop_old_versions(Context& context) {
  State& state = context.state;
  for (int count = 0; count < 2; ++count) {
    const auto oldest = state.version_ends.begin();
    if (oldest == state.version_ends.end() || oldest->second.gone > context.now()) return;
    const std::string key(std::string_view(oldest->first));
    state.versions.erase(oldest->second.version);
    state.version_ends.erase(key);
  }
}

}  // namespace

void keep_version(Context& context, const TableRecord& table, std::string_view key,
                  const ItemRecord* old) {
  drop_old_versions(context);
  VersionRecord version{.until = context.now()};
  if (old != nullptr) {
    version.item = std::string(old->attributes.view());
    version.size = old->size;
  }
  const std::uint64_t number = next_number(context);
  std::string row(key);
  append_moment(row, context.now(), number);
  const Time gone = context.now() + table.stale_reads;
  std::string end;
  append_moment(end, gone, number);
  context.state.versions.insert(row, std::move(version));
  context.state.version_ends.insert(std::move(end), {.version = row, .gone = gone});
}

std::optional<Time> read_time(Context& context, const TableRecord& table, Consistency consistency) {
  if (!table.has_stale_reads() || consistency == Consistency::strong) return std::nullopt;
  const auto lag =
      context.world().random().uniform(context.stream("stale-read"), 0, table.stale_reads.count());
  return context.now() - Duration(lag);
}

const ItemRecord* find_as_of(const Context& context, std::string_view key, Time time,
                             ItemRecord& storage) {
  std::string after(key);
  append_moment(after, time + Duration(1), 0);
  const auto& versions = context.state.versions;
  const auto at = versions.lower_bound(after);
  const bool is_of_row = at != versions.end() && at->first.size() == key.size() + kSuffix &&
                         std::string_view(at->first).starts_with(key);
  if (!is_of_row) return context.state.items.find(key);
  if (!at->second.item) return nullptr;
  storage = {.attributes = *at->second.item, .size = at->second.size};
  return &storage;
}

OldRows old_rows(const Context& context, std::string_view low, std::string_view high, Time time) {
  OldRows rows;
  const auto& versions = context.state.versions;
  for (auto at = versions.lower_bound(low); at != versions.end() && at->first < high; ++at) {
    if (at->second.until <= time) continue;
    const std::string_view version = at->first;
    const std::string_view key = version.substr(0, version.size() - kSuffix);
    // A version sorts after its row, which may come before the range.
    if (key < low) continue;
    // The first change after the moment replaced what was there then.
    rows.try_emplace(std::string(key), &at->second);
  }
  return rows;
}

}  // namespace fallstreak::services::dynamodb
