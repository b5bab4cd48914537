#include "front/payload.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/error.h"
#include "front/gzip.h"
#include "protocols/aws_chunked.h"
#include "protocols/checksum.h"
#include "protocols/s3_error_details.h"
#include "protocols/sigv4_errors.h"
#include "protocols/sigv4_verify.h"

namespace fallstreak::front {
namespace {

using protocols::Checksum;
using protocols::ChecksumAlgorithm;
using protocols::HttpRequest;

ApiError invalid_digest(std::string_view given) {
  return protocols::with_details(
      ApiError("InvalidDigest", "The Content-MD5 you specified was invalid."),
      {.expected_digest = std::string(given)});
}

ApiError bad_digest(std::string_view given, std::string calculated) {
  return protocols::with_details(
      ApiError("BadDigest", "The Content-MD5 you specified did not match what we received."),
      {.expected_digest = std::string(given), .calculated_digest = std::move(calculated)});
}

ApiError invalid_checksum_value(ChecksumAlgorithm algorithm) {
  return {"InvalidRequest",
          "Value for " + std::string(protocols::header_of(algorithm)) + " header is invalid."};
}

ApiError checksum_mismatch(ChecksumAlgorithm algorithm) {
  return {"BadDigest", "The " + std::string(protocols::name_of(algorithm)) +
                           " you specified did not match the calculated checksum."};
}

ApiError several_checksums() {
  return {"InvalidRequest",
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."};
}

ApiError checksum_missing() {
  return {"InvalidRequest",
          "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
          "x-amz-trailer headers were found."};
}

/// `aws-chunked` is how the body travelled, not a property of the object.
void strip_encoding(protocols::Headers& headers, std::string_view name) {
  const std::string* value = protocols::find_header(headers, "content-encoding");
  if (value == nullptr) return;
  std::string kept;
  std::string_view rest = *value;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    const std::string_view coding = protocols::trim(item);
    if (coding.empty() || protocols::equals_ignoring_case(coding, name)) continue;
    kept += (kept.empty() ? "" : ",") + std::string(coding);
  }
  protocols::remove_header(headers, "content-encoding");
  if (!kept.empty()) headers.push_back({"Content-Encoding", std::move(kept)});
}

void set_body(HttpRequest& request, std::string body) {
  request.body = std::move(body);
  protocols::set_header(request.headers, "Content-Length", std::to_string(request.body.size()));
}

void decode_chunks(HttpRequest& request, std::optional<protocols::SignatureSeed> seed) {
  auto decoder = protocols::AwsChunkedDecoder::from_headers(request.headers, std::move(seed));
  if (!decoder) throw std::move(decoder.error());
  std::string body;
  // Chunks only add to what they carry.
  body.reserve(request.body.size());
  if (auto fed = decoder->feed(request.body, body); !fed) throw std::move(fed.error());
  auto trailers = decoder->finish();
  if (!trailers) throw std::move(trailers.error());
  set_body(request, std::move(body));
  strip_encoding(request.headers, "aws-chunked");
  if (const auto algorithm = decoder->trailer_algorithm()) {
    // The decoder has verified it; the operation stores it as if it had come in front.
    const auto name = protocols::header_of(*algorithm);
    if (const auto* value = protocols::find_header(*trailers, name)) {
      protocols::set_header(request.headers, name, *value);
    }
  }
}

void check_md5(const HttpRequest& request) {
  const std::string* given = protocols::find_header(request.headers, "content-md5");
  if (given == nullptr) return;
  const auto wanted = from_base64(*given);
  if (!wanted || wanted->size() != protocols::size_of(ChecksumAlgorithm::md5)) {
    throw invalid_digest(*given);
  }
  std::string calculated = protocols::checksum_base64(ChecksumAlgorithm::md5, request.body);
  if (calculated != *given) throw bad_digest(*given, std::move(calculated));
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
  strip_encoding(request.headers, "gzip");
}

void decode_s3_payload(HttpRequest& request, std::optional<protocols::SignatureSeed> seed) {
  const std::string* value = protocols::find_header(request.headers, "x-amz-content-sha256");
  if (value == nullptr) return;
  const auto form = protocols::parse_payload_form(*value);
  if (!form) throw protocols::invalid_content_sha256(*value);
  if (protocols::is_streaming(*form)) return decode_chunks(request, std::move(seed));
  if (*form != protocols::PayloadForm::hashed) return;
  const std::string computed = protocols::sha256_hex(request.body);
  if (computed != *value) throw protocols::content_sha256_mismatch(*value, computed);
}

void check_s3_checksums(const api::Operation& operation, const HttpRequest& request) {
  check_md5(request);
  // Elsewhere such a header speaks of an object (CompleteMultipartUpload), not of this body.
  if (operation.checksum_member.empty()) return;
  std::optional<ChecksumAlgorithm> found;
  std::string_view given;
  for (const auto& [name, value] : request.headers) {
    const auto algorithm = protocols::algorithm_of_header(protocols::to_lower_case(name));
    if (!algorithm || *algorithm == ChecksumAlgorithm::md5) continue;
    if (found) throw several_checksums();
    found = algorithm;
    given = value;
  }
  if (!found) {
    const auto& headers = request.headers;
    if (protocols::find_header(headers, "x-amz-sdk-checksum-algorithm") != nullptr &&
        protocols::find_header(headers, "x-amz-trailer") == nullptr) {
      throw checksum_missing();
    }
    return;
  }
  const auto wanted = from_base64(given);
  if (!wanted || wanted->size() != protocols::size_of(*found)) {
    throw invalid_checksum_value(*found);
  }
  if (protocols::checksum(*found, request.body) != *wanted) throw checksum_mismatch(*found);
}

}  // namespace fallstreak::front
