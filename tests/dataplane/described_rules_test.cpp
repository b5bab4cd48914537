#include "dataplane/alb/rules.h"
#include "tests/services/elbv2/rule_fixture.h"

namespace fallstreak::dataplane::alb {
namespace {

/// The data plane reads rules as DescribeRules gives them.
class DescribedRules : public testing::RuleTest {
 protected:
  Decision decide_now(const RequestFacts& request) {
    const auto described = rules();
    return decide(RuleSet(described), request, 0);
  }
  static RequestFacts get(const std::string& path) {
    return {.method = "GET",
            .host = "www.example.com",
            .path = path,
            .headers = {{"User-Agent", "curl/8"}},
            .source = *IpAddress::parse("192.0.2.7")};
  }
};

TEST_F(DescribedRules, DecideByEveryKindOfCondition) {
  const auto all = must(create(5,
                               {host({"*.example.com"}), path("/all/*"), method({"GET"}),
                                header("user-agent", {"curl/*"}), source({"192.0.2.0/24"})},
                               answer("403")));
  const auto asked = must(create(6, {query("v", "1*")}, answer("410")));

  RequestFacts request = get("/all/x");
  EXPECT_EQ(decide_now(request).rule_arn, all.Rules->front().RuleArn);
  request.query = "v=12";
  request.source = *IpAddress::parse("198.51.100.7");
  EXPECT_EQ(decide_now(request).rule_arn, asked.Rules->front().RuleArn);
  EXPECT_EQ(decide_now(get("/other")).outcome, (decltype(Decision::outcome)(ForwardTo{group})));
}

TEST_F(DescribedRules, FollowTheirPrioritiesWhenTheseChange) {
  const auto wide = make_rule(2, "/*");
  const auto narrow = make_rule(1, "/a*");
  EXPECT_EQ(decide_now(get("/a")).rule_arn, narrow);

  must_do(elbv2.set_rule_priorities({.RulePriorities = {{{.RuleArn = narrow, .Priority = 9}}}}));

  EXPECT_EQ(decide_now(get("/a")).rule_arn, wide);
}

TEST_F(DescribedRules, RedirectAsTheApiCompletedThem) {
  must_do(create(1, {path("/*")},
                 redirect({.Protocol = "HTTPS", .Port = "443", .StatusCode = "HTTP_302"})));

  EXPECT_EQ(std::get<RedirectTo>(decide_now(get("/a")).outcome),
            (RedirectTo{302, "https://www.example.com:443/a"}));
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
