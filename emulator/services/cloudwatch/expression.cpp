#include "services/cloudwatch/expression.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <span>

namespace fallstreak::services::cloudwatch {
namespace {

struct Operator {
  std::string_view spelling;
  std::string_view name;
};
constexpr std::array<Operator, 2> kOr = {{{"||", "||"}, {"OR", "||"}}};
constexpr std::array<Operator, 2> kAnd = {{{"&&", "&&"}, {"AND", "&&"}}};
constexpr std::array<Operator, 6> kComparisons = {
    {{"==", "=="}, {"!=", "!="}, {"<=", "<="}, {">=", ">="}, {"<", "<"}, {">", ">"}}};
constexpr std::array<Operator, 2> kSums = {{{"+", "+"}, {"-", "-"}}};
constexpr std::array<Operator, 2> kProducts = {{{"*", "*"}, {"/", "/"}}};
constexpr std::array<Operator, 1> kPowers = {{{"^", "^"}}};
/// From what binds least to what binds most.
constexpr std::array<std::span<const Operator>, 6> kLevels = {kOr,   kAnd,      kComparisons,
                                                              kSums, kProducts, kPowers};

/// An expression has at most 2048 characters; nesting is bounded so that it cannot exhaust the
/// stack.
constexpr int kDeepest = 32;

bool is_word(char byte) { return std::isalnum(static_cast<unsigned char>(byte)) || byte == '_'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Term parse() {
    Term term = parse_level(0);
    skip_space();
    if (!text_.empty()) fail("unexpected '" + std::string(text_.substr(0, 1)) + "'");
    return term;
  }

 private:
  [[noreturn]] static void fail(const std::string& why) { throw ExpressionProblem(why); }

  void skip_space() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front()))) {
      text_.remove_prefix(1);
    }
  }
  bool accept(char expected) {
    skip_space();
    if (text_.empty() || text_.front() != expected) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char expected) {
    if (!accept(expected)) fail(std::string("'") + expected + "' expected");
  }

  const Operator* accept_operator(std::span<const Operator> operators) {
    skip_space();
    for (const auto& candidate : operators) {
      if (!text_.starts_with(candidate.spelling)) continue;
      const std::string_view rest = text_.substr(candidate.spelling.size());
      // `ORDERS` is no `OR`.
      if (is_word(candidate.spelling.front()) && !rest.empty() && is_word(rest.front())) continue;
      text_ = rest;
      return &candidate;
    }
    return nullptr;
  }

  Term parse_level(std::size_t level) {
    if (level == kLevels.size()) return parse_factor();
    Term left = parse_level(level + 1);
    while (const Operator* found = accept_operator(kLevels[level])) {
      Term term{.kind = Term::Kind::operation, .name = std::string(found->name)};
      term.operands.push_back(std::move(left));
      term.operands.push_back(parse_level(level + 1));
      left = std::move(term);
    }
    return left;
  }

  Term parse_factor() {
    if (++depth_ > kDeepest) fail("the expression is nested too deeply");
    Term term = parse_primary();
    --depth_;
    return term;
  }

  Term parse_primary() {
    if (accept('-')) {
      Term term{.kind = Term::Kind::negation};
      term.operands.push_back(parse_factor());
      return term;
    }
    if (accept('(')) {
      Term term = parse_level(0);
      expect(')');
      return term;
    }
    if (accept('[')) return {.kind = Term::Kind::array, .operands = parse_list(']')};
    if (text_.empty()) fail("the expression ends too early");
    const char first = text_.front();
    if (first == '"' || first == '\'') return parse_text();
    if (std::isdigit(static_cast<unsigned char>(first)) || first == '.') return parse_number();
    if (!is_word(first)) fail("unexpected '" + std::string(1, first) + "'");
    return parse_name();
  }

  std::vector<Term> parse_list(char end) {
    std::vector<Term> list;
    if (accept(end)) return list;
    do {
      list.push_back(parse_level(0));
    } while (accept(','));
    expect(end);
    return list;
  }

  Term parse_text() {
    const char quote = text_.front();
    const auto end = text_.find(quote, 1);
    if (end == std::string_view::npos) fail("a text does not end");
    Term term{.kind = Term::Kind::text, .name = std::string(text_.substr(1, end - 1))};
    text_.remove_prefix(end + 1);
    return term;
  }

  Term parse_number() {
    Term term{.kind = Term::Kind::number};
    const char* const end = text_.data() + text_.size();
    const auto [rest, error] = std::from_chars(text_.data(), end, term.number);
    if (error != std::errc()) fail("a number is not valid");
    text_.remove_prefix(std::size_t(rest - text_.data()));
    return term;
  }

  Term parse_name() {
    const auto length = std::size_t(std::ranges::find_if_not(text_, is_word) - text_.begin());
    Term term{.name = std::string(text_.substr(0, length))};
    text_.remove_prefix(length);
    if (accept('(')) {
      term.kind = Term::Kind::call;
      term.operands = parse_list(')');
      return term;
    }
    // AWS: ids begin with a lower-case letter, so what does not is a word of the language.
    const bool is_id = std::islower(static_cast<unsigned char>(term.name.front())) != 0;
    term.kind = is_id ? Term::Kind::reference : Term::Kind::keyword;
    return term;
  }

  std::string_view text_;
  int depth_ = 0;
};

}  // namespace

Term parse_expression(std::string_view text) { return Parser(text).parse(); }

bool calls(const Term& term, std::string_view function) {
  // A loop along the left, because there may be hundreds of terms in a sum.
  for (const Term* part = &term;; part = &part->operands[0]) {
    if (part->kind == Term::Kind::call && part->name == function) return true;
    if (part->operands.empty()) return false;
    for (std::size_t index = 1; index < part->operands.size(); ++index) {
      if (calls(part->operands[index], function)) return true;
    }
  }
}

}  // namespace fallstreak::services::cloudwatch
