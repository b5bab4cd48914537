#include "dataplane/alb/rules.h"
#include "api/regex.h"
#include "dataplane/alb/transforms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "dataplane/alb/wildcard.h"
#include "world/random_streams.h"

namespace fallstreak::dataplane::alb {
namespace {

using api::elbv2::Action;
using api::elbv2::Rule;
using Condition = api::elbv2::RuleCondition;

Condition host(const std::vector<std::string>& names) {
  return {.Field = "host-header", .HostHeaderConfig = {{.Values = names}}};
}
Condition path(const std::vector<std::string>& patterns) {
  return {.Field = "path-pattern", .PathPatternConfig = {{.Values = patterns}}};
}
Condition header(const std::string& name, const std::vector<std::string>& values) {
  return {.Field = "http-header", .HttpHeaderConfig = {{.HttpHeaderName = name, .Values = values}}};
}
Condition method(const std::vector<std::string>& names) {
  return {.Field = "http-request-method", .HttpRequestMethodConfig = {{.Values = names}}};
}
Condition query(const std::vector<api::elbv2::QueryStringKeyValuePair>& pairs) {
  return {.Field = "query-string", .QueryStringConfig = {{.Values = pairs}}};
}
Condition source(const std::vector<std::string>& blocks) {
  return {.Field = "source-ip", .SourceIpConfig = {{.Values = blocks}}};
}

Action forward_to(const std::string& arn) {
  return {.Type = "forward", .ForwardConfig = {{.TargetGroups = {{{.TargetGroupArn = arn}}}}}};
}
Rule rule(int priority, const std::vector<Condition>& conditions, const Action& action) {
  return {.RuleArn = "rule-" + std::to_string(priority),
          .Priority = std::to_string(priority),
          .Conditions = conditions,
          .Actions = {{action}},
          .IsDefault = false};
}
Rule default_rule(const Action& action) {
  return {.RuleArn = "default",
          .Priority = "default",
          .Conditions = std::vector<Condition>(),
          .Actions = {{action}},
          .IsDefault = true};
}

RequestFacts get(const std::string& target) {
  const auto mark = target.find('?');
  return {.method = "GET",
          .host = "example.com",
          .path = target.substr(0, mark),
          .query = mark == std::string::npos ? "" : target.substr(mark + 1),
          .source = *IpAddress::parse("198.51.100.1")};
}

/// Whether a rule of this condition alone takes the request.
bool takes(const Condition& condition, const RequestFacts& request) {
  const std::vector<Rule> rules{rule(1, {condition}, forward_to("a")),
                                default_rule(forward_to("b"))};
  return decide(RuleSet(rules), request, 0).rule_arn == "rule-1";
}

TEST(HostCondition, IgnoresCaseAndPort) {
  const auto takes_host = [](const std::string& pattern, const std::string& name) {
    RequestFacts request = get("/");
    request.host = name;
    return takes(host({pattern}), request);
  };
  EXPECT_TRUE(takes_host("example.com", "EXAMPLE.com"));
  EXPECT_TRUE(takes_host("example.com", "example.com:8080"));
  // AWS: *.example.com matches test.example.com but does not match example.com.
  EXPECT_TRUE(takes_host("*.example.com", "test.example.com"));
  EXPECT_FALSE(takes_host("*.example.com", "example.com"));
  EXPECT_FALSE(takes_host("example.com", "test.example.com"));
  EXPECT_TRUE(takes_host("t?st.example.com", "test.example.com"));
}

TEST(PathCondition, ComparesThePathAloneAndItsCase) {
  EXPECT_TRUE(takes(path({"/img/*"}), get("/img/picture.jpg")));
  EXPECT_TRUE(takes(path({"/img/*/pics"}), get("/img/a/b/pics")));
  EXPECT_FALSE(takes(path({"/img/*/pics"}), get("/img/pics")));
  EXPECT_FALSE(takes(path({"/img/*"}), get("/img")));
  EXPECT_FALSE(takes(path({"/img/*"}), get("/IMG/picture.jpg")));
  EXPECT_TRUE(takes(path({"/img"}), get("/img?size=1")));
  EXPECT_FALSE(takes(path({"/img*size"}), get("/img?size")));
  EXPECT_TRUE(takes(path({"/a", "/b"}), get("/b")));
}

TEST(HeaderCondition, FindsOneOfItsValuesInAnyCase) {
  RequestFacts request = get("/");
  request.headers = {{"user-agent", "Mozilla/5.0 chrome/1"}, {"X-Tag", "a"}, {"x-tag", "b"}};

  EXPECT_TRUE(takes(header("User-Agent", {"*Chrome*", "*Safari*"}), request));
  EXPECT_FALSE(takes(header("User-Agent", {"*Safari*"}), request));
  EXPECT_FALSE(takes(header("User", {"*"}), request));
  EXPECT_TRUE(takes(header("X-Tag", {"b"}), request));
}

TEST(MethodCondition, IsExact) {
  EXPECT_TRUE(takes(method({"HEAD", "GET"}), get("/")));
  EXPECT_FALSE(takes(method({"POST"}), get("/")));
  RequestFacts request = get("/");
  request.method = "get";
  EXPECT_FALSE(takes(method({"GET"}), request));
}

TEST(QueryCondition, FindsAPairOrAValueOfAnyKey) {
  // AWS's example: "version=v1" or any key set to "example".
  const auto condition = query({{.Key = "version", .Value = "v1"}, {.Value = "*example*"}});

  EXPECT_TRUE(takes(condition, get("/?a=b&version=v1")));
  EXPECT_TRUE(takes(condition, get("/?VERSION=V1")));
  EXPECT_TRUE(takes(condition, get("/?name=an-example-name")));
  EXPECT_FALSE(takes(condition, get("/?version=v2")));
  EXPECT_FALSE(takes(condition, get("/?example")));
  EXPECT_FALSE(takes(condition, get("/")));
}

TEST(QueryCondition, TakesEscapedWildcardsForWhatTheyAre) {
  const auto condition = query({{.Key = "a", .Value = "\\*?"}});

  EXPECT_TRUE(takes(condition, get("/?a=*x")));
  EXPECT_FALSE(takes(condition, get("/?a=xx")));
}

TEST(SourceCondition, LooksAtTheConnectionNotAtForwardedAddresses) {
  RequestFacts request = get("/");
  request.headers = {{"X-Forwarded-For", "192.0.2.7"}};

  EXPECT_FALSE(takes(source({"192.0.2.0/24"}), request));
  EXPECT_TRUE(takes(source({"192.0.2.0/24", "198.51.100.0/24"}), request));
  request.source = *IpAddress::parse("2001:db8::9");
  EXPECT_TRUE(takes(source({"2001:db8::/32"}), request));
}

TEST(Decide, TakesTheFirstRuleWhoseConditionsAllHold) {
  const std::vector<Rule> rules{default_rule(forward_to("rest")),
                                rule(200, {path({"/a*"})}, forward_to("second")),
                                rule(30, {path({"/a*"}), method({"POST"})}, forward_to("first"))};
  const RuleSet set(rules);

  EXPECT_EQ(decide(set, get("/abc"), 0), (Decision{"rule-200", ForwardTo{"second"}}));
  EXPECT_EQ(decide(set, get("/b"), 0), (Decision{"default", ForwardTo{"rest"}}));
  RequestFacts post = get("/abc");
  post.method = "POST";
  EXPECT_EQ(decide(set, post, 0), (Decision{"rule-30", ForwardTo{"first"}}));
}

TEST(Decide, SharesByWeight) {
  const Action weighted{
      .Type = "forward",
      .ForwardConfig = {{.TargetGroups = {{{.TargetGroupArn = "blue", .Weight = 8},
                                           {.TargetGroupArn = "off", .Weight = 0},
                                           {.TargetGroupArn = "green", .Weight = 2}}}}}};
  const std::vector<Rule> rules{default_rule(weighted)};
  const RuleSet set(rules);
  std::map<std::string, int> count;
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    const auto decision = decide(set, get("/"), world::draw(1, "weights", n));
    ++count[std::get<ForwardTo>(decision.outcome).target_group_arn];
  }

  EXPECT_NEAR(count["blue"], 8000, 200);  // five standard deviations
  EXPECT_NEAR(count["green"], 2000, 200);
  EXPECT_EQ(count["off"], 0);
}

TEST(Decide, AnswersItselfWhenNoGroupHasWeight) {
  const Action off{.Type = "forward",
                   .ForwardConfig = {{.TargetGroups = {{{.TargetGroupArn = "off", .Weight = 0}}}}}};
  const std::vector<Rule> rules{default_rule(off)};

  EXPECT_EQ(std::get<FixedResponse>(decide(RuleSet(rules), get("/"), 7).outcome).status, 503);
}

TEST(Decide, AnswersAFixedResponse) {
  const Action answer{.Type = "fixed-response",
                      .FixedResponseConfig = {
                          {.MessageBody = "no", .StatusCode = "404", .ContentType = "text/css"}}};
  const std::vector<Rule> rules{default_rule(answer)};

  EXPECT_EQ(std::get<FixedResponse>(decide(RuleSet(rules), get("/"), 0).outcome),
            (FixedResponse{404, "text/css", "no"}));
}

struct RedirectCase {
  api::elbv2::RedirectActionConfig config;
  std::string target;
  std::string location;
};

TEST(Redirect, ReplacesItsKeywordsAndKeepsTheRest) {
  const RedirectCase cases[] = {
      {{.Protocol = "HTTPS", .Port = "443"}, "/a/b?c=d", "https://example.com:443/a/b?c=d"},
      {{.Protocol = "HTTPS"}, "/", "https://example.com:80/"},
      {{.Host = "www.#{host}"}, "/a", "http://www.example.com:80/a"},
      {{.Path = "/new/#{path}", .Query = ""}, "/a?b", "http://example.com:80/new/a"},
      {{.Path = "/#{host}/#{port}/#{protocol}"}, "/a", "http://example.com:80/example.com/80/HTTP"},
      {{.Path = "/x", .Query = "from=#{path}&#{query}"},
       "/a?b=1",
       "http://example.com:80/x?from=a&b=1"},
      {{.Path = "/#{unknown}"}, "/a", "http://example.com:80/#{unknown}"},
  };
  for (const auto& [config, target, location] : cases) {
    auto wanted = config;
    wanted.StatusCode = "HTTP_301";
    const std::vector<Rule> rules{default_rule({.Type = "redirect", .RedirectConfig = wanted})};
    EXPECT_EQ(std::get<RedirectTo>(decide(RuleSet(rules), get(target), 0).outcome),
              (RedirectTo{301, location}));
  }
}

/// The definition itself: a star takes nothing, or one character and stays.
bool matches_by_definition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return matches_by_definition(pattern.substr(1), text) ||
           (!text.empty() && matches_by_definition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches_by_definition(pattern.substr(1), text.substr(1));
}

/// Up to `longest` of these characters, as the dice fall.
std::string random_text(std::uint64_t& n, std::string_view characters, std::uint64_t longest) {
  std::string text;
  const auto length = world::draw(42, "length", n++) % (longest + 1);
  while (text.size() < length) {
    text += characters[world::draw(42, "character", n++) % characters.size()];
  }
  return text;
}

TEST(WildcardPattern, AgreesWithItsDefinition) {
  std::uint64_t n = 0;
  int matched = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string pattern = random_text(n, "ab*?", 6);
    const std::string text = random_text(n, "ab", 7);
    const bool expected = matches_by_definition(pattern, text);
    matched += expected ? 1 : 0;
    ASSERT_EQ(WildcardPattern(pattern, Case::sensitive, Escape::none).matches(text), expected)
        << pattern << " on " << text;
  }
  EXPECT_GT(matched, 2'000);  // else the texts say nothing
}

TEST(WildcardPattern, TakesNoTimeForManyStars) {
  std::string pattern;
  for (int i = 0; i < 64; ++i) pattern += "*a";
  EXPECT_FALSE(WildcardPattern(pattern + "b", Case::sensitive, Escape::none)
                   .matches(std::string(5'000, 'a')));
}

TEST(Decide, AgreesWithANaiveMatcher) {
  std::uint64_t n = 0;
  int by_rule = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Rule> rules{default_rule(forward_to("rest"))};
    struct Asked {
      int priority;
      std::string path;
      std::string method;
    };
    std::vector<Asked> asked;
    for (int i = 0; i < 4; ++i) {
      const auto wild = "/" + random_text(n, "ab*?", 4);
      const std::string verb = world::draw(42, "method", n++) % 2 == 0 ? "GET" : "POST";
      const int priority = static_cast<int>(world::draw(42, "priority", n++) % 1000) * 10 + i + 1;
      asked.push_back({priority, wild, verb});
      rules.push_back(rule(priority, {path({wild}), method({verb})}, forward_to("x")));
    }
    const RequestFacts request = get("/" + random_text(n, "ab", 4));

    std::string expected = "default";
    int first = 0;
    for (const auto& one : asked) {
      const bool holds =
          one.method == request.method && matches_by_definition(one.path, request.path);
      if (!holds || (first != 0 && first < one.priority)) continue;
      first = one.priority;
      expected = "rule-" + std::to_string(first);
    }
    by_rule += first != 0 ? 1 : 0;
    ASSERT_EQ(decide(RuleSet(rules), request, 0).rule_arn, expected) << request.path;
  }
  EXPECT_GT(by_rule, 200);
}

TEST(Regex, TakesWhatAwsTakes) {
  using api::Regex;
  for (const char* taken :
       {"^/api/(.*)$", "(?:a|b)+?", "a{2,3}", "[a-z+*]+", "\\.\\d\\w+", "(?i)x"}) {
    EXPECT_TRUE(Regex(taken).is_valid()) << taken;
  }
  for (const char* refused : {"(", "a++", "a*+", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(?>a)",
                              "(a)\\1", "\\p{L}", "(?R)", "(?1)", "\\", "\\k<n>", "(*ACCEPT)"}) {
    EXPECT_FALSE(Regex(refused).is_valid()) << refused;
  }
}

TEST(Regex, GivesUpOnWhatTakesTooLong) {
  EXPECT_FALSE(api::Regex("(a|a|aa)*b").finds_in(std::string(5'000, 'a')));
}

TEST(Decide, ComparesWithRegularExpressions) {
  Rule by_path = rule(1, {}, forward_to("path"));
  by_path.Conditions = {
      {{.Field = "path-pattern", .PathPatternConfig = {{.RegexValues = {{"^/v[0-9]+/"}}}}}}};
  Rule by_host = rule(2, {}, forward_to("host"));
  by_host.Conditions = {{{.Field = "host-header",
                          .HostHeaderConfig = {{.RegexValues = {{"^shop-.+\\.example\\.com$"}}}}}}};
  const std::vector<Rule> rules{by_path, by_host, default_rule(forward_to("rest"))};
  const auto arn = [&](const std::string& host, const std::string& request_path) {
    RequestFacts request = get(request_path);
    request.host = host;
    return decide(RuleSet(rules), request, 0).rule_arn;
  };

  EXPECT_EQ(arn("a", "/v12/x"), "rule-1");
  EXPECT_EQ(arn("a", "/V12/x"), "default");
  EXPECT_EQ(arn("SHOP-eu.example.com", "/"), "rule-2");
  EXPECT_EQ(arn("shop.example.com", "/"), "default");
}

TEST(Transforms, RewriteHostAndUrl) {
  Rule rewriting = rule(1, {path({"/*"})}, forward_to("x"));
  rewriting.Transforms = {
      {{.Type = "host-header-rewrite",
        .HostHeaderRewriteConfig = {{.Rewrites = {{{.Regex = "^mywebsite-(.+).com$",
                                                    .Replace = "internal.dev.$1.myweb.com"}}}}}},
       {.Type = "url-rewrite",
        .UrlRewriteConfig = {
            {.Rewrites = {{{.Regex = "^/(old|new)/(.*)$", .Replace = "/$2?from=$1"}}}}}}}};
  const RuleSet rules(std::vector<Rule>{rewriting, default_rule(forward_to("rest"))});
  EXPECT_EQ(transforms_of(rules, "default"), nullptr);
  const Transforms* transforms = transforms_of(rules, "rule-1");
  ASSERT_NE(transforms, nullptr);

  EXPECT_EQ(transforms->host("mywebsite-example.com"), "internal.dev.example.myweb.com");
  EXPECT_EQ(transforms->host("other.com"), "other.com");
  EXPECT_EQ(transforms->url("/old/a/b"), "/a/b?from=old");
  EXPECT_EQ(transforms->url("/else"), "/else");
}

TEST(Transforms, FailWhereNothingCanComeOfThem) {
  const auto url = [](const std::string& regex, const std::string& replacement) {
    api::elbv2::RuleTransform transform{.Type = "url-rewrite"};
    transform.UrlRewriteConfig = {{.Rewrites = {{{.Regex = regex, .Replace = replacement}}}}};
    return Transforms(std::vector{transform}).url("/a");
  };
  EXPECT_EQ(url("^/", "/x/"), "/x/a");
  EXPECT_EQ(url("^/", ""), std::nullopt);
  EXPECT_EQ(url("a", "$7"), std::nullopt);
  EXPECT_EQ(url("a", "b\r\nEvil: 1"), std::nullopt);
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
