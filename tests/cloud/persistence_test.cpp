#include <gtest/gtest.h>

#include <filesystem>

#include "client/dynamodb.h"
#include "client/ec2.h"
#include "cloud.h"

namespace fallstreak {
namespace {

using namespace std::chrono_literals;

class Persistence : public ::testing::Test {
 protected:
  Persistence() { std::filesystem::remove_all(folder); }
  ~Persistence() override { std::filesystem::remove_all(folder); }
  const std::string folder = ::testing::TempDir() + "fallstreak-persistence-" +
                             ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(Persistence, BringsEverythingBackAfterARestart) {
  std::uint64_t hash = 0;
  {
    Cloud cloud;
    cloud.keep_in(folder);
    InProcessTransport transport(cloud);
    client::Ec2 ec2(transport);
    ASSERT_TRUE(ec2.run_instances(
        {.ImageId = "ami-0abcdef1234567890", .InstanceType = "t3.micro", .MaxCount = 1, .MinCount = 1}));
    hash = cloud.hash();
  }
  Cloud cloud({.seed = 99, .start = from_nanoseconds(0)});
  cloud.keep_in(folder);
  EXPECT_EQ(cloud.hash(), hash);
  // The timer that was waiting goes off.
  cloud.advance(10min);
  InProcessTransport transport(cloud);
  const auto seen = client::Ec2(transport).describe_instances();
  EXPECT_EQ(seen->Reservations->front().Instances->front().State->Name, "running");
}

TEST_F(Persistence, KeepsEveryItemThatWasAcknowledged) {
  {
    Cloud cloud({.timing = dispatch::Timing::instant});
    cloud.keep_in(folder);
    InProcessTransport transport(cloud);
    client::DynamoDb dynamodb(transport);
    ASSERT_TRUE(dynamodb.create_table({.AttributeDefinitions = {{{.AttributeName = "id", .AttributeType = "S"}}},
                                       .TableName = "kept",
                                       .KeySchema = {{{.AttributeName = "id", .KeyType = "HASH"}}},
                                       .BillingMode = "PAY_PER_REQUEST"}));
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(dynamodb.put_item(
          {.TableName = "kept", .Item = {{{"id", api::dynamodb::AttributeValue{.S = std::to_string(i)}}}}}));
    }
  }
  Cloud cloud;
  cloud.keep_in(folder);
  InProcessTransport transport(cloud);
  EXPECT_EQ(client::DynamoDb(transport).scan({.TableName = "kept"})->Count, 100);
}

}  // namespace
}  // namespace fallstreak
