#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/state.h"

/// Eventually consistent reads that lag behind, where the world's realism wants them: what rows of
/// `items` were is kept for as long as a read may lag, and each read draws how far it does.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
namespace fallstreak::services::dynamodb {

/// Keeps what a row was, before it changes; null: it was not there. For tables that have
/// `has_stale_reads()`, so that it costs the others nothing.
void keep_version(Context& context, const TableRecord& table, std::string_view key,
                  const ItemRecord* old);

/// The moment whose items a read sees; empty when it sees those of now. Chosen: any lag up to the
/// longest is as likely as another, and one page is of one moment.
std::optional<Time> read_time(Context& context, const TableRecord& table, Consistency consistency);

/// A row as it was; null when it was not there. An old one is put into `storage`.
const ItemRecord* find_as_of(const Context& context, std::string_view key, Time time,
                             ItemRecord& storage);

/// The rows of a range that are not what they were, by their key.
using OldRows = std::map<std::string, const VersionRecord*, std::less<>>;
OldRows old_rows(const Context& context, std::string_view low, std::string_view high, Time time);

/// Calls `take` for the rows from `low` to before `high` as they were, in order, until it says that
/// it has enough.
enum class Direction { forward, backward };
template <class Take>
void walk_as_of(const Context& context, std::string_view low, std::string_view high, Time time,
                Direction direction, Take&& take) {
  const OldRows old = old_rows(context, low, high, time);
  const auto& items = context.state.items;
  const auto show = [&](const VersionRecord& version) {
    return !version.item || take(ItemRecord{.attributes = *version.item, .size = version.size});
  };
  if (direction == Direction::forward) {
    auto row = items.lower_bound(low);
    auto version = old.begin();
    while (true) {
      const bool has_row = row != items.end() && row->first < high;
      if (!has_row && version == old.end()) return;
      if (version != old.end() && (!has_row || version->first.compare(row->first) <= 0)) {
        if (has_row && version->first == std::string_view(row->first)) ++row;
        if (!show(*(version++)->second)) return;
      } else {
        if (!take(row->second)) return;
        ++row;
      }
    }
  }
  auto row = items.lower_bound(high);
  auto version = old.rbegin();
  while (true) {
    // The row before `row` is the next one.
    auto next = row;
    const bool has_row = row != items.begin() && !((--next)->first < low);
    if (!has_row && version == old.rend()) return;
    if (version != old.rend() && (!has_row || version->first.compare(next->first) >= 0)) {
      if (has_row && version->first == std::string_view(next->first)) row = next;
      if (!show(*(version++)->second)) return;
    } else {
      if (!take(next->second)) return;
      row = next;
    }
  }
}

}  // namespace fallstreak::services::dynamodb
