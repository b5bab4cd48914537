#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Rows in the order in which they were written, as the SQLite store logs them: an entry is what
/// one flush wrote. A row in its place costs a page of the file; at the end of a log it costs its
/// bytes.
namespace fallstreak::world {

/// A row as it became; no record when it was erased.
struct LoggedRow {
  std::int64_t table_id = 0;
  std::string_view key;
  std::optional<std::string_view> record;

  [[nodiscard]] bool is_before(std::int64_t other_table, std::string_view other_key) const {
    return table_id != other_table ? table_id < other_table : key < other_key;
  }
  [[nodiscard]] bool is_at(std::int64_t other_table, std::string_view other_key) const {
    return table_id == other_table && key == other_key;
  }
};

void append_to_log(const LoggedRow& row, std::string& entry);

/// The rows of all entries, the newest of each, by table and key. They point into the entries, the
/// oldest of which comes first. Nothing when an entry is cut off.
std::optional<std::vector<LoggedRow>> newest_rows(const std::vector<std::string>& entries);

}  // namespace fallstreak::world
