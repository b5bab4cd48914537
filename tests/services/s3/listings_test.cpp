#include "services/s3/s3_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;

template <class Output>
std::vector<std::string> keys_of(const Output& output) {
  std::vector<std::string> keys;
  for (const auto& object : api::each(output.Contents)) keys.push_back(*object.Key);
  return keys;
}
template <class Output>
std::vector<std::string> prefixes_of(const Output& output) {
  std::vector<std::string> prefixes;
  for (const auto& group : api::each(output.CommonPrefixes)) prefixes.push_back(*group.Prefix);
  return prefixes;
}

class ListObjectsV2 : public S3Test {
 protected:
  void put_all(std::initializer_list<const char*> keys) {
    for (const char* key : keys) put(key);
  }
};

TEST_F(ListObjectsV2, GivesKeysInTheOrderOfTheirBytes) {
  put_all({"b", "a", "B", "a/1", "\xC3\xA4"});
  must(s3.create_bucket({.Bucket = "photos2"}));
  must(s3.put_object({.Bucket = "photos2", .Key = "elsewhere"}));

  const auto output = must(s3.list_objects_v2({.Bucket = "photos"}));

  EXPECT_THAT(keys_of(output), ElementsAre("B", "a", "a/1", "b", "\xC3\xA4"));
  EXPECT_EQ(output.KeyCount, 5);
  EXPECT_EQ(output.MaxKeys, 1000);
  EXPECT_EQ(output.IsTruncated, false);
  EXPECT_EQ(output.Name, "photos");
}

TEST_F(ListObjectsV2, TellsWhatIsKnownOfAnObject) {
  const auto stored = put("a");
  const auto output = must(s3.list_objects_v2({.Bucket = "photos"}));
  const auto& object = output.Contents->front();
  EXPECT_EQ(object.ETag, stored.ETag);
  EXPECT_EQ(object.Size, 5);
  EXPECT_EQ(object.StorageClass, "STANDARD");
  EXPECT_EQ(object.LastModified, cloud.now());
  EXPECT_THAT(*object.ChecksumAlgorithm, ElementsAre("CRC64NVME"));
  EXPECT_EQ(object.Owner, std::nullopt);

  const auto with_owner = must(s3.list_objects_v2({.Bucket = "photos", .FetchOwner = true}));
  EXPECT_EQ(with_owner.Contents->front().Owner->ID->size(), 64U);
}

TEST_F(ListObjectsV2, FoldsKeysBehindADelimiter) {
  put_all({"a/1", "a/2", "b", "c/d/e", "c/f"});
  const auto top = must(s3.list_objects_v2({.Bucket = "photos", .Delimiter = "/"}));
  EXPECT_THAT(keys_of(top), ElementsAre("b"));
  EXPECT_THAT(prefixes_of(top), ElementsAre("a/", "c/"));
  EXPECT_EQ(top.KeyCount, 3);

  const auto inner =
      must(s3.list_objects_v2({.Bucket = "photos", .Delimiter = "/", .Prefix = "c/"}));
  EXPECT_THAT(keys_of(inner), ElementsAre("c/f"));
  EXPECT_THAT(prefixes_of(inner), ElementsAre("c/d/"));
}

TEST_F(ListObjectsV2, TakesAnyTextForADelimiter) {
  put_all({"x--1", "x--2", "y-1"});
  const auto output = must(s3.list_objects_v2({.Bucket = "photos", .Delimiter = "--"}));
  EXPECT_THAT(prefixes_of(output), ElementsAre("x--"));
  EXPECT_THAT(keys_of(output), ElementsAre("y-1"));
}

TEST_F(ListObjectsV2, GivesPagesThatLoseNothing) {
  put_all({"a/1", "a/2", "b", "c/1", "d"});
  std::vector<std::string> seen;
  api::s3::ListObjectsV2Request request{.Bucket = "photos", .Delimiter = "/", .MaxKeys = 1};
  for (int page = 0; page < 4; ++page) {
    const auto output = must(s3.list_objects_v2(request));
    EXPECT_EQ(output.KeyCount, 1);
    EXPECT_EQ(output.IsTruncated, page < 3);
    for (auto& key : keys_of(output)) seen.push_back(key);
    for (auto& prefix : prefixes_of(output)) seen.push_back(prefix);
    request.ContinuationToken = output.NextContinuationToken;
  }
  EXPECT_THAT(seen, ElementsAre("a/", "b", "c/", "d"));
  EXPECT_EQ(request.ContinuationToken, std::nullopt);
}

TEST_F(ListObjectsV2, ContinuesWhereKeysWereDeleted) {
  put_all({"a", "b", "c"});
  const auto first = must(s3.list_objects_v2({.Bucket = "photos", .MaxKeys = 2}));
  must(s3.delete_object({.Bucket = "photos", .Key = "b"}));
  const auto second = must(
      s3.list_objects_v2({.Bucket = "photos", .ContinuationToken = first.NextContinuationToken}));
  EXPECT_THAT(keys_of(second), ElementsAre("c"));
}

TEST_F(ListObjectsV2, StartsAfterAKey) {
  put_all({"a", "b/1", "b/2", "c"});
  const auto output = must(s3.list_objects_v2({.Bucket = "photos", .StartAfter = "b/1"}));
  EXPECT_THAT(keys_of(output), ElementsAre("b/2", "c"));
  EXPECT_EQ(output.StartAfter, "b/1");
}

TEST_F(ListObjectsV2, LeavesOutCommonPrefixesThatAreNotGreaterThanStartAfter) {
  put_all({"a", "b/1", "b/2", "c"});
  const auto output =
      must(s3.list_objects_v2({.Bucket = "photos", .Delimiter = "/", .StartAfter = "b/1"}));
  EXPECT_THAT(keys_of(output), ElementsAre("c"));
  EXPECT_THAT(prefixes_of(output), ElementsAre());
}

TEST_F(ListObjectsV2, EncodesNamesWhenAskedTo) {
  put_all({"dir one/a+b&c", "file\x01"});
  const auto output = must(s3.list_objects_v2({.Bucket = "photos", .EncodingType = "url"}));
  EXPECT_THAT(keys_of(output), ElementsAre("dir+one/a%2Bb%26c", "file%01"));
  EXPECT_EQ(output.EncodingType, "url");
  const auto folded =
      must(s3.list_objects_v2({.Bucket = "photos", .Delimiter = "/", .EncodingType = "url"}));
  EXPECT_THAT(prefixes_of(folded), ElementsAre("dir+one/"));
}

TEST_F(ListObjectsV2, GivesAtMostAThousand) {
  const auto output = must(s3.list_objects_v2({.Bucket = "photos", .MaxKeys = 5000}));
  EXPECT_EQ(output.MaxKeys, 1000);
}

TEST_F(ListObjectsV2, GivesNothingForAPageOfNone) {
  put("a");
  const auto output = must(s3.list_objects_v2({.Bucket = "photos", .MaxKeys = 0}));
  EXPECT_EQ(output.KeyCount, 0);
  EXPECT_EQ(output.IsTruncated, false);
}

TEST_F(ListObjectsV2, RefusesParametersOutOfRange) {
  const auto negative = s3.list_objects_v2({.Bucket = "photos", .MaxKeys = -1});
  EXPECT_THAT(negative, FailsWith("InvalidArgument", 400));
  EXPECT_EQ(member_of(negative.error(), "ArgumentValue"), "-1");
  EXPECT_THAT(s3.list_objects_v2({.Bucket = "photos", .ContinuationToken = ""}),
              FailsWith("InvalidArgument", 400));
  EXPECT_THAT(s3.list_objects_v2({.Bucket = "photos", .EncodingType = "xml"}),
              FailsWith("InvalidArgument", 400));
  EXPECT_THAT(s3.list_objects_v2({.Bucket = "nowhere"}), FailsWith("NoSuchBucket", 404));
}

class ListObjects : public ListObjectsV2 {};

TEST_F(ListObjects, GivesThePagesOfTheOlderForm) {
  put_all({"a", "b", "c"});
  const auto first = must(s3.list_objects({.Bucket = "photos", .MaxKeys = 2}));
  EXPECT_THAT(keys_of(first), ElementsAre("a", "b"));
  EXPECT_EQ(first.IsTruncated, true);
  EXPECT_EQ(first.NextMarker, std::nullopt);
  EXPECT_EQ(first.Contents->front().Owner->ID->size(), 64U);

  const auto second = must(s3.list_objects({.Bucket = "photos", .Marker = "b"}));
  EXPECT_THAT(keys_of(second), ElementsAre("c"));
  EXPECT_EQ(second.Marker, "b");
}

TEST_F(ListObjects, GivesTheNextMarkerWithADelimiter) {
  put_all({"a/1", "a/2", "b/1", "c"});
  const auto first = must(s3.list_objects({.Bucket = "photos", .Delimiter = "/", .MaxKeys = 1}));
  EXPECT_EQ(first.NextMarker, "a/");
  const auto second =
      must(s3.list_objects({.Bucket = "photos", .Delimiter = "/", .Marker = first.NextMarker}));
  EXPECT_THAT(prefixes_of(second), ElementsAre("b/"));
  EXPECT_THAT(keys_of(second), ElementsAre("c"));
}

TEST_F(ListObjects, RefusesABucketThatIsNotThere) {
  EXPECT_THAT(s3.list_objects({.Bucket = "nowhere"}), FailsWith("NoSuchBucket", 404));
}

}  // namespace
}  // namespace fallstreak
