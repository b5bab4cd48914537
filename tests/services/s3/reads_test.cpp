#include "base/checksum.h"
#include "services/s3/s3_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using testing::Succeeds;

class GetObject : public S3Test {
 protected:
  GetObject() { put("digits", "0123456789"); }
  static api::s3::GetObjectRequest digits() { return {.Bucket = "photos", .Key = "digits"}; }
  static api::s3::GetObjectRequest range(std::string range) {
    auto request = digits();
    request.Range = std::move(range);
    return request;
  }
};

TEST_F(GetObject, GivesTheBytesAndWhatIsKnownOfThem) {
  const auto object = must(s3.get_object(digits()));
  EXPECT_EQ(object.Body->view(), "0123456789");
  EXPECT_EQ(object.ContentLength, 10);
  EXPECT_EQ(object.ContentType, "binary/octet-stream");
  EXPECT_EQ(object.AcceptRanges, "bytes");
  EXPECT_EQ(object.ETag, "\"781e5e245d69b566979b86e28d23f2c7\"");
  EXPECT_EQ(object.LastModified, cloud.now());
  EXPECT_EQ(object.ContentRange, std::nullopt);
  EXPECT_EQ(object.ChecksumCRC64NVME, std::nullopt);
  EXPECT_EQ(object.ServerSideEncryption, "AES256");
}

TEST_F(GetObject, GivesChecksumsWhenAskedTo) {
  auto request = digits();
  request.ChecksumMode = "ENABLED";
  const auto object = must(s3.get_object(request));
  EXPECT_EQ(object.ChecksumCRC64NVME, checksum_base64(ChecksumAlgorithm::crc64nvme, "0123456789"));
  EXPECT_EQ(object.ChecksumType, "FULL_OBJECT");
  request.Range = "bytes=0-4";
  EXPECT_EQ(must(s3.get_object(request)).ChecksumCRC64NVME, std::nullopt);
}

TEST_F(GetObject, GivesRanges) {
  const auto bytes = [&](std::string header) {
    const auto object = must(s3.get_object(range(std::move(header))));
    return std::string(object.Body->view()) + " " + object.ContentRange.value_or("whole");
  };
  EXPECT_EQ(bytes("bytes=2-4"), "234 bytes 2-4/10");
  EXPECT_EQ(bytes("bytes=7-"), "789 bytes 7-9/10");
  EXPECT_EQ(bytes("bytes=-3"), "789 bytes 7-9/10");
  EXPECT_EQ(bytes("bytes=-30"), "0123456789 bytes 0-9/10");
  EXPECT_EQ(bytes("bytes=8-99999999999999999999999"), "89 bytes 8-9/10");
  EXPECT_EQ(bytes("bytes=4-2"), "0123456789 whole");
  EXPECT_EQ(bytes("bytes=0-1,3-4"), "0123456789 whole");
  EXPECT_EQ(bytes("items=0-1"), "0123456789 whole");
}

TEST_F(GetObject, RefusesARangeOutsideTheObject) {
  const auto outcome = s3.get_object(range("bytes=10-"));
  EXPECT_THAT(outcome, FailsWith("InvalidRange", 416));
  EXPECT_EQ(member_of(outcome.error(), "RangeRequested"), "bytes=10-");
  EXPECT_EQ(member_of(outcome.error(), "ActualObjectSize"), "10");
  EXPECT_THAT(s3.get_object(range("bytes=-0")), FailsWith("InvalidRange", 416));
}

TEST_F(GetObject, TakesAnObjectOfOnePieceForItsPartOne) {
  auto request = digits();
  request.PartNumber = 1;
  EXPECT_EQ(must(s3.get_object(request)).ContentRange, "bytes 0-9/10");
  request.PartNumber = 2;
  EXPECT_THAT(s3.get_object(request), FailsWith("InvalidPartNumber", 416));
  request.PartNumber = 0;
  EXPECT_THAT(s3.get_object(request), FailsWith("InvalidArgument", 400));
  request.PartNumber = 1;
  request.Range = "bytes=0-1";
  EXPECT_THAT(s3.get_object(request), FailsWith("InvalidRequest", 400));
}

TEST_F(GetObject, HoldsToETags) {
  const std::string etag = *must(s3.get_object(digits())).ETag;
  auto request = digits();
  request.IfMatch = "\"other\"";
  const auto refused = s3.get_object(request);
  EXPECT_THAT(refused, FailsWith("PreconditionFailed", 412));
  EXPECT_EQ(member_of(refused.error(), "Condition"), "If-Match");
  request.IfMatch = "\"other\", " + etag;
  EXPECT_THAT(s3.get_object(request), Succeeds());
  request = digits();
  request.IfNoneMatch = etag;
  const auto unchanged = s3.get_object(request);
  EXPECT_THAT(unchanged, FailsWith("NotModified", 304));
  EXPECT_EQ(member_of(unchanged.error(), "ETagHeader"), etag);
  EXPECT_EQ(member_of(unchanged.error(), "LastModifiedHeader"), to_http_date(cloud.now()));
}

TEST_F(GetObject, HoldsToDates) {
  const Time written = cloud.now();
  auto request = digits();
  request.IfModifiedSince = written;
  EXPECT_THAT(s3.get_object(request), FailsWith("NotModified", 304));
  request.IfModifiedSince = written - std::chrono::seconds(1);
  EXPECT_THAT(s3.get_object(request), Succeeds());
  request = digits();
  request.IfUnmodifiedSince = written - std::chrono::seconds(1);
  EXPECT_THAT(s3.get_object(request), FailsWith("PreconditionFailed", 412));
  request.IfUnmodifiedSince = written;
  EXPECT_THAT(s3.get_object(request), Succeeds());
}

TEST_F(GetObject, WeighsETagsOverDates) {
  const std::string etag = *must(s3.get_object(digits())).ETag;
  auto request = digits();
  request.IfMatch = etag;
  request.IfUnmodifiedSince = cloud.now() - std::chrono::hours(1);
  EXPECT_THAT(s3.get_object(request), Succeeds());
  request = digits();
  request.IfNoneMatch = etag;
  request.IfModifiedSince = cloud.now() - std::chrono::hours(1);
  EXPECT_THAT(s3.get_object(request), FailsWith("NotModified", 304));
}

TEST_F(GetObject, AnswersWithTheHeadersThatAreAskedFor) {
  auto request = digits();
  request.ResponseContentType = "text/plain";
  request.ResponseCacheControl = "no-store";
  request.ResponseExpires = cloud.now();
  const auto object = must(s3.get_object(request));
  EXPECT_EQ(object.ContentType, "text/plain");
  EXPECT_EQ(object.CacheControl, "no-store");
  EXPECT_EQ(object.Expires, to_http_date(cloud.now()));
}

TEST_F(GetObject, NamesTheKeyThatIsMissing) {
  const auto outcome = s3.get_object({.Bucket = "photos", .Key = "nothing"});
  EXPECT_THAT(outcome, FailsWith("NoSuchKey", 404));
  EXPECT_EQ(member_of(outcome.error(), "Key"), "nothing");
  EXPECT_THAT(s3.get_object({.Bucket = "nowhere", .Key = "k"}), FailsWith("NoSuchBucket", 404));
}

TEST_F(GetObject, KeepsArchivedBytesBack) {
  must(s3.put_object({.Bucket = "photos", .Key = "old", .StorageClass = "DEEP_ARCHIVE"}));
  const auto outcome = s3.get_object({.Bucket = "photos", .Key = "old"});
  EXPECT_THAT(outcome, FailsWith("InvalidObjectState", 403));
  EXPECT_EQ(member_of(outcome.error(), "StorageClass"), "DEEP_ARCHIVE");
}

class HeadObject : public GetObject {};

TEST_F(HeadObject, TellsAllButTheBytes) {
  const auto head = must(s3.head_object({.Bucket = "photos", .Key = "digits"}));
  EXPECT_EQ(head.ContentLength, 10);
  EXPECT_EQ(head.ETag, "\"781e5e245d69b566979b86e28d23f2c7\"");
}

TEST_F(HeadObject, TellsTheRange) {
  const auto head =
      must(s3.head_object({.Bucket = "photos", .Key = "digits", .Range = "bytes=2-4"}));
  EXPECT_EQ(head.ContentLength, 3);
  EXPECT_EQ(head.ContentRange, "bytes 2-4/10");
}

TEST_F(HeadObject, TellsOfArchivedObjects) {
  must(s3.put_object({.Bucket = "photos", .Key = "old", .StorageClass = "GLACIER"}));
  EXPECT_EQ(must(s3.head_object({.Bucket = "photos", .Key = "old"})).StorageClass, "GLACIER");
}

TEST_F(HeadObject, RefusesWhatIsNotThere) {
  EXPECT_THAT(s3.head_object({.Bucket = "photos", .Key = "nothing"}), FailsWith("NoSuchKey", 404));
}

}  // namespace
}  // namespace fallstreak
