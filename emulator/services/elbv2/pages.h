#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch/pages.h"
#include "services/elbv2/errors.h"

namespace fallstreak::services::elbv2 {

/// A page of rows; see dispatch/pages.h.
template <class Rows, class IsWanted, class Add>
std::optional<std::string> read_page(const Rows& rows, const std::optional<std::string>& marker,
                                     const std::optional<std::int32_t>& page_size,
                                     const IsWanted& is_wanted, const Add& add) {
  constexpr std::int32_t kLargestPage = 400;  // AWS: PageSize is at most 400
  return dispatch::read_page(rows, {marker, page_size.value_or(kLargestPage)}, invalid_marker,
                             is_wanted, add);
}

}  // namespace fallstreak::services::elbv2
