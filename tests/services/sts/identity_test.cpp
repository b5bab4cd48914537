#include "client/sts.h"
#include "testing/testing.h"

namespace fallstreak {
namespace {

class GetCallerIdentity : public testing::CloudTest {
 protected:
  GetCallerIdentity() : CloudTest({}, dispatch::Caller("123456789012", "eu-central-1")) {}
  client::Sts sts{transport};
};

TEST_F(GetCallerIdentity, NamesTheAccountThatTheCredentialsSelect) {
  const auto identity = must(sts.get_caller_identity());

  EXPECT_EQ(identity.Account, "123456789012");
  EXPECT_EQ(identity.UserId, "123456789012");
  EXPECT_EQ(identity.Arn, "arn:aws:iam::123456789012:root");
}

}  // namespace
}  // namespace fallstreak
