#include "tests/services/elbv2/rule_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

class RuleCondition : public testing::RuleTest {
 protected:
  void refuses(const Condition& condition, const std::string& message) {
    EXPECT_THAT(create({condition}), FailsSaying(message));
    EXPECT_THAT(create({condition}), FailsWith("ValidationError", 400));
  }
};

TEST_F(RuleCondition, ComesInSixKinds) {
  EXPECT_THAT(create(1, {host({"*.example.com"}), path("/img/*"), method({"GET"})}, answer("404")),
              Succeeds());
  EXPECT_THAT(create(2,
                     {header("User-Agent", {"*Chrome*"}), query("version", "v1"),
                      query(std::nullopt, "*example*"), source({"192.0.2.0/24", "2001:db8::/32"})},
                     answer("404")),
              Succeeds());
}

TEST_F(RuleCondition, OfAHostOrPathIsShownInBothSpellings) {
  const auto rule = must(create({host({"a.example.com", "b.example.com"}), path("/a")}));

  const auto conditions = *rule.Rules->front().Conditions;

  EXPECT_THAT(*conditions[0].Values, ElementsAre("a.example.com", "b.example.com"));
  EXPECT_THAT(*conditions[1].PathPatternConfig->Values, ElementsAre("/a"));
}

TEST_F(RuleCondition, HasOneSpellingThatFitsItsField) {
  refuses({}, "A condition field must be specified");
  EXPECT_THAT(create({Condition{.Field = "cookie", .Values = {{"x"}}}}),
              FailsWith("ValidationError", 400));
  refuses({.Field = "host-header",
           .Values = {{"a.example.com"}},
           .HostHeaderConfig = {{.Values = {{"a.example.com"}}}}},
          "You cannot provide both Values and 'HostHeaderConfig' for a condition of type "
          "'host-header'");
  refuses({.Field = "http-header", .Values = {{"x"}}},
          "The 'Values' field is not compatible with 'http-header'");
  refuses({.Field = "source-ip"}, "A 'SourceIpConfig' must be specified with 'source-ip'");
  refuses({.Field = "host-header", .PathPatternConfig = {{.Values = {{"/a"}}}}},
          "The 'PathPatternConfig' field is not compatible with 'host-header'");
}

TEST_F(RuleCondition, HasAValue) {
  refuses({.Field = "host-header"}, "A condition value must be specified");
  refuses(path(""), "A condition value must be specified");
  refuses(host({}), "A condition value must be specified");
  refuses({.Field = "query-string", .QueryStringConfig = {{.Values = {{{.Key = "a"}}}}}},
          "A 'Value' must be specified in 'QueryStringKeyValuePair'");
}

TEST_F(RuleCondition, HasValuesOfLimitedLength) {
  EXPECT_THAT(create(1, {path("/" + std::string(127, 'a'))}, answer("404")), Succeeds());
  refuses(path("/" + std::string(128, 'a')),
          "The 'path-pattern' value is too long; the limit is '128'");
  refuses(host({std::string(125, 'a') + ".com"}),
          "The 'host-header' value is too long; the limit is '128'");
  refuses(header(std::string(41, 'a'), {"x"}),
          "The 'HttpHeaderName' value is too long; the limit is '40'");
  refuses(header("X", {std::string(129, 'a')}),
          "The 'http-header' value is too long; the limit is '128'");
  refuses(method({std::string(41, 'A')}),
          "The 'http-request-method' value is too long; the limit is '40'");
  refuses(query(std::string(129, 'a'), "x"), "The 'Key' value is too long; the limit is '128'");
}

TEST_F(RuleCondition, HasValuesOfItsCharacters) {
  const Condition wrong[] = {host({"example"}),     host({"exa mple.com"}),
                             host({"a.com:8443"}),  host({"example.*"}),
                             path("/a b"),          path("/%20"),
                             method({"get"}),       header("a:b", {"x"}),
                             header("Host", {"x"}), header("X", {"caf\xc3\xa9"}),
                             source({"10.0.0.1"}),  source({"10.0.0.0/33"})};
  for (const auto& condition : wrong) {
    EXPECT_THAT(create({condition}), FailsWith("ValidationError", 400)) << *condition.Field;
  }
}

TEST_F(RuleCondition, ComesOnceUnlessItIsAHeaderOrQueryString) {
  EXPECT_THAT(create({path("/a"), path("/b")}), FailsWith("ValidationError", 400));
  EXPECT_THAT(create({header("A", {"1"}), header("B", {"1"}), query("a", "1"), query("b", "1")}),
              Succeeds());
}

TEST_F(RuleCondition, HasFiveValuesInARuleAtMost) {
  EXPECT_THAT(create(1, {host({"a.com", "b.com", "c.com", "d.com"}), path("/a")}, answer("404")),
              Succeeds());
  EXPECT_THAT(create({host({"a.com", "b.com", "c.com", "d.com"}), method({"GET", "HEAD"})}),
              FailsSaying("A rule can only have '5' condition values"));
}

TEST_F(RuleCondition, HasFiveWildcardsInARuleAtMost) {
  EXPECT_THAT(create(1, {host({"*.a?.com"}), path("/*/*/*")}, answer("404")), Succeeds());
  EXPECT_THAT(create({host({"*.a?.com"}), path("/*/*/*?")}), FailsWith("ValidationError", 400));
  // An escaped one in a query string is no wildcard, but keys count as values do.
  EXPECT_THAT(create(2, {query("a*", "\\**\\?**?")}, answer("404")), Succeeds());
  EXPECT_THAT(create(3, {query("a**", "\\**\\?**?")}, answer("404")),
              FailsWith("ValidationError", 400));
}

TEST_F(RuleCondition, IsNeeded) {
  EXPECT_THAT(create(std::vector<Condition>()), FailsWith("ValidationError", 400));
}

class RuleAction : public testing::RuleTest {};

TEST_F(RuleAction, RedirectsAndShowsWhatItKeeps) {
  const auto rule = must(create(redirect({.Protocol = "HTTPS", .StatusCode = "HTTP_301"})));

  const auto& shown = *rule.Rules->front().Actions->front().RedirectConfig;

  EXPECT_EQ(shown.Protocol, "HTTPS");
  EXPECT_EQ(shown.Port, "#{port}");
  EXPECT_EQ(shown.Host, "#{host}");
  EXPECT_EQ(shown.Path, "/#{path}");
  EXPECT_EQ(shown.Query, "#{query}");
}

TEST_F(RuleAction, RefusesARedirectToItself) {
  const api::elbv2::RedirectActionConfig configs[] = {
      {.StatusCode = "HTTP_302"},
      {.Query = "a=b", .StatusCode = "HTTP_302"},
      {.Protocol = "#{protocol}", .Path = "/#{path}", .StatusCode = "HTTP_302"},
      {.Protocol = "HTTP", .Port = "80", .StatusCode = "HTTP_302"}};
  for (const auto& config : configs) {
    EXPECT_THAT(create(redirect(config)), FailsWith("InvalidLoadBalancerAction", 400));
  }
}

TEST_F(RuleAction, RefusesARedirectToNoAddress) {
  const api::elbv2::RedirectActionConfig configs[] = {
      {.Port = "70000", .StatusCode = "HTTP_302"},
      {.Path = "a", .StatusCode = "HTTP_302"},
      {.Host = "#{hostname}.com", .StatusCode = "HTTP_302"}};
  for (const auto& config : configs) {
    EXPECT_THAT(create(redirect(config)), FailsWith("InvalidLoadBalancerAction", 400));
  }
  EXPECT_THAT(create(redirect({.Protocol = "FTP", .StatusCode = "HTTP_302"})),
              FailsWith("ValidationError", 400));
}

TEST_F(RuleAction, AnswersWithATypeAndStatusOfAWSsList) {
  EXPECT_THAT(create(answer("200", "application/json")), Succeeds());
  EXPECT_THAT(create(answer("200", "image/png")), FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_THAT(create(answer("301")), FailsWith("ValidationError", 400));
}

TEST_F(RuleAction, HasTheConfigurationOfItsType) {
  EXPECT_THAT(create(Action{.Type = "redirect"}),
              FailsSaying("For actions of type 'redirect', you must specify the following fields: "
                          "'RedirectConfig'"));
  EXPECT_THAT(create(Action{.Type = "fixed-response"}),
              FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_THAT(create(Action{.Type = "forward"}), FailsWith("ValidationError", 400));
}

TEST_F(RuleAction, ForwardsByWeightsOfARange) {
  const auto weighted = [&](std::int32_t weight) {
    return Action{
        .Type = "forward",
        .ForwardConfig = {{.TargetGroups = {{{.TargetGroupArn = group, .Weight = weight}}}}}};
  };
  EXPECT_THAT(create(weighted(1000)), FailsWith("ValidationError", 400));
  EXPECT_THAT(create(weighted(-1)), FailsWith("ValidationError", 400));
  EXPECT_THAT(create(weighted(999)), Succeeds());
}

TEST_F(RuleAction, ForwardsToAGroupOnce) {
  EXPECT_THAT(create(Action{
                  .Type = "forward",
                  .ForwardConfig = {{.TargetGroups = {{{.TargetGroupArn = group, .Weight = 1},
                                                       {.TargetGroupArn = group, .Weight = 2}}}}}}),
              FailsWith("InvalidLoadBalancerAction", 400));
}

TEST_F(RuleAction, SticksToATargetGroupForAWeekAtMost) {
  const auto sticky = [&](std::optional<std::int32_t> seconds) {
    return Action{.Type = "forward",
                  .TargetGroupArn = group,
                  .ForwardConfig = {{.TargetGroupStickinessConfig = {
                                         {.Enabled = true, .DurationSeconds = seconds}}}}};
  };
  EXPECT_THAT(create(sticky(604800)), Succeeds());
  EXPECT_THAT(create(sticky(604801)), FailsWith("ValidationError", 400));
  EXPECT_THAT(create(sticky(std::nullopt)), FailsWith("InvalidLoadBalancerAction", 400));
}

TEST_F(RuleCondition, ComparesWithRegularExpressionsInstead) {
  const auto regex = [](const std::vector<std::string>& values) {
    return Condition{.Field = "path-pattern", .PathPatternConfig = {{.RegexValues = values}}};
  };
  const auto made = must(create({regex({"^/v[0-9]+/"})}));
  const auto& condition = made.Rules->front().Conditions->front();
  EXPECT_THAT(*condition.PathPatternConfig->RegexValues, ElementsAre("^/v[0-9]+/"));
  EXPECT_FALSE(condition.Values.has_value());

  for (const auto& values : {std::vector<std::string>{"("},
                             {"(?=a)"},
                             {""},
                             {std::string(129, 'a')},
                             {"a", "b", "c", "d", "e", "f"}}) {
    EXPECT_THAT(create(11, {regex(values)}, answer("404")), FailsWith("ValidationError", 400));
  }
  const auto short_form =
      must(create(12, {Condition{.Field = "host-header", .RegexValues = {{"^a"}}}}, answer("404")));
  EXPECT_THAT(*short_form.Rules->front().Conditions->front().HostHeaderConfig->RegexValues,
              ElementsAre("^a"));
  EXPECT_THAT(create(13, {Condition{.Field = "source-ip", .RegexValues = {{"^a"}}}}, answer("404")),
              FailsWith("ValidationError", 400));
  Condition both = regex({"a"});
  both.PathPatternConfig->Values = {{"/a"}};
  EXPECT_THAT(create(11, {both}, answer("404")), FailsWith("ValidationError", 400));
}

}  // namespace
}  // namespace fallstreak
