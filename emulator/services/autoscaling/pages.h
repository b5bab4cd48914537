#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "services/autoscaling/errors.h"

/// Long lists in pages: a token is the last key of the page before, so it stays good while rows
/// come and go.
namespace fallstreak::services::autoscaling {

struct Page {
  const std::optional<std::string>& next_token;
  const std::optional<std::int32_t>& max_records;
  std::int32_t default_records;
  std::int32_t most_records;
};

/// Calls `add(row)` for the rows of a page in the order of their keys; `is_wanted(row)` says which
/// count. Returns the token of the next page, if there is one.
template <class Rows, class IsWanted, class Add>
std::optional<std::string> read_page(const Rows& rows, const Page& page, IsWanted&& is_wanted,
                                     Add&& add) {
  std::string after;
  if (page.next_token) {
    auto decoded = from_base64(*page.next_token);
    if (!decoded || decoded->empty()) throw invalid_next_token();
    after = std::move(*decoded);
  }
  std::int32_t left = std::min(page.max_records.value_or(page.default_records), page.most_records);
  std::string last_key;
  for (const auto& row : rows) {
    if (row.first <= after || !is_wanted(row)) continue;
    if (left-- == 0) return to_base64(last_key);
    add(row);
    last_key = row.first;
  }
  return std::nullopt;
}

/// A row of a table, found by its key.
template <class Record>
struct NamedRow {
  const std::string& first;
  const Record& second;
};

/// The rows of these names, each once and in the order of a table; AWS leaves out a name that
/// nothing has. Looked up by key, so that other rows cost nothing. `sorted` keeps the names.
template <class Table>
auto rows_named(const Table& table, std::span<const std::string> names,
                std::vector<std::string>& sorted) {
  using Record = std::remove_cvref_t<decltype(*table.find(std::string()))>;
  sorted.assign(names.begin(), names.end());
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<NamedRow<Record>> rows;
  for (const auto& name : sorted) {
    if (const auto* found = table.find(name)) rows.push_back({name, *found});
  }
  return rows;
}

}  // namespace fallstreak::services::autoscaling
