#include "protocols/aws_chunked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "protocols/s3_body.h"
#include "protocols/s3_error_details.h"

namespace fallstreak::protocols {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const Time kNow = *parse_basic_iso8601("20130524T000000Z");
const Credentials kCredentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
constexpr PayloadForm kForms[] = {PayloadForm::streaming_signed,
                                  PayloadForm::streaming_signed_trailer,
                                  PayloadForm::streaming_unsigned_trailer};

auto is_error(std::string_view code, int status, std::string_view message) {
  return AllOf(Field(&ApiError::code, std::string(code)), Field(&ApiError::status, status),
               Field(&ApiError::message, std::string(message)));
}

struct Decoded {
  std::string bytes;
  Headers trailers;
  std::optional<ApiError> error;
  bool operator==(const Decoded&) const = default;
};

/// Feeds the body in pieces whose sizes the function gives.
template <class NextSize>
Decoded decode(const Headers& headers, std::string_view body, std::optional<SignatureSeed> seed,
               NextSize next_size) {
  auto decoder = AwsChunkedDecoder::from_headers(headers, std::move(seed));
  if (!decoder) return {{}, {}, decoder.error()};
  Decoded result;
  while (!body.empty()) {
    const std::string_view piece = body.substr(0, next_size());
    body.remove_prefix(piece.size());
    if (const auto fed = decoder->feed(piece, result.bytes); !fed) {
      result.error = fed.error();
      return result;
    }
  }
  auto trailers = decoder->finish();
  if (trailers) {
    result.trailers = *trailers;
  } else {
    result.error = trailers.error();
  }
  return result;
}

Decoded decode(const Headers& headers, std::string_view body,
               std::optional<SignatureSeed> seed = {}) {
  return decode(headers, body, std::move(seed), [] { return std::string_view::npos; });
}

Headers unsigned_headers(std::size_t size, std::string_view trailer = "x-amz-checksum-crc32") {
  Headers headers = {{"x-amz-content-sha256", std::string(kStreamingUnsignedTrailer)},
                     {"x-amz-decoded-content-length", std::to_string(size)}};
  if (!trailer.empty()) headers.push_back({"x-amz-trailer", std::string(trailer)});
  return headers;
}

ApiError refused(const Headers& headers, std::string_view body) {
  const Decoded decoded = decode(headers, body);
  EXPECT_TRUE(decoded.error) << "the body was accepted";
  return decoded.error.value_or(ApiError());
}

/// A signed upload of two chunks, and the seed that its verification gives.
struct SignedUpload {
  explicit SignedUpload(PayloadForm form, std::size_t size = 66560) : content(size, 'a') {
    request = {.method = "PUT",
               .target = "/examplebucket/chunkObject.txt",
               .headers = {{"Host", "s3.amazonaws.com"}},
               .body = content};
    sign_chunked(request, kCredentials, "us-east-1", "s3", kNow,
                 {.form = form, .checksum = ChecksumAlgorithm::crc32c});
    const auto verified =
        verify(request, [](std::string_view) { return SecretKey{kCredentials.secret_access_key}; },
               kNow, {.family = AuthFamily::s3});
    if (!verified) throw std::logic_error(verified.error().message);
    seed = verified->seed;
  }
  std::string content;
  HttpRequest request;
  SignatureSeed seed;
};

TEST(AwsChunked, DecodesTheExampleOfTheS3Documentation) {
  SignatureSeed seed{
      derive_signing_key(kCredentials.secret_access_key, "20130524", "us-east-1", "s3"),
      "20130524T000000Z", "20130524/us-east-1/s3/aws4_request",
      "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"};
  const Headers headers = {{"x-amz-content-sha256", std::string(kStreamingSignedTrailer)},
                           {"x-amz-decoded-content-length", "66560"},
                           {"x-amz-trailer", "x-amz-checksum-crc32c"}};
  // With the line feeds before CRLF that the documentation shows.
  const std::string body =
      "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
      std::string(65536, 'a') +
      "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"
      "\r\n" +
      std::string(1024, 'a') +
      "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
      "x-amz-checksum-crc32c:sOO8/Q==\n\r\n"
      "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
      "\r\n\r\n";
  const Decoded decoded = decode(headers, body, seed);
  EXPECT_FALSE(decoded.error) << decoded.error->message;
  EXPECT_EQ(decoded.bytes, std::string(66560, 'a'));
  EXPECT_THAT(decoded.trailers, ElementsAre(Header{"x-amz-checksum-crc32c", "sOO8/Q=="}));
}

TEST(AwsChunked, DecodesWhatIsEncodedInEveryForm) {
  for (const PayloadForm form : kForms) {
    for (const std::size_t size : {0, 1, 8192, 65536, 65537, 200000}) {
      const SignedUpload upload(form, size);
      const Decoded decoded = decode(upload.request.headers, upload.request.body, upload.seed);
      ASSERT_FALSE(decoded.error) << size << " " << decoded.error->message;
      EXPECT_EQ(decoded.bytes, upload.content);
      EXPECT_EQ(decoded.trailers.size(), form == PayloadForm::streaming_signed ? 0U : 1U);
    }
  }
}

TEST(AwsChunked, DoesNotDependOnHowTheBytesAreCut) {
  std::mt19937_64 random(7);
  for (const PayloadForm form : kForms) {
    const SignedUpload upload(form, 20000);
    std::string body = upload.request.body;
    for (int round = 0; round < 60; ++round) {
      if (round > 0) body[random() % body.size()] = static_cast<char>(random() & 0xFF);
      if (round % 3 == 2) body.resize(random() % body.size() + 1);
      const auto& headers = upload.request.headers;
      const Decoded whole = decode(headers, body, upload.seed);
      EXPECT_EQ(decode(headers, body, upload.seed, [] { return 1; }), whole);
      EXPECT_EQ(decode(headers, body, upload.seed, [&] { return 1 + random() % 3000; }), whole);
      body = upload.request.body;
    }
  }
}

TEST(AwsChunked, RefusesAnyChangedByteOfASignedBody) {
  std::mt19937_64 random(8);
  for (const PayloadForm form :
       {PayloadForm::streaming_signed, PayloadForm::streaming_signed_trailer}) {
    const SignedUpload upload(form, 10000);
    for (int round = 0; round < 300; ++round) {
      std::string body = upload.request.body;
      // Half of the changes where the signatures are.
      const std::size_t at = random() % (round % 2 == 0 ? body.size() : 90);
      body[at] = static_cast<char>(body[at] ^ (1 << random() % 7));
      const Decoded decoded = decode(upload.request.headers, body, upload.seed);
      // A size may be spelled in capitals; the content may never differ.
      EXPECT_TRUE(decoded.error || decoded.bytes == upload.content) << at;
    }
  }
}

TEST(AwsChunked, RefusesAWrongChunkSignature) {
  const SignedUpload upload(PayloadForm::streaming_signed);
  std::string body = upload.request.body;
  body[10000] = 'b';
  const Decoded decoded = decode(upload.request.headers, body, upload.seed);
  ASSERT_TRUE(decoded.error);
  EXPECT_THAT(*decoded.error,
              is_error("SignatureDoesNotMatch", 403,
                       "The request signature we calculated does not match the signature you "
                       "provided. Check your key and signing method."));
  EXPECT_EQ(details_of(*decoded.error)->signature_provided->size(), 64U);
  EXPECT_FALSE(decode(upload.request.headers, body).error) << "without a seed nothing is verified";
}

TEST(AwsChunked, RefusesAWrongOrMissingTrailerSignature) {
  const SignedUpload upload(PayloadForm::streaming_signed_trailer);
  std::string body = upload.request.body;
  const auto at = body.find("x-amz-trailer-signature:");
  body[at + 30] = body[at + 30] == '0' ? '1' : '0';
  EXPECT_EQ(decode(upload.request.headers, body, upload.seed).error->code, "SignatureDoesNotMatch");
  body.erase(at, body.size() - at - 2);
  EXPECT_EQ(decode(upload.request.headers, body, upload.seed).error->code, "MalformedTrailerError");
}

TEST(AwsChunked, DecodesUnsignedChunksWithATrailer) {
  const auto decoded = decode(unsigned_headers(11),
                              "b\r\nhello world\r\n0\r\nX-Amz-Checksum-Crc32: DUoRhQ==\r\n\r\n");
  EXPECT_FALSE(decoded.error);
  EXPECT_EQ(decoded.bytes, "hello world");
  EXPECT_THAT(decoded.trailers, ElementsAre(Header{"x-amz-checksum-crc32", "DUoRhQ=="}));
  EXPECT_THAT(decode(unsigned_headers(0, ""), "0\r\n\r\n").trailers, IsEmpty());
}

TEST(AwsChunked, RefusesABodyThatIsCutShort) {
  constexpr auto kText = "The request body terminated unexpectedly";
  const std::string body = "b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
  for (std::size_t length = 0; length < body.size(); ++length) {
    EXPECT_THAT(refused(unsigned_headers(11), body.substr(0, length)),
                is_error("IncompleteBody", 400, kText))
        << length;
  }
}

TEST(AwsChunked, RefusesAnotherLengthThanAnnounced) {
  constexpr auto kText =
      "You did not provide the number of bytes specified by the Content-Length HTTP header";
  const std::string body = "5\r\nhello\r\n0\r\n\r\n";
  EXPECT_THAT(refused(unsigned_headers(4, ""), body), is_error("IncompleteBody", 400, kText));
  EXPECT_THAT(refused(unsigned_headers(6, ""), body), is_error("IncompleteBody", 400, kText));
  EXPECT_THAT(refused(unsigned_headers(6, ""), "ffffffffffffffff\r\n"),
              is_error("IncompleteBody", 400, kText));
}

TEST(AwsChunked, RefusesASmallChunkThatIsNotTheLast) {
  const ApiError error = refused(unsigned_headers(10, ""), "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n");
  EXPECT_THAT(error, is_error("InvalidChunkSizeError", 403,
                              "Only the last chunk is allowed to have a size less than 8192 "
                              "bytes"));
  EXPECT_EQ(details_of(error)->chunk, "2");
  EXPECT_EQ(details_of(error)->bad_chunk_size, "5");
}

TEST(AwsChunked, RefusesMalformedChunkHeaders) {
  for (const std::string& body :
       {std::string("zz\r\n"), std::string("\r\n"), std::string("-1\r\n"), std::string("0x5\r\n"),
        std::string("11111111111111111\r\n"), std::string(2000, '0'),
        std::string("5\r\nhelloX\r\n0\r\n\r\n")}) {
    EXPECT_THAT(refused(unsigned_headers(5, ""), body),
                is_error("IncompleteBody", 400, "The request body terminated unexpectedly"))
        << body;
  }
}

TEST(AwsChunked, RefusesBytesAfterTheEndButLineEnds) {
  EXPECT_EQ(refused(unsigned_headers(0, ""), "0\r\n\r\nmore").code, "IncompleteBody");
  EXPECT_FALSE(decode(unsigned_headers(0, ""), "0\r\n\r\n\r\n").error);
}

TEST(AwsChunked, RefusesMalformedTrailers) {
  constexpr auto kText =
      "The request contained trailing data that was not well-formed or did not conform to our "
      "published schema.";
  const std::string good = "x-amz-checksum-crc32:DUoRhQ==\r\n";
  for (const std::string& trailers :
       {std::string(), std::string("no colon\r\n"), std::string("x-other:1\r\n"), good + good,
        std::string("x-amz-checksum-sha1:x\r\n"), std::string(3000, 'x')}) {
    EXPECT_THAT(refused(unsigned_headers(11), "b\r\nhello world\r\n0\r\n" + trailers + "\r\n"),
                is_error("MalformedTrailerError", 400, kText))
        << trailers;
  }
}

TEST(AwsChunked, RefusesWrongTrailingChecksums) {
  const auto refused_with = [](const std::string& value) {
    return refused(unsigned_headers(11),
                   "b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:" + value + "\r\n\r\n");
  };
  EXPECT_THAT(
      refused_with("AAAAAA=="),
      is_error("BadDigest", 400, "The CRC32 you specified did not match the calculated checksum."));
  for (const std::string value : {"", "BAD", "AAAA", "!!!!!!=="}) {
    EXPECT_THAT(refused_with(value),
                is_error("InvalidRequest", 400,
                         "Value for x-amz-checksum-crc32 trailing header is invalid."));
  }
}

TEST(AwsChunked, RefusesHeadersThatDoNotDescribeTheBody) {
  Headers headers = unsigned_headers(5, "x-amz-meta-a");
  EXPECT_THAT(refused(headers, ""),
              is_error("InvalidRequest", 400,
                       "The value specified in the x-amz-trailer header is not supported"));
  headers = unsigned_headers(5, "x-amz-checksum-crc32, x-amz-checksum-sha1");
  EXPECT_EQ(refused(headers, "").code, "InvalidRequest");
  headers = unsigned_headers(5);
  set_header(headers, "x-amz-content-sha256", std::string(kStreamingSigned));
  EXPECT_EQ(refused(headers, "").code, "InvalidRequest");
  for (const char* length : {"", "-5", "five", "99999999999999999999"}) {
    headers = unsigned_headers(5, "");
    set_header(headers, "x-amz-decoded-content-length", length);
    EXPECT_THAT(refused(headers, ""), is_error("MissingContentLength", 411,
                                               "You must provide the Content-Length HTTP header."));
  }
  headers = unsigned_headers(5, "");
  set_header(headers, "x-amz-content-sha256", std::string(kUnsignedPayload));
  EXPECT_EQ(refused(headers, "").code, "InvalidArgument");
}

TEST(AwsChunked, StaysInItsError) {
  auto decoder = AwsChunkedDecoder::from_headers(unsigned_headers(5, ""));
  std::string decoded;
  EXPECT_FALSE(decoder->feed("zz\r\n", decoded));
  EXPECT_FALSE(decoder->feed("5\r\nhello\r\n0\r\n\r\n", decoded));
  EXPECT_EQ(decoder->finish().error().code, "IncompleteBody");
  EXPECT_EQ(decoded, "");
}

HttpRequest plain(Headers headers) {
  return {.headers = std::move(headers), .body = "hello world"};
}

TEST(S3Body, TakesAPlainBodyWithItsChecksums) {
  const auto body = read_s3_body(plain({{"x-amz-checksum-crc32", "DUoRhQ=="},
                                        {"Content-MD5", "XrY7u+Ae7tCTyyK7j1rNww=="},
                                        {"x-amz-sdk-checksum-algorithm", "CRC32"}}));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->bytes, "hello world");
  EXPECT_EQ(body->checksum, (ChecksumValue{ChecksumAlgorithm::crc32, "DUoRhQ=="}));
  EXPECT_EQ(read_s3_body(plain({}))->checksum, std::nullopt);
}

TEST(S3Body, TakesAChunkedBodyWithItsTrailer) {
  SignedUpload upload(PayloadForm::streaming_signed_trailer);
  const auto body = read_s3_body(std::move(upload.request), upload.seed);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->bytes, upload.content);
  EXPECT_EQ(body->checksum, (ChecksumValue{ChecksumAlgorithm::crc32c, "sOO8/Q=="}));
}

TEST(S3Body, RefusesWrongChecksumsInHeaders) {
  EXPECT_THAT(
      read_s3_body(plain({{"x-amz-checksum-crc32", "AAAAAA=="}})).error(),
      is_error("BadDigest", 400, "The CRC32 you specified did not match the calculated checksum."));
  EXPECT_THAT(
      read_s3_body(plain({{"X-Amz-Checksum-Sha256", "AAAAAA=="}})).error(),
      is_error("InvalidRequest", 400, "Value for x-amz-checksum-sha256 header is invalid."));
  EXPECT_THAT(read_s3_body(plain({{"x-amz-checksum-crc32", "DUoRhQ=="},
                                  {"x-amz-checksum-crc32c", "yZRlqg=="}}))
                  .error(),
              is_error("InvalidRequest", 400,
                       "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                       "allowed."));
  EXPECT_THAT(read_s3_body(plain({{"x-amz-sdk-checksum-algorithm", "CRC32"}})).error(),
              is_error("InvalidRequest", 400,
                       "x-amz-sdk-checksum-algorithm specified, but no corresponding "
                       "x-amz-checksum-* or x-amz-trailer headers were found."));
}

TEST(S3Body, RefusesAWrongContentMd5) {
  EXPECT_THAT(read_s3_body(plain({{"content-md5", "short"}})).error(),
              is_error("InvalidDigest", 400, "The Content-MD5 you specified was invalid."));
  const ApiError error = read_s3_body(plain({{"content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="}})).error();
  EXPECT_THAT(error, is_error("BadDigest", 400,
                              "The Content-MD5 you specified did not match what we received."));
  EXPECT_EQ(details_of(error)->expected_digest, "AAAAAAAAAAAAAAAAAAAAAA==");
  EXPECT_EQ(details_of(error)->calculated_digest, "XrY7u+Ae7tCTyyK7j1rNww==");
}

TEST(S3Body, RefusesAChecksumInBothHeaderAndTrailer) {
  Headers headers = unsigned_headers(11);
  headers.push_back({"x-amz-checksum-crc32", "DUoRhQ=="});
  EXPECT_EQ(read_s3_body({.headers = headers,
                          .body = "b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n"})
                .error()
                .code,
            "InvalidRequest");
}

TEST(S3Body, DoesNotKeepAwsChunkedAsTheContentEncoding) {
  EXPECT_EQ(without_aws_chunked("aws-chunked"), "");
  EXPECT_EQ(without_aws_chunked("aws-chunked, gzip"), "gzip");
  EXPECT_EQ(without_aws_chunked("gzip,AWS-chunked , br"), "gzip,br");
}

}  // namespace
}  // namespace fallstreak::protocols
