#include "services/cloudwatch/alarm_rule_expression.h"

#include <algorithm>
#include <cctype>

namespace fallstreak::services::cloudwatch {
namespace {

/// Chosen: parentheses nest no deeper, so that no rule exhausts the stack.
constexpr int kDeepest = 64;

/// AWS: NOT binds closest, then AND, then OR.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<RuleTerm> parse() {
    auto term = disjunction();
    skip_space();
    if (!term || !text_.empty()) return {};
    return term;
  }

 private:
  void skip_space() {
    const auto first = text_.find_first_not_of(" \t\r\n");
    text_.remove_prefix(first == std::string_view::npos ? text_.size() : first);
  }
  bool take(char symbol) {
    skip_space();
    if (!text_.starts_with(symbol)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take_word(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    const std::string_view rest = text_.substr(word.size());
    const bool goes_on =
        !rest.empty() && (std::isalnum(static_cast<unsigned char>(rest[0])) != 0 || rest[0] == '_');
    if (goes_on) return false;
    text_ = rest;
    return true;
  }

  using Operand = std::optional<RuleTerm> (Parser::*)();
  std::optional<RuleTerm> list(std::string_view word, RuleTerm::Kind kind, Operand operand) {
    auto first = (this->*operand)();
    if (!first || !take_word(word)) return first;
    RuleTerm whole{.kind = kind, .alarm = {}, .operands = {std::move(*first)}};
    do {
      auto next = (this->*operand)();
      if (!next) return {};
      whole.operands.push_back(std::move(*next));
    } while (take_word(word));
    return whole;
  }
  std::optional<RuleTerm> disjunction() {
    return list("OR", RuleTerm::Kind::disjunction, &Parser::conjunction);
  }
  std::optional<RuleTerm> conjunction() {
    return list("AND", RuleTerm::Kind::conjunction, &Parser::factor);
  }

  std::optional<RuleTerm> factor() {
    if (++depth_ > kDeepest) return {};
    auto term = unguarded_factor();
    --depth_;
    return term;
  }
  std::optional<RuleTerm> unguarded_factor() {
    if (take_word("NOT")) {
      auto operand = factor();
      if (!operand) return {};
      return RuleTerm{
          .kind = RuleTerm::Kind::negation, .alarm = {}, .operands = {std::move(*operand)}};
    }
    if (take('(')) {
      auto inner = disjunction();
      if (!inner || !take(')')) return {};
      return inner;
    }
    if (take_word("TRUE")) return RuleTerm{.constant = true, .alarm = {}, .operands = {}};
    if (take_word("FALSE")) return RuleTerm{.constant = false, .alarm = {}, .operands = {}};
    for (const auto state : {AlarmState::alarm, AlarmState::ok, AlarmState::insufficient_data}) {
      if (take_word(name_of(state))) return state_of(state);
    }
    return {};
  }
  std::optional<RuleTerm> state_of(AlarmState state) {
    if (!take('(')) return {};
    auto name = alarm_name();
    if (!name || name->empty() || !take(')')) return {};
    return RuleTerm{
        .kind = RuleTerm::Kind::state, .alarm = std::move(*name), .state = state, .operands = {}};
  }
  /// In quotes of either kind, in which a backslash stands for the next character; or bare, up to
  /// the parenthesis.
  std::optional<std::string> alarm_name() {
    skip_space();
    if (text_.empty()) return {};
    std::string name;
    const char quote = text_.front();
    if (quote != '"' && quote != '\'') {
      const auto end = text_.find(')');
      if (end == std::string_view::npos) return {};
      name = text_.substr(0, end);
      text_.remove_prefix(end);
      while (name.ends_with(' ')) name.pop_back();
      return name;
    }
    for (text_.remove_prefix(1); !text_.empty(); text_.remove_prefix(1)) {
      if (text_.front() == quote) {
        text_.remove_prefix(1);
        return name;
      }
      if (text_.front() == '\\' && text_.size() > 1) text_.remove_prefix(1);
      name += text_.front();
    }
    return {};
  }

  std::string_view text_;
  int depth_ = 0;
};

void collect(const RuleTerm& rule, std::set<std::string>& alarms) {
  if (rule.kind == RuleTerm::Kind::state) alarms.insert(rule.alarm);
  for (const auto& operand : rule.operands) collect(operand, alarms);
}

}  // namespace

std::optional<RuleTerm> parse_rule(std::string_view text) { return Parser(text).parse(); }

std::set<std::string> alarms_in(const RuleTerm& rule) {
  std::set<std::string> alarms;
  collect(rule, alarms);
  return alarms;
}

bool holds(const RuleTerm& rule, const std::function<AlarmState(const std::string&)>& state_of) {
  const auto is_true = [&](const RuleTerm& operand) { return holds(operand, state_of); };
  switch (rule.kind) {
    case RuleTerm::Kind::constant:
      return rule.constant;
    case RuleTerm::Kind::state:
      return state_of(rule.alarm) == rule.state;
    case RuleTerm::Kind::negation:
      return !is_true(rule.operands.front());
    case RuleTerm::Kind::conjunction:
      return std::ranges::all_of(rule.operands, is_true);
    case RuleTerm::Kind::disjunction:
      return std::ranges::any_of(rule.operands, is_true);
  }
  return false;
}

}  // namespace fallstreak::services::cloudwatch
