#include "protocols/aws_chunked.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "base/encoding.h"
#include "protocols/s3_body_errors.h"

namespace fallstreak::protocols {
namespace {

using Refusal = tl::unexpected<ApiError>;

/// AWS: every chunk but the last has at least 8 KiB.
constexpr std::uint64_t kSmallestChunk = 8192;
// Chosen: AWS names no limits; these are far above what any SDK sends and keep a hostile body from
// filling memory.
constexpr std::size_t kLongestLine = 1024;
constexpr std::size_t kMostTrailers = 16;

constexpr std::string_view kEndOfLine = "\r\n";
constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";
constexpr std::string_view kChunkSignature = "chunk-signature=";

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base) {
  Number number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string lines_of(const Headers& trailers) {
  std::string lines;
  for (const auto& [name, value] : trailers) lines.append(name + ':' + value + '\n');
  return lines;
}

}  // namespace

bool is_streaming(PayloadForm form) {
  return form != PayloadForm::hashed && form != PayloadForm::unsigned_;
}

AwsChunkedDecoder::AwsChunkedDecoder(PayloadForm form, std::uint64_t decoded_size,
                                     std::optional<SignatureSeed> seed)
    : form_(form), decoded_size_(decoded_size) {
  if (!seed || !has_signatures()) return;
  signer_.emplace(std::move(*seed));
  chunk_sha256_.emplace(ChecksumAlgorithm::sha256);
}

bool AwsChunkedDecoder::has_signatures() const {
  return form_ != PayloadForm::streaming_unsigned_trailer;
}

Outcome<AwsChunkedDecoder> AwsChunkedDecoder::from_headers(const Headers& headers,
                                                           std::optional<SignatureSeed> seed) {
  const std::string_view value = header_or_empty(headers, "x-amz-content-sha256");
  const auto form = parse_payload_form(value);
  if (!form || !is_streaming(*form)) return Refusal(invalid_content_sha256(value));
  // Chosen: a length that is no number is as good as none.
  const auto size = parse_number<std::uint64_t>(
      trim(header_or_empty(headers, "x-amz-decoded-content-length")), 10);
  if (!size) return Refusal(missing_content_length());
  AwsChunkedDecoder decoder(*form, *size, std::move(seed));
  if (auto error = decoder.read_announced_trailer(headers)) return Refusal(std::move(*error));
  return decoder;
}

std::optional<ApiError> AwsChunkedDecoder::read_announced_trailer(const Headers& headers) {
  std::string_view names = header_or_empty(headers, "x-amz-trailer");
  if (trim(names).empty()) return std::nullopt;
  if (form_ == PayloadForm::streaming_signed) return unsupported_trailer();
  if (names.find(',') != std::string_view::npos) return several_checksums();
  const auto algorithm = algorithm_of_header(trim(names));
  if (!algorithm || *algorithm == ChecksumAlgorithm::md5) return unsupported_trailer();
  trailer_name_ = header_of(*algorithm);
  checksum_.emplace(*algorithm);
  return std::nullopt;
}

std::optional<ChecksumAlgorithm> AwsChunkedDecoder::trailer_algorithm() const {
  if (!checksum_) return std::nullopt;
  return checksum_->algorithm();
}

Outcome<void> AwsChunkedDecoder::feed(std::string_view bytes, std::string& decoded) {
  while (!failure_ && !bytes.empty()) failure_ = step(bytes, decoded);
  if (failure_) return Refusal(*failure_);
  return {};
}

/// Takes at least one byte.
std::optional<ApiError> AwsChunkedDecoder::step(std::string_view& bytes, std::string& decoded) {
  if (state_ == State::data) {
    const auto taken = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), chunk_left_));
    decoded += taken;
    if (checksum_) checksum_->update(taken);
    if (chunk_sha256_) chunk_sha256_->update(taken);
    bytes.remove_prefix(taken.size());
    chunk_left_ -= taken.size();
    if (chunk_left_ == 0) state_ = State::data_end;
    return std::nullopt;
  }
  if (state_ == State::done) {
    // Chosen: line ends after the end are ignored, because some clients write one too many.
    if (bytes.find_first_not_of(kEndOfLine) != std::string_view::npos) {
      return body_terminated_unexpectedly();
    }
    bytes = {};
    return std::nullopt;
  }
  bool is_complete = false;
  if (auto error = take_line(bytes, is_complete)) return error;
  if (!is_complete) return std::nullopt;
  auto error = state_ == State::chunk_header ? start_chunk()
               : state_ == State::data_end   ? end_chunk()
                                             : take_trailer();
  line_.clear();
  return error;
}

/// Moves bytes into `line_` up to and without a CRLF.
std::optional<ApiError> AwsChunkedDecoder::take_line(std::string_view& bytes, bool& is_complete) {
  while (!bytes.empty()) {
    line_ += bytes.front();
    bytes.remove_prefix(1);
    if (line_.ends_with(kEndOfLine)) {
      line_.resize(line_.size() - kEndOfLine.size());
      is_complete = true;
      return std::nullopt;
    }
    const bool is_after_data = state_ == State::data_end && !kEndOfLine.starts_with(line_);
    if (is_after_data || line_.size() > kLongestLine) {
      return state_ == State::trailer ? malformed_trailer() : body_terminated_unexpectedly();
    }
  }
  return std::nullopt;
}

std::optional<ApiError> AwsChunkedDecoder::start_chunk() {
  const std::string_view line = line_;
  const auto semicolon = std::min(line.find(';'), line.size());
  const auto size = parse_number<std::uint64_t>(line.substr(0, semicolon), 16);
  if (!size) return body_terminated_unexpectedly();
  const std::string_view extension = trim(line.substr(std::min(semicolon + 1, line.size())));
  chunk_signature_ = extension.starts_with(kChunkSignature)
                         ? extension.substr(kChunkSignature.size())
                         : std::string_view();
  if (*size > 0 && chunk_count_ > 0 && chunk_size_ < kSmallestChunk) {
    return invalid_chunk_size(chunk_count_ + 1, chunk_size_);
  }
  if (*size > decoded_size_ - decoded_so_far_) return incomplete_body();
  ++chunk_count_;
  chunk_size_ = chunk_left_ = *size;
  decoded_so_far_ += *size;
  if (chunk_sha256_) chunk_sha256_->reset();
  if (*size > 0) {
    state_ = State::data;
    return std::nullopt;
  }
  state_ = State::trailer;
  if (!signer_) return std::nullopt;
  return check_signature(signer_->sign_chunk(sha256_hex("")), chunk_signature_);
}

std::optional<ApiError> AwsChunkedDecoder::end_chunk() {
  state_ = State::chunk_header;
  if (!signer_) return std::nullopt;
  return check_signature(signer_->sign_chunk(to_hex(chunk_sha256_->value())), chunk_signature_);
}

std::optional<ApiError> AwsChunkedDecoder::take_trailer() {
  // AWS's own example ends the value of a trailer by a line feed before the CRLF.
  std::string_view line = line_;
  while (line.ends_with('\n')) line.remove_suffix(1);
  if (line.empty()) {
    state_ = State::done;
    return end_trailers();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || trailers_.size() >= kMostTrailers) {
    return malformed_trailer();
  }
  const std::string name = to_lower_case(trim(line.substr(0, colon)));
  const std::string_view value = trim(line.substr(colon + 1));
  if (name == kTrailerSignature && form_ == PayloadForm::streaming_signed_trailer) {
    trailer_signature_ = value;
  } else if (!trailer_name_.empty() && name == trailer_name_ && trailers_.empty()) {
    trailers_.push_back({name, std::string(value)});
  } else {
    return malformed_trailer();
  }
  return std::nullopt;
}

std::optional<ApiError> AwsChunkedDecoder::end_trailers() {
  if (decoded_so_far_ != decoded_size_) return incomplete_body();
  if (!trailer_name_.empty() && trailers_.empty()) return malformed_trailer();
  if (signer_ && form_ == PayloadForm::streaming_signed_trailer) {
    if (trailer_signature_.empty()) return malformed_trailer();
    if (auto error =
            check_signature(signer_->sign_trailers(lines_of(trailers_)), trailer_signature_)) {
      return error;
    }
  }
  if (!checksum_) return std::nullopt;
  const auto value = from_base64(trailers_.front().value);
  if (!value || value->size() != size_of(checksum_->algorithm())) {
    return invalid_trailing_checksum_value(trailer_name_);
  }
  if (*value != checksum_->value()) return checksum_does_not_match(checksum_->algorithm());
  return std::nullopt;
}

std::optional<ApiError> AwsChunkedDecoder::check_signature(const std::string& calculated,
                                                           std::string_view provided) const {
  if (calculated == provided) return std::nullopt;
  return chunk_signature_does_not_match(provided);
}

Outcome<Headers> AwsChunkedDecoder::finish() {
  if (!failure_ && state_ != State::done) failure_ = body_terminated_unexpectedly();
  if (failure_) return Refusal(*failure_);
  return trailers_;
}

namespace {

std::string_view name_of_form(PayloadForm form) {
  switch (form) {
    case PayloadForm::streaming_signed:
      return kStreamingSigned;
    case PayloadForm::streaming_signed_trailer:
      return kStreamingSignedTrailer;
    case PayloadForm::streaming_unsigned_trailer:
      return kStreamingUnsignedTrailer;
    case PayloadForm::hashed:
    case PayloadForm::unsigned_:
      break;
  }
  CHECK(false) << "the form has no chunks";
  return {};
}

void append_chunk(std::string& encoded, std::string_view bytes, ChunkSigner* signer) {
  char digits[16];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), bytes.size(), 16).ptr;
  encoded.append(digits, end);
  if (signer) {
    encoded.append(";").append(kChunkSignature).append(signer->sign_chunk(sha256_hex(bytes)));
  }
  encoded.append(kEndOfLine).append(bytes);
  if (!bytes.empty()) encoded += kEndOfLine;
}

}  // namespace

void sign_chunked(HttpRequest& request, const Credentials& credentials, std::string_view region,
                  std::string_view service, Time now, const ChunkedUpload& upload) {
  CHECK(upload.chunk_size >= kSmallestChunk) << "S3 refuses smaller chunks";
  const bool has_trailer = upload.form != PayloadForm::streaming_signed;
  const bool is_signed = upload.form != PayloadForm::streaming_unsigned_trailer;
  const std::string body = std::exchange(request.body, {});
  const std::string_view encoding = header_or_empty(request.headers, "content-encoding");
  set_header(request.headers, "Content-Encoding",
             encoding.empty() ? "aws-chunked" : "aws-chunked," + std::string(encoding));
  set_header(request.headers, "X-Amz-Decoded-Content-Length", std::to_string(body.size()));
  if (has_trailer && upload.checksum) {
    set_header(request.headers, "X-Amz-Trailer", std::string(header_of(*upload.checksum)));
  }
  ChunkSigner signer(sign(request, credentials, region, service, now,
                          {.payload_hash = name_of_form(upload.form)}));
  ChunkSigner* const chunk_signer = is_signed ? &signer : nullptr;

  for (std::size_t at = 0; at < body.size(); at += upload.chunk_size) {
    append_chunk(request.body, std::string_view(body).substr(at, upload.chunk_size), chunk_signer);
  }
  append_chunk(request.body, {}, chunk_signer);
  if (has_trailer && upload.checksum) {
    const Headers trailers = {
        {std::string(header_of(*upload.checksum)), checksum_base64(*upload.checksum, body)}};
    request.body += trailers[0].name + ':' + trailers[0].value + "\r\n";
    if (is_signed) {
      request.body.append(kTrailerSignature).append(":");
      request.body.append(signer.sign_trailers(lines_of(trailers))).append(kEndOfLine);
    }
  } else if (has_trailer && is_signed) {
    request.body.append(kTrailerSignature).append(":");
    request.body.append(signer.sign_trailers("")).append(kEndOfLine);
  }
  request.body += kEndOfLine;
}

}  // namespace fallstreak::protocols
