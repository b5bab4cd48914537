#pragma once

#include <string>

#include "base/encoding.h"
#include "services/ec2/errors.h"

namespace fallstreak::services::ec2 {

/// AWS: "User data is limited to 16 KB, in raw form, before it is base64-encoded."
constexpr std::size_t kMaxUserData = 16384;

/// The bytes; refuses what is not base64 or too long.
inline std::string decode_user_data(const std::string& text) {
  auto bytes = from_base64(text);
  if (!bytes) throw invalid_user_data_malformed();
  if (bytes->size() > kMaxUserData) throw user_data_too_long();
  return std::move(*bytes);
}

}  // namespace fallstreak::services::ec2
