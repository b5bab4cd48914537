#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "protocols/aws_chunked.h"
#include "protocols/s3_body.h"

using namespace fallstreak;
using namespace fallstreak::protocols;

namespace {

/// The headers are the first lines of the input, up to an empty one; the body is the rest.
HttpRequest read_request(std::string_view text) {
  HttpRequest request;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    request.headers.push_back({std::string(line.substr(0, colon)),
                               std::string(trim(line.substr(std::min(colon + 1, line.size()))))});
  }
  request.body = text;
  return request;
}

struct Result {
  std::string decoded;
  Headers trailers;
  std::string error;
  bool operator==(const Result&) const = default;
};

Result decode(const HttpRequest& request, std::size_t piece, std::optional<SignatureSeed> seed) {
  Result result;
  auto decoder = AwsChunkedDecoder::from_headers(request.headers, std::move(seed));
  if (!decoder) return {{}, {}, decoder.error().code};
  for (std::size_t at = 0; at < request.body.size(); at += piece) {
    // The answer is asked for once, at the end: an error stays.
    (void)decoder->feed(std::string_view(request.body).substr(at, piece), result.decoded);
  }
  const auto trailers = decoder->finish();
  if (trailers) {
    result.trailers = *trailers;
  } else {
    result.error = trailers.error().code;
  }
  return result;
}

}  // namespace

/// However a body is cut, it decodes to the same bytes or the same error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  HttpRequest request = read_request({reinterpret_cast<const char*>(data), size});
  const SignatureSeed seed{{}, "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", "seed"};
  for (const bool is_strict : {false, true}) {
    const auto given = is_strict ? std::optional(seed) : std::nullopt;
    const Result whole = decode(request, request.body.size() + 1, given);
    CHECK(decode(request, 1, given) == whole) << "byte by byte";
    CHECK(decode(request, 7, given) == whole) << "in sevens";
    CHECK(whole.decoded.size() <= request.body.size()) << "chunks never grow";
  }
  (void)read_s3_body(std::move(request), seed);
  return 0;
}
