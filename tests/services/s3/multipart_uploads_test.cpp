#include "base/checksum.h"
#include "base/encoding.h"
#include "services/s3/s3_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

constexpr std::size_t kSmallestPart = 5'242'880;

/// An upload to `big` of two parts: five MiB of `a`, then `tail`.
class MultipartUpload : public S3Test {
 protected:
  std::string begin(api::s3::CreateMultipartUploadRequest request = {}) {
    request.Bucket = "photos";
    if (!request.Key) request.Key = "big";
    return *must(s3.create_multipart_upload(request)).UploadId;
  }
  api::s3::UploadPartRequest part(const std::string& upload_id, std::int32_t number,
                                  std::string body) {
    return {.Body = api::Body(std::move(body)),
            .Bucket = "photos",
            .Key = "big",
            .PartNumber = number,
            .UploadId = upload_id};
  }
  api::s3::CompletedPart upload(const std::string& upload_id, std::int32_t number,
                                std::string body) {
    const auto output = must(s3.upload_part(part(upload_id, number, std::move(body))));
    return {.ETag = output.ETag, .PartNumber = number};
  }
  std::vector<api::s3::CompletedPart> upload_two(const std::string& upload_id) {
    return {upload(upload_id, 1, head), upload(upload_id, 2, "tail")};
  }
  static api::s3::CompleteMultipartUploadRequest completion(
      const std::string& upload_id, std::vector<api::s3::CompletedPart> parts) {
    return {.Bucket = "photos",
            .Key = "big",
            .MultipartUpload = api::s3::CompletedMultipartUpload{.Parts = std::move(parts)},
            .UploadId = upload_id};
  }

  const std::string head = std::string(kSmallestPart, 'a');
};

class CreateMultipartUpload : public MultipartUpload {};

TEST_F(CreateMultipartUpload, TellsTheChecksumThatItWillHave) {
  const auto plain = must(s3.create_multipart_upload({.Bucket = "photos", .Key = "big"}));
  EXPECT_EQ(plain.Bucket, "photos");
  EXPECT_EQ(plain.Key, "big");
  EXPECT_EQ(plain.ChecksumAlgorithm, std::nullopt);
  EXPECT_EQ(must(s3.create_multipart_upload(
                     {.Bucket = "photos", .Key = "big", .ChecksumAlgorithm = "CRC32"}))
                .ChecksumType,
            "COMPOSITE");
  EXPECT_EQ(must(s3.create_multipart_upload(
                     {.Bucket = "photos", .Key = "big", .ChecksumAlgorithm = "CRC64NVME"}))
                .ChecksumType,
            "FULL_OBJECT");
}

TEST_F(CreateMultipartUpload, RefusesChecksumsThatCannotBe) {
  api::s3::CreateMultipartUploadRequest request{
      .Bucket = "photos", .Key = "big", .ChecksumAlgorithm = "SHA1", .ChecksumType = "FULL_OBJECT"};
  EXPECT_THAT(s3.create_multipart_upload(request),
              FailsSaying("The FULL_OBJECT checksum type cannot be used with the sha1 checksum "
                          "algorithm."));
  request.ChecksumAlgorithm = "CRC64NVME";
  request.ChecksumType = "COMPOSITE";
  EXPECT_THAT(s3.create_multipart_upload(request), FailsWith("InvalidRequest", 400));
  request.ChecksumAlgorithm.reset();
  EXPECT_THAT(s3.create_multipart_upload(request), FailsWith("InvalidRequest", 400));
}

TEST_F(CreateMultipartUpload, RefusesWhatPutObjectRefuses) {
  EXPECT_THAT(s3.create_multipart_upload({.Bucket = "photos", .Key = std::string(1025, 'k')}),
              FailsWith("KeyTooLongError", 400));
  EXPECT_THAT(s3.create_multipart_upload({.Bucket = "nowhere", .Key = "big"}),
              FailsWith("NoSuchBucket", 404));
  EXPECT_THAT(s3.create_multipart_upload({.ACL = "public-read", .Bucket = "photos", .Key = "big"}),
              FailsWith("AccessControlListNotSupported", 400));
}

class UploadPart : public MultipartUpload {};

TEST_F(UploadPart, GivesTheETagAndChecksumOfThePart) {
  const auto upload_id = begin();
  const auto output = must(s3.upload_part(part(upload_id, 1, "hello")));
  EXPECT_EQ(output.ETag, "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(output.ChecksumCRC64NVME, checksum_base64(ChecksumAlgorithm::crc64nvme, "hello"));
}

TEST_F(UploadPart, RefusesNumbersAndUploadsThatAreNone) {
  const auto upload_id = begin();
  EXPECT_THAT(s3.upload_part(part(upload_id, 0, "x")), FailsWith("InvalidArgument", 400));
  EXPECT_THAT(s3.upload_part(part(upload_id, 10'001, "x")), FailsWith("InvalidArgument", 400));
  const auto unknown = s3.upload_part(part("abc", 1, "x"));
  EXPECT_THAT(unknown, FailsWith("NoSuchUpload", 404));
  EXPECT_EQ(member_of(unknown.error(), "UploadId"), "abc");
  auto other_key = part(upload_id, 1, "x");
  other_key.Key = "other";
  EXPECT_THAT(s3.upload_part(other_key), FailsWith("NoSuchUpload", 404));
}

TEST_F(UploadPart, HoldsToTheChecksumOfItsUpload) {
  const auto upload_id = begin({.ChecksumAlgorithm = "CRC32"});
  auto request = part(upload_id, 1, "hello");
  EXPECT_THAT(s3.upload_part(request),
              FailsSaying("Checksum Type mismatch occurred, expected checksum Type: crc32, actual "
                          "checksum Type: null"));
  request.ChecksumSHA1 = checksum_base64(ChecksumAlgorithm::sha1, "hello");
  EXPECT_THAT(s3.upload_part(request),
              FailsSaying("Checksum Type mismatch occurred, expected checksum Type: crc32, actual "
                          "checksum Type: sha1"));
  request.ChecksumSHA1.reset();
  request.ChecksumCRC32 = checksum_base64(ChecksumAlgorithm::crc32, "hello");
  EXPECT_THAT(s3.upload_part(request), Succeeds());
  request.ChecksumCRC32 = checksum_base64(ChecksumAlgorithm::crc32, "other");
  EXPECT_THAT(s3.upload_part(request), FailsWith("BadDigest", 400));
}

class CompleteMultipartUpload : public MultipartUpload {};

TEST_F(CompleteMultipartUpload, PutsThePartsTogether) {
  const auto upload_id = begin({.ContentType = "text/plain", .Metadata = {{{"a", "b"}}}});
  const auto parts = upload_two(upload_id);
  EXPECT_THAT(s3.head_object({.Bucket = "photos", .Key = "big"}), FailsWith("NoSuchKey", 404));
  cloud.advance(std::chrono::hours(2));

  const auto output = must(s3.complete_multipart_upload(completion(upload_id, parts)));

  const std::string md5s =
      checksum(ChecksumAlgorithm::md5, head) + checksum(ChecksumAlgorithm::md5, "tail");
  EXPECT_EQ(output.ETag, "\"" + to_hex(checksum(ChecksumAlgorithm::md5, md5s)) + "-2\"");
  EXPECT_EQ(output.Location, "https://photos.s3.us-east-1.amazonaws.com/big");
  EXPECT_EQ(output.ChecksumCRC64NVME, checksum_base64(ChecksumAlgorithm::crc64nvme, head + "tail"));
  EXPECT_EQ(output.ChecksumType, "FULL_OBJECT");
  const auto object = must(s3.get_object({.Bucket = "photos", .Key = "big"}));
  EXPECT_TRUE(object.Body->view() == head + "tail");
  EXPECT_EQ(object.ContentType, "text/plain");
  EXPECT_EQ(object.LastModified, cloud.now());
  EXPECT_EQ(object.ETag, output.ETag);
}

TEST_F(CompleteMultipartUpload, EndsTheUpload) {
  const auto upload_id = begin();
  const auto parts = upload_two(upload_id);
  must(s3.complete_multipart_upload(completion(upload_id, parts)));
  EXPECT_THAT(s3.complete_multipart_upload(completion(upload_id, parts)),
              FailsWith("NoSuchUpload", 404));
}

TEST_F(CompleteMultipartUpload, ServesThePartsByNumber) {
  const auto upload_id = begin();
  must(s3.complete_multipart_upload(completion(upload_id, upload_two(upload_id))));
  const auto second = must(s3.get_object({.Bucket = "photos", .Key = "big", .PartNumber = 2}));
  EXPECT_EQ(second.Body->view(), "tail");
  EXPECT_EQ(second.PartsCount, 2);
  EXPECT_EQ(second.ContentRange, "bytes 5242880-5242883/5242884");
  const auto third = s3.get_object({.Bucket = "photos", .Key = "big", .PartNumber = 3});
  EXPECT_THAT(third, FailsWith("InvalidPartNumber", 416));
  EXPECT_EQ(member_of(third.error(), "ActualPartCount"), "2");
}

TEST_F(CompleteMultipartUpload, MakesACompositeChecksumOfTheParts) {
  const auto upload_id = begin({.ChecksumAlgorithm = "SHA256"});
  auto first = part(upload_id, 1, head);
  first.ChecksumAlgorithm = "SHA256";
  auto second = part(upload_id, 2, "tail");
  second.ChecksumAlgorithm = "SHA256";
  const auto first_part = must(s3.upload_part(first));
  const auto second_part = must(s3.upload_part(second));
  auto request = completion(upload_id, {{.ETag = first_part.ETag, .PartNumber = 1},
                                        {.ETag = second_part.ETag, .PartNumber = 2}});
  EXPECT_THAT(s3.complete_multipart_upload(request),
              FailsSaying("The upload was created using a sha256 checksum. The complete request "
                          "must include the checksum for each part. It was missing for part 1 in "
                          "the request."));
  request.MultipartUpload->Parts->at(0).ChecksumSHA256 = first_part.ChecksumSHA256;
  request.MultipartUpload->Parts->at(1).ChecksumSHA256 = first_part.ChecksumSHA256;
  EXPECT_THAT(s3.complete_multipart_upload(request), FailsWith("InvalidPart", 400));
  request.MultipartUpload->Parts->at(1).ChecksumSHA256 = second_part.ChecksumSHA256;

  const auto output = must(s3.complete_multipart_upload(request));

  const std::string of_parts =
      checksum(ChecksumAlgorithm::sha256, head) + checksum(ChecksumAlgorithm::sha256, "tail");
  EXPECT_EQ(output.ChecksumSHA256, checksum_base64(ChecksumAlgorithm::sha256, of_parts) + "-2");
  EXPECT_EQ(output.ChecksumType, "COMPOSITE");
  const auto read = must(s3.head_object(
      {.Bucket = "photos", .Key = "big", .PartNumber = 2, .ChecksumMode = "ENABLED"}));
  EXPECT_EQ(read.ChecksumSHA256, second_part.ChecksumSHA256);
}

TEST_F(CompleteMultipartUpload, ChecksWhatIsClaimedOfTheWhole) {
  const auto upload_id = begin({.ChecksumAlgorithm = "CRC32", .ChecksumType = "FULL_OBJECT"});
  auto request = completion(upload_id, upload_two(upload_id));
  request.ChecksumCRC32 = checksum_base64(ChecksumAlgorithm::crc32, "other");
  EXPECT_THAT(s3.complete_multipart_upload(request), FailsWith("BadDigest", 400));
  request.ChecksumCRC32 = checksum_base64(ChecksumAlgorithm::crc32, head + "tail");
  request.MpuObjectSize = 3;
  EXPECT_THAT(s3.complete_multipart_upload(request), FailsWith("InvalidRequest", 400));
  request.MpuObjectSize = std::int64_t(kSmallestPart) + 4;
  request.ChecksumType = "COMPOSITE";
  EXPECT_THAT(s3.complete_multipart_upload(request), FailsWith("InvalidRequest", 400));
  request.ChecksumType = "FULL_OBJECT";
  EXPECT_EQ(must(s3.complete_multipart_upload(request)).ChecksumCRC32, request.ChecksumCRC32);
}

TEST_F(CompleteMultipartUpload, RefusesSmallPartsButTheLast) {
  const auto upload_id = begin();
  const auto first = upload(upload_id, 1, "small");
  const auto second = upload(upload_id, 2, "tail");
  const auto refused = s3.complete_multipart_upload(completion(upload_id, {first, second}));
  EXPECT_THAT(refused, FailsWith("EntityTooSmall", 400));
  EXPECT_EQ(member_of(refused.error(), "ProposedSize"), "5");
  EXPECT_EQ(member_of(refused.error(), "MinSizeAllowed"), "5242880");
  EXPECT_EQ(member_of(refused.error(), "PartNumber"), "1");
  EXPECT_THAT(s3.complete_multipart_upload(completion(upload_id, {second})), Succeeds());
  EXPECT_EQ(get("big"), "tail");
}

TEST_F(CompleteMultipartUpload, RefusesPartsThatItDoesNotHave) {
  const auto upload_id = begin();
  const auto parts = upload_two(upload_id);
  const auto missing = s3.complete_multipart_upload(
      completion(upload_id, {parts[0], {.ETag = parts[1].ETag, .PartNumber = 3}}));
  EXPECT_THAT(missing, FailsWith("InvalidPart", 400));
  EXPECT_EQ(member_of(missing.error(), "PartNumber"), "3");
  EXPECT_THAT(
      s3.complete_multipart_upload(completion(upload_id, {{.ETag = "\"other\"", .PartNumber = 1}})),
      FailsWith("InvalidPart", 400));
  EXPECT_THAT(s3.complete_multipart_upload(completion(upload_id, {parts[1], parts[0]})),
              FailsWith("InvalidPartOrder", 400));
  EXPECT_THAT(s3.complete_multipart_upload(completion(upload_id, {})),
              FailsWith("MalformedXML", 400));
}

TEST_F(CompleteMultipartUpload, HoldsToItsConditions) {
  const auto upload_id = begin();
  auto request = completion(upload_id, upload_two(upload_id));
  put("big");
  request.IfNoneMatch = "*";
  EXPECT_THAT(s3.complete_multipart_upload(request), FailsWith("PreconditionFailed", 412));
  must(s3.delete_object({.Bucket = "photos", .Key = "big"}));
  EXPECT_THAT(s3.complete_multipart_upload(request), Succeeds());
}

TEST_F(CompleteMultipartUpload, IsCopiedAsOnePiece) {
  const auto upload_id = begin();
  must(s3.complete_multipart_upload(completion(upload_id, upload_two(upload_id))));
  const auto copy =
      must(s3.copy_object({.Bucket = "photos", .CopySource = "photos/big", .Key = "copy"}));
  EXPECT_EQ(copy.CopyObjectResult->ETag,
            "\"" + to_hex(checksum(ChecksumAlgorithm::md5, head + "tail")) + "\"");
}

class UploadPartCopy : public MultipartUpload {
 protected:
  api::s3::UploadPartCopyRequest copy(const std::string& upload_id) {
    return {.Bucket = "photos",
            .CopySource = "photos/source",
            .Key = "big",
            .PartNumber = 1,
            .UploadId = upload_id};
  }
};

TEST_F(UploadPartCopy, TakesARangeOfAnObject) {
  put("source", "0123456789");
  const auto upload_id = begin();
  auto request = copy(upload_id);
  request.CopySourceRange = "bytes=2-4";
  const auto etag = must(s3.upload_part_copy(request)).CopyPartResult->ETag;
  must(s3.complete_multipart_upload(completion(upload_id, {{.ETag = etag, .PartNumber = 1}})));
  EXPECT_EQ(get("big"), "234");
}

TEST_F(UploadPartCopy, RefusesRangesOfAnotherForm) {
  put("source", "0123456789");
  auto request = copy(begin());
  for (const char* range : {"bytes=2-", "bytes=-2", "2-4", "bytes=4-2", "bytes=0-10"}) {
    request.CopySourceRange = range;
    EXPECT_THAT(s3.upload_part_copy(request), FailsWith("InvalidArgument", 400)) << range;
  }
}

TEST_F(UploadPartCopy, RefusesWhatIsMissing) {
  EXPECT_THAT(s3.upload_part_copy(copy("abc")), FailsWith("NoSuchUpload", 404));
  auto request = copy(begin());
  EXPECT_THAT(s3.upload_part_copy(request), FailsWith("NoSuchKey", 404));
  put("source");
  request.CopySourceIfMatch = "\"other\"";
  EXPECT_THAT(s3.upload_part_copy(request), FailsWith("PreconditionFailed", 412));
}

class ListParts : public MultipartUpload {};

TEST_F(ListParts, GivesPagesOfParts) {
  const auto upload_id = begin({.ChecksumAlgorithm = "CRC64NVME"});
  for (const std::int32_t number : {10, 2, 1}) upload(upload_id, number, "hello");
  api::s3::ListPartsRequest request{
      .Bucket = "photos", .Key = "big", .MaxParts = 2, .UploadId = upload_id};

  const auto first = must(s3.list_parts(request));

  ASSERT_EQ(api::each(first.Parts).size(), 2U);
  EXPECT_EQ(first.Parts->at(0).PartNumber, 1);
  EXPECT_EQ(first.Parts->at(1).PartNumber, 2);
  EXPECT_EQ(first.Parts->at(1).Size, 5);
  EXPECT_EQ(first.Parts->at(1).ChecksumCRC64NVME,
            checksum_base64(ChecksumAlgorithm::crc64nvme, "hello"));
  EXPECT_EQ(first.IsTruncated, true);
  EXPECT_EQ(first.NextPartNumberMarker, 2);
  request.PartNumberMarker = first.NextPartNumberMarker;
  const auto second = must(s3.list_parts(request));
  EXPECT_EQ(second.Parts->at(0).PartNumber, 10);
  EXPECT_EQ(second.IsTruncated, false);
}

TEST_F(ListParts, ShowsAPartThatWasSentAgainOnce) {
  const auto upload_id = begin();
  upload(upload_id, 1, "old");
  upload(upload_id, 1, "newer");
  const auto output =
      must(s3.list_parts({.Bucket = "photos", .Key = "big", .UploadId = upload_id}));
  ASSERT_EQ(api::each(output.Parts).size(), 1U);
  EXPECT_EQ(output.Parts->front().Size, 5);
}

TEST_F(ListParts, RefusesAnUploadThatIsNone) {
  EXPECT_THAT(s3.list_parts({.Bucket = "photos", .Key = "big", .UploadId = "abc"}),
              FailsWith("NoSuchUpload", 404));
}

class AbortMultipartUpload : public MultipartUpload {};

TEST_F(AbortMultipartUpload, ForgetsTheUpload) {
  const auto upload_id = begin();
  upload(upload_id, 1, "hello");
  must(s3.abort_multipart_upload({.Bucket = "photos", .Key = "big", .UploadId = upload_id}));
  EXPECT_THAT(s3.list_parts({.Bucket = "photos", .Key = "big", .UploadId = upload_id}),
              FailsWith("NoSuchUpload", 404));
  EXPECT_THAT(s3.abort_multipart_upload({.Bucket = "photos", .Key = "big", .UploadId = upload_id}),
              FailsWith("NoSuchUpload", 404));
}

class ListMultipartUploads : public MultipartUpload {
 protected:
  static std::vector<std::string> ids_of(const api::s3::ListMultipartUploadsOutput& output) {
    std::vector<std::string> ids;
    for (const auto& upload : api::each(output.Uploads)) ids.push_back(*upload.UploadId);
    return ids;
  }
};

TEST_F(ListMultipartUploads, GivesThemByKeyAndThenByTime) {
  const auto second = begin({.Key = "b"});
  cloud.advance(std::chrono::seconds(1));
  const auto third = begin({.Key = "b"});
  const auto first = begin({.Key = "a"});

  const auto output = must(s3.list_multipart_uploads({.Bucket = "photos"}));

  EXPECT_THAT(ids_of(output), ElementsAre(first, second, third));
  EXPECT_EQ(output.Uploads->at(2).Initiated, cloud.now());
  EXPECT_EQ(output.Uploads->at(2).Key, "b");
}

TEST_F(ListMultipartUploads, GivesPages) {
  const auto first = begin({.Key = "a"});
  cloud.advance(std::chrono::seconds(1));
  const auto second = begin({.Key = "a"});
  const auto third = begin({.Key = "b"});
  const auto page = must(s3.list_multipart_uploads({.Bucket = "photos", .MaxUploads = 1}));
  EXPECT_THAT(ids_of(page), ElementsAre(first));
  EXPECT_EQ(page.IsTruncated, true);
  EXPECT_THAT(ids_of(must(s3.list_multipart_uploads({.Bucket = "photos",
                                                     .KeyMarker = page.NextKeyMarker,
                                                     .UploadIdMarker = page.NextUploadIdMarker}))),
              ElementsAre(second, third));
  EXPECT_THAT(ids_of(must(s3.list_multipart_uploads({.Bucket = "photos", .KeyMarker = "a"}))),
              ElementsAre(third));
}

TEST_F(ListMultipartUploads, FoldsKeysBehindADelimiter) {
  begin({.Key = "dir/1"});
  begin({.Key = "dir/2"});
  const auto top = begin({.Key = "top"});
  const auto output = must(s3.list_multipart_uploads({.Bucket = "photos", .Delimiter = "/"}));
  EXPECT_THAT(ids_of(output), ElementsAre(top));
  ASSERT_EQ(api::each(output.CommonPrefixes).size(), 1U);
  EXPECT_EQ(output.CommonPrefixes->front().Prefix, "dir/");
}

}  // namespace
}  // namespace fallstreak
