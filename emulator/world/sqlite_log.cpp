#include "world/sqlite_log.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace fallstreak::world {
namespace {

/// Before the bytes of the key and of the record. It is of this machine's byte order, as the file
/// is of this machine.
struct Head {
  std::int64_t table_id = 0;
  std::uint64_t key_size = 0;
  /// One more than the record has, and 0 when it was erased.
  std::uint64_t record_size = 0;
};

/// Takes the first bytes off; nothing when there are not so many.
std::optional<std::string_view> take(std::string_view& bytes, std::uint64_t count) {
  if (count > bytes.size()) return std::nullopt;
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

std::optional<LoggedRow> take_row(std::string_view& bytes) {
  const auto head_bytes = take(bytes, sizeof(Head));
  if (!head_bytes) return std::nullopt;
  Head head;
  std::memcpy(&head, head_bytes->data(), sizeof head);
  LoggedRow row{.table_id = head.table_id};
  const auto key = take(bytes, head.key_size);
  if (!key) return std::nullopt;
  row.key = *key;
  if (head.record_size == 0) return row;
  row.record = take(bytes, head.record_size - 1);
  if (!row.record) return std::nullopt;
  return row;
}

}  // namespace

void append_to_log(const LoggedRow& row, std::string& entry) {
  const Head head{row.table_id, row.key.size(), row.record ? row.record->size() + 1 : 0};
  entry.append(reinterpret_cast<const char*>(&head), sizeof head);
  entry += row.key;
  if (row.record) entry += *row.record;
}

std::optional<std::vector<LoggedRow>> newest_rows(const std::vector<std::string>& entries) {
  std::vector<LoggedRow> rows;
  for (const std::string& entry : entries) {
    std::string_view bytes = entry;
    while (!bytes.empty()) {
      const auto row = take_row(bytes);
      if (!row) return std::nullopt;
      rows.push_back(*row);
    }
  }
  // Of equal ones the newest first, which unique keeps.
  std::ranges::reverse(rows);
  std::ranges::stable_sort(
      rows, [](const LoggedRow& a, const LoggedRow& b) { return a.is_before(b.table_id, b.key); });
  const auto older = std::ranges::unique(
      rows, [](const LoggedRow& a, const LoggedRow& b) { return a.is_at(b.table_id, b.key); });
  rows.erase(older.begin(), older.end());
  return rows;
}

}  // namespace fallstreak::world
