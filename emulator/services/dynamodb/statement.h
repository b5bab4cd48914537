#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/attribute_values.h"
#include "services/dynamodb/expression.h"

/// PartiQL statements as trees.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
namespace fallstreak::services::dynamodb {

/// A statement that was read. Its expressions refer to texts that it keeps, so it cannot be copied.
struct Statement {
  enum class Kind { select, insert, update, remove, exists } kind = Kind::select;
  enum class Returning { nothing, all_old, all_new, modified_old, modified_new };
  struct Order {
    std::string name;
    bool is_descending = false;
  };

  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  std::string table;
  std::optional<std::string> index;
  /// What a SELECT shows; no paths: everything.
  ProjectionExpression projection;
  std::vector<Order> order;
  /// Its root is the condition of WHERE, if there is one.
  Expression where;
  bool has_where = false;
  /// What an INSERT puts, packed.
  std::string item;
  UpdateExpression update;
  Returning returning = Returning::nothing;

  /// The names and the packed values that expressions refer to.
  std::list<std::string> texts;

  [[nodiscard]] bool is_read() const { return kind == Kind::select; }
};

/// Reads a statement with its parameters and checks all that can be checked without the table.
void parse_statement(std::string_view text, const std::optional<std::vector<ApiValue>>& parameters,
                     Statement& statement);

}  // namespace fallstreak::services::dynamodb
