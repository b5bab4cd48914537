#include "protocols/s3_error_details.h"

#include <array>
#include <cstddef>

namespace fallstreak::protocols {
namespace {

constexpr api::Shape kText{
    .kind = api::Kind::string, .name = "String", .ops = &api::scalar_ops<std::string>};

constexpr api::Member text(std::string_view name, std::size_t offset) {
  return {.name = name,
          .wire = name,
          .ec2 = name,
          .shape = &kText,
          .holder = &api::optional_holder<std::string>,
          .offset = static_cast<std::uint32_t>(offset)};
}

using Details = S3ErrorDetails;
constexpr std::array kMembers = {
    text("ArgumentName", offsetof(Details, argument_name)),
    text("ArgumentValue", offsetof(Details, argument_value)),
    text("Region", offsetof(Details, region)),
    text("AWSAccessKeyId", offsetof(Details, aws_access_key_id)),
    text("StringToSign", offsetof(Details, string_to_sign)),
    text("SignatureProvided", offsetof(Details, signature_provided)),
    text("StringToSignBytes", offsetof(Details, string_to_sign_bytes)),
    text("CanonicalRequest", offsetof(Details, canonical_request)),
    text("CanonicalRequestBytes", offsetof(Details, canonical_request_bytes)),
    text("HeadersNotSigned", offsetof(Details, headers_not_signed)),
    text("X-Amz-Expires", offsetof(Details, x_amz_expires)),
    text("Expires", offsetof(Details, expires)),
    text("RequestTime", offsetof(Details, request_time)),
    text("ServerTime", offsetof(Details, server_time)),
    text("MaxAllowedSkewMilliseconds", offsetof(Details, max_allowed_skew_milliseconds)),
    text("ClientComputedContentSHA256", offsetof(Details, client_computed_content_sha256)),
    text("S3ComputedContentSHA256", offsetof(Details, s3_computed_content_sha256)),
    text("Content-MD5", offsetof(Details, content_md5)),
    text("ExpectedDigest", offsetof(Details, expected_digest)),
    text("CalculatedDigest", offsetof(Details, calculated_digest)),
    text("Chunk", offsetof(Details, chunk)),
    text("BadChunkSize", offsetof(Details, bad_chunk_size)),
};

constexpr api::Shape kShape{.kind = api::Kind::structure,
                            .name = "S3ErrorDetails",
                            .ops = &api::scalar_ops<Details>,
                            .members = kMembers,
                            .is_error = true};

}  // namespace

const api::Shape& s3_error_details_shape() { return kShape; }

ApiError with_details(ApiError error, S3ErrorDetails details) {
  error.members = std::make_shared<const S3ErrorDetails>(std::move(details));
  error.shape = &kShape;
  return error;
}

const S3ErrorDetails* details_of(const ApiError& error) {
  if (error.shape != &kShape) return nullptr;
  return static_cast<const S3ErrorDetails*>(error.members.get());
}

}  // namespace fallstreak::protocols
