#include "dataplane/alb/rules.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "api/regex.h"
#include "base/check.h"
#include "dataplane/alb/stickiness.h"
#include "dataplane/alb/target_choice.h"
#include "dataplane/alb/transforms.h"
#include "dataplane/alb/wildcard.h"

namespace fallstreak::dataplane::alb {
namespace {

using api::elbv2::Action;
using api::elbv2::Rule;
/// What a condition compares with: patterns with wildcards, or regular expressions.
struct Patterns {
  std::vector<WildcardPattern> wildcards;
  std::vector<api::Regex> regexes;
};

/// Of a config that has both Values and RegexValues.
template <class Config>
Patterns compile(const Config& config, Case letter_case) {
  Patterns patterns;
  for (const auto& value : api::each(config.Values)) {
    patterns.wildcards.emplace_back(value, letter_case, Escape::none);
  }
  // Chosen: regular expressions are as sensitive as the values are.
  const auto regex_case =
      letter_case == Case::sensitive ? api::Regex::Case::sensitive : api::Regex::Case::insensitive;
  for (const auto& value : api::each(config.RegexValues)) {
    patterns.regexes.emplace_back(value, regex_case);
  }
  return patterns;
}

bool any_matches(const Patterns& patterns, std::string_view text) {
  return std::ranges::any_of(patterns.wildcards,
                             [&](const auto& pattern) { return pattern.matches(text); }) ||
         std::ranges::any_of(patterns.regexes,
                             [&](const auto& regex) { return regex.finds_in(text); });
}

bool is_same_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, to_lower, to_lower);
}

/// Chosen: a host is compared without its port, since no value of a condition can have one.
std::string_view without_port(std::string_view host) {
  const auto bracket = host.rfind(']');  // of an IPv6 address, whose colons are no port
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return host.substr(0, colon);
}

struct HostCondition {
  Patterns patterns;  // AWS: a host name is not case sensitive
  [[nodiscard]] bool holds(const RequestFacts& request) const {
    return any_matches(patterns, without_port(request.host));
  }
};

struct PathCondition {
  Patterns patterns;  // AWS: a path is, and its query is no part of it
  [[nodiscard]] bool holds(const RequestFacts& request) const {
    return any_matches(patterns, request.path);
  }
};

/// Chosen: of a header that comes several times, one value must match.
struct HeaderCondition {
  std::string name;
  Patterns patterns;
  [[nodiscard]] bool holds(const RequestFacts& request) const {
    return std::ranges::any_of(request.headers, [&](const HeaderField& field) {
      return is_same_name(field.name, name) && any_matches(patterns, field.value);
    });
  }
};

struct MethodCondition {
  std::vector<std::string> methods;  // AWS: exactly so, no wildcards
  [[nodiscard]] bool holds(const RequestFacts& request) const {
    return std::ranges::find(methods, request.method) != methods.end();
  }
};

/// Chosen: compared as it was sent, without percent-decoding. A parameter without `=` has an empty
/// value.
struct QueryCondition {
  struct Pair {
    std::optional<WildcardPattern> key;  // none: any key
    WildcardPattern value;
  };
  std::vector<Pair> pairs;

  [[nodiscard]] bool holds(const RequestFacts& request) const {
    std::string_view rest = request.query;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('&'), rest.size());
      const std::string_view parameter = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = std::min(parameter.find('='), parameter.size());
      const std::string_view key = parameter.substr(0, equals);
      const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
      const bool is_asked_for = std::ranges::any_of(pairs, [&](const Pair& pair) {
        return (!pair.key || pair.key->matches(key)) && pair.value.matches(value);
      });
      if (is_asked_for) return true;
    }
    return false;
  }
};

struct SourceCondition {
  std::vector<IpBlock> blocks;
  [[nodiscard]] bool holds(const RequestFacts& request) const {
    return std::ranges::any_of(
        blocks, [&](const IpBlock& block) { return block.contains(request.source); });
  }
};

using Condition = std::variant<HostCondition, PathCondition, HeaderCondition, MethodCondition,
                               QueryCondition, SourceCondition>;

QueryCondition compile_query(const api::elbv2::QueryStringConditionConfig& config) {
  const auto pattern = [](const std::string& text) {
    return WildcardPattern(text, Case::insensitive, Escape::backslash);
  };
  QueryCondition condition;
  for (const auto& pair : api::each(config.Values)) {
    std::optional<WildcardPattern> key;
    if (pair.Key) key = pattern(*pair.Key);
    condition.pairs.push_back({std::move(key), pattern(pair.Value.value_or(""))});
  }
  return condition;
}

/// A condition as DescribeRules shows it, with its config.
Condition compile(const api::elbv2::RuleCondition& condition) {
  if (condition.HostHeaderConfig) {
    return HostCondition{compile(*condition.HostHeaderConfig, Case::insensitive)};
  }
  if (condition.PathPatternConfig) {
    return PathCondition{compile(*condition.PathPatternConfig, Case::sensitive)};
  }
  if (condition.HttpHeaderConfig) {
    const auto& config = *condition.HttpHeaderConfig;
    return HeaderCondition{config.HttpHeaderName.value_or(""), compile(config, Case::insensitive)};
  }
  if (condition.HttpRequestMethodConfig) {
    const auto methods = api::each(condition.HttpRequestMethodConfig->Values);
    return MethodCondition{{methods.begin(), methods.end()}};
  }
  if (condition.QueryStringConfig) return compile_query(*condition.QueryStringConfig);
  CHECK(condition.SourceIpConfig.has_value()) << "a condition without a config";
  SourceCondition source;
  for (const auto& value : api::each(condition.SourceIpConfig->Values)) {
    const auto block = IpBlock::parse(value);
    CHECK(block.has_value()) << value;
    source.blocks.push_back(*block);
  }
  return source;
}

/// Its keywords replaced by the parts of the request.
std::string expanded(std::string_view text, const RequestFacts& request) {
  const std::string_view path = request.path;
  const std::pair<std::string_view, std::string> keywords[] = {
      {"#{protocol}", request.protocol},
      {"#{host}", std::string(without_port(request.host))},
      {"#{port}", std::to_string(request.port)},
      {"#{path}", std::string(path.substr(path.starts_with('/') ? 1 : 0))},
      {"#{query}", request.query}};
  std::string result;
  while (!text.empty()) {
    const auto* found = std::ranges::find_if(
        keywords, [&](const auto& keyword) { return text.starts_with(keyword.first); });
    if (found == std::ranges::end(keywords)) {
      result += text.front();
      text.remove_prefix(1);
    } else {
      result += found->second;
      text.remove_prefix(found->first.size());
    }
  }
  return result;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
RedirectTo redirect(const api::elbv2::RedirectActionConfig& config, const RequestFacts& request) {
  std::string protocol = expanded(config.Protocol.value_or("#{protocol}"), request);
  std::ranges::transform(protocol, protocol.begin(), to_lower);
  // Observed: the port is always there, also when it is the protocol's own.
  std::string location = protocol + "://" + expanded(config.Host.value_or("#{host}"), request) +
                         ":" + expanded(config.Port.value_or("#{port}"), request) +
                         expanded(config.Path.value_or("/#{path}"), request);
  const std::string query = expanded(config.Query.value_or("#{query}"), request);
  if (!query.empty()) location += "?" + query;
  return {.status = config.StatusCode == "HTTP_301" ? 301 : 302, .location = std::move(location)};
}

/// Chosen: what a load balancer answers when no group of the action has weight; AWS says only that
/// a group of weight 0 gets nothing.
FixedResponse nobody_to_forward_to() {
  return {.status = 503, .content_type = "text/html", .body = {}};
}

using Outcome = std::variant<ForwardTo, RedirectTo, FixedResponse>;

/// The group that the client's cookie names, else one by weight.
Outcome forward(const api::elbv2::ForwardActionConfig& config, const RequestFacts& request,
                std::uint64_t draw) {
  const auto groups = api::each(config.TargetGroups);
  std::optional<Duration> stickiness;
  if (config.TargetGroupStickinessConfig && config.TargetGroupStickinessConfig->Enabled == true) {
    stickiness = std::chrono::seconds(*config.TargetGroupStickinessConfig->DurationSeconds);
    std::vector<std::string> arns;
    for (const auto& group : groups) arns.push_back(*group.TargetGroupArn);
    // Chosen: also to a group whose weight is 0 by now, so that a switch loses no session.
    for (const HeaderField& field : request.headers) {
      if (!is_same_name(field.name, "cookie")) continue;
      const auto bound = bound_group(field.value, request.now, arns);
      if (bound) return ForwardTo{arns[*bound], stickiness};
    }
  }
  std::vector<std::uint32_t> weights;
  for (const auto& group : groups) {
    weights.push_back(static_cast<std::uint32_t>(group.Weight.value_or(1)));
  }
  const auto chosen = weighted_group(weights, draw);
  if (!chosen) return nobody_to_forward_to();
  return ForwardTo{*groups[*chosen].TargetGroupArn, stickiness};
}

Outcome perform(const Action& action, const RequestFacts& request, std::uint64_t draw) {
  if (action.RedirectConfig) return redirect(*action.RedirectConfig, request);
  if (action.FixedResponseConfig) {
    const auto& config = *action.FixedResponseConfig;
    return FixedResponse{.status = std::stoi(*config.StatusCode),
                         .content_type = config.ContentType.value_or("text/plain"),
                         .body = config.MessageBody.value_or("")};
  }
  CHECK(action.ForwardConfig.has_value()) << "an action of type " << action.Type.value_or("");
  return forward(*action.ForwardConfig, request, draw);
}

int order_of(const Rule& rule) {
  return *rule.IsDefault ? std::numeric_limits<int>::max() : std::stoi(*rule.Priority);
}

}  // namespace

struct RuleSet::CompiledRule {
  int order = 0;
  std::string arn;
  std::vector<Condition> conditions;
  Action action;
  Transforms transforms;
  std::optional<api::elbv2::AuthenticateOidcActionConfig> authentication;
  std::optional<api::elbv2::JwtValidationActionConfig> validation;
};

RuleSet::RuleSet(std::span<const Rule> rules) {
  for (const Rule& rule : rules) {
    CompiledRule compiled{.order = order_of(rule), .arn = *rule.RuleArn};
    for (const auto& condition : api::each(rule.Conditions)) {
      compiled.conditions.push_back(compile(condition));
    }
    // AWS: the last action is the one that forwards, redirects or answers.
    compiled.action = rule.Actions->back();
    compiled.transforms = Transforms(rule.Transforms);
    transforms_ = transforms_ || !compiled.transforms.empty();
    compiled.authentication = rule.Actions->front().AuthenticateOidcConfig;
    authenticates_ = authenticates_ || compiled.authentication;
    compiled.validation = rule.Actions->front().JwtValidationConfig;
    validates_ = validates_ || compiled.validation;
    rules_.push_back(std::move(compiled));
  }
  std::ranges::sort(rules_, {}, &CompiledRule::order);
}

RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

Decision decide(const RuleSet& rules, const RequestFacts& request, std::uint64_t draw) {
  const auto holds = [&](const Condition& condition) {
    return std::visit([&](const auto& kind) { return kind.holds(request); }, condition);
  };
  const auto found = std::ranges::find_if(
      rules.rules_, [&](const auto& rule) { return std::ranges::all_of(rule.conditions, holds); });
  CHECK(found != rules.rules_.end()) << "a listener without a default rule";
  return {.rule_arn = found->arn, .outcome = perform(found->action, request, draw)};
}

const Transforms* transforms_of(const RuleSet& rules, std::string_view rule_arn) {
  if (!rules.transforms_) return nullptr;
  const auto found = std::ranges::find(rules.rules_, rule_arn, &RuleSet::CompiledRule::arn);
  if (found == rules.rules_.end() || found->transforms.empty()) return nullptr;
  return &found->transforms;
}

const api::elbv2::AuthenticateOidcActionConfig* authentication_of(const RuleSet& rules,
                                                                  std::string_view rule_arn) {
  if (!rules.authenticates_) return nullptr;
  const auto found = std::ranges::find(rules.rules_, rule_arn, &RuleSet::CompiledRule::arn);
  if (found == rules.rules_.end() || !found->authentication) return nullptr;
  return &*found->authentication;
}

const api::elbv2::JwtValidationActionConfig* validation_of(const RuleSet& rules,
                                                           std::string_view rule_arn) {
  if (!rules.validates_) return nullptr;
  const auto found = std::ranges::find(rules.rules_, rule_arn, &RuleSet::CompiledRule::arn);
  if (found == rules.rules_.end() || !found->validation) return nullptr;
  return &*found->validation;
}

std::string priority_of(const RuleSet& rules, std::string_view rule_arn) {
  const auto found = std::ranges::find(rules.rules_, rule_arn, &RuleSet::CompiledRule::arn);
  if (found == rules.rules_.end()) return {};
  const bool is_default = found->order == std::numeric_limits<int>::max();
  return is_default ? "0" : std::to_string(found->order);
}

std::uint64_t rules_processed(const RuleSet& rules, std::string_view rule_arn) {
  const auto found = std::ranges::find(rules.rules_, rule_arn, &RuleSet::CompiledRule::arn);
  const auto before = static_cast<std::uint64_t>(found - rules.rules_.begin());
  const bool is_default =
      found == rules.rules_.end() || found->order == std::numeric_limits<int>::max();
  return is_default ? before : before + 1;
}

}  // namespace fallstreak::dataplane::alb
