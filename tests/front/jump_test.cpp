// Long calls of the control API, and everybody else meanwhile.
#include "client/cloudwatch.h"
#include "front/server_test.h"

namespace fallstreak::testing {
namespace {

using ::testing::HasSubstr;

front::ServerOptions one_thread() {
  front::ServerOptions options;
  options.port = 0;
  options.threads = 1;
  options.clock.is_frozen = true;
  return options;
}

/// One thread for all connections, no history, and a jump of fifty years with an event every ten
/// seconds: longer than any test waits.
class LongJump : public ::testing::Test {
 protected:
  LongJump() : server(cloud, one_thread()) {
    server.start();
    InProcessTransport transport(cloud);
    EXPECT_TRUE(client::CloudWatch(transport).put_metric_alarm(
        {.AlarmName = "busy",
         .MetricName = "Load",
         .Namespace = "Test",
         .Statistic = "Average",
         .Period = 10,
         .EvaluationPeriods = 1,
         .Threshold = 1.0,
         .ComparisonOperator = "GreaterThanThreshold"}));
    traveller = std::make_unique<HttpClient>(server.port());
    EXPECT_TRUE(traveller->send(post("/_fallstreak/clock", R"({"advance":"18000d"})")));
  }
  Reply exchange(std::string_view bytes) {
    return HttpClient(server.port()).exchange(bytes).value_or(Reply());
  }

  Cloud cloud;
  front::Server server;
  std::unique_ptr<HttpClient> traveller;
};

TEST_F(LongJump, LeavesTurnsToOtherClientsOfTheSameThread) {
  const Time before = cloud.now();
  for (int i = 0; i < 20; ++i) {
    const auto reply = exchange(get_caller_identity());
    ASSERT_EQ(reply.status, 200);
    ASSERT_FALSE(reply.header("date").starts_with("Sun, 12 Apr 2075")) << "the jump has ended";
  }
  EXPECT_GT(cloud.now(), before);
}

TEST_F(LongJump, EndsWhenTheServerStops) {
  exchange(get_caller_identity());
  server.stop();
  const auto reply = traveller->receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 409);
  EXPECT_THAT(reply->body, HasSubstr("ended early"));
}

TEST_F(LongJump, AnswersARequestBehindItInOrder) {
  ASSERT_TRUE(traveller->send(get("/_fallstreak/clock")));
  exchange(get_caller_identity());
  server.pacer().stop();
  const auto first = traveller->receive();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, 409);
  const auto second = traveller->receive();
  ASSERT_TRUE(second);
  EXPECT_THAT(second->body, HasSubstr("\"frozen\":true"));
}

}  // namespace
}  // namespace fallstreak::testing
