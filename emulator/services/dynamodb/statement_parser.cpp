#include "services/dynamodb/statement_parser.h"

#include <algorithm>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/path_tree.h"

namespace fallstreak::services::dynamodb {
namespace {

using TokenKind = StatementToken::Kind;
using Returning = Statement::Returning;

bool same_word(std::string_view a, std::string_view b) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return std::ranges::equal(a, b, {}, upper, upper);
}

std::string returning_text(bool is_all, bool is_old) {
  return std::string(is_all ? "ALL" : "MODIFIED") + (is_old ? " OLD" : " NEW") + " *";
}

}  // namespace

StatementParser::Depth::Depth(StatementParser& depth_of) : parser(depth_of) {
  // Chosen: deeper than any value can be kept, and than any condition makes sense.
  constexpr int kDeepest = 64;
  if (++parser.depth_ > kDeepest) throw malformed_statement("");
}

bool StatementParser::is_at(std::string_view symbol) const {
  return peek().kind == TokenKind::symbol && peek().text == symbol;
}
bool StatementParser::is_at_word(std::string_view word) const {
  return peek().kind == TokenKind::word && same_word(peek().text, word);
}
bool StatementParser::accept(std::string_view symbol) {
  if (!is_at(symbol)) return false;
  take();
  return true;
}
bool StatementParser::accept_word(std::string_view word) {
  if (!is_at_word(word)) return false;
  take();
  return true;
}
void StatementParser::expect(std::string_view symbol, std::string_view name) {
  if (!accept(symbol)) throw malformed_statement("Expected " + std::string(name));
}
void StatementParser::expect_word(std::string_view word) {
  if (!accept_word(word)) throw malformed_statement("Expected " + std::string(word));
}

std::string StatementParser::place_of(const StatementToken& token) const {
  const std::string_view before = text_.substr(0, token.at);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t start = before.rfind('\n');
  const std::size_t column = token.at - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return " at " + std::to_string(line) + ":" + std::to_string(column) + ":" +
         std::to_string(token.length);
}

std::string_view StatementParser::keep(std::string text) {
  return statement_.texts.emplace_back(std::move(text));
}

void StatementParser::parse() {
  if (accept_word("SELECT")) {
    parse_select();
  } else if (accept_word("INSERT")) {
    parse_insert();
  } else if (accept_word("UPDATE")) {
    parse_update();
  } else if (accept_word("FROM")) {
    parse_from();
  } else if (accept_word("DELETE")) {
    parse_delete();
  } else if (accept_word("EXISTS")) {
    parse_exists();
  } else {
    throw malformed_statement("Expected data manipulation");
  }
  accept(";");
  if (peek().kind != TokenKind::end) throw malformed_statement("Unexpected token after expression");
  const std::size_t given = parameters_ ? parameters_->size() : 0;
  if (given != used_parameters_) {
    throw validation_exception("Number of parameters in request and statement don't match.");
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
void StatementParser::parse_select() {
  statement_.kind = Statement::Kind::select;
  parse_projection();
  expect_word("FROM");
  parse_source();
  refuse_alias();
  if (is_at(",")) {
    throw validation_exception("Only select from a single table or index is supported.");
  }
  if (is_at_word("WHERE")) parse_where();
  if (accept_word("ORDER")) parse_order();
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
void StatementParser::parse_insert() {
  statement_.kind = Statement::Kind::insert;
  expect_word("INTO");
  parse_source();
  if (is_at_word("VALUES")) {
    throw validation_exception(
        "Unsupported operation: Inserting multiple items in a single statement is not supported, "
        "use \"INSERT INTO tableName VALUE item\" instead");
  }
  if (!accept_word("VALUE")) throw malformed_statement("Unexpected token after expression");
  if (!is_at("{")) {
    if (peek().kind != TokenKind::parameter) {
      throw validation_exception(
          "Unsupported format in item expression. Please use struct format {...} to express item "
          "values for insert statement.");
    }
    const ApiValue& given = take_parameter();
    if (!given.M) {
      throw validation_exception(
          "Unsupported format in item expression. Please use struct format {...} to express item "
          "values for insert statement.");
    }
    statement_.item = pack_item(*given.M, Wording::older);
  } else {
    statement_.item = pack_item(*parse_struct("").M, Wording::older);
  }
  if (is_at_word("RETURNING")) throw validation_exception("RETURNING is not supported in INSERT");
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
void StatementParser::parse_update() {
  statement_.kind = Statement::Kind::update;
  parse_source();
  if (!is_at_word("SET") && !is_at_word("REMOVE")) refuse_alias();
  parse_actions();
  if (is_at_word("WHERE")) parse_where();
  if (accept_word("RETURNING")) parse_returning();
}

void StatementParser::parse_from() {
  statement_.kind = Statement::Kind::update;
  parse_source();
  refuse_alias();
  if (is_at_word("WHERE")) parse_where();
  parse_actions();
  if (accept_word("RETURNING")) parse_returning();
}

void StatementParser::parse_actions() {
  while (true) {
    if (accept_word("SET")) {
      parse_set();
    } else if (accept_word("REMOVE")) {
      parse_remove();
    } else {
      break;
    }
  }
  if (statement_.update.actions.empty()) {
    throw validation_exception(
        "Only SET and REMOVE are supported in update expressions at this time");
  }
  check_paths();
}

void StatementParser::check_paths() const {
  const UpdateExpression& update = statement_.update;
  std::vector<Path> paths;
  for (const UpdateAction& action : update.actions)
    paths.push_back(update.expression.path(update.expression[action.path]));
  if (const auto clash = find_clash(paths)) throw validation_exception(clash->message());
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.delete.html
void StatementParser::parse_delete() {
  statement_.kind = Statement::Kind::remove;
  expect_word("FROM");
  parse_source();
  refuse_alias();
  if (is_at_word("WHERE")) parse_where();
  if (!accept_word("RETURNING")) return;
  parse_returning();
  if (statement_.returning == Returning::all_old) return;
  const bool is_all = statement_.returning == Returning::all_new;
  throw validation_exception(
      "Invalid returning clause: RETURNING " +
      returning_text(is_all, statement_.returning == Returning::modified_old) +
      ". Only RETURNING ALL OLD * is allowed in DELETE statements.");
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.exists.html
void StatementParser::parse_exists() {
  expect("(", "LEFT_PAREN");
  expect_word("SELECT");
  parse_select();
  expect(")", "RIGHT_PAREN");
  statement_.kind = Statement::Kind::exists;
}

void StatementParser::parse_source() {
  std::vector<std::string> components;
  do {
    const StatementToken& token = peek();
    const bool is_name = token.kind == TokenKind::quoted ||
                         (token.kind == TokenKind::word && !same_word(token.text, "WHERE"));
    // Observed: SELECT and the others read the table's name in two ways.
    if (!is_name) {
      const bool is_select = statement_.kind == Statement::Kind::select;
      throw malformed_statement(is_select ? "Unexpected term"
                                          : "Expected identifier for simple path");
    }
    if (token.text.empty()) throw validation_exception("Path component cannot be an empty string");
    components.push_back(take().text);
  } while (accept("."));
  if (components.size() > 2)
    throw validation_exception("A path may contain at most 2 components in the FROM clause");
  statement_.table = components.front();
  if (components.size() == 1) return;
  statement_.index = components.back();
  if (statement_.kind != Statement::Kind::select)
    throw validation_exception("This operation is not supported on an index");
}

void StatementParser::refuse_alias() const {
  if (peek().kind == TokenKind::end) return;
  for (const char* word : {"WHERE", "ORDER", "SET", "REMOVE", "RETURNING"}) {
    if (is_at_word(word)) return;
  }
  const bool is_name = peek().kind == TokenKind::word || peek().kind == TokenKind::quoted;
  if (is_name) throw validation_exception("Aliasing is not supported");
}

void StatementParser::parse_projection() {
  if (accept("*")) {
    if (is_at(",")) {
      throw validation_exception(
          "Other attributes should not be present in the projection when '*' is used.");
    }
    return;
  }
  ProjectionExpression& projection = statement_.projection;
  std::vector<std::string_view> names;
  do {
    if (is_at("*")) {
      throw validation_exception(
          "Other attributes should not be present in the projection when '*' is used.");
    }
    if (is_at_function())
      throw validation_exception("Unexpected path component" + place_of(peek()));
    const NodeId path = parse_path(projection.expression);
    const PathElement& last = projection.expression.path(projection.expression[path]).back();
    if (!last.is_index && std::ranges::find(names, last.name) != names.end()) {
      throw validation_exception("Duplicate identifiers in select clause: " +
                                 std::string(last.name));
    }
    names.push_back(last.name);
    projection.paths.push_back(path);
    if (is_at_word("AS")) throw validation_exception("Aliasing is not supported");
  } while (accept(","));
}

void StatementParser::parse_where() {
  expect_word("WHERE");
  statement_.where.root = parse_or(statement_.where);
  statement_.has_where = true;
}

void StatementParser::parse_order() {
  expect_word("BY");
  do {
    const StatementToken& token = peek();
    if (token.kind != TokenKind::word && token.kind != TokenKind::quoted)
      throw malformed_statement("Expected identifier for ORDER BY");
    Statement::Order order{.name = take().text};
    order.is_descending = accept_word("DESC");
    if (!order.is_descending) accept_word("ASC");
    statement_.order.push_back(std::move(order));
  } while (accept(","));
  if (is_at_word("WHERE")) throw malformed_statement("Unexpected token after expression");
}

void StatementParser::parse_returning() {
  const bool is_all = accept_word("ALL");
  if (!is_all) expect_word("MODIFIED");
  const bool is_old = accept_word("OLD");
  if (!is_old) expect_word("NEW");
  if (!accept("*")) {
    throw validation_exception(
        "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
  }
  if (is_at(",")) {
    throw validation_exception(
        "Invalid syntax with multiple returning elements in RETURNING clause");
  }
  statement_.returning = is_all ? (is_old ? Returning::all_old : Returning::all_new)
                                : (is_old ? Returning::modified_old : Returning::modified_new);
}

void StatementParser::parse_set() {
  UpdateExpression& update = statement_.update;
  do {
    const NodeId target = parse_path(update.expression);
    expect("=", "EQ");
    const std::size_t before = update.actions.size();
    const NodeId value = parse_assigned(update.expression, target);
    // A function on sets has added its own action.
    if (update.actions.size() == before)
      update.actions.push_back({UpdateAction::Kind::set, target, value});
  } while (accept(","));
}

void StatementParser::parse_remove() {
  UpdateExpression& update = statement_.update;
  do {
    update.actions.push_back({UpdateAction::Kind::remove, parse_path(update.expression)});
  } while (accept(","));
}

void parse_statement(std::string_view text, const std::optional<std::vector<ApiValue>>& parameters,
                     Statement& statement) {
  StatementParser(text, parameters, statement).parse();
}

}  // namespace fallstreak::services::dynamodb
