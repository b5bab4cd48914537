#include "dataplane/alb/forwarding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fallstreak::dataplane::alb {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr Time kForwardedAt = from_nanoseconds(0x67891233LL * 1'000'000'000);

/// The head that a target gets for a request with these fields.
std::string forwarded(const std::string& fields, const HttpSettings& settings = {},
                      std::int32_t port = 80) {
  static std::string text;
  text = "GET /a HTTP/1.1\r\n" + fields + "\r\n";
  RequestHead head;
  EXPECT_EQ(read_request(text, head), 0) << text;
  const Hop hop{.client_address = "198.51.100.9", .client_port = 4711, .port = port};
  return head_for_target(head, hop, settings, "Root=x");
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
TEST(TraceId, IsMadeWhereThereIsNone) {
  EXPECT_THAT(trace_id("", kForwardedAt, 7), MatchesRegex("Root=1-67891233-[0-9a-f]{24}"));
  EXPECT_NE(trace_id("", kForwardedAt, 7), trace_id("", kForwardedAt, 8));
}

TEST(TraceId, KeepsARootAndAddsItself) {
  EXPECT_THAT(
      trace_id("Root=1-67891233-abcdef012345678912345678", kForwardedAt, 7),
      MatchesRegex("Self=1-67891233-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678"));
}

TEST(TraceId, AddsARootToFieldsOfTheApplication) {
  EXPECT_THAT(trace_id("CalledFrom=app", kForwardedAt, 7),
              MatchesRegex("Root=1-67891233-[0-9a-f]{24};CalledFrom=app"));
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
TEST(ForwardedRequest, NamesTheClientAsTheModeSays) {
  const std::string fields = "Host: a\r\nX-Forwarded-For: 127.0.0.1\r\n";
  HttpSettings settings;
  EXPECT_THAT(forwarded(fields), HasSubstr("X-Forwarded-For: 127.0.0.1, 198.51.100.9\r\n"));
  settings.has_client_port = true;
  EXPECT_THAT(forwarded(fields, settings),
              HasSubstr("X-Forwarded-For: 127.0.0.1, 198.51.100.9:4711\r\n"));
  settings.forwarded_for = ForwardedFor::preserve;
  EXPECT_THAT(forwarded(fields, settings), HasSubstr("X-Forwarded-For: 127.0.0.1\r\n"));
  settings.forwarded_for = ForwardedFor::remove;
  EXPECT_THAT(forwarded(fields, settings), Not(HasSubstr("X-Forwarded-For")));
}

TEST(ForwardedRequest, ReplacesWhatAClientPretends) {
  const auto head = forwarded(
      "Host: a\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n"
      "X-Amzn-Trace-Id: Root=y\r\n");

  EXPECT_THAT(head, HasSubstr("X-Forwarded-Proto: http\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Forwarded-Port: 80\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Amzn-Trace-Id: Root=x\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("443")));
  EXPECT_THAT(head, Not(HasSubstr("Root=y")));
}

TEST(ForwardedRequest, HasThePortOfTheListenerInItsHostUnlessThatIsPreserved) {
  EXPECT_THAT(forwarded("Host: a\r\n"), HasSubstr("\r\nHost: a\r\n"));
  EXPECT_THAT(forwarded("Host: a\r\n", {}, 8080), HasSubstr("\r\nHost: a:8080\r\n"));
  EXPECT_THAT(forwarded("Host: a\r\n", {.preserves_host = true}, 8080),
              HasSubstr("\r\nHost: a\r\n"));
}

TEST(ForwardedRequest, LosesInvalidFieldsWhereTheyAreNotWanted) {
  const std::string fields = "Host: a\r\nX_Under: 1\r\nX-Plain: 2\r\n";
  EXPECT_THAT(forwarded(fields), HasSubstr("X_Under: 1"));
  const auto dropped = forwarded(fields, {.drops_invalid_fields = true});
  EXPECT_THAT(dropped, Not(HasSubstr("X_Under")));
  EXPECT_THAT(dropped, HasSubstr("X-Plain: 2"));
}

TEST(ForwardedRequest, MayHaveThirtyAddressesBehindIt) {
  std::string list = "10.0.0.1";
  for (int i = 1; i < 30; ++i) list += ",10.0.0.1";
  EXPECT_FALSE(has_too_many_addresses({{"X-Forwarded-For", list}}, {}));
  list += ",10.0.0.1";
  EXPECT_TRUE(has_too_many_addresses({{"X-Forwarded-For", list}}, {}));
  const HttpSettings preserving{.forwarded_for = ForwardedFor::preserve};
  EXPECT_FALSE(has_too_many_addresses({{"X-Forwarded-For", list}}, preserving));
}

TEST(OwnAnswer, HasNoBodyForHead) {
  EXPECT_TRUE(own_answer(502, "HEAD", Parting::keep, kForwardedAt).ends_with("\r\n\r\n"));
  EXPECT_THAT(own_answer(502, "GET", Parting::keep, kForwardedAt),
              HasSubstr("<center><h1>502 Bad Gateway</h1></center>"));
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
