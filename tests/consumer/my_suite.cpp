#include <fallstreak/client/ec2.h>
#include <fallstreak/testing/testing.h>

using fallstreak::testing::FailsWith;

class MyStack : public fallstreak::testing::CloudTest {
 protected:
  fallstreak::client::Ec2 ec2{transport};
};

TEST_F(MyStack, BootsInAMinute) {
  const auto launched = must(ec2.run_instances({.ImageId = "ami-0abcdef1234567890",
                                                .InstanceType = "t3.micro",
                                                .MaxCount = 1,
                                                .MinCount = 1}));
  EXPECT_EQ(launched.Instances->front().State->Name, "pending");
  cloud.advance(std::chrono::minutes(5));
  const auto seen = must(ec2.describe_instances());
  EXPECT_EQ(seen.Reservations->front().Instances->front().State->Name, "running");
  EXPECT_THAT(ec2.terminate_instances({.InstanceIds = {{"i-0123456789abcdef0"}}}),
              FailsWith("InvalidInstanceID.NotFound"));
}

TEST_F(MyStack, ForksAndGoesTwoWays) {
  const auto other = cloud.fork();
  must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"}));
  EXPECT_NE(cloud.hash(), other->hash());
}
