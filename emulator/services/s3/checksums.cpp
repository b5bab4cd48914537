#include "services/s3/checksums.h"

#include <algorithm>

#include "base/encoding.h"
#include "services/s3/errors.h"

namespace fallstreak::services::s3 {
namespace {

void check_md5(const std::string& claimed, const std::string& calculated) {
  const auto value = from_base64(claimed);
  if (!value || value->size() != size_of(ChecksumAlgorithm::md5)) {
    throw invalid_content_md5(claimed);
  }
  if (*value != calculated) throw content_md5_does_not_match(claimed, to_base64(calculated));
}

StoredChecksum check_claim(const api::Body& body, const ClaimedChecksum& claim) {
  const auto value = from_base64(claim.base64);
  if (!value || value->size() != size_of(claim.algorithm)) {
    throw invalid_checksum_value(claim.algorithm);
  }
  StoredChecksum calculated = full_object_checksum(body, claim.algorithm);
  if (calculated.value != claim.base64) throw checksum_does_not_match(claim.algorithm);
  return calculated;
}

}  // namespace

std::string_view name_of(ChecksumType type) {
  return type == ChecksumType::composite ? "COMPOSITE" : "FULL_OBJECT";
}

std::string lower_case_name(ChecksumAlgorithm algorithm) {
  // The header ends with it.
  constexpr std::string_view kPrefix = "x-amz-checksum-";
  return std::string(header_of(algorithm).substr(kPrefix.size()));
}

ChecksumAlgorithm algorithm_named(std::string_view name) {
  const auto algorithm = parse_checksum_algorithm(name);
  if (!algorithm || *algorithm == ChecksumAlgorithm::md5) {
    throw not_implemented("Checksum algorithm " + std::string(name));
  }
  return *algorithm;
}

std::string digest_of(const api::Body& body, ChecksumAlgorithm algorithm) {
  if (const std::string* known = body.known(algorithm)) return *known;
  return checksum(algorithm, body.view());
}

StoredChecksum full_object_checksum(const api::Body& body, ChecksumAlgorithm algorithm) {
  return {.algorithm = algorithm, .value = to_base64(digest_of(body, algorithm))};
}

CheckedBody check_body(const api::Body& body, const BodyClaims& claims) {
  if (claims.content_length && *claims.content_length != std::int64_t(body.size())) {
    throw incomplete_body();
  }
  if (claims.checksums.size() > 1) throw several_checksums();
  CheckedBody checked{.md5 = digest_of(body, ChecksumAlgorithm::md5)};
  if (claims.content_md5) check_md5(*claims.content_md5, checked.md5);
  if (!claims.checksums.empty()) {
    checked.checksum = check_claim(body, claims.checksums.front());
  } else if (claims.algorithm) {
    // Clients on the wire send a value with the algorithm's name; in process S3 computes it.
    checked.checksum = full_object_checksum(body, *claims.algorithm);
  }
  return checked;
}

}  // namespace fallstreak::services::s3
