#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/http_message.h"

namespace fallstreak::protocols {

/// How a request says who sent it.
enum class AuthScheme : std::uint8_t {
  anonymous,
  sigv4_header,
  sigv4_query,    // presigned
  sigv4a_header,  // AWS4-ECDSA-P256-SHA256: recognised so that it can be refused by name
  sigv4a_query,
  sigv2_header,  // `Authorization: AWS key:signature`
  sigv2_query,   // `AWSAccessKeyId=`
  other,         // an Authorization header of someone else's: `Bearer`, `Basic`
};

/// Who claims to send a request, and for which region and service. Views into the request; nothing
/// is verified or decoded, and what the request does not say is empty.
struct Credential {
  AuthScheme scheme = AuthScheme::anonymous;
  std::string_view access_key_id;
  std::string_view date;
  std::string_view region;  // none in Signature Version 4A
  std::string_view service;
  std::string_view session_token;  // percent-encoded when the scheme is a query
};

/// Reads the claim without verifying it. Called on every request: allocates nothing.
Credential parse_credential(const HttpRequest& request);
/// The views would outlive what they view.
Credential parse_credential(HttpRequest&&) = delete;

}  // namespace fallstreak::protocols
