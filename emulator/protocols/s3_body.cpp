#include "protocols/s3_body.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "protocols/s3_body_errors.h"

namespace fallstreak::protocols {
namespace {

using Refusal = tl::unexpected<ApiError>;

Outcome<std::optional<ChecksumValue>> checksum_in_headers(const Headers& headers) {
  std::optional<ChecksumValue> found;
  for (const Header& header : headers) {
    const auto algorithm = algorithm_of_header(header.name);
    if (!algorithm || *algorithm == ChecksumAlgorithm::md5) continue;
    if (found) return Refusal(several_checksums());
    const auto value = from_base64(header.value);
    if (!value || value->size() != size_of(*algorithm)) {
      return Refusal(invalid_checksum_value(header_of(*algorithm)));
    }
    found = ChecksumValue{*algorithm, header.value};
  }
  return found;
}

std::optional<ApiError> check_md5(const Headers& headers, std::string_view bytes) {
  const std::string* claimed = find_header(headers, "content-md5");
  if (claimed == nullptr) return std::nullopt;
  const auto value = from_base64(*claimed);
  if (!value || value->size() != size_of(ChecksumAlgorithm::md5)) {
    return invalid_content_md5(*claimed);
  }
  const std::string calculated = checksum(ChecksumAlgorithm::md5, bytes);
  if (*value == calculated) return std::nullopt;
  return content_md5_does_not_match(*claimed, to_base64(calculated));
}

Outcome<S3Body> decode_chunks(const HttpRequest& request, std::optional<SignatureSeed> seed) {
  auto decoder = AwsChunkedDecoder::from_headers(request.headers, std::move(seed));
  if (!decoder) return Refusal(decoder.error());
  S3Body body;
  if (const auto fed = decoder->feed(request.body, body.bytes); !fed) return Refusal(fed.error());
  const auto trailers = decoder->finish();
  if (!trailers) return Refusal(trailers.error());
  if (const auto algorithm = decoder->trailer_algorithm()) {
    body.checksum = ChecksumValue{*algorithm, trailers->front().value};
  }
  return body;
}

}  // namespace

Outcome<S3Body> read_s3_body(HttpRequest&& request, std::optional<SignatureSeed> seed) {
  const auto form = parse_payload_form(header_or_empty(request.headers, "x-amz-content-sha256"));
  const auto header_checksum = checksum_in_headers(request.headers);
  if (!header_checksum) return Refusal(header_checksum.error());

  S3Body body;
  if (form && is_streaming(*form)) {
    auto decoded = decode_chunks(request, std::move(seed));
    if (!decoded) return Refusal(std::move(decoded.error()));
    body = std::move(*decoded);
  } else {
    body.bytes = std::move(request.body);
  }
  if (*header_checksum) {
    if (body.checksum) return Refusal(several_checksums());
    const auto& [algorithm, claimed] = **header_checksum;
    if (checksum_base64(algorithm, body.bytes) != claimed) {
      return Refusal(checksum_does_not_match(algorithm));
    }
    body.checksum = *header_checksum;
  }
  if (!body.checksum && find_header(request.headers, "x-amz-sdk-checksum-algorithm")) {
    return Refusal(checksum_algorithm_without_value());
  }
  if (auto error = check_md5(request.headers, body.bytes)) return Refusal(std::move(*error));
  return body;
}

std::string without_aws_chunked(std::string_view content_encoding) {
  std::string kept;
  while (!content_encoding.empty()) {
    const auto part = content_encoding.substr(0, content_encoding.find(','));
    content_encoding.remove_prefix(std::min(content_encoding.size(), part.size() + 1));
    const std::string_view coding = trim(part);
    if (coding.empty() || equals_ignoring_case(coding, "aws-chunked")) continue;
    if (!kept.empty()) kept += ',';
    kept += coding;
  }
  return kept;
}

}  // namespace fallstreak::protocols
