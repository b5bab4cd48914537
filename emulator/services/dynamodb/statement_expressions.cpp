#include <algorithm>
#include <array>
#include <charconv>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/statement_keywords.h"
#include "services/dynamodb/statement_parser.h"

namespace fallstreak::services::dynamodb {
namespace {

using TokenKind = StatementToken::Kind;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return result;
}

struct NamedFunction {
  std::string_view name;
  Function function;
  std::size_t operand_count;
};
constexpr std::array<NamedFunction, 6> kConditionFunctions{
    {{"attribute_exists", Function::attribute_exists, 1},
     {"attribute_not_exists", Function::attribute_not_exists, 1},
     {"attribute_type", Function::attribute_type, 2},
     {"begins_with", Function::begins_with, 2},
     {"contains", Function::contains, 2},
     {"size", Function::size, 1}}};

struct NamedComparison {
  std::string_view symbol;
  Kind kind;
};
constexpr std::array<NamedComparison, 7> kComparisons{{{"=", Kind::equal},
                                                       {"<>", Kind::not_equal},
                                                       {"!=", Kind::not_equal},
                                                       {"<", Kind::less},
                                                       {"<=", Kind::less_equal},
                                                       {">", Kind::greater},
                                                       {">=", Kind::greater_equal}}};

struct NamedType {
  std::string_view word;
  std::string_view type;
};
constexpr std::array<NamedType, 9> kTypes{{{"null", "NULL"},
                                           {"boolean", "BOOL"},
                                           {"bool", "BOOL"},
                                           {"blob", "B"},
                                           {"string", "S"},
                                           {"numeric", "N"},
                                           {"struct", "M"},
                                           {"tuple", "M"},
                                           {"list", "L"}}};

ApiError incorrect_operand_count(std::string_view function, std::size_t count) {
  return validation_exception(
      "Incorrect number of operands for operator or function; operator or function: " +
      std::string(function) + ", number of operands: " + std::to_string(count));
}
ApiError incorrect_operand_type(std::string_view operation, Type type) {
  return validation_exception(
      "Incorrect operand type for operator or function; operator or function: " +
      std::string(operation) + ", operand type: " + std::string(name_of(type)));
}
ApiError needs_document_path(std::string_view operation) {
  return validation_exception(
      "Operator or function requires a document path; operator or function: " +
      std::string(operation));
}

bool is_ordering(Kind kind) {
  return kind == Kind::less || kind == Kind::less_equal || kind == Kind::greater ||
         kind == Kind::greater_equal || kind == Kind::between;
}

void check_ordered(const Expression& expression, NodeId id, std::string_view operation) {
  const Node& node = expression[id];
  if (node.kind != Kind::value) return;
  const Type type = node.value.type;
  if (type != Type::S && type != Type::N && type != Type::B)
    throw incorrect_operand_type(operation, type);
}

void check_operands(const NamedFunction& function, const Expression& expression,
                    const std::vector<NodeId>& operands) {
  if (operands.size() != function.operand_count)
    throw incorrect_operand_count(function.name, operands.size());
  if (expression[operands.front()].kind != Kind::path) throw needs_document_path(function.name);
  if (function.operand_count == 1) return;
  const Node& second = expression[operands.back()];
  if (second.kind != Kind::value) return;
  const bool wants_text =
      function.function == Function::attribute_type || function.function == Function::begins_with;
  const bool fits = second.value.type == Type::S ||
                    (function.function == Function::begins_with && second.value.type == Type::B);
  if (wants_text && !fits) throw incorrect_operand_type(function.name, second.value.type);
}

}  // namespace

NodeId StatementParser::parse_or(Expression& expression) {
  const Depth depth(*this);
  std::vector<NodeId> operands{parse_and(expression)};
  while (accept_word("OR")) {
    expect_right_side();
    operands.push_back(parse_and(expression));
  }
  return operands.size() == 1 ? operands.front() : expression.add({.kind = Kind::or_}, operands);
}

NodeId StatementParser::parse_and(Expression& expression) {
  std::vector<NodeId> operands{parse_not(expression)};
  while (accept_word("AND")) {
    expect_right_side();
    operands.push_back(parse_not(expression));
  }
  return operands.size() == 1 ? operands.front() : expression.add({.kind = Kind::and_}, operands);
}

void StatementParser::expect_right_side() const {
  if (peek().kind == TokenKind::end)
    throw malformed_statement("Missing right-hand side expression of infix operator");
}

NodeId StatementParser::parse_not(Expression& expression) {
  const Depth depth(*this);
  if (!accept_word("NOT")) return parse_predicate(expression);
  const std::vector<NodeId> operand{parse_not(expression)};
  return expression.add({.kind = Kind::not_}, operand);
}

NodeId StatementParser::parse_predicate(Expression& expression) {
  if (accept("(")) {
    const NodeId inner = parse_or(expression);
    expect(")", "RIGHT_PAREN");
    return inner;
  }
  if (is_at_function()) {
    const NodeId call = parse_condition_function(expression);
    if (expression[call].function == Function::size) return parse_comparison(expression, call);
    if (!is_at("=")) return call;
    // `attribute_exists(a) = true`
    take();
    if (accept_word("TRUE")) return call;
    expect_word("FALSE");
    const std::vector<NodeId> operand{call};
    return expression.add({.kind = Kind::not_}, operand);
  }
  return parse_comparison(expression, parse_operand(expression));
}

NodeId StatementParser::parse_comparison(Expression& expression, NodeId left) {
  if (accept_word("IS")) return parse_is(expression, left);
  if (accept_word("IN")) return parse_in(expression, left);
  if (accept_word("BETWEEN")) {
    std::vector<NodeId> operands{left, parse_operand(expression)};
    expect_word("AND");
    operands.push_back(parse_operand(expression));
    for (const NodeId operand : operands) check_ordered(expression, operand, "BETWEEN");
    return expression.add({.kind = Kind::between, .token = "BETWEEN"}, operands);
  }
  const auto found = std::ranges::find(kComparisons, peek().text, &NamedComparison::symbol);
  if (peek().kind != TokenKind::symbol || found == kComparisons.end()) {
    throw validation_exception(
        "WHERE clause must contain an expression that resolves to a boolean");
  }
  take();
  const std::vector<NodeId> operands{left, parse_operand(expression)};
  if (is_ordering(found->kind)) {
    for (const NodeId operand : operands) check_ordered(expression, operand, found->symbol);
  }
  return expression.add({.kind = found->kind, .token = found->symbol}, operands);
}

NodeId StatementParser::parse_is(Expression& expression, NodeId left) {
  const bool is_not = accept_word("NOT");
  if (expression[left].kind != Kind::path) {
    throw validation_exception(
        "The left hand side argument to IS must be a Variable Reference, Literal, or Path");
  }
  NodeId test = 0;
  if (accept_word("MISSING")) {
    const std::vector<NodeId> operand{left};
    test = expression.add({.kind = Kind::function, .function = Function::attribute_not_exists},
                          operand);
  } else {
    const auto found = std::ranges::find(kTypes, lower(peek().text), &NamedType::word);
    const bool is_word = peek().kind == TokenKind::word;
    if (!is_word || (found == kTypes.end() && !is_statement_type(peek().text)))
      throw malformed_statement("Expected type name");
    if (found == kTypes.end()) {
      throw validation_exception(
          "Unsupported data type for IS operator: " + peek().text +
          ". Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, "
          "TUPLE, LIST]");
    }
    take();
    const std::vector<NodeId> operands{left,
                                       add_value(expression, {.S = std::string(found->type)})};
    test = expression.add({.kind = Kind::function, .function = Function::attribute_type}, operands);
  }
  if (!is_not) return test;
  const std::vector<NodeId> operand{test};
  return expression.add({.kind = Kind::not_}, operand);
}

NodeId StatementParser::parse_in(Expression& expression, NodeId left) {
  const ApiError refusal = validation_exception(
      "IN operator must have a left hand argument of type Variable Reference and right hand "
      "argument of type Seq with at least one member");
  if (expression[left].kind != Kind::path) throw ApiError(refusal);
  const bool is_list = accept("[");
  if (!is_list) expect("(", "LEFT_PAREN");
  std::vector<NodeId> operands{left};
  if (is_at("]") || is_at(")")) throw ApiError(refusal);
  do {
    operands.push_back(add_value(expression, parse_value("root")));
  } while (accept(","));
  if (is_list) {
    expect("]", "RIGHT_BRACKET");
  } else {
    expect(")", "RIGHT_PAREN");
  }
  return expression.add({.kind = Kind::in, .token = "IN"}, operands);
}

bool StatementParser::is_at_function() const {
  return peek().kind == TokenKind::word && peek(1).kind == TokenKind::symbol && peek(1).text == "(";
}

NodeId StatementParser::parse_condition_function(Expression& expression) {
  const Depth depth(*this);
  const StatementToken name = take();
  const auto found = std::ranges::find(kConditionFunctions, lower(name.text), &NamedFunction::name);
  if (found == kConditionFunctions.end()) {
    throw validation_exception("Unrecognized function: " + lower(name.text) + place_of(name));
  }
  expect("(", "LEFT_PAREN");
  std::vector<NodeId> operands;
  if (!is_at(")")) {
    do {
      operands.push_back(parse_operand(expression));
    } while (accept(","));
  }
  expect(")", "RIGHT_PAREN");
  check_operands(*found, expression, operands);
  return expression.add({.kind = Kind::function, .function = found->function, .token = found->name},
                        operands);
}

NodeId StatementParser::parse_operand(Expression& expression) {
  if (is_at_function()) {
    const NodeId call = parse_condition_function(expression);
    if (expression[call].function != Function::size)
      throw validation_exception("Unsupported operation: " + std::string(expression[call].token));
    return call;
  }
  if (is_at_value()) return add_value(expression, parse_value("root"));
  return parse_path(expression);
}

void StatementParser::refuse_as_term(const StatementToken& token) const {
  if (token.kind != TokenKind::word) throw malformed_statement("Unexpected term");
  if (is_statement_operator(token.text)) throw malformed_statement("Unexpected operator");
  if (is_statement_keyword(token.text)) throw malformed_statement("Unexpected keyword");
}

NodeId StatementParser::parse_path(Expression& expression) {
  std::vector<PathElement> elements;
  const auto take_name = [&](std::string_view problem) {
    const StatementToken& token = peek();
    if (token.kind != TokenKind::quoted && elements.empty()) refuse_as_term(token);
    const bool is_name = token.kind == TokenKind::quoted ||
                         (token.kind == TokenKind::word && !is_statement_keyword(token.text));
    if (!is_name) throw malformed_statement(problem);
    if (token.text.empty()) throw validation_exception("Path component cannot be an empty string");
    const std::string_view name = keep(take().text);
    elements.push_back({.token = name, .name = name});
  };
  take_name("Unexpected term");
  while (is_at(".") || is_at("[")) {
    if (accept(".")) {
      take_name("Invalid path dot component");
      continue;
    }
    take();
    const bool is_negative = accept("-");
    const StatementToken index = take();
    PathElement element{.is_index = true};
    const char* end = index.text.data() + index.text.size();
    const auto read = std::from_chars(index.text.data(), end, element.index);
    if (index.kind != TokenKind::number || is_negative || read.ec != std::errc() ||
        read.ptr != end) {
      throw validation_exception("List index is not within the allowable range; index: [" +
                                 std::string(is_negative ? "-" : "") + index.text + "]" +
                                 place_of(index));
    }
    expect("]", "RIGHT_BRACKET");
    elements.push_back(element);
  }
  Node node{.kind = Kind::path,
            .first = static_cast<std::uint32_t>(expression.elements.size()),
            .count = static_cast<std::uint32_t>(elements.size())};
  expression.elements.insert(expression.elements.end(), elements.begin(), elements.end());
  return expression.add(node);
}

NodeId StatementParser::parse_assigned(Expression& expression, NodeId target) {
  if (is_at_function()) {
    const std::string name = lower(peek().text);
    if (name == "set_add" || name == "set_delete") return parse_set_function(expression, target);
  }
  const NodeId left = parse_assigned_operand(expression);
  if (!is_at("+") && !is_at("-")) return left;
  const Kind kind = take().text == "+" ? Kind::plus : Kind::minus;
  const std::vector<NodeId> operands{left, parse_assigned_operand(expression)};
  for (const NodeId id : operands) {
    const Node& operand = expression[id];
    if (operand.kind == Kind::value && operand.value.type != Type::N)
      throw incorrect_operand_type(kind == Kind::plus ? "+" : "-", operand.value.type);
  }
  return expression.add({.kind = kind}, operands);
}

NodeId StatementParser::parse_assigned_operand(Expression& expression) {
  const Depth depth(*this);
  if (is_at_function()) {
    const StatementToken name = take();
    const std::string called = lower(name.text);
    const bool is_append = called == "list_append";
    if (!is_append && called != "if_not_exists")
      throw validation_exception("Unrecognized function: " + called + place_of(name));
    expect("(", "LEFT_PAREN");
    std::vector<NodeId> operands{parse_assigned_operand(expression)};
    while (accept(",")) operands.push_back(parse_assigned_operand(expression));
    expect(")", "RIGHT_PAREN");
    if (operands.size() != 2) throw incorrect_operand_count(called, operands.size());
    if (!is_append && expression[operands.front()].kind != Kind::path)
      throw needs_document_path(called);
    return expression.add({.kind = Kind::function,
                           .function = is_append ? Function::list_append : Function::if_not_exists},
                          operands);
  }
  if (is_at_value()) return add_value(expression, parse_value("root"));
  return parse_path(expression);
}

NodeId StatementParser::parse_set_function(Expression& expression, NodeId target) {
  const StatementToken name = take();
  const bool is_add = lower(name.text) == "set_add";
  const std::string shown = is_add ? "SET_ADD" : "SET_DELETE";
  expect("(", "LEFT_PAREN");
  const StatementToken first_token = peek();
  std::vector<NodeId> operands;
  do {
    operands.push_back(parse_assigned_operand(expression));
  } while (accept(","));
  expect(")", "RIGHT_PAREN");
  if (operands.size() != 2)
    throw validation_exception(shown + " must have exactly two arguments" + place_of(name));
  const Node& path = expression[operands.front()];
  const auto same_place = [](const PathElement& a, const PathElement& b) {
    return a.same_place(b);
  };
  if (path.kind != Kind::path ||
      !std::ranges::equal(expression.path(path), expression.path(expression[target]), same_place)) {
    throw validation_exception("The first argument to " + shown +
                               " must equal the assignment value" + place_of(name));
  }
  const Node& members = expression[operands.back()];
  const Type type = members.value.type;
  if (members.kind != Kind::value || (type != Type::SS && type != Type::NS && type != Type::BS)) {
    throw validation_exception("The second argument to " + shown +
                               " must be a value with type SET" + place_of(first_token));
  }
  statement_.update.actions.push_back(
      {is_add ? UpdateAction::Kind::add : UpdateAction::Kind::delete_, target, operands.back()});
  return operands.back();
}

NodeId StatementParser::add_value(Expression& expression, const ApiValue& value) {
  std::string packed;
  pack(value, Wording::older, packed);
  const char* at = keep(std::move(packed)).data();
  return expression.add_value(detail::read_value(at));
}

}  // namespace fallstreak::services::dynamodb
