#include "base/checksum.h"
#include "base/encoding.h"
#include "services/s3/s3_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

class PutObject : public S3Test {
 protected:
  static api::s3::PutObjectRequest hello(std::string key = "cat.jpg") {
    return {.Body = api::Body("hello"), .Bucket = "photos", .Key = std::move(key)};
  }
  api::s3::HeadObjectOutput head(const std::string& key = "cat.jpg") {
    return must(s3.head_object({.Bucket = "photos", .Key = key, .ChecksumMode = "ENABLED"}));
  }
};

TEST_F(PutObject, GivesTheMd5AsETagAndACrc64OfItsOwn) {
  const auto output = must(s3.put_object(hello()));

  EXPECT_EQ(output.ETag, "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(output.ChecksumCRC64NVME, checksum_base64(ChecksumAlgorithm::crc64nvme, "hello"));
  EXPECT_EQ(output.ChecksumType, "FULL_OBJECT");
  EXPECT_EQ(output.ServerSideEncryption, "AES256");
}

TEST_F(PutObject, StoresAnEmptyObject) {
  EXPECT_EQ(must(s3.put_object({.Bucket = "photos", .Key = "empty"})).ETag,
            "\"d41d8cd98f00b204e9800998ecf8427e\"");
  EXPECT_EQ(get("empty"), "");
}

TEST_F(PutObject, ReplacesWhatWasThere) {
  put("cat.jpg", "old");
  put("cat.jpg", "new");
  EXPECT_EQ(get("cat.jpg"), "new");
}

TEST_F(PutObject, KeepsWhatIsSaidOfTheObject) {
  auto request = hello();
  request.CacheControl = "max-age=60";
  request.ContentDisposition = "attachment";
  request.ContentEncoding = "gzip";
  request.ContentLanguage = "de";
  request.ContentType = "image/jpeg";
  request.Expires = "Thu, 01 Jan 2026 00:00:00 GMT";
  request.Metadata = {{{"Author", "Ada"}}};
  request.StorageClass = "STANDARD_IA";
  request.Tagging = "a=1&b=two+words";
  must(s3.put_object(request));

  const auto kept = head();
  EXPECT_EQ(kept.CacheControl, "max-age=60");
  EXPECT_EQ(kept.ContentDisposition, "attachment");
  EXPECT_EQ(kept.ContentEncoding, "gzip");
  EXPECT_EQ(kept.ContentLanguage, "de");
  EXPECT_EQ(kept.ContentType, "image/jpeg");
  EXPECT_EQ(kept.Expires, "Thu, 01 Jan 2026 00:00:00 GMT");
  EXPECT_EQ(*api::find(*kept.Metadata, "author"), "Ada");
  EXPECT_EQ(kept.StorageClass, "STANDARD_IA");
  EXPECT_EQ(kept.TagCount, 2);
}

TEST_F(PutObject, ChecksAndKeepsEveryKindOfChecksum) {
  const auto with = [](auto member, ChecksumAlgorithm algorithm) {
    auto request = hello();
    request.*member = checksum_base64(algorithm, "hello");
    return request;
  };
  using Request = api::s3::PutObjectRequest;
  must(s3.put_object(with(&Request::ChecksumCRC32, ChecksumAlgorithm::crc32)));
  EXPECT_EQ(head().ChecksumCRC32, checksum_base64(ChecksumAlgorithm::crc32, "hello"));
  EXPECT_EQ(head().ChecksumCRC64NVME, std::nullopt);
  must(s3.put_object(with(&Request::ChecksumCRC32C, ChecksumAlgorithm::crc32c)));
  EXPECT_EQ(head().ChecksumCRC32C, checksum_base64(ChecksumAlgorithm::crc32c, "hello"));
  must(s3.put_object(with(&Request::ChecksumSHA1, ChecksumAlgorithm::sha1)));
  EXPECT_EQ(head().ChecksumSHA1, checksum_base64(ChecksumAlgorithm::sha1, "hello"));
  must(s3.put_object(with(&Request::ChecksumSHA256, ChecksumAlgorithm::sha256)));
  EXPECT_EQ(head().ChecksumSHA256, checksum_base64(ChecksumAlgorithm::sha256, "hello"));
}

TEST_F(PutObject, ComputesTheChecksumThatIsAskedFor) {
  auto request = hello();
  request.ChecksumAlgorithm = "SHA256";
  EXPECT_EQ(must(s3.put_object(request)).ChecksumSHA256,
            checksum_base64(ChecksumAlgorithm::sha256, "hello"));
}

TEST_F(PutObject, RefusesABodyThatIsNotWhatWasClaimed) {
  auto request = hello();
  request.ChecksumCRC32 = checksum_base64(ChecksumAlgorithm::crc32, "other");
  EXPECT_THAT(s3.put_object(request),
              FailsSaying("The CRC32 you specified did not match the calculated checksum."));
  request.ChecksumCRC32 = "AAAA";
  EXPECT_THAT(s3.put_object(request),
              FailsSaying("Value for x-amz-checksum-crc32 header is invalid."));
  request.ChecksumCRC32 = checksum_base64(ChecksumAlgorithm::crc32, "hello");
  request.ChecksumSHA1 = checksum_base64(ChecksumAlgorithm::sha1, "hello");
  EXPECT_THAT(s3.put_object(request), FailsWith("InvalidRequest", 400));
}

TEST_F(PutObject, RefusesAnotherMd5) {
  auto request = hello();
  request.ContentMD5 = checksum_base64(ChecksumAlgorithm::md5, "other");
  EXPECT_THAT(s3.put_object(request), FailsWith("BadDigest", 400));
  request.ContentMD5 = "short";
  EXPECT_THAT(s3.put_object(request), FailsWith("InvalidDigest", 400));
  request.ContentMD5 = checksum_base64(ChecksumAlgorithm::md5, "hello");
  EXPECT_THAT(s3.put_object(request), Succeeds());
}

TEST_F(PutObject, RefusesABodyOfAnotherLength) {
  auto request = hello();
  request.ContentLength = 6;
  EXPECT_THAT(s3.put_object(request), FailsWith("IncompleteBody", 400));
}

TEST_F(PutObject, WritesOnlyWhereNothingIs) {
  auto request = hello();
  request.IfNoneMatch = "*";
  must(s3.put_object(request));

  const auto again = s3.put_object(request);
  EXPECT_THAT(again, FailsWith("PreconditionFailed", 412));
  EXPECT_EQ(member_of(again.error(), "Condition"), "If-None-Match");
  request.IfNoneMatch = "\"abc\"";
  EXPECT_THAT(s3.put_object(request), FailsWith("NotImplemented", 501));
}

TEST_F(PutObject, WritesOnlyOverWhatTheCallerKnows) {
  auto request = hello();
  request.IfMatch = "\"5d41402abc4b2a76b9719d911017c592\"";
  EXPECT_THAT(s3.put_object(request), FailsWith("NoSuchKey", 404));
  put("cat.jpg", "hello");
  EXPECT_THAT(s3.put_object(request), Succeeds());
  put("cat.jpg", "changed");
  EXPECT_THAT(s3.put_object(request), FailsWith("PreconditionFailed", 412));
}

TEST_F(PutObject, RefusesTooMuchOfAnything) {
  const auto long_key = s3.put_object(hello(std::string(1025, 'k')));
  EXPECT_THAT(long_key, FailsWith("KeyTooLongError", 400));
  EXPECT_EQ(member_of(long_key.error(), "Size"), "1025");
  EXPECT_EQ(member_of(long_key.error(), "MaxSizeAllowed"), "1024");
  EXPECT_THAT(s3.put_object(hello(std::string(1024, 'k'))), Succeeds());

  auto request = hello();
  request.Metadata = {{{"name", std::string(2045, 'v')}}};
  const auto much_metadata = s3.put_object(request);
  EXPECT_THAT(much_metadata, FailsWith("MetadataTooLarge", 400));
  EXPECT_EQ(member_of(much_metadata.error(), "Size"), "2049");
  request.Metadata = {{{"name", std::string(2044, 'v')}}};
  EXPECT_THAT(s3.put_object(request), Succeeds());
}

TEST_F(PutObject, RefusesTagsThatBreakTheRules) {
  auto request = hello();
  request.Tagging = "a=1&a=2";
  EXPECT_THAT(s3.put_object(request), FailsWith("InvalidArgument", 400));
  request.Tagging = "=1";
  EXPECT_THAT(s3.put_object(request), FailsWith("InvalidTag", 400));
  request.Tagging = "a&b&c&d&e&f&g&h&i&j&k";
  EXPECT_THAT(s3.put_object(request), FailsWith("BadRequest", 400));
}

TEST_F(PutObject, RefusesStorageClassesThatBucketsDoNotHave) {
  auto request = hello();
  for (const char* name : {"OUTPOSTS", "FASTER"}) {
    request.StorageClass = name;
    EXPECT_THAT(s3.put_object(request), FailsWith("InvalidStorageClass", 400)) << name;
  }
}

TEST_F(PutObject, AllowsNoAclButFullControlForTheOwner) {
  auto request = hello();
  request.ACL = "public-read";
  EXPECT_THAT(s3.put_object(request), FailsWith("AccessControlListNotSupported", 400));
  request.ACL = "bucket-owner-full-control";
  EXPECT_THAT(s3.put_object(request), Succeeds());
  request.GrantRead = "id=1";
  EXPECT_THAT(s3.put_object(request), FailsWith("AccessControlListNotSupported", 400));
}

TEST_F(PutObject, SaysWhatIsNotImplemented) {
  auto request = hello();
  request.ServerSideEncryption = "aws:kms";
  EXPECT_THAT(s3.put_object(request), FailsWith("NotImplemented", 501));
  request = hello();
  request.ObjectLockMode = "GOVERNANCE";
  EXPECT_THAT(s3.put_object(request), FailsWith("NotImplemented", 501));
  request = hello();
  request.WebsiteRedirectLocation = "elsewhere";
  EXPECT_THAT(s3.put_object(request), FailsWith("InvalidRedirectLocation", 400));
}

TEST_F(PutObject, NeedsABucketOfTheCaller) {
  EXPECT_THAT(s3.put_object({.Bucket = "nowhere", .Key = "k"}), FailsWith("NoSuchBucket", 404));
  EXPECT_THAT(s3.put_object({.Bucket = "No_Name", .Key = "k"}),
              FailsWith("InvalidBucketName", 400));
  InProcessTransport other(cloud, dispatch::Caller("222222222222", "us-east-1"));
  EXPECT_THAT(client::S3(other).put_object({.Bucket = "photos", .Key = "k"}),
              FailsWith("AccessDenied", 403));
}

class DeleteObject : public S3Test {};

TEST_F(DeleteObject, RemovesTheObject) {
  put("cat.jpg");
  must(s3.delete_object({.Bucket = "photos", .Key = "cat.jpg"}));
  EXPECT_THAT(s3.get_object({.Bucket = "photos", .Key = "cat.jpg"}), FailsWith("NoSuchKey", 404));
}

TEST_F(DeleteObject, SucceedsWhereNothingIs) {
  EXPECT_THAT(s3.delete_object({.Bucket = "photos", .Key = "cat.jpg"}), Succeeds());
}

TEST_F(DeleteObject, HoldsToItsCondition) {
  const auto etag = put("cat.jpg").ETag;
  put("cat.jpg", "changed");
  EXPECT_THAT(s3.delete_object({.Bucket = "photos", .Key = "cat.jpg", .IfMatch = etag}),
              FailsWith("PreconditionFailed", 412));
  EXPECT_EQ(get("cat.jpg"), "changed");
}

TEST_F(DeleteObject, KnowsTheNullVersionAlone) {
  put("cat.jpg");
  EXPECT_THAT(s3.delete_object({.Bucket = "photos", .Key = "cat.jpg", .VersionId = "abc"}),
              FailsWith("InvalidArgument", 400));
  EXPECT_THAT(s3.delete_object({.Bucket = "photos", .Key = "cat.jpg", .VersionId = "null"}),
              Succeeds());
}

class DeleteObjects : public S3Test {
 protected:
  static api::s3::DeleteObjectsRequest of(std::vector<api::s3::ObjectIdentifier> objects) {
    return {.Bucket = "photos", .Delete = api::s3::Delete{.Objects = std::move(objects)}};
  }
};

TEST_F(DeleteObjects, TellsEachKeyWhetherItWasThereOrNot) {
  put("a");
  const auto output = must(s3.delete_objects(of({{.Key = "a"}, {.Key = "missing"}})));
  ASSERT_EQ(api::each(output.Deleted).size(), 2U);
  EXPECT_EQ(output.Deleted->at(0).Key, "a");
  EXPECT_EQ(output.Deleted->at(1).Key, "missing");
  EXPECT_EQ(output.Errors, std::nullopt);
}

TEST_F(DeleteObjects, TellsErrorsAloneWhenQuiet) {
  put("a");
  put("b");
  auto request = of({{.Key = "a"}, {.Key = "b", .ETag = "\"other\""}});
  request.Delete->Quiet = true;

  const auto output = must(s3.delete_objects(request));

  EXPECT_EQ(output.Deleted, std::nullopt);
  ASSERT_EQ(api::each(output.Errors).size(), 1U);
  EXPECT_EQ(output.Errors->front().Key, "b");
  EXPECT_EQ(output.Errors->front().Code, "PreconditionFailed");
  EXPECT_EQ(get("b"), "hello");
}

TEST_F(DeleteObjects, TakesBetweenOneAndAThousandKeys) {
  EXPECT_THAT(s3.delete_objects(of({})), FailsWith("MalformedXML", 400));
  EXPECT_THAT(s3.delete_objects(of(std::vector<api::s3::ObjectIdentifier>(1001, {.Key = "k"}))),
              FailsWith("MalformedXML", 400));
  EXPECT_THAT(s3.delete_objects(of(std::vector<api::s3::ObjectIdentifier>(1000, {.Key = "k"}))),
              Succeeds());
}

class CopyObject : public S3Test {
 protected:
  static api::s3::CopyObjectRequest copy(std::string from, std::string to) {
    return {.Bucket = "photos", .CopySource = std::move(from), .Key = std::move(to)};
  }
};

TEST_F(CopyObject, CopiesBytesAndWhatIsSaidOfThem) {
  must(s3.put_object({.Body = api::Body("hello"),
                      .Bucket = "photos",
                      .ContentType = "image/jpeg",
                      .ChecksumAlgorithm = "SHA1",
                      .Key = "a b",
                      .Metadata = {{{"author", "Ada"}}},
                      .StorageClass = "STANDARD_IA",
                      .Tagging = "a=1"}));
  cloud.advance(std::chrono::hours(1));

  const auto output = must(s3.copy_object(copy("/photos/a%20b", "copy")));

  EXPECT_EQ(output.CopyObjectResult->ETag, "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(output.CopyObjectResult->LastModified, cloud.now());
  EXPECT_EQ(output.CopyObjectResult->ChecksumSHA1,
            checksum_base64(ChecksumAlgorithm::sha1, "hello"));
  const auto head = must(s3.head_object({.Bucket = "photos", .Key = "copy"}));
  EXPECT_EQ(head.ContentType, "image/jpeg");
  EXPECT_EQ(*api::find(*head.Metadata, "author"), "Ada");
  EXPECT_EQ(head.TagCount, 1);
  EXPECT_EQ(head.StorageClass, std::nullopt);
  EXPECT_EQ(get("copy"), "hello");
}

TEST_F(CopyObject, ReplacesMetadataWhenToldTo) {
  must(s3.put_object({.Body = api::Body("hello"),
                      .Bucket = "photos",
                      .ContentType = "image/jpeg",
                      .Key = "a",
                      .Metadata = {{{"author", "Ada"}}}}));
  auto request = copy("photos/a", "a");
  request.MetadataDirective = "REPLACE";
  request.Metadata = {{{"author", "Bob"}}};
  must(s3.copy_object(request));

  const auto head = must(s3.head_object({.Bucket = "photos", .Key = "a"}));
  EXPECT_EQ(head.ContentType, "binary/octet-stream");
  EXPECT_EQ(*api::find(*head.Metadata, "author"), "Bob");
}

TEST_F(CopyObject, RefusesACopyOntoItselfThatChangesNothing) {
  put("a");
  EXPECT_THAT(s3.copy_object(copy("photos/a", "a")), FailsWith("InvalidRequest", 400));
}

TEST_F(CopyObject, HoldsToTheConditionsOfItsSource) {
  const auto etag = put("a").ETag;
  auto request = copy("photos/a", "b");
  request.CopySourceIfNoneMatch = etag;
  const auto refused = s3.copy_object(request);
  EXPECT_THAT(refused, FailsWith("PreconditionFailed", 412));
  EXPECT_EQ(member_of(refused.error(), "Condition"), "x-amz-copy-source-If-None-Match");
  request = copy("photos/a", "b");
  request.CopySourceIfMatch = etag;
  request.CopySourceIfUnmodifiedSince = cloud.now() - std::chrono::hours(1);
  EXPECT_THAT(s3.copy_object(request), Succeeds());
  request.IfNoneMatch = "*";
  EXPECT_THAT(s3.copy_object(request), FailsWith("PreconditionFailed", 412));
}

TEST_F(CopyObject, NamesWhatIsMissing) {
  const auto no_key = s3.copy_object(copy("photos/a", "b"));
  EXPECT_THAT(no_key, FailsWith("NoSuchKey", 404));
  EXPECT_EQ(member_of(no_key.error(), "Key"), "a");
  EXPECT_THAT(s3.copy_object(copy("nowhere/a", "b")), FailsWith("NoSuchBucket", 404));
  EXPECT_THAT(s3.copy_object(copy("photos/%zz", "b")), FailsWith("InvalidArgument", 400));
}

TEST_F(CopyObject, RefusesArchivedSources) {
  must(s3.put_object({.Bucket = "photos", .Key = "a", .StorageClass = "GLACIER"}));
  EXPECT_THAT(s3.copy_object(copy("photos/a", "b")), FailsWith("ObjectNotInActiveTierError", 403));
}

}  // namespace
}  // namespace fallstreak
