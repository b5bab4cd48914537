#include "services/s3/s3_test.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

api::s3::CreateBucketRequest in_region(std::string bucket, std::string location) {
  return {.Bucket = std::move(bucket),
          .CreateBucketConfiguration =
              api::s3::CreateBucketConfiguration{.LocationConstraint = std::move(location)}};
}

std::vector<std::string> names_of(const api::s3::ListBucketsOutput& output) {
  std::vector<std::string> names;
  for (const auto& bucket : api::each(output.Buckets)) names.push_back(*bucket.Name);
  return names;
}

class CreateBucket : public S3Test {
 protected:
  InProcessTransport other_account{cloud, dispatch::Caller("222222222222", "us-east-1")};
  InProcessTransport frankfurt{cloud, dispatch::Caller("000000000000", "eu-central-1")};
};

TEST_F(CreateBucket, SucceedsAgainForItsOwnerInUsEast1) {
  put("kept");
  EXPECT_EQ(must(s3.create_bucket({.Bucket = "photos"})).Location, "/photos");
  EXPECT_EQ(get("kept"), "hello");
}

TEST_F(CreateBucket, RefusesTheOwnerASecondTimeInOtherRegions) {
  client::S3 there(frankfurt);
  must(there.create_bucket(in_region("logs", "eu-central-1")));

  const auto again = there.create_bucket(in_region("logs", "eu-central-1"));
  EXPECT_THAT(again, FailsWith("BucketAlreadyOwnedByYou", 409));
  EXPECT_EQ(member_of(again.error(), "BucketName"), "logs");
}

TEST_F(CreateBucket, RefusesANameOfAnotherAccount) {
  EXPECT_THAT(client::S3(other_account).create_bucket({.Bucket = "photos"}),
              FailsWith("BucketAlreadyExists", 409));
}

TEST_F(CreateBucket, NeedsALocationConstraintOutsideUsEast1) {
  EXPECT_THAT(client::S3(frankfurt).create_bucket({.Bucket = "logs"}),
              FailsSaying("The unspecified location constraint is incompatible for the region "
                          "specific endpoint this request was sent to."));
  EXPECT_THAT(client::S3(frankfurt).create_bucket(in_region("logs", "eu-west-3")),
              FailsWith("IllegalLocationConstraintException", 400));
}

TEST_F(CreateBucket, RefusesARegionThatIsNone) {
  EXPECT_THAT(s3.create_bucket(in_region("logs", "us-east-1")),
              FailsWith("InvalidLocationConstraint", 400));
}

TEST_F(CreateBucket, TellsWhereABucketOfAnotherRegionIs) {
  EXPECT_EQ(must(s3.create_bucket(in_region("logs", "eu-west-3"))).Location,
            "http://logs.s3.amazonaws.com/");
  EXPECT_EQ(must(s3.head_bucket({.Bucket = "logs"})).BucketRegion, "eu-west-3");
}

TEST_F(CreateBucket, RefusesNamesThatBreakTheRules) {
  for (const char* name : {"ab", "Upper", "under_score", "-begins", "ends-", "two..dots",
                           "192.168.0.1", "xn--name", "name-s3alias"}) {
    EXPECT_THAT(s3.create_bucket({.Bucket = name}), FailsWith("InvalidBucketName", 400)) << name;
  }
  EXPECT_THAT(s3.create_bucket({.Bucket = std::string(64, 'a')}),
              FailsWith("InvalidBucketName", 400));
  EXPECT_THAT(s3.create_bucket({.Bucket = "my.bucket-1"}), Succeeds());
}

TEST_F(CreateBucket, RefusesAclsBecauseBucketsAreMadeWithoutThem) {
  EXPECT_THAT(s3.create_bucket({.ACL = "public-read", .Bucket = "logs"}),
              FailsWith("InvalidBucketAclWithObjectOwnership", 400));
  EXPECT_THAT(s3.create_bucket({.ACL = "private", .Bucket = "logs"}), Succeeds());
}

TEST_F(CreateBucket, SaysThatOtherOwnershipIsNotImplemented) {
  EXPECT_THAT(s3.create_bucket({.Bucket = "logs", .ObjectOwnership = "ObjectWriter"}),
              FailsWith("NotImplemented", 501));
}

class HeadBucket : public CreateBucket {};

TEST_F(HeadBucket, TellsTheRegion) {
  EXPECT_EQ(must(s3.head_bucket({.Bucket = "photos"})).BucketRegion, "us-east-1");
}

TEST_F(HeadBucket, AnswersFromEveryRegion) {
  EXPECT_EQ(must(client::S3(frankfurt).head_bucket({.Bucket = "photos"})).BucketRegion,
            "us-east-1");
}

TEST_F(HeadBucket, RefusesWhatIsNotThereOrNotTheCallers) {
  EXPECT_THAT(s3.head_bucket({.Bucket = "nowhere"}), FailsWith("NoSuchBucket", 404));
  EXPECT_THAT(client::S3(other_account).head_bucket({.Bucket = "photos"}),
              FailsWith("AccessDenied", 403));
  EXPECT_THAT(s3.head_bucket({.Bucket = "photos", .ExpectedBucketOwner = "222222222222"}),
              FailsWith("AccessDenied", 403));
  EXPECT_THAT(s3.head_bucket({.Bucket = "photos", .ExpectedBucketOwner = "000000000000"}),
              Succeeds());
}

class GetBucketLocation : public CreateBucket {};

TEST_F(GetBucketLocation, HasNoConstraintInUsEast1) {
  EXPECT_EQ(must(s3.get_bucket_location({.Bucket = "photos"})).LocationConstraint, std::nullopt);
}

TEST_F(GetBucketLocation, GivesTheConstraintThatTheBucketWasMadeWith) {
  must(s3.create_bucket(in_region("old-bucket", "EU")));
  EXPECT_EQ(must(s3.get_bucket_location({.Bucket = "old-bucket"})).LocationConstraint, "EU");
  EXPECT_EQ(must(s3.head_bucket({.Bucket = "old-bucket"})).BucketRegion, "eu-west-1");
}

TEST_F(GetBucketLocation, NamesTheBucketThatIsMissing) {
  const auto outcome = s3.get_bucket_location({.Bucket = "nowhere"});
  EXPECT_THAT(outcome, FailsSaying("The specified bucket does not exist"));
  EXPECT_EQ(member_of(outcome.error(), "BucketName"), "nowhere");
}

class ListBuckets : public CreateBucket {};

TEST_F(ListBuckets, GivesTheCallersBucketsByName) {
  cloud.advance(std::chrono::seconds(90));
  must(s3.create_bucket({.Bucket = "archive"}));
  must(client::S3(other_account).create_bucket({.Bucket = "not-mine"}));

  const auto output = must(s3.list_buckets());

  EXPECT_THAT(names_of(output), ElementsAre("archive", "photos"));
  EXPECT_EQ(output.Buckets->front().CreationDate, cloud.now());
  EXPECT_EQ(output.Buckets->front().BucketRegion, std::nullopt);
  EXPECT_EQ(output.Owner->ID->size(), 64U);
}

TEST_F(ListBuckets, GivesPages) {
  for (const char* name : {"bucket-a", "bucket-b", "bucket-c"}) {
    must(s3.create_bucket({.Bucket = name}));
  }
  const auto first = must(s3.list_buckets({.MaxBuckets = 2, .Prefix = "bucket"}));
  EXPECT_THAT(names_of(first), ElementsAre("bucket-a", "bucket-b"));
  EXPECT_EQ(first.Buckets->front().BucketRegion, "us-east-1");
  ASSERT_TRUE(first.ContinuationToken);

  must(s3.delete_bucket({.Bucket = "bucket-b"}));
  const auto second = must(s3.list_buckets(
      {.MaxBuckets = 2, .ContinuationToken = first.ContinuationToken, .Prefix = "bucket"}));
  EXPECT_THAT(names_of(second), ElementsAre("bucket-c"));
  EXPECT_EQ(second.ContinuationToken, std::nullopt);
}

TEST_F(ListBuckets, FindsThoseOfARegion) {
  must(s3.create_bucket(in_region("logs", "eu-west-3")));
  EXPECT_THAT(names_of(must(s3.list_buckets({.BucketRegion = "eu-west-3"}))), ElementsAre("logs"));
}

TEST_F(ListBuckets, RefusesATokenThatItDidNotGive) {
  EXPECT_THAT(s3.list_buckets({.ContinuationToken = "!"}), FailsWith("InvalidArgument", 400));
}

class DeleteBucket : public CreateBucket {};

TEST_F(DeleteBucket, RefusesWhileAnObjectRemains) {
  put("cat.jpg");
  const auto outcome = s3.delete_bucket({.Bucket = "photos"});
  EXPECT_THAT(outcome, FailsWith("BucketNotEmpty", 409));
  EXPECT_EQ(member_of(outcome.error(), "BucketName"), "photos");
}

TEST_F(DeleteBucket, FreesTheName) {
  must(s3.delete_bucket({.Bucket = "photos"}));

  EXPECT_THAT(s3.delete_bucket({.Bucket = "photos"}), FailsWith("NoSuchBucket", 404));
  EXPECT_THAT(names_of(must(s3.list_buckets())), ElementsAre());
  EXPECT_THAT(client::S3(other_account).create_bucket({.Bucket = "photos"}), Succeeds());
}

TEST_F(DeleteBucket, TakesUnfinishedUploadsWithIt) {
  const auto upload = must(s3.create_multipart_upload({.Bucket = "photos", .Key = "cat.jpg"}));
  must(s3.delete_bucket({.Bucket = "photos"}));
  must(s3.create_bucket({.Bucket = "photos"}));
  EXPECT_THAT(s3.list_parts({.Bucket = "photos", .Key = "cat.jpg", .UploadId = upload.UploadId}),
              FailsWith("NoSuchUpload", 404));
}

TEST_F(DeleteBucket, IsForTheOwnerAlone) {
  EXPECT_THAT(client::S3(other_account).delete_bucket({.Bucket = "photos"}),
              FailsWith("AccessDenied", 403));
}

}  // namespace
}  // namespace fallstreak
