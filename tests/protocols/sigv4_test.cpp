#include "protocols/sigv4.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/checksum.h"
#include "base/encoding.h"
#include "protocols/credential.h"

namespace fallstreak::protocols {
namespace {

using std::chrono::seconds;

// The credentials, host and time of the examples in the S3 documentation.
const Credentials kS3Example{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
constexpr std::string_view kS3Host = "examplebucket.s3.amazonaws.com";
const Time kS3Time = *parse_basic_iso8601("20130524T000000Z");

nlohmann::json read_suite() {
  std::ifstream file(FALLSTREAK_SOURCE_DIR "/fixtures/sigv4/aws-sig-v4-test-suite.json");
  return nlohmann::json::parse(file);
}

struct SuiteCase {
  HttpRequest request;
  Credentials credentials;
  SignOptions options;
};

SuiteCase read_case(const nlohmann::json& suite, const nlohmann::json& entry) {
  SuiteCase result;
  result.request = {.method = entry.at("method").get<std::string>(),
                    .target = entry.at("target").get<std::string>(),
                    .body = entry.value("body", "")};
  for (const auto& header : entry.at("headers")) {
    result.request.headers.push_back(
        {header.at(0).get<std::string>(), header.at(1).get<std::string>()});
  }
  result.credentials = {suite.at("access_key_id").get<std::string>(),
                        suite.at("secret_access_key").get<std::string>(),
                        entry.value("session_token", "")};
  if (!entry.value("normalize", true)) result.options.path_rule = PathRule::verbatim;
  if (entry.contains("body")) result.options.content_sha256 = ContentSha256Header::always;
  if (entry.value("token_added_after", false)) {
    result.options.session_token = SessionToken::added_after;
  }
  return result;
}

std::string sign_s3(HttpRequest request, std::string_view payload_hash = {}) {
  request.headers.push_back({"Host", std::string(kS3Host)});
  return sign(request, kS3Example, "us-east-1", "s3", kS3Time, {.payload_hash = payload_hash})
      .signature;
}

TEST(SigV4, SignsTheTestSuiteInTheHeader) {
  const auto suite = read_suite();
  const auto now = parse_basic_iso8601(suite.at("timestamp").get<std::string>());
  for (const auto& entry : suite.at("cases")) {
    SuiteCase test = read_case(suite, entry);
    const auto seed =
        sign(test.request, test.credentials, "us-east-1", "service", *now, test.options);
    EXPECT_EQ(seed.signature, entry.at("signature").get<std::string>()) << entry.at("name");
    EXPECT_TRUE(find_header(test.request.headers, "Authorization")->ends_with(seed.signature));
  }
  EXPECT_EQ(suite.at("cases").size(), 38U);
}

TEST(SigV4, SignsTheTestSuiteInTheQuery) {
  const auto suite = read_suite();
  const auto now = parse_basic_iso8601(suite.at("timestamp").get<std::string>());
  int compared = 0;
  for (const auto& entry : suite.at("cases")) {
    if (!entry.contains("query_signature")) continue;
    SuiteCase test = read_case(suite, entry);
    const auto seed = presign(test.request, test.credentials, "us-east-1", "service", *now,
                              seconds(3600), test.options);
    EXPECT_EQ(seed.signature, entry.at("query_signature").get<std::string>()) << entry.at("name");
    EXPECT_TRUE(test.request.target.ends_with("&X-Amz-Signature=" + seed.signature));
    ++compared;
  }
  EXPECT_GT(compared, 20);
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
TEST(SigV4, SignsTheExamplesOfTheS3Documentation) {
  EXPECT_EQ(sign_s3({.target = "/test.txt", .headers = {{"Range", "bytes=0-9"}}}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(sign_s3({.method = "PUT",
                     .target = "/test$file.text",
                     .headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                 {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                     .body = "Welcome to Amazon S3."}),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(sign_s3({.target = "/?lifecycle"}),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(sign_s3({.target = "/?max-keys=2&prefix=J"}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
TEST(SigV4, PresignsTheExampleOfTheS3Documentation) {
  HttpRequest request{.target = "/test.txt", .headers = {{"Host", std::string(kS3Host)}}};
  const auto seed = presign(request, kS3Example, "us-east-1", "s3", kS3Time, seconds(86400));
  EXPECT_EQ(seed.signature, "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  EXPECT_EQ(request.target,
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F"
            "20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires="
            "86400&X-Amz-SignedHeaders=host&X-Amz-Signature=" +
                seed.signature);
}

HttpRequest chunked_example() {
  return {.method = "PUT",
          .target = "/examplebucket/chunkObject.txt",
          .headers = {{"Host", "s3.amazonaws.com"},
                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                      {"Content-Encoding", "aws-chunked"},
                      {"x-amz-decoded-content-length", "66560"}}};
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
TEST(ChunkSigner, SignsTheExampleOfTheS3Documentation) {
  HttpRequest request = chunked_example();
  request.headers.push_back({"Content-Length", "66824"});
  auto seed =
      sign(request, kS3Example, "us-east-1", "s3", kS3Time, {.payload_hash = kStreamingSigned});
  EXPECT_EQ(seed.signature, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");

  ChunkSigner signer(std::move(seed));
  EXPECT_EQ(signer.sign_chunk(sha256_hex(std::string(65536, 'a'))),
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
  EXPECT_EQ(signer.sign_chunk(sha256_hex(std::string(1024, 'a'))),
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
  EXPECT_EQ(signer.sign_chunk(sha256_hex("")),
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
TEST(ChunkSigner, SignsTheTrailerExampleOfTheS3Documentation) {
  HttpRequest request = chunked_example();
  request.headers.push_back({"x-amz-trailer", "x-amz-checksum-crc32c"});
  auto seed = sign(request, kS3Example, "us-east-1", "s3", kS3Time,
                   {.payload_hash = kStreamingSignedTrailer});
  EXPECT_EQ(seed.signature, "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");

  ChunkSigner signer(std::move(seed));
  EXPECT_EQ(signer.sign_chunk(sha256_hex(std::string(65536, 'a'))),
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2");
  EXPECT_EQ(signer.sign_chunk(sha256_hex(std::string(1024, 'a'))),
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7");
  EXPECT_EQ(signer.sign_chunk(sha256_hex("")),
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
  EXPECT_EQ(checksum_base64(ChecksumAlgorithm::crc32c, std::string(66560, 'a')), "sOO8/Q==");
  EXPECT_EQ(signer.sign_trailers("x-amz-checksum-crc32c:sOO8/Q==\n"),
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html
TEST(SigningKey, IsDerivedAsTheDocumentationDerivesIt) {
  const SigningKey key = derive_signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830",
                                            "us-east-1", "iam");
  EXPECT_EQ(to_hex({key.data(), key.size()}),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigningKeyCache, AnswersWhatDerivingWould) {
  SigningKeyCache cache;
  for (int round = 0; round < 2; ++round) {
    for (int day = 100; day < 200; ++day) {
      const std::string date = "20150" + std::to_string(day);
      EXPECT_EQ(cache.find("secret", date, "eu-west-1", "s3"),
                derive_signing_key("secret", date, "eu-west-1", "s3"));
    }
  }
  EXPECT_NE(cache.find("secret", "20150101", "eu-west-1", "s3"),
            cache.find("other", "20150101", "eu-west-1", "s3"));
}

TEST(CanonicalPath, FollowsTheServicesRule) {
  EXPECT_EQ(canonical_path("/a%20b/../c/", PathRule::standard), "/c/");
  EXPECT_EQ(canonical_path("/a%20b", PathRule::standard), "/a%2520b");
  EXPECT_EQ(canonical_path("/../..", PathRule::standard), "/");
  EXPECT_EQ(canonical_path("/a%2fb//../c d+e%7e", PathRule::s3), "/a%2Fb//../c%20d%2Be~");
  EXPECT_EQ(canonical_path("/100%", PathRule::s3), "/100%25");
}

TEST(CanonicalQuery, IsSortedByNameThenByValue) {
  EXPECT_EQ(canonical_query("b=2&a=%7e&b=1&a-b=&&acl"), "a=~&a-b=&acl=&b=1&b=2");
  EXPECT_EQ(canonical_query("a=b=c&d=x+y%2Bz"), "a=b%3Dc&d=x%20y%2Bz");
  EXPECT_EQ(canonical_query("x=1&X-Amz-Signature=abc", "X-Amz-Signature"), "x=1");
}

TEST(ParseCredential, ReadsTheHeader) {
  HttpRequest request{.headers = {{"Host", "h"}}};
  sign(request, {"AKID", "secret", "token"}, "eu-west-1", "dynamodb", kS3Time);
  const Credential credential = parse_credential(request);
  EXPECT_EQ(credential.scheme, AuthScheme::sigv4_header);
  EXPECT_EQ(credential.access_key_id, "AKID");
  EXPECT_EQ(credential.date, "20130524");
  EXPECT_EQ(credential.region, "eu-west-1");
  EXPECT_EQ(credential.service, "dynamodb");
  EXPECT_EQ(credential.session_token, "token");
}

TEST(ParseCredential, ReadsThePresignedQuery) {
  HttpRequest request{.target = "/b/k?x-id=GetObject", .headers = {{"Host", "h"}}};
  presign(request, {"AKID", "secret", "token"}, "eu-west-1", "s3", kS3Time, seconds(60));
  const Credential credential = parse_credential(request);
  EXPECT_EQ(credential.scheme, AuthScheme::sigv4_query);
  EXPECT_EQ(credential.access_key_id, "AKID");
  EXPECT_EQ(credential.region, "eu-west-1");
  EXPECT_EQ(credential.service, "s3");
  EXPECT_EQ(credential.session_token, "token");
}

AuthScheme scheme_of(const HttpRequest& request) { return parse_credential(request).scheme; }

TEST(ParseCredential, KnowsOtherSchemesByName) {
  const auto authorized = [](std::string value) {
    return HttpRequest{.headers = {{"authorization", std::move(value)}}};
  };
  EXPECT_EQ(scheme_of(authorized("AWS AKID:signature")), AuthScheme::sigv2_header);
  EXPECT_EQ(scheme_of(authorized("AWS4-ECDSA-P256-SHA256 Credential=A/20130524/s3/aws4_request")),
            AuthScheme::sigv4a_header);
  EXPECT_EQ(scheme_of(authorized("Bearer abc")), AuthScheme::other);
  EXPECT_EQ(scheme_of({}), AuthScheme::anonymous);
  EXPECT_EQ(scheme_of({.target = "/?AWSAccessKeyId=AKID&Signature=x"}), AuthScheme::sigv2_query);
  EXPECT_EQ(scheme_of({.target = "/?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256"}),
            AuthScheme::sigv4a_query);
}

TEST(ParseCredential, ReadsAScopeWithoutRegion) {
  const HttpRequest request{
      .headers = {
          {"Authorization", "AWS4-ECDSA-P256-SHA256 Credential=AKID/20130524/s3/aws4_request, x"}}};
  const Credential credential = parse_credential(request);
  EXPECT_EQ(credential.access_key_id, "AKID");
  EXPECT_EQ(credential.service, "s3");
  EXPECT_EQ(credential.region, "");
}

TEST(ParseCredential, ReadsAQueryWhoseSlashesAreNotEncoded) {
  for (const std::string slash : {"/", "%2F", "%2f"}) {
    const HttpRequest request{.target = "/?X-Amz-Credential=AKID" + slash + "20130524" + slash +
                                        "eu-west-1" + slash + "s3" + slash + "aws4_request"};
    const Credential credential = parse_credential(request);
    EXPECT_EQ(credential.access_key_id, "AKID");
    EXPECT_EQ(credential.region, "eu-west-1");
    EXPECT_EQ(credential.service, "s3");
  }
}

TEST(ParseCredential, LeavesEmptyWhatIsMissing) {
  HttpRequest request{.headers = {{"Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20150830"}}};
  EXPECT_EQ(parse_credential(request).scheme, AuthScheme::sigv4_header);
  EXPECT_EQ(parse_credential(request).access_key_id, "AKID");
  EXPECT_EQ(parse_credential(request).region, "");
  request.headers[0].value = "AWS4-HMAC-SHA256";
  EXPECT_EQ(parse_credential(request).access_key_id, "");
}

}  // namespace
}  // namespace fallstreak::protocols
