#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dispatch/pages.h"
#include "services/application-autoscaling/errors.h"

namespace fallstreak::services::application_autoscaling {

/// AWS: 50 rows, and at most as many can be asked for.
constexpr std::int32_t kPageSize = 50;

/// A page of the rows whose keys begin with `prefix`; see dispatch/pages.h.
template <class Table, class Request, class IsWanted, class Add>
std::optional<std::string> read_page(const Table& table, std::string_view prefix,
                                     const Request& request, const IsWanted& is_wanted,
                                     const Add& add) {
  const std::int32_t most = std::clamp(request.MaxResults.value_or(kPageSize), 1, kPageSize);
  return dispatch::read_page(table, {request.NextToken, most, prefix}, invalid_next_token,
                             is_wanted, add);
}

}  // namespace fallstreak::services::application_autoscaling
