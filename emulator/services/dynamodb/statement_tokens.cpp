#include "services/dynamodb/statement_tokens.h"

#include <array>

#include "services/dynamodb/errors.h"

namespace fallstreak::services::dynamodb {
namespace {

using Kind = StatementToken::Kind;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

class Cutter {
 public:
  explicit Cutter(std::string_view statement) : text_(statement) {}

  std::vector<StatementToken> cut() {
    for (skip(); at_ < text_.size(); skip()) {
      const std::size_t began = at_;
      StatementToken token = next();
      token.at = began;
      token.length = at_ - began;
      tokens_.push_back(std::move(token));
    }
    tokens_.push_back({.kind = Kind::end, .at = text_.size()});
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  /// Spaces and comments.
  void skip() {
    while (at_ < text_.size()) {
      if (is_space(peek())) {
        ++at_;
      } else if (text_.substr(at_, 2) == "--") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) throw malformed_statement("");
        at_ = end + 2;
      } else {
        return;
      }
    }
  }

  StatementToken next() {
    const char c = peek();
    if (is_letter(c)) {
      const std::size_t began = at_;
      while (is_letter(peek()) || is_digit(peek())) ++at_;
      return {.kind = Kind::word, .text = std::string(text_.substr(began, at_ - began))};
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '\'') return {.kind = Kind::text, .text = quoted()};
    if (c == '"') return {.kind = Kind::quoted, .text = quoted()};
    if (c == '?') {
      ++at_;
      return {.kind = Kind::parameter, .text = "?"};
    }
    return symbol();
  }

  /// What is between quotes; a quote within is written twice.
  std::string quoted() {
    const char quote = text_[at_++];
    std::string result;
    while (true) {
      if (at_ >= text_.size()) throw malformed_statement("");
      const char c = text_[at_++];
      if (c == quote) {
        if (peek() != quote) return result;
        ++at_;
      }
      result += c;
    }
  }

  StatementToken number() {
    const std::size_t began = at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.') {
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const bool has_sign = peek(1) == '+' || peek(1) == '-';
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(has_sign ? 2 : 1))) {
      const std::size_t exponent = at_ + (has_sign ? 2 : 1);
      at_ = exponent;
      while (is_digit(peek())) ++at_;
      // Observed: an exponent that does not fit into 32 bits is no number at all.
      if (at_ - exponent > 10 || std::stoll(std::string(text_.substr(exponent, at_ - exponent))) >
                                     std::int64_t{2'147'483'646}) {
        throw malformed_statement("");
      }
    }
    if (is_letter(peek())) throw malformed_statement("");
    return {.kind = Kind::number, .text = std::string(text_.substr(began, at_ - began))};
  }

  StatementToken symbol() {
    constexpr std::array<std::string_view, 6> kPairs{"<<", ">>", "<=", ">=", "<>", "!="};
    for (const std::string_view pair : kPairs) {
      if (text_.substr(at_, 2) != pair) continue;
      at_ += 2;
      return {.kind = Kind::symbol, .text = std::string(pair)};
    }
    if (std::string_view("*,.()[]{}:=<>+-;").find(peek()) == std::string_view::npos)
      throw malformed_statement("");
    return {.kind = Kind::symbol, .text = std::string(1, text_[at_++])};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<StatementToken> tokens_;
};

}  // namespace

std::vector<StatementToken> tokens_of(std::string_view statement) {
  return Cutter(statement).cut();
}

ApiError malformed_statement(std::string_view what) {
  return validation_exception("Statement wasn't well formed, can't be processed: " +
                              std::string(what));
}

}  // namespace fallstreak::services::dynamodb
