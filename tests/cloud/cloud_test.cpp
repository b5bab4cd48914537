#include "cloud.h"

#include "client/dynamodb.h"
#include "client/ec2.h"
#include "testing/testing.h"

namespace fallstreak {
namespace {

using namespace std::chrono_literals;
using testing::FailsWith;
using testing::Succeeds;

class CloudAsAValue : public testing::CloudTest {
 protected:
  CloudAsAValue() : CloudTest({.keep_history = true}) {}
  std::size_t vpcs(client::Transport& on) { return must(client::Ec2(on).describe_vpcs()).Vpcs->size(); }
  client::Ec2 ec2{transport};
};

TEST_F(CloudAsAValue, ReturnsToASnapshotWithEverythingThatWas) {
  const auto before = cloud.snapshot();
  const auto hash = cloud.hash();
  must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"}));
  cloud.advance(1h);
  EXPECT_NE(cloud.hash(), hash);

  cloud.restore(before);
  EXPECT_EQ(cloud.hash(), hash);
}

TEST_F(CloudAsAValue, ForksIntoTwoThatGoTheirOwnWays) {
  must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"}));
  const auto fork = cloud.fork();
  EXPECT_EQ(fork->hash(), cloud.hash());
  InProcessTransport there(*fork);
  must(client::Ec2(there).create_vpc({.CidrBlock = "10.1.0.0/16"}));

  EXPECT_EQ(vpcs(there), vpcs(transport) + 1);
}

TEST_F(CloudAsAValue, MakesTheSameIdsInAForkAndInItsOrigin) {
  const auto fork = cloud.fork();
  InProcessTransport there(*fork);
  const api::ec2::CreateVpcRequest request{.CidrBlock = "10.0.0.0/16"};
  EXPECT_EQ(must(ec2.create_vpc(request)).Vpc->VpcId, must(client::Ec2(there).create_vpc(request)).Vpc->VpcId);
}

TEST_F(CloudAsAValue, RewindsInstancesAndTheirTimers) {
  const auto made = must(ec2.run_instances(
      {.ImageId = "ami-0abcdef1234567890", .InstanceType = "t3.micro", .MaxCount = 1, .MinCount = 1}));
  const auto state = [&] {
    const auto seen = must(ec2.describe_instances({.InstanceIds = {{*made.Instances->front().InstanceId}}}));
    return *seen.Reservations->front().Instances->front().State->Name;
  };
  const Time launched = cloud.now();
  cloud.advance(10min);
  EXPECT_EQ(state(), "running");
  must(ec2.terminate_instances({.InstanceIds = {{*made.Instances->front().InstanceId}}}));
  cloud.advance(10min);
  EXPECT_EQ(state(), "terminated");

  ASSERT_THAT(cloud.rewind(launched + 1s), Succeeds());
  EXPECT_EQ(state(), "pending");
  cloud.advance(10min);
  EXPECT_EQ(state(), "running");
}

TEST_F(CloudAsAValue, RefusesToRewindBeforeItsHistory) {
  EXPECT_THAT(cloud.rewind(cloud.now() - 24h), ::testing::Not(Succeeds()));
}

TEST(CloudSeeds, DecideEverything) {
  const auto story = [](std::uint64_t seed) {
    Cloud cloud({.seed = seed});
    InProcessTransport transport(cloud);
    client::Ec2 ec2(transport);
    for (int i = 0; i < 5; ++i) {
      static_cast<void>(ec2.run_instances(
          {.ImageId = "ami-0abcdef1234567890", .InstanceType = "t3.micro", .MaxCount = 2, .MinCount = 1}));
      cloud.advance(20s);
    }
    return cloud.hash();
  };
  EXPECT_EQ(story(1), story(1));
  EXPECT_NE(story(1), story(2));
}

TEST(CloudTiming, MakesEveryTransitionImmediateWhenAskedTo) {
  Cloud cloud({.timing = dispatch::Timing::instant});
  InProcessTransport transport(cloud);
  client::DynamoDb dynamodb(transport);
  ASSERT_THAT(dynamodb.create_table({.AttributeDefinitions = {{{.AttributeName = "id", .AttributeType = "S"}}},
                                     .TableName = "instant",
                                     .KeySchema = {{{.AttributeName = "id", .KeyType = "HASH"}}},
                                     .BillingMode = "PAY_PER_REQUEST"}),
              Succeeds());
  EXPECT_EQ(dynamodb.describe_table({.TableName = "instant"})->Table->TableStatus, "ACTIVE");
}

TEST(CloudAccounts, AndRegionsAreApart) {
  Cloud cloud;
  const auto vpcs = [&](const char* account, const char* region) {
    InProcessTransport transport(cloud, dispatch::Caller(account, region));
    return client::Ec2(transport).describe_vpcs()->Vpcs->size();
  };
  InProcessTransport here(cloud, dispatch::Caller("111111111111", "eu-central-1"));
  ASSERT_THAT(client::Ec2(here).create_vpc({.CidrBlock = "10.0.0.0/16"}), Succeeds());
  EXPECT_EQ(vpcs("111111111111", "eu-central-1"), 2U);
  EXPECT_EQ(vpcs("111111111111", "eu-west-1"), 1U);
  EXPECT_EQ(vpcs("222222222222", "eu-central-1"), 1U);
}

}  // namespace
}  // namespace fallstreak
