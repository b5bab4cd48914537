#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "base/encoding.h"
#include "services/service-quotas/errors.h"

/// Pages: a token is the key of the last row that was shown.
namespace fallstreak::services::service_quotas {

/// Calls `add(row)` for the rows of a page, in the order of `key_of(row)`. Returns the token of the
/// next page, if there is one. AWS: up to 100 rows.
template <class Rows, class KeyOf, class IsWanted, class Add>
std::optional<std::string> read_page(const Rows& rows, const std::optional<std::string>& next_token,
                                     const std::optional<std::int32_t>& max_results,
                                     const KeyOf& key_of, const IsWanted& is_wanted,
                                     const Add& add) {
  std::string after;
  if (next_token) {
    const auto decoded = from_base64(*next_token);
    if (!decoded || decoded->empty()) throw invalid_pagination_token();
    after = *decoded;
  }
  std::int32_t left = std::min(max_results.value_or(100), 100);
  std::string last;
  for (const auto& row : rows) {
    const std::string key(key_of(row));
    if (key <= after || !is_wanted(row)) continue;
    if (left-- == 0) return to_base64(last);
    add(row);
    last = key;
  }
  return std::nullopt;
}

}  // namespace fallstreak::services::service_quotas
