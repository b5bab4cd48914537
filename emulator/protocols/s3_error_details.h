#pragma once

#include <optional>
#include <string>

#include "api/shape.h"
#include "base/error.h"

namespace fallstreak::protocols {

/// The members that S3 writes after `Code` and `Message` when it refuses a request before any
/// operation sees it. Models do not declare them. Those that are set are written, in this order.
struct S3ErrorDetails {
  std::optional<std::string> argument_name;
  std::optional<std::string> argument_value;
  std::optional<std::string> region;
  std::optional<std::string> aws_access_key_id;
  std::optional<std::string> string_to_sign;
  std::optional<std::string> signature_provided;
  std::optional<std::string> string_to_sign_bytes;
  std::optional<std::string> canonical_request;
  std::optional<std::string> canonical_request_bytes;
  std::optional<std::string> headers_not_signed;
  std::optional<std::string> x_amz_expires;
  std::optional<std::string> expires;
  std::optional<std::string> request_time;
  std::optional<std::string> server_time;
  std::optional<std::string> max_allowed_skew_milliseconds;
  std::optional<std::string> client_computed_content_sha256;
  std::optional<std::string> s3_computed_content_sha256;
  std::optional<std::string> content_md5;
  std::optional<std::string> expected_digest;
  std::optional<std::string> calculated_digest;
  std::optional<std::string> chunk;
  std::optional<std::string> bad_chunk_size;
};

const api::Shape& s3_error_details_shape();

/// The error with those members.
ApiError with_details(ApiError error, S3ErrorDetails details);
/// The details of an error that `with_details` made, or null.
const S3ErrorDetails* details_of(const ApiError& error);

}  // namespace fallstreak::protocols
