#include "provisioner/aws/http_transport.h"

#include "client/dynamodb.h"
#include "client/ec2.h"
#include "client/sts.h"
#include "front/server.h"
#include "provisioner/reconcile/reconcile.h"
#include "testing/testing.h"
#include "tests/provisioner/shop.h"

namespace fallstreak {
namespace {

using testing::FailsWith;

/// The emulator behind a socket, as a cloud elsewhere: signatures are verified. Its clock runs a thousand times as fast, so
/// that nobody waits for an instance to boot.
class HttpTransport : public ::testing::Test {
 protected:
  HttpTransport() {
    server.start();
    session = {.credentials = {"123456789012", "test"},
               .region = "eu-central-1",
               .endpoint_url = "http://127.0.0.1:" + std::to_string(server.port())};
  }
  static front::ServerOptions options() {
    front::ServerOptions made{.port = 0, .threads = 1};
    made.clock.speed = 1000;
    return made;
  }
  Cloud cloud{{.start = front::machine_time()}};
  front::Server server{cloud, options()};
  provisioner::Session session;
};

TEST_F(HttpTransport, MakesTheSameStackAsInProcess) {
  provisioner::HttpTransport transport(session);
  const auto stack = testing::shop();
  const provisioner::ReconcileOptions quick{.pause = std::chrono::milliseconds(20), .looks = 2000};

  const auto first = provisioner::apply(transport, stack, quick);
  ASSERT_TRUE(first) << first.error().code << ": " << first.error().message;
  EXPECT_EQ(first->steps.size(), stack.resources.size());
  const auto second = provisioner::apply(transport, stack, quick);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->empty()) << provisioner::to_text(*second);

  const auto removed = provisioner::destroy(transport, stack, quick);
  ASSERT_TRUE(removed) << removed.error().code << ": " << removed.error().message;
  EXPECT_TRUE(provisioner::destroy(transport, stack, quick)->empty());
}

TEST_F(HttpTransport, ReadsErrorsOfEveryProtocol) {
  provisioner::HttpTransport transport(session);
  client::DynamoDb dynamodb(transport);
  EXPECT_THAT(dynamodb.describe_table({.TableName = "missing"}), FailsWith("ResourceNotFoundException", 400));
  EXPECT_THAT(client::Sts(transport).get_caller_identity(), testing::Succeeds());
}

TEST_F(HttpTransport, FillsInIdempotencyTokensThatTheCallerLeftOut) {
  provisioner::HttpTransport transport(session);
  client::Ec2 ec2(transport);
  const auto token_of = [&](const api::ec2::RunInstancesRequest& request) {
    const auto made = ec2.run_instances(request);
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->Instances->front().ClientToken.value_or("") : "";
  };
  api::ec2::RunInstancesRequest request{
      .ImageId = "ami-0abcdef1234567890", .InstanceType = "t3.micro", .MaxCount = 1, .MinCount = 1};
  const std::string first = token_of(request);
  const std::string second = token_of(request);
  EXPECT_EQ(first.size(), 36U);
  EXPECT_NE(first, second);
  request.ClientToken = "mine";
  EXPECT_EQ(token_of(request), "mine");
}

TEST_F(HttpTransport, GivesUpAfterItsAttemptsWhenNobodyAnswers) {
  server.stop();
  provisioner::HttpTransport transport(session, {.attempts = 2, .base = std::chrono::milliseconds(1)});
  EXPECT_THAT(client::Sts(transport).get_caller_identity(), FailsWith("NetworkError"));
}

}  // namespace
}  // namespace fallstreak
