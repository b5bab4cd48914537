#include "services/dynamodb/expression_parser.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "services/dynamodb/reserved_words.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: an expression has at most 4 KB.
constexpr std::size_t kLongestExpression = 4096;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool same_word(std::string_view a, std::string_view b) {
  const auto upper = [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  };
  return std::ranges::equal(a, b, {}, upper, upper);
}

/// How many bytes the token at the front has: a letter of UTF-8 counts as one symbol.
std::size_t symbol_length(std::string_view text) {
  const std::string_view two = text.substr(0, 2);
  if (two == "<=" || two == ">=" || two == "<>") return 2;
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
    ++length;
  return length;
}

std::size_t operands_of(Function function) {
  switch (function) {
    case Function::attribute_exists:
    case Function::attribute_not_exists:
    case Function::size:
      return 1;
    default:
      return 2;
  }
}

}  // namespace

Function function_of(std::string_view name, Clause clause) {
  if (clause == Clause::update) {
    if (name == "if_not_exists") return Function::if_not_exists;
    if (name == "list_append") return Function::list_append;
    return Function::unknown;
  }
  if (name == "attribute_exists") return Function::attribute_exists;
  if (name == "attribute_not_exists") return Function::attribute_not_exists;
  if (name == "attribute_type") return Function::attribute_type;
  if (name == "begins_with") return Function::begins_with;
  if (name == "contains") return Function::contains;
  if (name == "size") return Function::size;
  return Function::unknown;
}

ExpressionParser::ExpressionParser(Clause clause, std::string_view text, Placeholders& placeholders,
                                   Wording wording)
    : clause_(clause), wording_(wording), placeholders_(placeholders), text_(text) {
  if (text.empty()) throw refuse("The expression can not be empty;");
  if (text.size() > kLongestExpression) {
    std::string what = "Expression size has exceeded the maximum allowed size;";
    // Observed: only conditions and filters, and only where they are worded as they used to be.
    const bool tells_size =
        wording == Wording::older && (clause == Clause::condition || clause == Clause::filter);
    if (tells_size) what += " expression size: " + std::to_string(text.size());
    throw refuse(what);
  }
  tokenize(text);
}

void ExpressionParser::tokenize(std::string_view text) {
  std::size_t at = 0;
  const auto run = [&](std::size_t from, bool (*belongs)(char)) {
    std::size_t to = from;
    while (to < text.size() && belongs(text[to])) ++to;
    return to;
  };
  for (;;) {
    at = run(at, is_space);
    if (at == text.size()) break;
    const char c = text[at];
    Token token{Token::Kind::symbol, {}};
    std::size_t end = at;
    if (is_letter(c)) {
      token.kind = Token::Kind::name;
      end = run(at, is_part);
    } else if (is_digit(c)) {
      token.kind = Token::Kind::number;
      end = run(at, is_digit);
    } else if ((c == '#' || c == ':') && at + 1 < text.size() && is_part(text[at + 1])) {
      token.kind = c == '#' ? Token::Kind::name_placeholder : Token::Kind::value_placeholder;
      end = run(at + 1, is_part);
    } else {
      end = at + symbol_length(text.substr(at));
    }
    token.text = text.substr(at, end - at);
    tokens_.push_back(token);
    at = end;
  }
  tokens_.push_back({Token::Kind::end, text.substr(text.size())});
}

const Token& ExpressionParser::peek(std::size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

bool ExpressionParser::is_at(std::string_view symbol) const {
  return peek().kind == Token::Kind::symbol && peek().text == symbol;
}

bool ExpressionParser::is_at_word(std::string_view word) const {
  return peek().kind == Token::Kind::name && same_word(peek().text, word);
}

bool ExpressionParser::accept(std::string_view symbol) {
  if (!is_at(symbol)) return false;
  take();
  return true;
}

bool ExpressionParser::accept_word(std::string_view word) {
  if (!is_at_word(word)) return false;
  take();
  return true;
}

void ExpressionParser::expect(std::string_view symbol) {
  if (!accept(symbol)) throw syntax_error();
}

ApiError ExpressionParser::refuse(std::string_view what) const {
  return validation_exception(
      wording_, "Invalid " + std::string(name_of(clause_)) + ": " + std::string(what));
}

ApiError ExpressionParser::syntax_error() const {
  // Observed: `near` is the text from the token before the wrong one to the one after it.
  const std::size_t at = std::min(next_, tokens_.size() - 1);
  const Token& token = tokens_[at];
  const Token& from = tokens_[at == 0 ? 0 : at - 1];
  const Token* to = &tokens_[std::min(at + 1, tokens_.size() - 1)];
  if (to->kind == Token::Kind::end && at > 0) to = token.kind == Token::Kind::end ? &from : &token;
  const char* const begin = from.text.data();
  const char* const end = to->text.data() + to->text.size();
  const std::string_view near(begin, static_cast<std::size_t>(end - begin));
  const std::string_view shown = token.kind == Token::Kind::end ? "<EOF>" : token.text;
  return refuse("Syntax error; token: \"" + std::string(shown) + "\", near: \"" +
                std::string(near) + "\"");
}

ApiError ExpressionParser::redundant_parentheses() const {
  return refuse("The expression has redundant parentheses;");
}

bool ExpressionParser::is_at_keyword() const {
  constexpr std::array<std::string_view, 5> kConditionWords{"BETWEEN", "IN", "AND", "OR", "NOT"};
  constexpr std::array<std::string_view, 4> kUpdateWords{"SET", "REMOVE", "ADD", "DELETE"};
  const auto is_one_of = [&](const auto& words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return is_at_word(word); });
  };
  switch (clause_) {
    case Clause::projection:
      return false;
    case Clause::update:
      return is_one_of(kUpdateWords);
    default:
      return is_one_of(kConditionWords);
  }
}

bool ExpressionParser::is_at_function() const {
  return peek().kind == Token::Kind::name && !is_at_keyword() &&
         peek(1).kind == Token::Kind::symbol && peek(1).text == "(";
}

void ExpressionParser::parse_path_element() {
  const bool is_name = peek().kind == Token::Kind::name && !is_at_keyword();
  if (!is_name && peek().kind != Token::Kind::name_placeholder) throw syntax_error();
  const std::string_view token = take().text;
  expression_.elements.push_back({.token = token, .name = token});
}

NodeId ExpressionParser::parse_path() {
  Node node{.kind = Kind::path, .first = static_cast<std::uint32_t>(expression_.elements.size())};
  parse_path_element();
  for (;;) {
    if (accept(".")) {
      parse_path_element();
    } else if (accept("[")) {
      if (peek().kind != Token::Kind::number) throw syntax_error();
      const std::string_view digits = take().text;
      std::uint32_t index = 0;
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), index);
      if (read.ec != std::errc()) {
        throw refuse("List index is not within the allowable range; index: [" +
                     std::string(digits) + "]");
      }
      expression_.elements.push_back({.index = index, .is_index = true});
      expect("]");
    } else {
      break;
    }
  }
  node.count = static_cast<std::uint32_t>(expression_.elements.size()) - node.first;
  return expression_.add(node);
}

NodeId ExpressionParser::add_value_placeholder() {
  if (peek().kind != Token::Kind::value_placeholder) throw syntax_error();
  return expression_.add(Node{.kind = Kind::value, .token = take().text});
}

void ExpressionParser::check_reserved_words() const {
  for (const PathElement& element : expression_.elements) {
    if (element.is_index || element.token.front() == '#') continue;
    if (is_reserved_word(element.token)) {
      throw refuse("Attribute name is a reserved keyword; reserved keyword: " +
                   std::string(element.token));
    }
  }
}

void ExpressionParser::check_function_names() const {
  for (const Node& node : expression_.nodes) {
    if (node.kind != Kind::function || node.function != Function::unknown) continue;
    const bool is_update = clause_ == Clause::update;
    const Clause other = is_update ? Clause::condition : Clause::update;
    std::string_view what = "Invalid function name";
    if (function_of(node.token, other) != Function::unknown) {
      what = is_update ? "The function is not allowed in an update expression"
                       : "The function is not allowed in a condition expression";
    }
    throw refuse(std::string(what) + "; function: " + std::string(node.token));
  }
}

void ExpressionParser::resolve_path(const Node& node) {
  for (std::uint32_t index = 0; index < node.count; ++index) {
    PathElement& element = expression_.elements[node.first + index];
    if (element.is_index || element.token.front() != '#') continue;
    const auto name = placeholders_.name(element.token);
    if (!name) {
      throw refuse(
          "An expression attribute name used in the document path is not defined; attribute "
          "name: " +
          std::string(element.token));
    }
    element.name = *name;
  }
}

void ExpressionParser::resolve_value(Node& node) {
  const auto value = placeholders_.value(node.token);
  if (!value) {
    throw refuse(
        "An expression attribute value used in expression is not defined; attribute value: " +
        std::string(node.token));
  }
  node.value = *value;
}

void ExpressionParser::resolve(NodeId id) {
  Node& node = expression_.nodes[id];
  if (node.kind == Kind::path) {
    resolve_path(node);
  } else if (node.kind == Kind::value) {
    resolve_value(node);
  } else {
    for (const NodeId operand : expression_.operands(node)) resolve(operand);
  }
}

void ExpressionParser::check_operand_count(const Node& node) const {
  if (node.kind != Kind::function || node.count == operands_of(node.function)) return;
  throw refuse("Incorrect number of operands for operator or function; operator or function: " +
               std::string(node.token) + ", number of operands: " + std::to_string(node.count));
}

std::optional<Type> ExpressionParser::type_of(const Node& node) const {
  if (node.kind == Kind::value) return node.value.type;
  if (node.kind == Kind::plus || node.kind == Kind::minus) return Type::N;
  if (node.kind == Kind::function && node.function == Function::size) return Type::N;
  if (node.kind == Kind::function && node.function == Function::list_append) return Type::L;
  return std::nullopt;
}

ApiError ExpressionParser::incorrect_operand_type(std::string_view operation,
                                                  std::string_view type) const {
  return refuse("Incorrect operand type for operator or function; operator or function: " +
                std::string(operation) + ", operand type: " + std::string(type));
}

ApiError ExpressionParser::needs_document_path(std::string_view function) const {
  return refuse("Operator or function requires a document path; operator or function: " +
                std::string(function));
}

}  // namespace fallstreak::services::dynamodb
