#include <array>

#include "services/dynamodb/expression_parser.h"
#include "services/dynamodb/path_tree.h"

/// The grammar of UpdateExpression.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
namespace fallstreak::services::dynamodb {
namespace {

struct Section {
  std::string_view word;
  UpdateAction::Kind kind;
};
constexpr std::array<Section, 4> kSections{{{"SET", UpdateAction::Kind::set},
                                            {"REMOVE", UpdateAction::Kind::remove},
                                            {"ADD", UpdateAction::Kind::add},
                                            {"DELETE", UpdateAction::Kind::delete_}}};

bool is_set_type(Type type) { return type == Type::SS || type == Type::NS || type == Type::BS; }

/// Parentheses that an update expression of 4 KB can need; AWS's grammar allows a pair around each
/// operand.
constexpr int kDeepestNesting = 300;

class UpdateParser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  UpdateExpression parse() {
    do {
      parse_section();
    } while (!is_at_end());
    check();
    return {std::move(expression_), std::move(actions_)};
  }

 private:
  void parse_section() {
    for (std::size_t index = 0; index < kSections.size(); ++index) {
      const Section& section = kSections[index];
      if (!accept_word(section.word)) continue;
      if (seen_[index] && repeated_section_.empty()) repeated_section_ = section.word;
      seen_[index] = true;
      do {
        actions_.push_back(parse_action(section.kind));
      } while (accept(","));
      return;
    }
    throw syntax_error();
  }

  UpdateAction parse_action(UpdateAction::Kind kind) {
    UpdateAction action{.kind = kind, .path = parse_path()};
    switch (kind) {
      case UpdateAction::Kind::set:
        expect("=");
        action.operand = parse_set_value();
        break;
      case UpdateAction::Kind::remove:
        break;
      case UpdateAction::Kind::add:
      case UpdateAction::Kind::delete_:
        action.operand = add_value_placeholder();
        break;
    }
    return action;
  }

  /// An operand, or the sum or difference of two.
  NodeId parse_set_value() {
    const NodeId left = parse_operand();
    if (!is_at("+") && !is_at("-")) return left;
    const std::string_view token = take().text;
    const NodeId right = parse_operand();
    const Kind kind = token == "+" ? Kind::plus : Kind::minus;
    return expression_.add(Node{.kind = kind, .token = token}, std::array{left, right});
  }

  NodeId parse_operand() {
    if (accept("(")) {
      if (++depth_ > kDeepestNesting) throw redundant_parentheses();
      const NodeId inner = parse_set_value();
      expect(")");
      --depth_;
      return inner;
    }
    if (peek().kind == Token::Kind::value_placeholder) return add_value_placeholder();
    if (!is_at_function()) return parse_path();

    if (++depth_ > kDeepestNesting) throw syntax_error();
    const std::string_view name = take().text;
    expect("(");
    std::vector<NodeId> ids;
    do {
      ids.push_back(parse_operand());
    } while (accept(","));
    expect(")");
    --depth_;
    return expression_.add(
        Node{.kind = Kind::function, .function = function_of(name, clause_), .token = name}, ids);
  }

  // Observed: each kind of mistake is looked for in the whole expression before the next kind.
  void check() {
    check_reserved_words();
    check_function_names();
    check_places_of_functions();
    if (!repeated_section_.empty()) {
      throw refuse("The \"" + std::string(repeated_section_) +
                   "\" section can only be used once in an update expression;");
    }
    for (const Node& node : expression_.nodes) {
      if (node.kind == Kind::path) resolve_path(node);
    }
    for (Node& node : expression_.nodes) {
      if (node.kind == Kind::value) resolve_value(node);
    }
    std::vector<Path> paths;
    for (const UpdateAction& action : actions_)
      paths.push_back(expression_.path(expression_[action.path]));
    if (const auto clash = find_clash(paths)) throw refuse(clash->message());
    for (const UpdateAction& action : actions_) check_operand(action);
    for (const Node& node : expression_.nodes) check_types(node);
  }

  void check_operand(const UpdateAction& action) const {
    const bool is_add = action.kind == UpdateAction::Kind::add;
    if (!is_add && action.kind != UpdateAction::Kind::delete_) return;
    const Type type = expression_[action.operand].value.type;
    if (is_set_type(type) || (is_add && type == Type::N)) return;
    const std::string_view word = is_add ? "ADD" : "DELETE";
    throw refuse("Incorrect operand type for operator or function; operator: " + std::string(word) +
                 ", operand type: " + std::string(long_name_of(type)) + ", typeSet: ALLOWED_FOR_" +
                 std::string(word) + "_OPERAND");
  }

  /// Observed: what if_not_exists gives may be an operand, what list_append gives may not.
  void check_places_of_functions() const {
    for (const Node& parent : expression_.nodes) {
      if (parent.kind == Kind::path || parent.kind == Kind::value) continue;
      for (const NodeId id : expression_.operands(parent)) {
        if (expression_[id].function != Function::list_append) continue;
        throw refuse(
            "The function is not allowed to be used this way in an expression; function: "
            "list_append");
      }
    }
  }

  void check_types(const Node& node) const {
    const bool is_sum = node.kind == Kind::plus || node.kind == Kind::minus;
    if (!is_sum && node.kind != Kind::function) return;
    check_operand_count(node);
    if (node.function == Function::if_not_exists) {
      if (expression_.operand(node, 0).kind != Kind::path) throw needs_document_path(node.token);
      return;
    }
    const Type wanted = is_sum ? Type::N : Type::L;
    for (const NodeId id : expression_.operands(node)) {
      const auto type = type_of(expression_[id]);
      if (type && *type != wanted) throw incorrect_operand_type(node.token, name_of(*type));
    }
  }

  std::vector<UpdateAction> actions_;
  std::array<bool, kSections.size()> seen_{};
  std::string_view repeated_section_;
  int depth_ = 0;
};

}  // namespace

UpdateExpression parse_update(std::string_view text, Placeholders& placeholders, Wording wording) {
  return UpdateParser(Clause::update, text, placeholders, wording).parse();
}

}  // namespace fallstreak::services::dynamodb
