#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "protocols/http_message.h"
#include "protocols/sigv4_errors.h"

namespace fallstreak::protocols {

/// What a request says of its signature, taken apart and well-formed, but not verified.
struct SignatureClaim {
  bool is_query = false;
  std::string access_key_id;
  std::string date;  // of the scope
  std::string region;
  std::string service;
  std::string terminator;
  std::vector<std::string> signed_headers;  // lower case, in order
  std::string signature;
  std::string timestamp;  // as given
  Time signed_at{};
  std::chrono::seconds expires{0};  // of a query
  std::string session_token;
  /// A query's `X-Amz-Content-Sha256`.
  std::string content_sha256;
};

/// Refuses what is missing or malformed, in the words of the family.
Outcome<SignatureClaim> read_claim(const HttpRequest& request, AuthFamily family);

}  // namespace fallstreak::protocols
