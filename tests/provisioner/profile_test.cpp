#include "provisioner/aws/profile.h"

#include <gtest/gtest.h>

#include "provisioner/aws/http_transport.h"

namespace fallstreak::provisioner {
namespace {

TEST(SharedConfigFile, HasSectionsOfBothFiles) {
  // AWS: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
  const auto profiles = parse_profiles(
      "# comment\n[default]\nregion = us-west-2\n\n[profile shop]\r\nregion=eu-central-1\r\n"
      "s3 =\n  max_concurrent_requests = 20\noutput = json\n[shop]\naws_access_key_id = AKIDEXAMPLE\n");
  ASSERT_EQ(profiles.size(), 2U);
  EXPECT_EQ(profiles.at("default").at("region"), "us-west-2");
  const auto& shop = profiles.at("shop");
  EXPECT_EQ(shop.at("region"), "eu-central-1");
  EXPECT_EQ(shop.at("output"), "json");
  EXPECT_EQ(shop.at("aws_access_key_id"), "AKIDEXAMPLE");
  EXPECT_FALSE(shop.contains("max_concurrent_requests"));
}

TEST(SharedConfigFile, IsReadAsFarAsItMakesSense) {
  EXPECT_TRUE(parse_profiles("").empty());
  EXPECT_TRUE(parse_profiles("region = before any section").empty());
  EXPECT_TRUE(parse_profiles("[default]\nno equals sign\n").at("default").empty());
}

TEST(Retries, BackOffExponentiallyWithFullJitterUpToABound) {
  const RetryOptions options;
  EXPECT_EQ(backoff(options, 0, 0.5), std::chrono::milliseconds(50));
  EXPECT_EQ(backoff(options, 3, 0.5), std::chrono::milliseconds(400));
  EXPECT_EQ(backoff(options, 30, 1.0), options.most);
  EXPECT_EQ(backoff(options, 5, 0.0), Duration::zero());
}

TEST(Retries, AreMadeForThrottlesAndServerFaultsAlone) {
  EXPECT_TRUE(is_retryable(ApiError("Throttling", "", 400)));
  EXPECT_TRUE(is_retryable(ApiError("InternalError", "", 500)));
  EXPECT_TRUE(is_retryable(ApiError("NetworkError", "", 503)));
  EXPECT_FALSE(is_retryable(ApiError("ValidationError", "", 400)));
  EXPECT_FALSE(is_retryable(ApiError("NotImplemented", "", 501)));
}

}  // namespace
}  // namespace fallstreak::provisioner
