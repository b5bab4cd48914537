#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.h"

/// Long lists in pages: a token is the last key of the page before, so it stays good while rows
/// come and go.
namespace fallstreak::dispatch {

struct PageAsked {
  const std::optional<std::string>& token;
  std::int32_t most;
  /// Rows of a table whose keys begin so; any, when it is empty.
  std::string_view prefix = {};
};

/// Calls `add(row)` for the rows of a page in the order of their keys; `is_wanted(row)` says which
/// count. Gives the token of the next page, if there is one. `rows` are a table, in which a page
/// begins at once, or a list of pairs in that order. `refuse()` makes the error for a token that is
/// none of this list.
template <class Rows, class Refuse, class IsWanted, class Add>
std::optional<std::string> read_page(const Rows& rows, const PageAsked& page, const Refuse& refuse,
                                     const IsWanted& is_wanted, const Add& add) {
  std::string after;
  if (page.token) {
    auto decoded = from_base64(*page.token);
    if (!decoded || decoded->empty() || !decoded->starts_with(page.prefix)) throw refuse();
    after = std::move(*decoded);
  }
  auto at = std::begin(rows);
  if constexpr (requires { rows.upper_bound(after); }) {
    at = after.empty() ? rows.lower_bound(page.prefix) : rows.upper_bound(after);
  } else {
    while (at != std::end(rows) && at->first <= after) ++at;
  }
  std::int32_t left = page.most;
  std::string last_key;
  for (; at != std::end(rows); ++at) {
    const std::string_view key = at->first;
    if (!key.starts_with(page.prefix)) break;
    if (!is_wanted(*at)) continue;
    if (left-- == 0) return to_base64(last_key);
    add(*at);
    last_key = key;
  }
  return std::nullopt;
}

}  // namespace fallstreak::dispatch
