#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "services/elbv2/errors.h"
#include "world/table.h"

/// Long lists in pages: a marker is the last key of the page before, so it stays good while rows
/// come and go.
namespace fallstreak::services::elbv2 {

/// Calls `add(row)` for the rows of a page in the order of their keys; `wanted(row)` says which
/// count. Returns the marker of the next page, if there is one.
template <class Rows, class Wanted, class Add>
std::optional<std::string> read_page(const Rows& rows, const std::optional<std::string>& marker,
                                     const std::optional<std::int32_t>& page_size, Wanted&& wanted,
                                     Add&& add) {
  constexpr std::int32_t kLargestPage = 400;  // AWS: PageSize is at most 400
  std::string after;
  if (marker) {
    auto decoded = from_base64(*marker);
    if (!decoded || decoded->empty()) throw invalid_marker();
    after = std::move(*decoded);
  }
  std::int32_t left = page_size.value_or(kLargestPage);
  std::string last_key;
  for (const auto& row : rows) {
    if (row.first <= after || !wanted(row)) continue;
    if (left-- == 0) return to_base64(last_key);
    add(row);
    last_key = row.first;
  }
  return std::nullopt;
}

}  // namespace fallstreak::services::elbv2
