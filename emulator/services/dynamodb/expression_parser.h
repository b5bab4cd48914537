#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/expression.h"

/// What the parsers of the three kinds of expression have in common.
namespace fallstreak::services::dynamodb {

struct Token {
  enum class Kind : std::uint8_t {
    name,
    name_placeholder,
    value_placeholder,
    number,
    symbol,
    end
  } kind;
  std::string_view text;
};

class ExpressionParser {
 public:
  /// Refuses a text that is empty or too long.
  ExpressionParser(Clause clause, std::string_view text, Placeholders& placeholders,
                   Wording wording);

 protected:
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  const Token& take() { return tokens_[std::min(next_++, tokens_.size() - 1)]; }
  [[nodiscard]] bool is_at(std::string_view symbol) const;
  /// Whether the next token is this word, in any case.
  [[nodiscard]] bool is_at_word(std::string_view word) const;
  bool accept(std::string_view symbol);
  bool accept_word(std::string_view word);
  void expect(std::string_view symbol);
  [[nodiscard]] bool is_at_end() const { return peek().kind == Token::Kind::end; }

  /// `Invalid FilterExpression: <what>`
  [[nodiscard]] ApiError refuse(std::string_view what) const;
  /// The next token is not what the grammar wants.
  [[nodiscard]] ApiError syntax_error() const;
  [[nodiscard]] ApiError redundant_parentheses() const;

  /// `a.#b[3]`
  NodeId parse_path();
  [[nodiscard]] bool is_at_function() const;
  /// Whether the next token is one of the grammar's words, which no attribute's name may be.
  [[nodiscard]] bool is_at_keyword() const;
  NodeId add_value_placeholder();

  // Checks, each of which throws what it finds first.
  void check_reserved_words() const;
  void check_function_names() const;
  /// Looks up what a node and its operands stand for, in the order in which they were written.
  void resolve(NodeId id);
  void resolve_path(const Node& node);
  void resolve_value(Node& node);
  void check_operand_count(const Node& node) const;
  /// The type an operand certainly has, if it is known without an item.
  [[nodiscard]] std::optional<Type> type_of(const Node& node) const;
  [[nodiscard]] ApiError incorrect_operand_type(std::string_view operation,
                                                std::string_view type) const;
  [[nodiscard]] ApiError needs_document_path(std::string_view function) const;

  Clause clause_;
  Wording wording_;
  Placeholders& placeholders_;
  Expression expression_;

 private:
  void tokenize(std::string_view text);
  void parse_path_element();

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

Function function_of(std::string_view name, Clause clause);

}  // namespace fallstreak::services::dynamodb
