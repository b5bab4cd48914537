#include "client/dynamodb.h"
#include "client/ec2.h"
#include "dispatch/registry.h"
#include "testing/testing.h"

namespace fallstreak {
namespace {

using namespace std::chrono_literals;
using testing::FailsWith;
using testing::Succeeds;

class Dispatch : public testing::CloudTest {
 protected:
  client::Ec2 ec2{transport};
  client::DynamoDb dynamodb{transport};
};

TEST_F(Dispatch, RefusesAParameterThatHasNoEffectByName) {
  const auto refused = ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .Ipv6Pool = "ipv6pool-ec2-1"});
  ASSERT_THAT(refused, FailsWith("NotImplemented", 501));
  EXPECT_EQ(refused.error().message,
            "Parameter Ipv6Pool of CreateVpc is not implemented by this version of Fallstreak.");
}

TEST_F(Dispatch, TakesEveryTokenThatClientsFillInByThemselves) {
  const auto& registry = *cloud.environment().registry;
  for (const api::Service* service : registry.services()) {
    for (const api::Operation* operation : service->operations) {
      const dispatch::Binding* binding = registry.find(*operation);
      if (binding == nullptr) continue;
      for (const api::Member& member : operation->input->members) {
        EXPECT_TRUE(!member.idempotency_token || binding->accepted().has(member.name))
            << "no SDK can call " << operation->name << ": all send " << member.name;
      }
    }
  }
}

TEST_F(Dispatch, ChecksTheModelBeforeTheHandler) {
  EXPECT_THAT(dynamodb.get_item({.TableName = "x!"}), FailsWith("ValidationException", 400));
}

TEST_F(Dispatch, LeavesNoTraceOfWhatFailed) {
  const auto hash = cloud.hash();
  EXPECT_THAT(dynamodb.get_item({.TableName = "x!"}), FailsWith("ValidationException"));
  EXPECT_THAT(dynamodb.describe_table({.TableName = "missing"}),
              FailsWith("ResourceNotFoundException"));
  EXPECT_EQ(cloud.hash(), hash);
}

TEST_F(Dispatch, DryRunsCheckEverythingAndChangeNothing) {
  must(ec2.describe_vpcs());  // makes the default VPC
  const auto hash = cloud.hash();
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/16", .DryRun = true}),
              FailsWith("DryRunOperation", 412));
  EXPECT_THAT(ec2.create_vpc({.CidrBlock = "10.0.0.0/8", .DryRun = true}),
              FailsWith("InvalidVpc.Range", 400));
  EXPECT_EQ(cloud.hash(), hash);
}

TEST_F(Dispatch, AnswersWithAnInjectedErrorWhileTheFaultLasts) {
  must(cloud.begin_fault("throttle",
                         {.kind = "api-error",
                          .service = "dynamodb",
                          .operation = "ListTables",
                          .code = "ThrottlingException",
                          .message = "slow down",
                          .status = 400},
                         1min));
  EXPECT_THAT(dynamodb.list_tables(), FailsWith("ThrottlingException", 400));
  EXPECT_THAT(ec2.describe_vpcs(), Succeeds());
  cloud.advance(2min);
  EXPECT_THAT(dynamodb.list_tables(), Succeeds());
}

TEST_F(Dispatch, CatchesUpWithWhatARequestHasMadeDueAtOnce) {
  must(cloud.begin_fault("throttle",
                         {.kind = "api-error",
                          .service = "dynamodb",
                          .operation = "ListTables",
                          .code = "ThrottlingException",
                          .message = "slow down",
                          .status = 400},
                         0s));
  cloud.catch_up(cloud.now());
  EXPECT_THAT(dynamodb.list_tables(), Succeeds());
  EXPECT_EQ(cloud.next_due(), std::nullopt);
}

TEST_F(Dispatch, HitsAboutAsManyCallsAsTheFaultSays) {
  must(cloud.begin_fault("half", {.kind = "api-error",
                                  .service = "dynamodb",
                                  .code = "InternalServerError",
                                  .message = "no",
                                  .status = 500,
                                  .percentage = 50}));
  int hit = 0;
  for (int i = 0; i < 1000; ++i) hit += dynamodb.list_tables() ? 0 : 1;
  EXPECT_GT(hit, 400);
  EXPECT_LT(hit, 600);
}

TEST_F(Dispatch, RefusesFaultsThatMakeNoSense) {
  EXPECT_THAT(cloud.begin_fault("x", {.kind = "meteor"}), FailsWith("ValidationException"));
  EXPECT_THAT(cloud.begin_fault("x", {.kind = "az-power"}), FailsWith("ValidationException"));
  EXPECT_THAT(cloud.begin_fault("x", {.kind = "api-error"}), FailsWith("ValidationException"));
}

}  // namespace
}  // namespace fallstreak
