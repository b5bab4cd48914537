#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "services/cloudwatch/errors.h"

/// A page's token is the last key of the page before, so it stays good while rows come and go.
namespace fallstreak::services::cloudwatch {

inline std::string token_after(std::string_view key) { return to_base64(key); }

/// Empty when there is no token: the first page.
inline std::string key_of_token(const std::optional<std::string>& token) {
  if (!token) return {};
  auto key = from_base64(*token);
  if (!key || key->empty()) throw invalid_next_token();
  return std::move(*key);
}

}  // namespace fallstreak::services::cloudwatch
