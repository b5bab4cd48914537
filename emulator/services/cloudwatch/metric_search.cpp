#include "services/cloudwatch/metric_search.h"

#include <algorithm>
#include <cctype>

#include "services/cloudwatch/expression.h"

namespace fallstreak::services::cloudwatch {
namespace {

// AWS: the longest search.
constexpr std::size_t kLongest = 1024;
/// Chosen: parentheses nest no deeper, so that no search exhausts the stack.
constexpr int kDeepest = 32;

bool is_upper(char letter) { return std::isupper(static_cast<unsigned char>(letter)) != 0; }
bool is_digit(char letter) { return std::isdigit(static_cast<unsigned char>(letter)) != 0; }
bool is_alphanumeric(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0; }
bool is_space(char letter) { return std::isspace(static_cast<unsigned char>(letter)) != 0; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  MetricSearch parse() {
    MetricSearch search;
    if (take('{')) search.schema = schema();
    // AWS's examples have a comma between the schema and the term as often as none.
    if (search.schema) take(',');
    skip_space();
    if (!text_.empty()) {
      search.term = disjunction();
    } else if (!search.schema) {
      fail("a search needs a metric schema or a term");
    }
    skip_space();
    if (!text_.empty()) fail("unexpected '" + std::string(1, text_.front()) + "' in a search");
    return search;
  }

 private:
  [[noreturn]] static void fail(const std::string& why) { throw ExpressionProblem(why); }

  void skip_space() {
    while (!text_.empty() && is_space(text_.front())) text_.remove_prefix(1);
  }
  bool take(char symbol) {
    skip_space();
    if (!text_.starts_with(symbol)) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// AWS: the words are written in capitals.
  bool take_word(std::string_view word) {
    skip_space();
    if (!text_.starts_with(word)) return false;
    const std::string_view rest = text_.substr(word.size());
    if (!rest.empty() && !is_space(rest.front()) && rest.front() != '(' && rest.front() != '"') {
      return false;
    }
    text_ = rest;
    return true;
  }

  SearchSchema schema() {
    SearchSchema found;
    found.metric_namespace = schema_name();
    while (take(',')) found.dimension_names.insert(schema_name());
    if (!take('}')) fail("a metric schema does not end");
    return found;
  }
  std::string schema_name() {
    skip_space();
    if (text_.starts_with('"')) return quoted();
    const auto end = std::min(text_.find_first_of(",}\""), text_.size());
    std::string name(text_.substr(0, end));
    text_.remove_prefix(end);
    while (!name.empty() && is_space(name.back())) name.pop_back();
    if (name.empty()) fail("a name is missing in a metric schema");
    return name;
  }

  /// In double quotes, in which a backslash stands for the next character.
  std::string quoted() {
    std::string name;
    for (text_.remove_prefix(1); !text_.empty(); text_.remove_prefix(1)) {
      if (text_.front() == '"') {
        text_.remove_prefix(1);
        return name;
      }
      if (text_.front() == '\\' && text_.size() > 1) text_.remove_prefix(1);
      name += text_.front();
    }
    fail("a text in a search does not end");
  }
  std::string bare() {
    const auto end = std::ranges::find_if(text_, [](char letter) {
      return is_space(letter) ||
             std::string_view("\"(){}=,").find(letter) != std::string_view::npos;
    });
    std::string word(text_.begin(), end);
    text_.remove_prefix(word.size());
    if (word.empty() || word == "AND" || word == "OR") fail("a term is missing in a search");
    return word;
  }

  SearchTerm disjunction() {
    SearchTerm whole{.kind = SearchTerm::Kind::disjunction};
    do {
      whole.operands.push_back(conjunction());
    } while (take_word("OR"));
    return simplest(std::move(whole));
  }
  /// AWS: terms without a word between them must all match.
  SearchTerm conjunction() {
    SearchTerm whole{.kind = SearchTerm::Kind::conjunction};
    do {
      whole.operands.push_back(factor());
    } while (take_word("AND") || begins_factor());
    return simplest(std::move(whole));
  }
  bool begins_factor() {
    skip_space();
    if (text_.empty() || text_.front() == ')') return false;
    const std::string_view rest = text_;
    const bool is_or = take_word("OR");
    text_ = rest;
    return !is_or;
  }
  static SearchTerm simplest(SearchTerm whole) {
    if (whole.operands.size() > 1) return whole;
    SearchTerm only = std::move(whole.operands.front());
    return only;
  }

  SearchTerm factor() {
    if (++depth_ > kDeepest) fail("the search is nested too deeply");
    SearchTerm term = unguarded_factor();
    --depth_;
    return term;
  }
  SearchTerm unguarded_factor() {
    if (take_word("NOT")) {
      SearchTerm term{.kind = SearchTerm::Kind::negation};
      term.operands.push_back(factor());
      return term;
    }
    if (take('(')) {
      SearchTerm term = disjunction();
      if (!take(')')) fail("')' expected in a search");
      return term;
    }
    SearchTerm term = text_term();
    if (!take('=')) return checked(std::move(term));
    // AWS: accounts can be searched for in monitoring accounts alone. Here is none.
    if (term.text == ":aws.AccountId") {
      fail(":aws.AccountId can only be searched for in a monitoring account");
    }
    SearchTerm value = text_term();
    value.property = std::move(term.text);
    return checked(std::move(value));
  }
  SearchTerm text_term() {
    skip_space();
    if (text_.starts_with('"')) return {.kind = SearchTerm::Kind::exact, .text = quoted()};
    return {.kind = SearchTerm::Kind::partial, .text = bare()};
  }
  static SearchTerm checked(SearchTerm term) {
    if (term.kind == SearchTerm::Kind::partial &&
        std::ranges::none_of(term.text, is_alphanumeric)) {
      fail("a term of a search has neither letters nor digits");
    }
    return term;
  }

  std::string_view text_;
  int depth_ = 0;
};

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& letter : made) letter = char(std::tolower(static_cast<unsigned char>(letter)));
  return made;
}

/// All letters and digits, which are a token too: `project2trial333`.
std::string whole_token(std::string_view text) {
  std::string token;
  for (const char letter : text) {
    if (is_alphanumeric(letter)) token += letter;
  }
  return lower(token);
}

/// Whether a token of the term is one with its neighbour: nothing stands between them.
bool is_joined(std::string_view left, std::string_view right) {
  return left.data() + left.size() == right.data();
}

/// AWS: one token matches in whatever case. Several match where they follow each other. Those that
/// are written as one word match in their own case: `Count1` is in `CustomCount1`, `count1` is not,
/// but `network-errors` is in `NetworkErrors2`.
bool matches_partially(std::string_view term, std::string_view name) {
  if (whole_token(term) == whole_token(name)) return true;
  const auto wanted = tokens_of(term);
  const auto there = tokens_of(name);
  const auto is_same = [&](std::size_t index, std::string_view token) {
    const bool is_part = (index > 0 && is_joined(wanted[index - 1], wanted[index])) ||
                         (index + 1 < wanted.size() && is_joined(wanted[index], wanted[index + 1]));
    return is_part ? wanted[index] == token : lower(wanted[index]) == lower(token);
  };
  for (std::size_t begin = 0; begin + wanted.size() <= there.size(); ++begin) {
    std::size_t index = 0;
    while (index < wanted.size() && is_same(index, there[begin + index])) ++index;
    if (index == wanted.size()) return true;
  }
  return false;
}

bool matches_text(const SearchTerm& term, std::string_view name) {
  return term.kind == SearchTerm::Kind::exact ? term.text == name
                                              : matches_partially(term.text, name);
}

bool matches_name(const SearchTerm& term, const api::cloudwatch::Metric& metric) {
  const auto& dimensions = api::each(metric.Dimensions);
  if (term.property == "MetricName") return matches_text(term, *metric.MetricName);
  if (term.property == "Namespace") return matches_text(term, *metric.Namespace);
  if (!term.property.empty()) {
    return std::ranges::any_of(dimensions, [&](const auto& dimension) {
      return dimension.Name == term.property && matches_text(term, *dimension.Value);
    });
  }
  return matches_text(term, *metric.MetricName) || matches_text(term, *metric.Namespace) ||
         std::ranges::any_of(dimensions, [&](const auto& dimension) {
           return matches_text(term, *dimension.Name) || matches_text(term, *dimension.Value);
         });
}

bool matches_term(const SearchTerm& term, const api::cloudwatch::Metric& metric) {
  const auto is_met = [&](const SearchTerm& operand) { return matches_term(operand, metric); };
  switch (term.kind) {
    case SearchTerm::Kind::anything:
      return true;
    case SearchTerm::Kind::exact:
    case SearchTerm::Kind::partial:
      return matches_name(term, metric);
    case SearchTerm::Kind::negation:
      return !is_met(term.operands.front());
    case SearchTerm::Kind::conjunction:
      return std::ranges::all_of(term.operands, is_met);
    case SearchTerm::Kind::disjunction:
      return std::ranges::any_of(term.operands, is_met);
  }
  return false;
}

bool matches_schema(const SearchSchema& schema, const api::cloudwatch::Metric& metric) {
  const auto& dimensions = api::each(metric.Dimensions);
  return metric.Namespace == schema.metric_namespace &&
         dimensions.size() == schema.dimension_names.size() &&
         std::ranges::all_of(dimensions, [&](const auto& dimension) {
           return schema.dimension_names.contains(*dimension.Name);
         });
}

}  // namespace

MetricSearch parse_search(std::string_view text) {
  if (text.size() > kLongest) throw ExpressionProblem("a search has at most 1024 characters");
  return Parser(text).parse();
}

bool matches(const MetricSearch& search, const api::cloudwatch::Metric& metric) {
  return (!search.schema || matches_schema(*search.schema, metric)) &&
         matches_term(search.term, metric);
}

std::vector<std::string_view> tokens_of(std::string_view text) {
  std::vector<std::string_view> tokens;
  std::size_t begin = 0;
  const auto end_token = [&](std::size_t end) {
    if (end > begin) tokens.push_back(text.substr(begin, end - begin));
    begin = end;
  };
  for (std::size_t place = 0; place < text.size(); ++place) {
    const char letter = text[place];
    if (!is_alphanumeric(letter)) {
      end_token(place);
      begin = place + 1;
      continue;
    }
    if (place == begin) continue;
    const char before = text[place - 1];
    const bool is_next_lower = place + 1 < text.size() && is_alphanumeric(text[place + 1]) &&
                               !is_upper(text[place + 1]) && !is_digit(text[place + 1]);
    // `customCount` and `SDBFailure` alike: the last capital belongs to the word that follows it.
    const bool begins_word = is_upper(letter) && (!is_upper(before) || is_next_lower);
    if (is_digit(letter) != is_digit(before) || begins_word) end_token(place);
  }
  end_token(text.size());
  return tokens;
}

}  // namespace fallstreak::services::cloudwatch
