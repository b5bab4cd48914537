#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

/// What AWS answers to a request that it cannot authenticate. One fact has a different code, status
/// and text in each family of services.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
namespace fallstreak::protocols {

/// Services that answer alike.
enum class AuthFamily : std::uint8_t {
  query,      // STS, IAM, Auto Scaling, ELB, CloudWatch, RDS, Route 53
  ec2,        //
  json,       // DynamoDB, ECS and the others of JSON 1.0, 1.1 and RPC v2 CBOR
  rest_json,  // Lambda, API Gateway
  s3,
};

/// As these texts show what was sent.
inline std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

ApiError missing_authentication_token(AuthFamily family);
/// The access key id is unknown.
ApiError unrecognized_client(AuthFamily family, std::string_view access_key_id);
ApiError invalid_session_token(AuthFamily family);
ApiError expired_session_token(AuthFamily family);
/// Not for S3, which has many texts of its own.
ApiError incomplete_signature(AuthFamily family, std::string message);
ApiError invalid_signature(AuthFamily family, std::string message);
ApiError unsupported_scheme(AuthFamily family, std::string_view algorithm);

struct SignatureMismatch {
  std::string access_key_id;
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature_provided;
};
ApiError signature_does_not_match(AuthFamily family, SignatureMismatch mismatch);

/// The request was signed too long ago, or in the future.
ApiError request_time_too_skewed(AuthFamily family, std::string_view timestamp, Time signed_at,
                                 Time now, std::chrono::minutes allowed);
ApiError presigned_request_expired(Time signed_at, std::chrono::seconds expires, Time now);
ApiError presigned_request_not_yet_valid(Time signed_at, std::chrono::seconds expires, Time now);

// S3 alone.
ApiError authorization_header_malformed(std::string_view reason);
ApiError authorization_query_parameters_error(std::string message);
ApiError wrong_region(std::string_view given, std::string_view expected, bool is_query);
ApiError only_one_auth_mechanism();
ApiError invalid_authorization_header(std::string_view header);
ApiError headers_not_signed(std::string names);
ApiError invalid_date_header();
ApiError missing_content_sha256();
ApiError invalid_content_sha256(std::string_view value);
ApiError content_sha256_mismatch(std::string_view claimed, std::string_view computed);

}  // namespace fallstreak::protocols
