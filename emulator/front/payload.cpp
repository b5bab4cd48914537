#include "front/payload.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/checksum.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/gzip.h"
#include "protocols/s3_body.h"
#include "protocols/s3_body_errors.h"
#include "protocols/sigv4_errors.h"
#include "protocols/sigv4_verify.h"

namespace fallstreak::front {
namespace {

using protocols::HttpRequest;

void set_body(HttpRequest& request, std::string body) {
  request.body = std::move(body);
  protocols::set_header(request.headers, "Content-Length", std::to_string(request.body.size()));
}

void check_sha256(const HttpRequest& request) {
  const std::string* value = protocols::find_header(request.headers, "x-amz-content-sha256");
  if (value == nullptr) return;
  const auto form = protocols::parse_payload_form(*value);
  if (!form) throw protocols::invalid_content_sha256(*value);
  if (*form != protocols::PayloadForm::hashed) return;
  const std::string computed = sha256_hex(request.body);
  if (computed != *value) throw protocols::content_sha256_mismatch(*value, computed);
}

/// The value that came in a member, if it did; MD5 is in one of another name.
std::optional<std::string> claimed_checksum(const api::Shape& shape, const void* input,
                                            ChecksumAlgorithm algorithm) {
  const bool is_md5 = algorithm == ChecksumAlgorithm::md5;
  const api::Member* member =
      shape.member(is_md5 ? "ContentMD5" : "Checksum" + std::string(name_of(algorithm)));
  if (member == nullptr || !api::has(*member, input)) return std::nullopt;
  return from_base64(*static_cast<const std::string*>(api::get(*member, input)));
}

}  // namespace

void decompress(HttpRequest& request, std::uint64_t limit) {
  const auto coding = protocols::header_or_empty(request.headers, "content-encoding");
  if (coding.empty() || !protocols::equals_ignoring_case(protocols::trim(coding), "gzip")) return;
  auto plain = gunzip(request.body, limit);
  if (!plain) {
    throw ApiError("SerializationException", "The request body is no valid gzip stream.");
  }
  set_body(request, std::move(*plain));
  protocols::remove_header(request.headers, "content-encoding");
}

void read_s3_payload(const api::Operation& operation, HttpRequest& request,
                     std::optional<protocols::SignatureSeed> seed) {
  check_sha256(request);
  // Elsewhere a checksum header speaks of an object (CompleteMultipartUpload), not of this body.
  if (operation.checksum_member.empty()) return;
  HttpRequest carried{.headers = request.headers, .body = std::move(request.body)};
  auto body = protocols::read_s3_body(std::move(carried), std::move(seed));
  if (!body) throw std::move(body.error());
  set_body(request, std::move(body->bytes));
  // AWS: what deletes many objects at once must be known to have arrived whole.
  if (operation.checksum_required && !body->checksum &&
      protocols::find_header(request.headers, "content-md5") == nullptr) {
    throw protocols::missing_checksum();
  }
  if (body->checksum) {
    protocols::set_header(request.headers, header_of(body->checksum->algorithm),
                          std::move(body->checksum->base64));
  }
  if (const auto* coding = protocols::find_header(request.headers, "content-encoding")) {
    std::string kept = protocols::without_aws_chunked(*coding);
    protocols::remove_header(request.headers, "content-encoding");
    if (!kept.empty()) request.headers.push_back({"Content-Encoding", std::move(kept)});
  }
}

void note_checksums(const api::Operation& operation, void* input) {
  using enum ChecksumAlgorithm;
  const api::Shape& shape = *operation.input;
  const auto member = std::ranges::find_if(shape.members, [](const api::Member& candidate) {
    return candidate.payload && candidate.shape->kind == api::Kind::body;
  });
  if (member == shape.members.end() || !api::has(*member, input)) return;
  const auto body = *static_cast<const api::Body*>(api::get(*member, input));
  std::vector<api::Body::Known> known;
  for (const ChecksumAlgorithm algorithm : {crc32, crc32c, crc64nvme, sha1, sha256}) {
    auto value = claimed_checksum(shape, input, algorithm);
    if (value) known.push_back({algorithm, std::move(*value)});
  }
  if (known.empty()) known.push_back({crc64nvme, checksum(crc64nvme, body.view())});
  auto digest = claimed_checksum(shape, input, md5);
  known.push_back({md5, digest ? std::move(*digest) : checksum(md5, body.view())});
  *static_cast<api::Body*>(api::emplace(*member, input)) = body.with_known(std::move(known));
}

}  // namespace fallstreak::front
