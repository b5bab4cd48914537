#include "dataplane/alb/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fallstreak::dataplane::alb {
namespace {

using ::testing::HasSubstr;

constexpr const char* kArn =
    "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/my-loadbalancer/"
    "50dc6c495c0c9188";

Time at(const char* text, int micros = 0) {
  return *parse_iso8601(text) + std::chrono::microseconds(micros);
}

AccessLogEntry example() {
  return {.created = at("2018-07-02T22:22:48Z", 364'000),
          .sent = at("2018-07-02T22:22:48Z", 364'500),
          .heard = at("2018-07-02T22:22:48Z", 366'000),
          .ended = at("2018-07-02T22:22:48Z", 366'641),
          .load_balancer = "app/my-loadbalancer/50dc6c495c0c9188",
          .client = "192.168.131.39:2817",
          .target = "10.0.0.1:80",
          .status = 200,
          .target_status = 200,
          .received_bytes = 34,
          .sent_bytes = 366,
          .request = "GET http://www.example.com:80/ HTTP/1.1",
          .user_agent = "curl/7.46.0",
          .target_group_arn =
              "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/"
              "my-targets/73e2d6bc24d8a067",
          .trace_id = "Root=1-58337262-36d228ad5d99923122bbe354",
          .rule_priority = "0",
          .actions = "forward",
          .connection_id = "TID_1234abcd5678ef90"};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-examples
TEST(AccessLogLine, IsAwsExample) {
  EXPECT_EQ(access_log_line(example()),
            "http 2018-07-02T22:22:48.366641Z app/my-loadbalancer/50dc6c495c0c9188 "
            "192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "
            "\"GET http://www.example.com:80/ HTTP/1.1\" \"curl/7.46.0\" - - "
            "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/"
            "73e2d6bc24d8a067 \"Root=1-58337262-36d228ad5d99923122bbe354\" \"-\" \"-\" 0 "
            "2018-07-02T22:22:48.364000Z \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" "
            "\"-\" TID_1234abcd5678ef90\n");
}

TEST(AccessLogLine, HasNoTimesOfATargetThatWasNotAsked) {
  auto entry = example();
  entry.sent.reset();
  entry.heard.reset();
  entry.target.clear();
  entry.target_status = 0;
  entry.status = 503;
  EXPECT_THAT(access_log_line(entry), HasSubstr(" 192.168.131.39:2817 - -1 -1 -1 503 - 34 366 "));

  entry.sent = entry.created + std::chrono::milliseconds(1'234);
  EXPECT_THAT(access_log_line(entry), HasSubstr(" - 1.234 -1 -1 503 ")) << "asked, but silent";
}

TEST(AccessLogLine, KeepsWhatAClientSendsInItsField) {
  auto entry = example();
  entry.user_agent = "a\" \"b\\\n\xc3\xa4";

  EXPECT_THAT(access_log_line(entry), HasSubstr("\"a\\x22 \\x22b\\x5C\\x0A\\xC3\\xA4\""));
}

TEST(AccessLogKey, NamesAccountRegionDayAndEnd) {
  const std::string file =
      "AWSLogs/123456789012/elasticloadbalancing/us-east-2/2018/07/02/"
      "123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.50dc6c495c0c9188_"
      "20180702T2225Z_10.0.0.5_abcd1234.log.gz";
  const auto end = at("2018-07-02T22:25:00Z");

  EXPECT_EQ(access_log_key("", kArn, end, "10.0.0.5", "abcd1234"), file);
  EXPECT_EQ(access_log_key("logs/web", kArn, end, "10.0.0.5", "abcd1234"), "logs/web/" + file);
}

TEST(LogPeriod, IsFiveMinutes) {
  EXPECT_EQ(log_period(at("2018-07-02T22:24:59Z", 999'999)), at("2018-07-02T22:20:00Z"));
  EXPECT_EQ(log_period(at("2018-07-02T22:25:00Z")), at("2018-07-02T22:25:00Z"));
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
