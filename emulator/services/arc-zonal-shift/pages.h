#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dispatch/pages.h"
#include "services/arc-zonal-shift/errors.h"

namespace fallstreak::services::arc_zonal_shift {

/// AWS: at most a hundred can be asked for. Chosen: as many when nothing is said.
constexpr std::int32_t kLargestPage = 100;

/// A page of the rows whose keys begin with `prefix`; see dispatch/pages.h.
template <class Table, class Request, class IsWanted, class Add>
std::optional<std::string> read_page(const Table& table, std::string_view prefix,
                                     const Request& request, const IsWanted& is_wanted,
                                     const Add& add) {
  const std::int32_t most = std::clamp(request.maxResults.value_or(kLargestPage), 1, kLargestPage);
  return dispatch::read_page(table, {request.nextToken, most, prefix}, invalid_token, is_wanted,
                             add);
}

}  // namespace fallstreak::services::arc_zonal_shift
