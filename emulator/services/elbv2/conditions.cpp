#include "services/elbv2/conditions.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/ip_block.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/transforms.h"

// Observed: the messages that name a limit or a missing part are those of recorded refusals; where
// none is known, they are worded alike.
namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::RuleCondition;

/// AWS: per rule, over all its conditions.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
/// Observed: the limit of three values for one condition, which the user guide names, is not
/// enforced; reports of rules with five host names in one condition are many.
constexpr std::size_t kMostValues = 5;
constexpr std::size_t kMostWildcards = 5;

enum class Spelling { config_only, values_too };
enum class Times { once, any };
enum class Wildcards { none, plain, escapable };

struct FieldRule {
  std::string_view field;
  std::string_view config;
  std::size_t longest;
  Spelling spelling;
  Times times;
  Wildcards wildcards;
};
constexpr FieldRule kFields[] = {
    {"path-pattern", "PathPatternConfig", 128, Spelling::values_too, Times::once, Wildcards::plain},
    {"host-header", "HostHeaderConfig", 128, Spelling::values_too, Times::once, Wildcards::plain},
    {"http-header", "HttpHeaderConfig", 128, Spelling::config_only, Times::any, Wildcards::plain},
    {"http-request-method", "HttpRequestMethodConfig", 40, Spelling::config_only, Times::once,
     Wildcards::none},
    {"query-string", "QueryStringConfig", 128, Spelling::config_only, Times::any,
     Wildcards::escapable},
    {"source-ip", "SourceIpConfig", 64, Spelling::config_only, Times::once, Wildcards::none},
};

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool has_only(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

const FieldRule& field_rule(const RuleCondition& condition) {
  if (!condition.Field) throw validation_error("A condition field must be specified");
  const auto* found = std::ranges::find(kFields, *condition.Field, &FieldRule::field);
  if (found != std::ranges::end(kFields)) return *found;
  throw validation_error("Condition field '" + *condition.Field +
                         "' must be one of '[path-pattern, host-header, http-header, "
                         "http-request-method, query-string, source-ip]'");
}

std::array<std::pair<std::string_view, bool>, 6> configs(const RuleCondition& condition) {
  return {{{"PathPatternConfig", condition.PathPatternConfig.has_value()},
           {"HostHeaderConfig", condition.HostHeaderConfig.has_value()},
           {"HttpHeaderConfig", condition.HttpHeaderConfig.has_value()},
           {"HttpRequestMethodConfig", condition.HttpRequestMethodConfig.has_value()},
           {"QueryStringConfig", condition.QueryStringConfig.has_value()},
           {"SourceIpConfig", condition.SourceIpConfig.has_value()}}};
}

/// Throws unless exactly the spelling is there that goes with the field.
void check_spelling(const RuleCondition& condition, const FieldRule& rule) {
  bool has_config = false;
  for (const auto& [config, is_there] : configs(condition)) {
    if (!is_there) continue;
    if (config != rule.config) {
      throw validation_error("The " + in_quotes(config) + " field is not compatible with " +
                             in_quotes(rule.field));
    }
    has_config = true;
  }
  const bool has_values = !api::each(condition.Values).empty();
  if (rule.spelling == Spelling::config_only) {
    if (has_values) {
      throw validation_error("The 'Values' field is not compatible with " + in_quotes(rule.field));
    }
    if (!has_config) {
      throw validation_error("A " + in_quotes(rule.config) + " must be specified with " +
                             in_quotes(rule.field));
    }
  }
  if (has_values && has_config) {
    throw validation_error("You cannot provide both Values and " + in_quotes(rule.config) +
                           " for a condition of type " + in_quotes(rule.field));
  }
  if (api::each(condition.Values).size() > 1) {
    throw validation_error("The " + in_quotes(rule.field) +
                           " field contains too many values; the limit is '1'");
  }
}

std::vector<std::string> values_of(const RuleCondition& condition) {
  const std::vector<std::string> none;
  if (condition.PathPatternConfig) return condition.PathPatternConfig->Values.value_or(none);
  if (condition.HostHeaderConfig) return condition.HostHeaderConfig->Values.value_or(none);
  if (condition.HttpHeaderConfig) return condition.HttpHeaderConfig->Values.value_or(none);
  if (condition.SourceIpConfig) return condition.SourceIpConfig->Values.value_or(none);
  if (condition.HttpRequestMethodConfig) {
    return condition.HttpRequestMethodConfig->Values.value_or(none);
  }
  if (!condition.QueryStringConfig) return condition.Values.value_or(none);
  std::vector<std::string> values;
  for (const auto& pair : api::each(condition.QueryStringConfig->Values)) {
    if (!pair.Value) {
      throw validation_error("A 'Value' must be specified in 'QueryStringKeyValuePair'");
    }
    values.push_back(*pair.Value);
  }
  return values;
}

/// The regular expressions of a condition; where they stand, no values may.
std::vector<std::string> regexes_of(const RuleCondition& condition) {
  const auto of = [](const auto& config) {
    if (!config || !config->RegexValues) return std::vector<std::string>();
    if (!api::each(config->Values).empty()) {
      throw validation_error("You cannot provide both Values and RegexValues for a condition");
    }
    return *config->RegexValues;
  };
  auto regexes = of(condition.HostHeaderConfig);
  if (regexes.empty()) regexes = of(condition.PathPatternConfig);
  return regexes.empty() ? of(condition.HttpHeaderConfig) : regexes;
}

/// The short spelling of regular expressions becomes the one with a config.
/// AWS: "Specify only when Field is http-header, host-header, or path-pattern."
void spell_out_regexes(RuleCondition& condition) {
  if (api::each(condition.RegexValues).empty()) return;
  const auto set = [&](auto& config) {
    if (!config) config.emplace();
    if (config->RegexValues || config->Values) {
      throw validation_error("You cannot provide both Values and RegexValues for a condition");
    }
    config->RegexValues = condition.RegexValues;
  };
  if (!api::each(condition.Values).empty()) {
    throw validation_error("You cannot provide both Values and RegexValues for a condition");
  }
  if (condition.Field == "host-header") return set(condition.HostHeaderConfig);
  if (condition.Field == "path-pattern") return set(condition.PathPatternConfig);
  if (condition.Field == "http-header") return set(condition.HttpHeaderConfig);
  throw validation_error("The 'RegexValues' field is not compatible with " +
                         in_quotes(condition.Field.value_or("")));
}

void check_length(std::string_view what, std::string_view text, std::size_t longest) {
  if (text.empty()) throw validation_error("A condition value must be specified");
  if (text.size() <= longest) return;
  throw validation_error("The " + in_quotes(what) + " value is too long; the limit is '" +
                         std::to_string(longest) + "'");
}

ApiError invalid_characters(std::string_view what, std::string_view allowed) {
  return validation_error("The " + in_quotes(what) +
                          " value is invalid; the allowed characters are " + std::string(allowed));
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html
void check_host(std::string_view value) {
  if (!has_only(value, "-.*?")) {
    throw invalid_characters("host-header", "A-Z, a-z, 0-9, hyphen, period and the wildcards *?");
  }
  // AWS: at least one period, and only letters (the user guide: letters and digits) after the last.
  const auto last = value.rfind('.');
  if (last == std::string_view::npos) {
    throw validation_error("The 'host-header' value must include at least one '.' character");
  }
  if (!has_only(value.substr(last + 1), "")) {
    throw validation_error(
        "The 'host-header' value can include only alphanumeric characters after the final '.' "
        "character");
  }
}

void check_value(std::string_view field, std::string_view value) {
  if (field == "host-header") {
    check_host(value);
  } else if (field == "path-pattern") {
    // AWS: these and no others, so that a percent-encoded path cannot be asked for.
    if (!has_only(value, "_-.$/~\"'@:+&*?")) {
      throw invalid_characters(field, "A-Z, a-z, 0-9, _-.$/~\"'@:+& and the wildcards *?");
    }
  } else if (field == "http-request-method") {
    const bool is_method = std::ranges::all_of(
        value, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
    if (!is_method) throw invalid_characters(field, "A-Z, hyphen and underscore");
  } else if (field == "source-ip") {
    if (!IpBlock::parse(value)) {
      throw validation_error("The 'source-ip' value '" + std::string(value) +
                             "' must be in CIDR notation");
    }
  } else if (!std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7f; })) {
    // AWS: rules look at visible ASCII characters only.
    throw invalid_characters(field, "visible ASCII characters");
  }
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpHeaderConditionConfig.html
void check_header_name(const std::string& name) {
  check_length("HttpHeaderName", name, 40);
  // AWS: a token of RFC 7230. The wildcards that a token may contain have no meaning here.
  if (!has_only(name, "!#$%&'*+-.^_`|~")) {
    throw invalid_characters("HttpHeaderName", "those of a token in RFC 7230");
  }
  constexpr std::string_view kHost = "host";
  const bool is_host = std::ranges::equal(
      name, kHost, [](char c, char lower) { return (c >= 'A' && c <= 'Z' ? c + 32 : c) == lower; });
  if (is_host) {
    throw validation_error(
        "You cannot use a condition of type 'http-header' for the host header; use 'host-header'");
  }
}

std::size_t count_wildcards(std::string_view value, Wildcards wildcards) {
  if (wildcards == Wildcards::none) return 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    // AWS: `\*` and `\?` in a query string are the characters themselves.
    if (value[i] == '\\' && wildcards == Wildcards::escapable) {
      ++i;
    } else if (value[i] == '*' || value[i] == '?') {
      ++count;
    }
  }
  return count;
}

struct Tally {
  std::size_t values = 0;
  std::size_t wildcards = 0;
  std::set<std::string_view> fields;
};

void check_condition(const RuleCondition& condition, Tally& tally) {
  const FieldRule& rule = field_rule(condition);
  check_spelling(condition, rule);
  const bool is_new = tally.fields.insert(rule.field).second;
  if (!is_new && rule.times == Times::once) {
    throw validation_error("A rule can only have one " + in_quotes(rule.field) + " condition");
  }
  if (condition.HttpHeaderConfig) {
    check_header_name(condition.HttpHeaderConfig->HttpHeaderName.value_or(""));
  }
  if (condition.QueryStringConfig) {
    for (const auto& pair : api::each(condition.QueryStringConfig->Values)) {
      if (!pair.Key) continue;
      check_length("Key", *pair.Key, rule.longest);
      check_value(rule.field, *pair.Key);
      tally.wildcards += count_wildcards(*pair.Key, rule.wildcards);
    }
  }
  const auto regexes = regexes_of(condition);
  for (const auto& regex : regexes) check_regex(rule.field, regex, rule.longest);
  tally.values += regexes.size();
  const auto values = values_of(condition);
  if (values.empty() && regexes.empty()) {
    throw validation_error("A condition value must be specified");
  }
  for (const auto& value : values) {
    check_length(rule.field, value, rule.longest);
    check_value(rule.field, value);
    tally.wildcards += count_wildcards(value, rule.wildcards);
  }
  tally.values += values.size();
}

}  // namespace

Conditions checked_conditions(const std::optional<Conditions>& wanted) {
  Conditions conditions = wanted.value_or(Conditions());
  if (conditions.empty()) throw validation_error("A rule must have at least one condition");
  Tally tally;
  for (auto& condition : conditions) {
    spell_out_regexes(condition);
    check_condition(condition, tally);
    const auto values = values_of(condition);
    if (values.empty()) continue;  // regular expressions have one spelling
    if (condition.Field == "host-header") condition.HostHeaderConfig = {{.Values = values}};
    if (condition.Field == "path-pattern") condition.PathPatternConfig = {{.Values = values}};
    const bool has_both = condition.HostHeaderConfig || condition.PathPatternConfig;
    if (has_both) condition.Values = values;
  }
  if (tally.values > kMostValues) {
    throw validation_error("A rule can only have '" + std::to_string(kMostValues) +
                           "' condition values");
  }
  if (tally.wildcards > kMostWildcards) {
    throw validation_error("A rule can only have '" + std::to_string(kMostWildcards) +
                           "' condition wildcards");
  }
  return conditions;
}

}  // namespace fallstreak::services::elbv2
