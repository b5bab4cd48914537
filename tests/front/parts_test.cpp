#include <gtest/gtest.h>

#include <chrono>

#include "api/s3/objects.h"
#include "base/checksum.h"
#include "base/encoding.h"
#include "base/gzip.h"
#include "front/coverage_report.h"
#include "front/duration_text.h"
#include "front/http_writer.h"
#include "front/payload.h"
#include "front/request_ids.h"
#include "front/virtual_host.h"

namespace fallstreak::front {
namespace {

using namespace std::chrono_literals;

TEST(VirtualHost, NamesTheBucketInFrontOfTheEndpoint) {
  EXPECT_EQ(bucket_of_host("photos.s3.eu-central-1.amazonaws.com"), "photos");
  EXPECT_EQ(bucket_of_host("my.photos.s3.amazonaws.com:4566"), "my.photos");
  EXPECT_EQ(bucket_of_host("photos.s3-eu-west-1.amazonaws.com"), "photos");
  EXPECT_EQ(bucket_of_host("photos.s3.dualstack.us-east-1.amazonaws.com"), "photos");
  EXPECT_EQ(bucket_of_host("photos.s3.localhost:4566"), "photos");
  EXPECT_EQ(bucket_of_host("photos.localhost:4566"), "photos");
}

TEST(VirtualHost, IsNoneWhereThePathNamesTheBucket) {
  for (const char* host : {"", "localhost", "localhost:4566", "127.0.0.1:4566", "[::1]:4566",
                           "s3.localhost:4566", "s3.amazonaws.com", "s3.eu-central-1.amazonaws.com",
                           "s3.eu-central-1.localhost", "example.com"}) {
    EXPECT_EQ(bucket_of_host(host), "") << host;
  }
}

TEST(VirtualHost, PutsTheBucketInFrontOfThePath) {
  protocols::HttpRequest request{.target = "/a%2Fb?versionId=1",
                                 .headers = {{"Host", "Photos.s3.localhost"}}};
  use_path_style(request);
  EXPECT_EQ(request.target, "/photos/a%2Fb?versionId=1");
}

TEST(HttpWriter, LetsNoValueBeginAHeaderOfItsOwn) {
  protocols::HttpResponse response{.headers = {{"Content-Type", "a\r\nSet-Cookie: b"}}};
  std::string out;
  append_head(out, "GET", response, Persistence::keep_alive);
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nContent-Type: a  Set-Cookie: b\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpWriter, KeepsTheLengthOfAnObjectThatHeadDoesNotSend) {
  protocols::HttpResponse response{.headers = {{"Content-Length", "1234"}}};
  std::string head;
  append_head(head, "HEAD", response, Persistence::keep_alive);
  EXPECT_EQ(head, "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
  std::string get;
  append_head(get, "GET", response, Persistence::keep_alive);
  EXPECT_EQ(get, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpWriter, GivesNoLengthWhereNoBodyCanBe) {
  protocols::HttpResponse response{.status = 204};
  std::string out;
  append_head(out, "DELETE", response, Persistence::close);
  EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

TEST(Gunzip, TakesWhatGzipMade) {
  // `printf 'hello hello hello hello' | gzip -n`, and the same with a file name.
  const auto plain = from_base64("H4sIAAAAAAACA8tIzcnJV8hAJwHjUT2NFwAAAA==");
  ASSERT_TRUE(plain);
  EXPECT_EQ(gunzip(*plain, 100), "hello hello hello hello");
  std::string named =
      plain->substr(0, 3) + '\x08' + plain->substr(4, 6) + "name" + '\0' + plain->substr(10);
  EXPECT_EQ(gunzip(named, 100), "hello hello hello hello");
}

TEST(Gunzip, RefusesWhatIsDamagedCutOrTooLarge) {
  const auto plain = from_base64("H4sIAAAAAAACA8tIzcnJV8hAJwHjUT2NFwAAAA==");
  ASSERT_TRUE(plain);
  EXPECT_EQ(gunzip(*plain, 22), std::nullopt);
  for (std::size_t cut = 0; cut < plain->size(); ++cut) {
    EXPECT_EQ(gunzip(plain->substr(0, cut), 100), std::nullopt) << cut;
  }
  for (std::size_t at = 10; at < plain->size(); ++at) {
    std::string damaged = *plain;
    damaged[at] = char(damaged[at] ^ 0x55);
    EXPECT_EQ(gunzip(damaged, 100), std::nullopt) << at;
  }
}

TEST(NoteChecksums, GivesABodyWhatS3KeepsOfIt) {
  api::s3::PutObjectRequest request{.Body = api::Body("hello")};
  note_checksums(api::s3::PutObject::operation(), &request);

  const api::Body& body = *request.Body;
  EXPECT_EQ(body.view(), "hello");
  for (const auto algorithm : {ChecksumAlgorithm::md5, ChecksumAlgorithm::crc64nvme}) {
    ASSERT_NE(body.known(algorithm), nullptr);
    EXPECT_EQ(*body.known(algorithm), checksum(algorithm, "hello"));
  }
  EXPECT_EQ(body.known(ChecksumAlgorithm::sha256), nullptr);
  EXPECT_EQ(body.slice(0, 2).known(ChecksumAlgorithm::md5), nullptr);
}

TEST(NoteChecksums, ComputesNoneThatCameWithTheBody) {
  const std::string sha256 = checksum(ChecksumAlgorithm::sha256, "hello");
  api::s3::PutObjectRequest request{.Body = api::Body("hello"),
                                    .ChecksumSHA256 = to_base64(sha256)};
  note_checksums(api::s3::PutObject::operation(), &request);

  ASSERT_NE(request.Body->known(ChecksumAlgorithm::sha256), nullptr);
  EXPECT_EQ(*request.Body->known(ChecksumAlgorithm::sha256), sha256);
  EXPECT_EQ(request.Body->known(ChecksumAlgorithm::crc64nvme), nullptr);
}

TEST(DurationText, IsNumbersWithUnits) {
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("2d"), 48h);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  for (const char* wrong : {"", "1", "h", "-1h", "1.5h", "1 h", "1w", "99999999999999999999s",
                            "300000000h", "18000d18000d"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
}

TEST(RequestIds, FollowFromTheSeed) {
  RequestIds one(7);
  RequestIds other(7);
  const std::string first = one.next_uuid();
  EXPECT_EQ(first, other.next_uuid());
  EXPECT_NE(first, one.next_uuid());
  EXPECT_EQ(first.size(), 36U);
  EXPECT_EQ(first[14], '4');
  EXPECT_EQ(one.next_of_s3().size(), 16U);
  EXPECT_EQ(one.count(), 3U);
}

TEST(CoverageReport, ShowsWhatIsThereToPeople) {
  dispatch::Coverage coverage;
  coverage.services.push_back({.id = "x", .service_id = "X", .implemented = 1});
  coverage.services[0].operations = {
      {.name = "Do", .is_implemented = true, .refused = {"A", "B.C"}, .without_effect = {"D"}},
      {.name = "Dont"}};
  EXPECT_EQ(coverage_text(coverage),
            "x: 1 of 2 operations\n  Do\n    without effect: D\n    refused: A, B.C\n");
}

}  // namespace
}  // namespace fallstreak::front
