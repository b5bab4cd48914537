#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/statement.h"
#include "services/dynamodb/statement_tokens.h"

namespace fallstreak::services::dynamodb {

/// Reads one statement. Its parts are in two files: the clauses, and the expressions in them.
class StatementParser {
 public:
  StatementParser(std::string_view text, const std::optional<std::vector<ApiValue>>& parameters,
                  Statement& statement)
      : text_(text), tokens_(tokens_of(text)), parameters_(parameters), statement_(statement) {}

  void parse();

 private:
  // Tokens.
  [[nodiscard]] const StatementToken& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  const StatementToken& take() { return tokens_[std::min(next_++, tokens_.size() - 1)]; }
  [[nodiscard]] bool is_at(std::string_view symbol) const;
  [[nodiscard]] bool is_at_word(std::string_view word) const;
  bool accept(std::string_view symbol);
  bool accept_word(std::string_view word);
  void expect(std::string_view symbol, std::string_view name);
  void expect_word(std::string_view word);
  /// ` at <line>:<column>:<length>`
  [[nodiscard]] std::string place_of(const StatementToken& token) const;

  // Clauses.
  void parse_select();
  void parse_insert();
  void parse_update();
  /// `FROM "table" WHERE ... SET ...`
  void parse_from();
  void parse_actions();
  void parse_delete();
  void parse_exists();
  void parse_source();
  void refuse_alias() const;
  void parse_projection();
  void parse_where();
  void parse_order();
  void parse_returning();
  void parse_set();
  void parse_remove();
  /// Refuses an UPDATE of paths that get in each other's way.
  void check_paths() const;

  // Expressions.
  NodeId parse_or(Expression& expression);
  NodeId parse_and(Expression& expression);
  NodeId parse_not(Expression& expression);
  NodeId parse_predicate(Expression& expression);
  NodeId parse_comparison(Expression& expression, NodeId left);
  NodeId parse_is(Expression& expression, NodeId left);
  NodeId parse_in(Expression& expression, NodeId left);
  NodeId parse_condition_function(Expression& expression);
  NodeId parse_operand(Expression& expression);
  NodeId parse_path(Expression& expression);
  /// Refuses what cannot begin an operand.
  void refuse_as_term(const StatementToken& token) const;
  /// Refuses a statement that ends after AND or OR.
  void expect_right_side() const;
  NodeId parse_assigned(Expression& expression, NodeId target);
  NodeId parse_assigned_operand(Expression& expression);
  /// `set_add(path, set)`: what is added, and which of the two it is.
  NodeId parse_set_function(Expression& expression, NodeId target);
  [[nodiscard]] bool is_at_function() const;
  [[nodiscard]] bool is_at_value() const;
  NodeId add_value(Expression& expression, const ApiValue& value);

  // Values.
  ApiValue parse_value(const std::string& path);
  ApiValue parse_number(const std::string& path);
  ApiValue parse_list(const std::string& path);
  ApiValue parse_struct(const std::string& path);
  ApiValue parse_bag();
  const ApiValue& take_parameter();
  std::string_view keep(std::string text);

  /// Refuses statements that nest deeper than any that makes sense.
  struct Depth {
    explicit Depth(StatementParser& parser);
    ~Depth() { --parser.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    StatementParser& parser;
  };

  std::string_view text_;
  std::vector<StatementToken> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  const std::optional<std::vector<ApiValue>>& parameters_;
  std::size_t used_parameters_ = 0;
  Statement& statement_;
};

}  // namespace fallstreak::services::dynamodb
