#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "services/arc-zonal-shift/errors.h"

/// Long lists in pages: a token is the last key of the page before, so it stays good while rows
/// come and go.
namespace fallstreak::services::arc_zonal_shift {

/// AWS: at most a hundred can be asked for. Chosen: as many when nothing is said.
constexpr std::int32_t kLargestPage = 100;

/// Calls `add(row)` for the rows of a page whose keys begin with `prefix`, in their order;
/// `is_wanted(row)` says which count. Gives the token of the next page, if there is one.
template <class Table, class Request, class IsWanted, class Add>
std::optional<std::string> read_page(const Table& table, const std::string& prefix,
                                     const Request& request, IsWanted&& is_wanted, Add&& add) {
  std::string after;
  if (request.nextToken) {
    auto decoded = from_base64(*request.nextToken);
    if (!decoded || !decoded->starts_with(prefix)) throw invalid_token();
    after = std::move(*decoded);
  }
  std::int32_t left = std::clamp(request.maxResults.value_or(kLargestPage), 1, kLargestPage);
  std::string last_key;
  auto at = after.empty() ? table.lower_bound(prefix) : table.upper_bound(after);
  for (; at != table.end(); ++at) {
    const std::string_view key = at->first;
    if (!key.starts_with(prefix)) break;
    if (!is_wanted(*at)) continue;
    if (left-- == 0) return to_base64(last_key);
    add(*at);
    last_key = key;
  }
  return std::nullopt;
}

}  // namespace fallstreak::services::arc_zonal_shift
