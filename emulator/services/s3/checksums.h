#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/shape.h"
#include "services/s3/records.h"

/// The checksums of bodies: those that requests carry, those that S3 keeps, those that it answers.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
namespace fallstreak::services::s3 {

inline constexpr ChecksumAlgorithm kChecksumAlgorithms[] = {
    ChecksumAlgorithm::crc32, ChecksumAlgorithm::crc32c, ChecksumAlgorithm::crc64nvme,
    ChecksumAlgorithm::sha1, ChecksumAlgorithm::sha256};

/// The member `Checksum<algorithm>` of a request or answer.
template <class Value>
auto& checksum_member(Value& value, ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::crc32:
      return value.ChecksumCRC32;
    case ChecksumAlgorithm::crc32c:
      return value.ChecksumCRC32C;
    case ChecksumAlgorithm::crc64nvme:
      return value.ChecksumCRC64NVME;
    case ChecksumAlgorithm::sha1:
      return value.ChecksumSHA1;
    case ChecksumAlgorithm::sha256:
      break;
    case ChecksumAlgorithm::md5:
      break;
  }
  return value.ChecksumSHA256;
}

/// A checksum as a request gives it, by its wire text.
struct ClaimedChecksum {
  ChecksumAlgorithm algorithm;
  std::string base64;
};

/// Those of `Checksum*` that are set.
template <class Value>
std::vector<ClaimedChecksum> claimed_checksums(const Value& value) {
  std::vector<ClaimedChecksum> claims;
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    if (const auto& text = checksum_member(value, algorithm)) claims.push_back({algorithm, *text});
  }
  return claims;
}

/// AWS: `COMPOSITE` or `FULL_OBJECT`.
std::string_view name_of(ChecksumType type);
/// As messages have it: `crc32`.
std::string lower_case_name(ChecksumAlgorithm algorithm);
/// The algorithm of a member `ChecksumAlgorithm`; refuses those that are not implemented.
ChecksumAlgorithm algorithm_named(std::string_view name);

/// The raw digest of a body.
std::string digest_of(const api::Body& body, ChecksumAlgorithm algorithm);
StoredChecksum full_object_checksum(const api::Body& body, ChecksumAlgorithm algorithm);

/// What a request that brings a body says of it.
struct BodyClaims {
  std::optional<std::int64_t> content_length;
  std::optional<std::string> content_md5;
  std::vector<ClaimedChecksum> checksums;
  std::optional<ChecksumAlgorithm> algorithm;
};
template <class Request>
BodyClaims claims_of(const Request& request) {
  BodyClaims claims{.content_length = request.ContentLength,
                    .content_md5 = request.ContentMD5,
                    .checksums = claimed_checksums(request)};
  if (request.ChecksumAlgorithm) claims.algorithm = algorithm_named(*request.ChecksumAlgorithm);
  return claims;
}

/// What is true of a body whose claims all held.
struct CheckedBody {
  std::string md5;  // raw
  /// The checksum that the caller sent or asked for.
  std::optional<StoredChecksum> checksum;
};
/// Throws AWS's error when the body is not what was claimed.
CheckedBody check_body(const api::Body& body, const BodyClaims& claims);

/// Sets the checksum in an answer.
template <class Output>
void tell_checksum(const StoredChecksum& checksum, Output& output) {
  checksum_member(output, checksum.algorithm) = checksum.value;
  if constexpr (requires { output.ChecksumType; }) {
    output.ChecksumType = std::string(name_of(checksum.type));
  }
}

}  // namespace fallstreak::services::s3
