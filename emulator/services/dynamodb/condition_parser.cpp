#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "services/dynamodb/condition.h"
#include "services/dynamodb/expression_parser.h"
#include "services/dynamodb/number.h"

/// The grammar of ConditionExpression, FilterExpression and KeyConditionExpression.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
namespace fallstreak::services::dynamodb {
namespace {

/// AWS: an expression has at most 300 operators and functions, and IN at most 100 operands.
constexpr int kMostOperators = 300;
constexpr std::size_t kMostInOperands = 100;
/// Parentheses that deep are redundant, because there are not as many operators to separate them.
constexpr int kDeepestParentheses = 2 * kMostOperators;

/// AWS: how messages list the types.
constexpr std::string_view kTypes = "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}";
constexpr std::string_view kAnyType = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
constexpr std::string_view kTypesOfAWrite = "{S,SS,N,NS,B,BS,BOOL,NULL,L,M}";
constexpr std::string_view kAnyTypeOfAWrite =
    "{S,SS,N,NS,B,BS,BOOL,NULL,L,M,HD,DOUBLE,FLOAT,HDS,FS,DOUBLESET,DICT,DECIMAL,INT,DECIMALSET,"
    "INTSET}";

struct Comparator {
  std::string_view token;
  Kind kind;
};
constexpr std::array<Comparator, 6> kComparators{{{"=", Kind::equal},
                                                  {"<>", Kind::not_equal},
                                                  {"<", Kind::less},
                                                  {"<=", Kind::less_equal},
                                                  {">", Kind::greater},
                                                  {">=", Kind::greater_equal}}};

bool is_comparison(Kind kind) { return kind >= Kind::equal && kind <= Kind::greater_equal; }
bool is_leaf(const Node& node) {
  return is_comparison(node.kind) || node.kind == Kind::between || node.kind == Kind::in ||
         node.kind == Kind::function;
}

std::string shown(const Value& value) {
  std::string text(value.bytes);
  if (value.type == Type::N) text = number_text(value.bytes);
  if (value.type == Type::B) text = to_base64(value.bytes);
  return "AttributeValue: {" + std::string(name_of(value.type)) + ":" + text + "}";
}

class ConditionParser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Expression parse() {
    const Part whole = parse_or();
    if (!is_condition(whole.id) || !is_at_end()) throw syntax_error();
    expression_.root = whole.id;
    check();
    return std::move(expression_);
  }

 private:
  struct Part {
    NodeId id;
    bool in_parentheses = false;
  };

  [[nodiscard]] const Node& node(NodeId id) const { return expression_[id]; }
  [[nodiscard]] bool is_condition(NodeId id) const {
    return node(id).kind != Kind::path && node(id).kind != Kind::value;
  }

  void count_operator() {
    // Chosen: the limit is AWS's, the words are ours, because AWS does not publish them.
    if (++operators_ > kMostOperators)
      throw refuse("The expression contains too many operators; limit: 300");
  }

  template <class ParseOperand>
  Part parse_chain(std::string_view word, Kind kind, ParseOperand parse_operand_of_chain) {
    const Part first = parse_operand_of_chain();
    if (!is_at_word(word)) return first;
    std::vector<NodeId> ids{first.id};
    const std::string_view token = peek().text;
    while (is_at_word(word)) {
      if (!is_condition(ids.back())) throw syntax_error();
      take();
      count_operator();
      ids.push_back(parse_operand_of_chain().id);
    }
    if (!is_condition(ids.back())) throw syntax_error();
    return {expression_.add(Node{.kind = kind, .token = token}, ids)};
  }
  Part parse_or() {
    return parse_chain("OR", Kind::or_, [&] { return parse_and(); });
  }
  Part parse_and() {
    return parse_chain("AND", Kind::and_, [&] { return parse_not(); });
  }
  Part parse_not() {
    if (!is_at_word("NOT")) return parse_comparison();
    const std::string_view token = take().text;
    count_operator();
    const Part negated = parse_not();
    if (!is_condition(negated.id)) throw syntax_error();
    return {expression_.add(Node{.kind = Kind::not_, .token = token}, std::array{negated.id})};
  }

  Part parse_comparison() {
    const Part left = parse_primary();
    const auto comparator = std::ranges::find_if(
        kComparators, [&](const Comparator& candidate) { return is_at(candidate.token); });
    const bool is_compared =
        comparator != kComparators.end() || is_at_word("BETWEEN") || is_at_word("IN");
    if (!is_compared) return left;
    if (is_condition(left.id) && node(left.id).kind != Kind::function) throw syntax_error();
    count_operator();
    const Token operation = take();
    if (comparator != kComparators.end()) {
      const NodeId right = parse_operand();
      return {expression_.add(Node{.kind = comparator->kind, .token = operation.text},
                              std::array{left.id, right})};
    }
    if (operation.text.size() == std::string_view("IN").size()) return parse_in(left.id);
    const NodeId low = parse_operand();
    if (!accept_word("AND")) throw syntax_error();
    const NodeId high = parse_operand();
    return {expression_.add(Node{.kind = Kind::between, .token = "BETWEEN"},
                            std::array{left.id, low, high})};
  }

  Part parse_in(NodeId left) {
    expect("(");
    std::vector<NodeId> ids{left};
    do {
      ids.push_back(parse_operand());
    } while (accept(","));
    expect(")");
    if (ids.size() - 1 > kMostInOperands) {
      throw refuse("The IN operator is provided with too many operands; number of operands: " +
                   std::to_string(ids.size() - 1));
    }
    return {expression_.add(Node{.kind = Kind::in, .token = "IN"}, ids)};
  }

  /// An operand or a condition in parentheses: which it is shows only after them.
  Part parse_primary() {
    if (!accept("(")) return {parse_operand()};
    if (++depth_ > kDeepestParentheses) throw redundant_parentheses();
    const Part inner = parse_or();
    expect(")");
    --depth_;
    if (inner.in_parentheses) has_redundant_parentheses_ = true;
    return {inner.id, true};
  }

  NodeId parse_operand() {
    if (accept("(")) {
      if (++depth_ > kDeepestParentheses) throw redundant_parentheses();
      const bool has_inner = is_at("(");
      const NodeId inner = parse_operand();
      expect(")");
      --depth_;
      if (has_inner) has_redundant_parentheses_ = true;
      return inner;
    }
    if (peek().kind == Token::Kind::value_placeholder) return add_value_placeholder();
    if (is_at_function()) return parse_function();
    return parse_path();
  }

  NodeId parse_function() {
    const std::string_view name = take().text;
    count_operator();
    expect("(");
    std::vector<NodeId> ids;
    do {
      ids.push_back(parse_operand());
    } while (accept(","));
    expect(")");
    return expression_.add(
        Node{.kind = Kind::function, .function = function_of(name, clause_), .token = name}, ids);
  }

  // Observed: what is wrong with the whole comes before what is wrong with a single condition, and
  // conditions are looked at in the order in which they are written.
  void check() {
    if (has_redundant_parentheses_) throw redundant_parentheses();
    check_function_names();
    check_places_of_functions();
    check_reserved_words();
    for (NodeId id = 0; id < expression_.nodes.size(); ++id) {
      if (is_leaf(node(id)) && !is_operand(id)) check_leaf(id);
    }
  }

  [[nodiscard]] bool is_operand(NodeId id) const {
    // Only size() may be an operand of a leaf; check_places_of_functions saw to that.
    return node(id).kind == Kind::function && node(id).function == Function::size;
  }

  void check_places_of_functions() const {
    const auto misplaced = [&](const Node& function) {
      return refuse("The function is not allowed to be used this way in an expression; function: " +
                    std::string(function.token));
    };
    for (const Node& parent : expression_.nodes) {
      if (parent.kind == Kind::path || parent.kind == Kind::value) continue;
      for (const NodeId id : expression_.operands(parent)) {
        if (node(id).kind != Kind::function) continue;
        const bool is_size = node(id).function == Function::size;
        if (is_leaf(parent) != is_size) throw misplaced(node(id));
      }
    }
    const Node& root = node(expression_.root);
    if (root.kind == Kind::function && root.function == Function::size) throw misplaced(root);
  }

  void check_leaf(NodeId id) {
    resolve(id);
    const Node& leaf = node(id);
    for (const NodeId operand : expression_.operands(leaf)) check_operand_count(node(operand));
    check_operand_count(leaf);
    check_distinct(leaf);
    for (const NodeId operand : expression_.operands(leaf)) {
      if (node(operand).kind == Kind::function) check_types(node(operand));
    }
    check_types(leaf);
  }

  void check_distinct(const Node& leaf) const {
    if (leaf.count != 2 || expression_.operand(leaf, 0).kind != Kind::path ||
        expression_.operand(leaf, 1).kind != Kind::path) {
      return;
    }
    const Path left = expression_.path(expression_.operand(leaf, 0));
    const Path right = expression_.path(expression_.operand(leaf, 1));
    if (!std::ranges::equal(left, right, &PathElement::same_place)) return;
    throw refuse(
        "The first operand must be distinct from the remaining operands for this operator or "
        "function; operator: " +
        std::string(leaf.token) + ", first operand: " + to_text(left));
  }

  void check_types(const Node& leaf) const {
    switch (leaf.kind) {
      case Kind::less:
      case Kind::less_equal:
      case Kind::greater:
      case Kind::greater_equal:
        check_ordered_types(leaf);
        return;
      case Kind::between:
        check_ordered_types(leaf);
        check_bounds(leaf);
        return;
      case Kind::function:
        check_function_types(leaf);
        return;
      default:
        return;
    }
  }

  void check_ordered_types(const Node& leaf) const {
    for (const NodeId id : expression_.operands(leaf)) {
      const auto type = type_of(node(id));
      if (type && *type != Type::S && *type != Type::N && *type != Type::B) {
        throw incorrect_operand_type(leaf.token, name_of(*type));
      }
    }
  }

  void check_bounds(const Node& leaf) const {
    const Node& low = expression_.operand(leaf, 1);
    const Node& high = expression_.operand(leaf, 2);
    if (low.kind != Kind::value || high.kind != Kind::value) return;
    const std::string bounds =
        "lower bound operand: " + shown(low.value) + ", upper bound operand: " + shown(high.value);
    if (low.value.type != high.value.type) {
      throw refuse("The BETWEEN operator requires same data type for lower and upper bounds; " +
                   bounds);
    }
    if (low.value.bytes > high.value.bytes) {
      throw refuse(
          "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
          bounds);
    }
  }

  void check_function_types(const Node& leaf) const {
    const Node& first = expression_.operand(leaf, 0);
    switch (leaf.function) {
      case Function::attribute_exists:
      case Function::attribute_not_exists:
        if (first.kind != Kind::path) throw needs_document_path(leaf.token);
        return;
      case Function::begins_with:
        for (const NodeId id : expression_.operands(leaf)) {
          const auto type = type_of(node(id));
          if (type && *type != Type::S && *type != Type::B) {
            throw incorrect_operand_type(leaf.token, name_of(*type));
          }
        }
        return;
      case Function::attribute_type:
        check_attribute_type(leaf);
        return;
      case Function::size: {
        const auto type = type_of(first);
        if (type && (*type == Type::N || *type == Type::boolean || *type == Type::null)) {
          throw incorrect_operand_type(leaf.token, name_of(*type));
        }
        return;
      }
      default:
        return;
    }
  }

  void check_attribute_type(const Node& leaf) const {
    const Node& second = expression_.operand(leaf, 1);
    const auto type = type_of(second);
    // Observed (2026): a condition of a write lists the types in another order.
    const bool is_enveloped = wording_ == Wording::enveloped;
    if (!type) {
      throw incorrect_operand_type(leaf.token, is_enveloped ? kAnyTypeOfAWrite : kAnyType);
    }
    if (*type != Type::S) throw incorrect_operand_type(leaf.token, name_of(*type));
    if (!type_named(second.value.bytes)) {
      throw refuse("Invalid attribute type name found; type: " + std::string(second.value.bytes) +
                   ", valid types: " + std::string(is_enveloped ? kTypesOfAWrite : kTypes));
    }
  }

  int operators_ = 0;
  int depth_ = 0;
  bool has_redundant_parentheses_ = false;
};

}  // namespace

Expression parse_condition(Clause clause, std::string_view text, Placeholders& placeholders,
                           Wording wording) {
  return ConditionParser(clause, text, placeholders, wording).parse();
}

}  // namespace fallstreak::services::dynamodb
