#include "protocols/sigv4_errors.h"

#include "base/encoding.h"
#include "protocols/s3_error_details.h"

namespace fallstreak::protocols {
namespace {

constexpr std::string_view kTokenInvalid = "The security token included in the request is invalid.";
constexpr std::string_view kTokenExpired = "The security token included in the request is expired";
constexpr std::string_view kNotValidated =
    "AWS was not able to validate the provided access credentials";

struct CodeAndStatus {
  std::string_view code;
  int status;
};

/// One row per fact: how each family spells it.
struct Spelling {
  CodeAndStatus query;
  CodeAndStatus ec2;
  CodeAndStatus json;
  CodeAndStatus rest_json;
  CodeAndStatus s3;

  [[nodiscard]] ApiError error(AuthFamily family, std::string message) const {
    const CodeAndStatus& chosen = family == AuthFamily::query       ? query
                                  : family == AuthFamily::ec2       ? ec2
                                  : family == AuthFamily::json      ? json
                                  : family == AuthFamily::rest_json ? rest_json
                                                                    : s3;
    return {std::string(chosen.code), std::move(message), chosen.status};
  }
};

constexpr Spelling kMissingToken{.query = {"MissingAuthenticationToken", 403},
                                 .ec2 = {"MissingParameter", 400},
                                 .json = {"MissingAuthenticationTokenException", 400},
                                 .rest_json = {"MissingAuthenticationTokenException", 403},
                                 .s3 = {"AccessDenied", 403}};
constexpr Spelling kUnknownKey{.query = {"InvalidClientTokenId", 403},
                               .ec2 = {"AuthFailure", 401},
                               .json = {"UnrecognizedClientException", 400},
                               .rest_json = {"UnrecognizedClientException", 403},
                               .s3 = {"InvalidAccessKeyId", 403}};
constexpr Spelling kBadToken{.query = {"InvalidClientTokenId", 403},
                             .ec2 = {"AuthFailure", 401},
                             .json = {"UnrecognizedClientException", 400},
                             .rest_json = {"UnrecognizedClientException", 403},
                             .s3 = {"InvalidToken", 400}};
constexpr Spelling kExpiredToken{.query = {"ExpiredToken", 403},
                                 .ec2 = {"RequestExpired", 400},
                                 .json = {"ExpiredTokenException", 400},
                                 .rest_json = {"ExpiredTokenException", 403},
                                 .s3 = {"ExpiredToken", 400}};
constexpr Spelling kIncomplete{.query = {"IncompleteSignature", 400},
                               .ec2 = {"IncompleteSignature", 400},
                               .json = {"IncompleteSignatureException", 400},
                               .rest_json = {"IncompleteSignatureException", 403},
                               .s3 = {"AuthorizationHeaderMalformed", 400}};
constexpr Spelling kInvalid{.query = {"SignatureDoesNotMatch", 403},
                            .ec2 = {"AuthFailure", 401},
                            .json = {"InvalidSignatureException", 400},
                            .rest_json = {"InvalidSignatureException", 403},
                            .s3 = {"SignatureDoesNotMatch", 403}};

/// `41 57 53`, as S3 shows text that might not print.
std::string spaced_hex(std::string_view bytes) {
  const std::string hex = to_hex(bytes);
  std::string spaced;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    if (at > 0) spaced += ' ';
    spaced.append(hex, at, 2);
  }
  return spaced;
}

S3ErrorDetails expiry_details(Time signed_at, std::chrono::seconds expires, Time now) {
  return {.x_amz_expires = std::to_string(expires.count()),
          .expires = to_iso8601(signed_at + expires),
          .server_time = to_iso8601(now)};
}

}  // namespace

ApiError missing_authentication_token(AuthFamily family) {
  switch (family) {
    case AuthFamily::query:
    case AuthFamily::json:
      return kMissingToken.error(family, "Request is missing Authentication Token");
    case AuthFamily::ec2:
      return kMissingToken.error(family, "The request must contain the parameter AWSAccessKeyId");
    case AuthFamily::rest_json:
      return kMissingToken.error(family, "Missing Authentication Token");
    case AuthFamily::s3:
      break;
  }
  return kMissingToken.error(family, "Access Denied");
}

ApiError unrecognized_client(AuthFamily family, std::string_view access_key_id) {
  if (family == AuthFamily::ec2) return kUnknownKey.error(family, std::string(kNotValidated));
  if (family != AuthFamily::s3) return kUnknownKey.error(family, std::string(kTokenInvalid));
  return with_details(
      kUnknownKey.error(family,
                        "The AWS Access Key Id you provided does not exist in our records."),
      {.aws_access_key_id = std::string(access_key_id)});
}

ApiError invalid_session_token(AuthFamily family) {
  if (family == AuthFamily::ec2) return kBadToken.error(family, std::string(kNotValidated));
  if (family != AuthFamily::s3) return kBadToken.error(family, std::string(kTokenInvalid));
  return kBadToken.error(family, "The provided token is malformed or otherwise invalid.");
}

ApiError expired_session_token(AuthFamily family) {
  if (family == AuthFamily::ec2) return kExpiredToken.error(family, "Request has expired.");
  if (family == AuthFamily::s3) {
    return kExpiredToken.error(family, "The provided token has expired.");
  }
  return kExpiredToken.error(family, std::string(kTokenExpired));
}

ApiError incomplete_signature(AuthFamily family, std::string message) {
  return kIncomplete.error(family, std::move(message));
}

ApiError invalid_signature(AuthFamily family, std::string message) {
  // AWS: EC2 says of every signature that is wrong only that it is.
  if (family == AuthFamily::ec2) message = kNotValidated;
  return kInvalid.error(family, std::move(message));
}

ApiError unsupported_scheme(AuthFamily family, std::string_view algorithm) {
  if (family == AuthFamily::s3) {
    return {"InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use "
            "AWS4-HMAC-SHA256.",
            400};
  }
  return incomplete_signature(family,
                              "Unsupported AWS 'algorithm': '" + std::string(algorithm) + "'.");
}

ApiError signature_does_not_match(AuthFamily family, SignatureMismatch mismatch) {
  if (family == AuthFamily::s3) {
    std::string string_to_sign_bytes = spaced_hex(mismatch.string_to_sign);
    std::string canonical_request_bytes = spaced_hex(mismatch.canonical_request);
    return with_details(
        invalid_signature(family,
                          "The request signature we calculated does not match the signature you "
                          "provided. Check your key and signing method."),
        {.aws_access_key_id = std::move(mismatch.access_key_id),
         .string_to_sign = std::move(mismatch.string_to_sign),
         .signature_provided = std::move(mismatch.signature_provided),
         .string_to_sign_bytes = std::move(string_to_sign_bytes),
         .canonical_request = std::move(mismatch.canonical_request),
         .canonical_request_bytes = std::move(canonical_request_bytes)});
  }
  return invalid_signature(
      family,
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for "
      "details.\n\nThe Canonical String for this request should have been\n'" +
          mismatch.canonical_request + "'\n\nThe String-to-Sign should have been\n'" +
          mismatch.string_to_sign + "'\n");
}

ApiError request_time_too_skewed(AuthFamily family, std::string_view timestamp, Time signed_at,
                                 Time now, std::chrono::minutes allowed) {
  if (family == AuthFamily::ec2) return {"RequestExpired", "Request has expired.", 400};
  if (family == AuthFamily::s3) {
    return with_details(
        {"RequestTimeTooSkewed",
         "The difference between the request time and the current time is too large.", 403},
        {.request_time = std::string(timestamp),
         .server_time = to_iso8601(now),
         .max_allowed_skew_milliseconds =
             std::to_string(std::chrono::milliseconds(allowed).count())});
  }
  const bool is_old = signed_at < now;
  const Time limit = is_old ? now - allowed : now + allowed;
  std::string message = is_old ? "Signature expired: " : "Signature not yet current: ";
  message += to_basic_iso8601(signed_at);
  message += is_old ? " is now earlier than " : " is still later than ";
  message += to_basic_iso8601(limit) + " (" + to_basic_iso8601(now) + (is_old ? " - " : " + ");
  message += std::to_string(allowed.count()) + " min.)";
  return invalid_signature(family, std::move(message));
}

ApiError presigned_request_expired(Time signed_at, std::chrono::seconds expires, Time now) {
  return with_details({"AccessDenied", "Request has expired", 403},
                      expiry_details(signed_at, expires, now));
}

ApiError presigned_request_not_yet_valid(Time signed_at, std::chrono::seconds expires, Time now) {
  return with_details({"AccessDenied", "Request is not yet valid", 403},
                      expiry_details(signed_at, expires, now));
}

ApiError authorization_header_malformed(std::string_view reason) {
  return {"AuthorizationHeaderMalformed",
          "The authorization header is malformed; " + std::string(reason), 400};
}

ApiError authorization_query_parameters_error(std::string message) {
  return {"AuthorizationQueryParametersError", std::move(message), 400};
}

ApiError wrong_region(std::string_view given, std::string_view expected, bool is_query) {
  const std::string reason =
      "the region '" + std::string(given) + "' is wrong; expecting '" + std::string(expected) + "'";
  ApiError error = is_query ? authorization_query_parameters_error(
                                  "Error parsing the X-Amz-Credential parameter; " + reason)
                            : authorization_header_malformed(reason);
  return with_details(std::move(error), {.region = std::string(expected)});
}

ApiError only_one_auth_mechanism() {
  return {"InvalidArgument",
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature "
          "query string parameter or the Authorization header should be specified",
          400};
}

ApiError invalid_authorization_header(std::string_view header) {
  return with_details({"InvalidArgument", "Unsupported Authorization Type", 400},
                      {.argument_name = "Authorization", .argument_value = std::string(header)});
}

ApiError headers_not_signed(std::string names) {
  return with_details(
      {"AccessDenied", "There were headers present in the request which were not signed", 403},
      {.headers_not_signed = std::move(names)});
}

ApiError invalid_date_header() {
  return {"AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", 403};
}

ApiError missing_content_sha256() {
  return {"InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400};
}

ApiError invalid_content_sha256(std::string_view value) {
  return with_details(
      {"InvalidArgument",
       "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
       "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
       "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, "
       "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
       400},
      {.argument_name = "x-amz-content-sha256", .argument_value = std::string(value)});
}

ApiError content_sha256_mismatch(std::string_view claimed, std::string_view computed) {
  return with_details({"XAmzContentSHA256Mismatch",
                       "The provided 'x-amz-content-sha256' header does not match what was "
                       "computed.",
                       400},
                      {.client_computed_content_sha256 = std::string(claimed),
                       .s3_computed_content_sha256 = std::string(computed)});
}

}  // namespace fallstreak::protocols
