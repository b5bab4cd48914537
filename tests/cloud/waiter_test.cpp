#include "client/dynamodb.h"
#include "client/ec2.h"
#include "client/s3.h"
#include "testing/testing.h"

namespace fallstreak {
namespace {

using testing::FailsWith;
using testing::Succeeds;

class Waiter : public testing::CloudTest {
 protected:
  /// An instance that is pending, and its id.
  std::string run_instance() {
    const auto made = must(ec2.run_instances({.ImageId = "ami-0abcdef1234567890",
                                              .InstanceType = "t3.micro",
                                              .MaxCount = 1,
                                              .MinCount = 1}));
    return *made.Instances->front().InstanceId;
  }
  std::string state_of(const std::string& id) {
    const auto found = must(ec2.describe_instances({.InstanceIds = {{id}}}));
    return *found.Reservations->front().Instances->front().State->Name;
  }
  client::Ec2 ec2{transport};
  client::DynamoDb dynamodb{transport};
};

TEST_F(Waiter, LetsTimePassUntilEveryInstanceRuns) {
  const std::string id = run_instance();
  ASSERT_EQ(state_of(id), "pending");
  EXPECT_THAT(ec2.wait_until_instance_running({.InstanceIds = {{id}}}), Succeeds());
  EXPECT_EQ(state_of(id), "running");
}

TEST_F(Waiter, FailsWhenTheStateCannotComeAboutAnyMore) {
  const std::string id = run_instance();
  must(ec2.terminate_instances({.InstanceIds = {{id}}}));
  EXPECT_THAT(ec2.wait_until_instance_running({.InstanceIds = {{id}}}), FailsWith("WaiterFailed"));
}

TEST_F(Waiter, TimesOutAfterItsAttempts) {
  const Time before = cloud.now();
  EXPECT_THAT(dynamodb.wait_until_table_exists({.TableName = "missing"}),
              FailsWith("WaiterTimedOut"));
  EXPECT_EQ(cloud.now() - before, std::chrono::seconds(20 * 24));
}

TEST_F(Waiter, TakesAnErrorForSuccessWhereAWSDoes) {
  EXPECT_THAT(dynamodb.wait_until_table_not_exists({.TableName = "missing"}), Succeeds());
  EXPECT_THAT(client::S3(transport).wait_until_bucket_not_exists({.Bucket = "missing"}),
              Succeeds());
}

TEST_F(Waiter, EndsWithAnErrorThatItDoesNotKnow) {
  EXPECT_THAT(ec2.wait_until_vpc_available({.VpcIds = {{"nonsense"}}}),
              FailsWith("InvalidVpcID.NotFound"));
}

TEST_F(Waiter, NeedsSomethingToBeThere) {
  EXPECT_THAT(ec2.wait_until_security_group_exists(
                  {.Filters = {{{.Name = "group-name", .Values = {{"default"}}}}}}),
              Succeeds());
  EXPECT_THAT(ec2.wait_until_security_group_exists(
                  {.Filters = {{{.Name = "group-name", .Values = {{"missing"}}}}}}),
              FailsWith("WaiterTimedOut"));
}

}  // namespace
}  // namespace fallstreak
