#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dispatch/pages.h"
#include "services/autoscaling/errors.h"

namespace fallstreak::services::autoscaling {

struct Page {
  const std::optional<std::string>& next_token;
  const std::optional<std::int32_t>& max_records;
  std::int32_t default_records;
  std::int32_t most_records;
};

/// A page of rows; see dispatch/pages.h.
template <class Rows, class IsWanted, class Add>
std::optional<std::string> read_page(const Rows& rows, const Page& page, const IsWanted& is_wanted,
                                     const Add& add) {
  const std::int32_t most =
      std::min(page.max_records.value_or(page.default_records), page.most_records);
  return dispatch::read_page(rows, {page.next_token, most}, invalid_next_token, is_wanted, add);
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
