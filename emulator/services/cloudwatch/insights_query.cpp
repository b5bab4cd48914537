#include "services/cloudwatch/insights_query.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/expression.h"

namespace fallstreak::services::cloudwatch {
namespace {

/// AWS: the longest expression of a query.
constexpr std::size_t kLongestQuery = 2048;
/// AWS: as many time series as a query returns.
constexpr std::size_t kMostGroups = 500;
/// AWS: a metric has at most 30 dimensions, so no more keys than that can ever be there.
constexpr std::size_t kMostKeys = 30;

struct FunctionName {
  std::string_view name;
  InsightsQuery::Function function;
};
constexpr std::array<FunctionName, 5> kInsightsFunctions = {
    {{"AVG", InsightsQuery::Function::average},
     {"COUNT", InsightsQuery::Function::count},
     {"MAX", InsightsQuery::Function::maximum},
     {"MIN", InsightsQuery::Function::minimum},
     {"SUM", InsightsQuery::Function::sum}}};

bool is_blank(char letter) { return std::isspace(static_cast<unsigned char>(letter)) != 0; }
bool is_name_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

bool is_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, [](char one, char other) {
    return std::toupper(static_cast<unsigned char>(one)) == other;
  });
}

/// A part of a query: `SELECT`, `"AWS/EC2"`, `'i-1'`, `(`, `!=`.
struct Token {
  enum class Kind { name, quoted_name, text, number, symbol, end };
  Kind kind = Kind::end;
  std::string_view text;
};

class InsightsParser {
 public:
  explicit InsightsParser(std::string_view text) : rest_(text) { advance(); }

  InsightsQuery parse() {
    InsightsQuery query;
    expect_word("SELECT");
    query.function = function();
    expect_symbol("(");
    query.metric_name = identifier("the name of a metric");
    expect_symbol(")");
    expect_word("FROM");
    source(query);
    if (take_word("WHERE")) {
      do {
        query.conditions.push_back(condition());
      } while (take_word("AND") && has_room(query.conditions.size()));
    }
    if (take_word("GROUP")) {
      expect_word("BY");
      do {
        query.group_by.push_back(label_key());
      } while (take_symbol(",") && has_room(query.group_by.size()));
    }
    if (take_word("ORDER")) query.order = order();
    if (take_word("LIMIT")) query.limit = limit();
    if (token_.kind != Token::Kind::end) fail("unexpected '" + std::string(token_.text) + "'");
    return query;
  }

 private:
  [[noreturn]] static void fail(const std::string& why) {
    throw ExpressionProblem("Metrics Insights: " + why);
  }
  static bool has_room(std::size_t count) {
    if (count >= kMostKeys) fail("more than " + std::to_string(kMostKeys) + " keys");
    return true;
  }

  void advance() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty()) {
      token_ = {};
      return;
    }
    const char first = rest_.front();
    if (first == '"' || first == '\'') return take_quoted(first);
    std::size_t size = 0;
    if (is_name_letter(first)) {
      while (size < rest_.size() && is_name_letter(rest_[size])) ++size;
      const bool is_number = std::isdigit(static_cast<unsigned char>(first)) != 0;
      return take(is_number ? Token::Kind::number : Token::Kind::name, size);
    }
    take(Token::Kind::symbol, rest_.starts_with("!=") ? 2 : 1);
  }
  void take(Token::Kind kind, std::size_t size) {
    token_ = {kind, rest_.substr(0, size)};
    rest_.remove_prefix(size);
  }
  void take_quoted(char quote) {
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) fail("a quotation mark is missing");
    token_ = {quote == '"' ? Token::Kind::quoted_name : Token::Kind::text,
              rest_.substr(1, end - 1)};
    rest_.remove_prefix(end + 1);
  }

  /// AWS: keywords in capitals or not.
  bool take_word(std::string_view word) {
    if (token_.kind != Token::Kind::name || !is_word(token_.text, word)) return false;
    advance();
    return true;
  }
  void expect_word(std::string_view word) {
    if (!take_word(word)) fail("expected " + std::string(word));
  }
  bool take_symbol(std::string_view symbol) {
    if (token_.kind != Token::Kind::symbol || token_.text != symbol) return false;
    advance();
    return true;
  }
  void expect_symbol(std::string_view symbol) {
    if (!take_symbol(symbol)) fail("expected '" + std::string(symbol) + "'");
  }
  std::string identifier(std::string_view what) {
    const bool is_one = token_.kind == Token::Kind::name || token_.kind == Token::Kind::quoted_name;
    if (!is_one || token_.text.empty()) fail("expected " + std::string(what));
    std::string name(token_.text);
    advance();
    return name;
  }

  InsightsQuery::Function function() {
    for (const auto& [name, function] : kInsightsFunctions) {
      if (take_word(name)) return function;
    }
    fail("expected one of AVG, COUNT, MAX, MIN and SUM");
  }

  void source(InsightsQuery& query) {
    const bool is_schema = token_.kind == Token::Kind::name && is_word(token_.text, "SCHEMA") &&
                           rest_.find_first_not_of(" \t\r\n") != std::string_view::npos &&
                           rest_[rest_.find_first_not_of(" \t\r\n")] == '(';
    if (!is_schema) {
      query.metric_namespace = identifier("a namespace");
      return;
    }
    advance();
    expect_symbol("(");
    query.metric_namespace = identifier("a namespace");
    query.dimension_names.emplace();
    while (take_symbol(",") && has_room(query.dimension_names->size())) {
      query.dimension_names->insert(identifier("the name of a dimension"));
    }
    expect_symbol(")");
  }

  /// The name of a dimension. Tags and accounts are asked with a dot in the name.
  std::string label_key() {
    std::string key = identifier("the name of a dimension");
    if (take_symbol(".")) {
      throw not_implemented("The key " + key + "." + identifier("a name") +
                            " of a Metrics Insights query");
    }
    return key;
  }

  InsightsQuery::Condition condition() {
    InsightsQuery::Condition made{.key = label_key()};
    made.is_equal = !take_symbol("!=");
    if (made.is_equal) expect_symbol("=");
    if (token_.kind != Token::Kind::text) fail("expected a value in single quotation marks");
    made.value = token_.text;
    advance();
    return made;
  }

  InsightsQuery::Order order() {
    expect_word("BY");
    InsightsQuery::Order made{.function = function()};
    expect_symbol("(");
    expect_symbol(")");
    made.is_descending = take_word("DESC");
    if (!made.is_descending) take_word("ASC");
    return made;
  }

  std::size_t limit() {
    std::size_t count = 0;
    const char* const end = token_.text.data() + token_.text.size();
    const bool is_number = token_.kind == Token::Kind::number;
    const auto read = std::from_chars(token_.text.data(), end, count);
    if (!is_number || read.ec != std::errc() || read.ptr != end || count < 1 ||
        count > kMostGroups) {
      fail("LIMIT must be a number from 1 to 500");
    }
    advance();
    return count;
  }

  std::string_view rest_;
  Token token_;
};

const std::string* value_of_key(const api::cloudwatch::Metric& metric, std::string_view key) {
  const auto& dimensions = metric.Dimensions;
  if (!dimensions) return nullptr;
  const auto found = std::ranges::find(*dimensions, key, [](const auto& one) { return *one.Name; });
  return found == dimensions->end() ? nullptr : &*found->Value;
}

}  // namespace

bool is_insights_query(std::string_view expression) {
  constexpr std::string_view kSelect = "SELECT";
  const std::size_t first = expression.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  expression.remove_prefix(first);
  return is_word(expression.substr(0, kSelect.size()), kSelect) &&
         expression.size() > kSelect.size() && is_blank(expression[kSelect.size()]);
}

InsightsQuery parse_insights_query(std::string_view text) {
  if (text.size() > kLongestQuery) {
    throw ExpressionProblem("Metrics Insights: the query is too long");
  }
  return InsightsParser(text).parse();
}

bool matches(const InsightsQuery& query, const api::cloudwatch::Metric& metric) {
  if (query.metric_name != *metric.MetricName || query.metric_namespace != *metric.Namespace) {
    return false;
  }
  const std::size_t count = metric.Dimensions ? metric.Dimensions->size() : 0;
  if (query.dimension_names) {
    const auto has = [&](const std::string& name) { return value_of_key(metric, name) != nullptr; };
    if (count != query.dimension_names->size()) return false;
    if (!std::ranges::all_of(*query.dimension_names, has)) return false;
  }
  return std::ranges::all_of(query.conditions, [&](const InsightsQuery::Condition& condition) {
    const std::string* value = value_of_key(metric, condition.key);
    const bool is_equal = value != nullptr && *value == condition.value;
    return is_equal == condition.is_equal;
  });
}

std::optional<std::vector<std::string>> group_of(const InsightsQuery& query,
                                                 const api::cloudwatch::Metric& metric) {
  std::vector<std::string> group;
  for (const auto& key : query.group_by) {
    const std::string* value = value_of_key(metric, key);
    if (value == nullptr) return std::nullopt;
    group.push_back(*value);
  }
  return group;
}

}  // namespace fallstreak::services::cloudwatch
