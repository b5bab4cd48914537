#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/placeholders.h"
#include "services/dynamodb/value.h"

/// Expressions as trees, whether they were written in the expression language or as the older
/// parameters. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
namespace fallstreak::services::dynamodb {

/// One step of a document path: `.name` or `[index]`.
struct PathElement {
  /// As it was written: `name` or `#placeholder`; empty for an index.
  std::string_view token;
  /// What it stands for.
  std::string_view name;
  std::uint32_t index = 0;
  bool is_index = false;

  [[nodiscard]] bool same_place(const PathElement& other) const {
    return is_index == other.is_index && (is_index ? index == other.index : name == other.name);
  }
};
using Path = std::span<const PathElement>;
/// `[a, [0], b]`, as messages show paths.
std::string to_text(Path path);

enum class Kind : std::uint8_t {
  path,
  value,
  function,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  between,
  in,
  and_,
  or_,
  not_,
  plus,
  minus,
};

enum class Function : std::uint8_t {
  unknown,
  attribute_exists,
  attribute_not_exists,
  attribute_type,
  begins_with,
  contains,
  size,
  if_not_exists,
  list_append,
};

using NodeId = std::uint32_t;

struct Node {
  Kind kind = Kind::path;
  Function function = Function::unknown;
  /// Where its operands (or a path's elements) begin, and how many there are.
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  /// As it was written: a function's name, an operator, `:value`.
  std::string_view token;
  /// Of a value, once its placeholder was looked up.
  Value value;
};

/// A tree of nodes, in the order in which the parser finished them: operands come before what they
/// belong to.
struct Expression {
  std::vector<Node> nodes;
  std::vector<NodeId> operand_ids;
  std::vector<PathElement> elements;
  NodeId root = 0;

  [[nodiscard]] const Node& operator[](NodeId id) const { return nodes[id]; }
  [[nodiscard]] Path path(const Node& node) const {
    return {elements.data() + node.first, node.count};
  }
  [[nodiscard]] std::span<const NodeId> operands(const Node& node) const {
    return {operand_ids.data() + node.first, node.count};
  }
  [[nodiscard]] const Node& operand(const Node& node, std::size_t index) const {
    return nodes[operand_ids[node.first + index]];
  }

  NodeId add(Node node) {
    nodes.push_back(node);
    return static_cast<NodeId>(nodes.size() - 1);
  }
  /// Adds a node with operands.
  NodeId add(Node node, std::span<const NodeId> ids);
  /// Adds a path of one name.
  NodeId add_name(std::string_view name);
  NodeId add_value(const Value& value);
};

/// Where an expression stands; it decides the grammar's keywords and the name in messages.
enum class Clause { condition, filter, key_condition, projection, update };
std::string_view name_of(Clause clause);

/// What an update does at one path.
struct UpdateAction {
  enum class Kind : std::uint8_t { set, remove, add, delete_ } kind;
  NodeId path;
  /// What is set, added or deleted; no meaning when removing.
  NodeId operand = 0;
};

struct UpdateExpression {
  Expression expression;
  std::vector<UpdateAction> actions;
  /// Whether it came as the older AttributeUpdates, which refuses in other words.
  bool is_attribute_updates = false;
};

struct ProjectionExpression {
  Expression expression;
  std::vector<NodeId> paths;
};

/// Each reads a text and checks all that can be checked without an item, in DynamoDB's order and
/// words. What they return refers to the text and to the placeholders.
Expression parse_condition(Clause clause, std::string_view text, Placeholders& placeholders,
                           Wording wording);
UpdateExpression parse_update(std::string_view text, Placeholders& placeholders, Wording wording);
ProjectionExpression parse_projection(std::string_view text, Placeholders& placeholders,
                                      Wording wording);

}  // namespace fallstreak::services::dynamodb
