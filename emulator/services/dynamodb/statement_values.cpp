#include <algorithm>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/number.h"
#include "services/dynamodb/statement_parser.h"

namespace fallstreak::services::dynamodb {
namespace {

using TokenKind = StatementToken::Kind;

std::string words_of(Number::Problem problem) {
  switch (problem) {
    case Number::Problem::overflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported "
             "range";
    case Number::Problem::underflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than "
             "supported range";
    case Number::Problem::too_precise:
      return "Attempting to store more than 38 significant digits in a Number";
    case Number::Problem::not_numeric:
      break;
  }
  return "The parameter cannot be converted to a numeric value";
}

}  // namespace

bool StatementParser::is_at_value() const {
  switch (peek().kind) {
    case TokenKind::text:
    case TokenKind::number:
    case TokenKind::parameter:
      return true;
    case TokenKind::word:
      return is_at_word("TRUE") || is_at_word("FALSE") || is_at_word("NULL") ||
             is_at_word("MISSING");
    case TokenKind::symbol:
      return is_at("[") || is_at("{") || is_at("<<") || is_at("-") || is_at("+");
    default:
      return false;
  }
}

const ApiValue& StatementParser::take_parameter() {
  take();
  if (!parameters_ || used_parameters_ >= parameters_->size()) {
    throw validation_exception("Number of parameters in request and statement don't match.");
  }
  return (*parameters_)[used_parameters_++];
}

/// Observed: messages name the path within the attribute's value, which is the root.
ApiValue StatementParser::parse_value(const std::string& path) {
  const Depth depth(*this);
  const StatementToken& token = peek();
  switch (token.kind) {
    case TokenKind::text:
      return {.S = take().text};
    case TokenKind::parameter:
      return take_parameter();
    case TokenKind::number:
      return parse_number(path);
    case TokenKind::symbol:
      if (is_at("-") || is_at("+")) return parse_number(path);
      if (is_at("[")) return parse_list(path);
      if (is_at("{")) return parse_struct(path);
      if (is_at("<<")) return parse_bag();
      break;
    case TokenKind::word:
      if (is_at_function()) {
        throw validation_exception("Unsupported data type: " + token.text + " under key " + path +
                                   place_of(token));
      }
      if (accept_word("TRUE")) return {.BOOL = true};
      if (accept_word("FALSE")) return {.BOOL = false};
      if (accept_word("NULL")) return {.NULL_ = true};
      if (is_at_word("MISSING"))
        throw validation_exception("MISSING must be compared using IS operator");
      break;
    default:
      break;
  }
  throw malformed_statement("Unexpected token in expression");
}

ApiValue StatementParser::parse_number(const std::string& path) {
  std::string text;
  if (is_at("-")) text = "-";
  if (is_at("-") || is_at("+")) take();
  if (peek().kind != TokenKind::number) throw malformed_statement("Unexpected token in expression");
  text += take().text;
  Number number;
  if (const auto problem = Number::parse(text, number))
    throw validation_exception(words_of(*problem) + " under " + path);
  Number::Encoded encoded;
  return {.N = number_text(number.encode(encoded))};
}

ApiValue StatementParser::parse_list(const std::string& path) {
  expect("[", "LEFT_BRACKET");
  ApiValue value;
  auto& elements = value.L.emplace();
  while (!is_at("]")) {
    elements.push_back(parse_value(path + "[" + std::to_string(elements.size()) + "]"));
    if (!accept(",")) break;
  }
  expect("]", "RIGHT_BRACKET");
  return value;
}

ApiValue StatementParser::parse_struct(const std::string& path) {
  expect("{", "LEFT_CURLY");
  ApiValue value;
  auto& attributes = value.M.emplace();
  while (!is_at("}")) {
    const StatementToken name = take();
    if (name.kind != TokenKind::text) {
      throw validation_exception("Tuple keys must be of type String. Actual type: " + name.text +
                                 " under " + (path.empty() ? "root" : path));
    }
    if (api::find(attributes, name.text) != nullptr) {
      throw validation_exception("Duplicate keys in tuple. Key: " + name.text + " under " +
                                 (path.empty() ? "root" : path));
    }
    expect(":", "COLON");
    attributes.push_back({name.text, parse_value(path.empty() ? "root" : path + "." + name.text)});
    if (!accept(",")) break;
  }
  expect("}", "RIGHT_CURLY");
  return value;
}

ApiValue StatementParser::parse_bag() {
  expect("<<", "LEFT_DOUBLE_ANGLE_BRACKET");
  if (is_at(">>")) throw validation_exception("Empty bags are not supported");
  ApiValue value;
  do {
    const ApiValue member = parse_value("root");
    const bool fits = (member.S && !value.NS) || (member.N && !value.SS);
    if (!fits) {
      throw validation_exception(
          "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in "
          "bags");
    }
    if (member.S) {
      if (!value.SS) value.SS.emplace();
      value.SS->push_back(*member.S);
    } else {
      if (!value.NS) value.NS.emplace();
      value.NS->push_back(*member.N);
    }
  } while (accept(","));
  expect(">>", "RIGHT_DOUBLE_ANGLE_BRACKET");
  return value;
}

}  // namespace fallstreak::services::dynamodb
