#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "services/ec2/errors.h"
#include "world/table.h"

/// Pages of a Describe operation. A token names the last row that was shown, so that rows which
/// come and go between two pages neither repeat nor hide others.
namespace fallstreak::services::ec2 {

inline std::string make_token(std::string_view last_key) {
  return to_base64("ec2:" + std::string(last_key));
}

inline std::optional<std::string> read_token(const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::nullopt;
  auto text = from_base64(*token);
  if (!text || !text->starts_with("ec2:")) throw invalid_next_token();
  return text->substr(4);
}

/// How many rows a page may have; AWS: "between 5 and 1000" for most operations.
struct PageLimits {
  std::int32_t least = 5;
  std::int32_t most = 1000;
};

/// How a request wants its answer cut.
struct Page {
  Page(const std::optional<std::int32_t>& max_results, const std::optional<std::string>& next_token,
       PageLimits limits = {})
      : limit(max_results ? std::size_t(*max_results) : std::numeric_limits<std::size_t>::max()),
        after(read_token(next_token)) {
    if (max_results && (*max_results < limits.least || *max_results > limits.most)) {
      throw invalid_value_for(std::to_string(*max_results), "maxResults",
                              "Expecting a value between " + std::to_string(limits.least) +
                                  " and " + std::to_string(limits.most) + ".");
    }
  }
  std::size_t limit;
  std::optional<std::string> after;
};

/// Calls `show(record)` for each record of this page, and gives the token of the next one if there
/// is more. With `ids`, these are looked up by key, and `not_found(missing)` makes the error when
/// some are not there.
template <class Record, class Passes, class NotFound, class Show>
std::optional<std::string> show_page(const world::Table<Record>& table,
                                     const std::optional<std::vector<std::string>>& ids,
                                     const Page& page, const Passes& passes,
                                     const NotFound& not_found, const Show& show) {
  std::size_t shown = 0;
  std::string_view last;
  // False when the page was full before this row.
  const auto take = [&](std::string_view key, const Record& record) {
    if (!passes(record)) return true;
    if (shown == page.limit) return false;
    show(record);
    ++shown;
    last = key;
    return true;
  };
  if (ids && !ids->empty()) {
    std::vector<std::string> missing;
    for (const auto& id : *ids) {
      if (!table.contains(id)) missing.push_back(id);
    }
    if (!missing.empty()) throw not_found(missing);
    const std::set<std::string_view> wanted(ids->begin(), ids->end());
    for (const auto id : wanted) {
      if (page.after && id <= *page.after) continue;
      if (!take(id, *table.find(id))) return make_token(last);
    }
    return std::nullopt;
  }
  const auto end = table.end();
  for (auto row = page.after ? table.upper_bound(*page.after) : table.begin(); row != end; ++row) {
    if (!take(row->first, row->second)) return make_token(last);
  }
  return std::nullopt;
}

/// The same for the rows whose keys begin with `prefix`: those of one fleet, say.
template <class Record, class Passes, class Show>
std::optional<std::string> show_page_in(const world::Table<Record>& table,
                                        const std::string& prefix, const Page& page,
                                        const Passes& passes, const Show& show) {
  if (page.after && !page.after->starts_with(prefix)) throw invalid_next_token();
  std::size_t shown = 0;
  std::string last;
  const auto end = table.end();
  for (auto row = page.after ? table.upper_bound(*page.after) : table.lower_bound(prefix);
       row != end && std::string_view(row->first).starts_with(prefix); ++row) {
    if (!passes(row->first, row->second)) continue;
    if (shown == page.limit) return make_token(last);
    show(row->first, row->second);
    ++shown;
    last = row->first;
  }
  return std::nullopt;
}

}  // namespace fallstreak::services::ec2
