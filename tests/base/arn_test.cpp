#include "base/arn.h"

#include <gtest/gtest.h>

namespace fallstreak {
namespace {

TEST(Arn, RoundTripsAwsExamples) {
  // AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
  for (const char* text :
       {"arn:aws:iam::123456789012:user/johndoe", "arn:aws:sns:us-east-1:123456789012:example-sns",
        "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0e9801d129EXAMPLE", "arn:aws:s3:::bucket/key:with:colons"}) {
    const auto arn = Arn::parse(text);
    ASSERT_TRUE(arn) << text;
    EXPECT_EQ(arn->to_string(), text);
  }
}

TEST(Arn, RefusesTextThatIsNone) {
  for (const char* text : {"", "arn", "arn:aws:s3", "arn:aws:s3:::", "urn:aws:s3:::bucket", "arn::s3:::b"}) {
    EXPECT_EQ(Arn::parse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fallstreak
