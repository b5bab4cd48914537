#include "protocols/s3_body_errors.h"

#include <string>

#include "protocols/s3_error_details.h"

namespace fallstreak::protocols {

ApiError incomplete_body() {
  return {"IncompleteBody",
          "You did not provide the number of bytes specified by the Content-Length HTTP header",
          400};
}

ApiError body_terminated_unexpectedly() {
  return {"IncompleteBody", "The request body terminated unexpectedly", 400};
}

ApiError missing_content_length() {
  return {"MissingContentLength", "You must provide the Content-Length HTTP header.", 411};
}

ApiError invalid_chunk_size(std::uint64_t chunk, std::uint64_t size) {
  return with_details({"InvalidChunkSizeError",
                       "Only the last chunk is allowed to have a size less than 8192 bytes", 403},
                      {.chunk = std::to_string(chunk), .bad_chunk_size = std::to_string(size)});
}

ApiError chunk_signature_does_not_match(std::string_view provided) {
  return with_details({"SignatureDoesNotMatch",
                       "The request signature we calculated does not match the signature you "
                       "provided. Check your key and signing method.",
                       403},
                      {.signature_provided = std::string(provided)});
}

ApiError malformed_trailer() {
  return {"MalformedTrailerError",
          "The request contained trailing data that was not well-formed or did not conform to our "
          "published schema.",
          400};
}

ApiError unsupported_trailer() {
  return {"InvalidRequest", "The value specified in the x-amz-trailer header is not supported",
          400};
}

ApiError invalid_checksum_value(std::string_view header) {
  return {"InvalidRequest", "Value for " + std::string(header) + " header is invalid.", 400};
}

ApiError invalid_trailing_checksum_value(std::string_view header) {
  return {"InvalidRequest", "Value for " + std::string(header) + " trailing header is invalid.",
          400};
}

ApiError checksum_does_not_match(ChecksumAlgorithm algorithm) {
  return {"BadDigest",
          "The " + std::string(name_of(algorithm)) +
              " you specified did not match the calculated checksum.",
          400};
}

ApiError several_checksums() {
  return {"InvalidRequest",
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
          400};
}

ApiError checksum_algorithm_without_value() {
  return {"InvalidRequest",
          "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
          "x-amz-trailer headers were found.",
          400};
}

ApiError missing_checksum() {
  return {"InvalidRequest",
          "Missing required header for this request: Content-MD5 OR x-amz-checksum-*", 400};
}

ApiError invalid_content_md5(std::string_view value) {
  ApiError error{"InvalidDigest", "The Content-MD5 you specified was invalid.", 400};
  return with_details(std::move(error), {.content_md5 = std::string(value)});
}

ApiError content_md5_does_not_match(std::string_view expected, std::string_view calculated) {
  return with_details(
      {"BadDigest", "The Content-MD5 you specified did not match what we received.", 400},
      {.expected_digest = std::string(expected), .calculated_digest = std::string(calculated)});
}

}  // namespace fallstreak::protocols
