#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "base/error.h"
#include "protocols/http_message.h"
#include "protocols/sigv4.h"
#include "protocols/sigv4_verify.h"

/// `Content-Encoding: aws-chunked`: a body in chunks that carry signatures, and trailers that carry
/// its checksum. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
namespace fallstreak::protocols {

bool is_streaming(PayloadForm form);

/// Decodes one body as it arrives. However the bytes are cut into pieces, the result and the error
/// are the same.
///
/// Decoded bytes come out before the signature of their chunk was seen: nobody may rely on them
/// until `finish`.
class AwsChunkedDecoder {
 public:
  /// What the headers say of the body. With a seed every signature is verified, otherwise none.
  static Outcome<AwsChunkedDecoder> from_headers(const Headers& headers,
                                                 std::optional<SignatureSeed> seed = {});

  /// Appends what the bytes decode to. After an error the decoder stays in it.
  Outcome<void> feed(std::string_view bytes, std::string& decoded);
  /// The body ended: checks that it is whole and that its trailers are right, and gives them.
  Outcome<Headers> finish();

  /// The checksum that the trailers hold.
  [[nodiscard]] std::optional<ChecksumAlgorithm> trailer_algorithm() const;

 private:
  enum class State : std::uint8_t { chunk_header, data, data_end, trailer, done };

  AwsChunkedDecoder(PayloadForm form, std::uint64_t decoded_size,
                    std::optional<SignatureSeed> seed);
  std::optional<ApiError> read_announced_trailer(const Headers& headers);
  std::optional<ApiError> step(std::string_view& bytes, std::string& decoded);
  std::optional<ApiError> take_line(std::string_view& bytes, bool& is_complete);
  std::optional<ApiError> start_chunk();
  std::optional<ApiError> end_chunk();
  std::optional<ApiError> take_trailer();
  std::optional<ApiError> end_trailers();
  std::optional<ApiError> check_signature(const std::string& calculated,
                                          std::string_view provided) const;
  [[nodiscard]] bool has_signatures() const;

  PayloadForm form_;
  std::uint64_t decoded_size_;
  std::optional<ChunkSigner> signer_;
  std::string trailer_name_;              // announced in x-amz-trailer; empty: none
  std::optional<Checksum> checksum_;      // of the decoded bytes, for the trailer
  std::optional<Checksum> chunk_sha256_;  // of the current chunk, when signatures are verified

  State state_ = State::chunk_header;
  std::string line_;  // of what is not complete yet
  std::string chunk_signature_;
  std::uint64_t chunk_size_ = 0;
  std::uint64_t chunk_left_ = 0;
  std::uint64_t chunk_count_ = 0;
  std::uint64_t decoded_so_far_ = 0;
  Headers trailers_;
  std::string trailer_signature_;
  std::optional<ApiError> failure_;
};

struct ChunkedUpload {
  PayloadForm form = PayloadForm::streaming_unsigned_trailer;
  /// Sent as a trailer by the forms that have one.
  std::optional<ChecksumAlgorithm> checksum = {};
  std::size_t chunk_size = 65536;
};

/// Signs the request for that form and replaces its body by chunks: the client's side.
void sign_chunked(HttpRequest& request, const Credentials& credentials, std::string_view region,
                  std::string_view service, Time now, const ChunkedUpload& upload);

}  // namespace fallstreak::protocols
