#include <algorithm>

#include "base/encoding.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/stale_reads.h"
#include "services/dynamodb/statement_execution.h"
#include "services/dynamodb/statement_plan.h"
#include "services/dynamodb/table_storage.h"
#include "world/hash.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

/// Says whether the items come in falling order of the sort key.
bool is_backwards(const Statement& statement, const KeySchema& keys, bool has_hash) {
  if (statement.order.empty()) return false;
  if (!statement.has_where) {
    throw validation_exception(
        "Must have WHERE clause in the statement when using ORDER BY clause.");
  }
  if (!has_hash) {
    throw validation_exception(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER "
        "BY clause.");
  }
  for (const Statement::Order& order : statement.order) {
    if (!keys.has(order.name)) {
      throw validation_exception("Variable reference " + order.name +
                                 " in ORDER BY clause must be part of the primary key");
    }
  }
  const auto by_range = std::ranges::find_if(statement.order, [&](const Statement::Order& order) {
    return keys.range && order.name == keys.range->name;
  });
  return by_range != statement.order.end() && by_range->is_descending;
}

const ApiValue* find_in(const ApiItem& item, Path path) {
  const ApiValue* value = api::find(item, path.front().name);
  for (const PathElement& element : path.subspan(1)) {
    if (value == nullptr) return nullptr;
    if (element.is_index) {
      const bool is_there = value->L && element.index < value->L->size();
      value = is_there ? &(*value->L)[element.index] : nullptr;
    } else {
      value = value->M ? api::find(*value->M, element.name) : nullptr;
    }
  }
  return value;
}

/// AWS: what a path leads to is shown under the path's last name.
ApiItem shown(const ProjectionExpression& projection, ApiItem item) {
  if (projection.paths.empty()) return item;
  ApiItem result;
  std::size_t place = 0;
  for (const NodeId id : projection.paths) {
    ++place;
    const Path path = projection.expression.path(projection.expression[id]);
    const ApiValue* value = find_in(item, path);
    if (value == nullptr) continue;
    // PartiQL: an element of a list has no name, so it is called after its place.
    const std::string name =
        path.back().is_index ? "_" + std::to_string(place) : std::string(path.back().name);
    result.push_back({name, *value});
  }
  return result;
}

/// A token says where the next page begins, and in which statement.
std::string token_of(std::uint64_t identity, const std::string& key) {
  return to_base64(std::to_string(identity) + "|" + key);
}
std::string key_of_token(std::uint64_t identity, const std::string& token) {
  const auto decoded = from_base64(token);
  const std::size_t bar = decoded ? decoded->find('|') : std::string::npos;
  if (bar == std::string::npos) throw validation_exception("Invalid NextToken");
  if (decoded->substr(0, bar) != std::to_string(identity))
    throw validation_exception("NextToken does not match request");
  return decoded->substr(bar + 1);
}

}  // namespace

std::uint64_t identity_of(std::string_view statement,
                          const std::optional<std::vector<ApiValue>>& parameters) {
  std::string bytes(statement);
  if (parameters) world::encode(*parameters, bytes);
  return world::hash_bytes(bytes);
}

StatementPage read_statement(Context& context, const Statement& statement,
                             const StatementRead& read) {
  const TableRecord& table = table_of(context, statement);
  const IndexRecord* index = index_of(table, statement);
  if (index != nullptr && index->kind == IndexKind::global &&
      read.consistency == Consistency::strong) {
    throw validation_exception(
        "Strongly consistent read is not supported on Global Secondary Indexes");
  }
  if (index != nullptr) check_projects(table, *index, statement.projection);

  const Projection whole;
  PageRequest page{.table = &table,
                   .index = index,
                   .limit = read.limit,
                   .filter = statement.has_where ? &statement.where : nullptr,
                   .projection = &whole,
                   .consistency = read.consistency};
  const auto condition = key_condition_of(statement, page.keys());
  page.is_forward = !is_backwards(statement, page.keys(), condition.has_value());
  page.parts = key_ranges_of(statement, page.keys(), page.id());
  // Observed: a search through the whole index finds nothing of what the index does not have.
  if (index != nullptr && !page.parts.empty())
    check_filters_by(*index, missing_from_index(table, *index, statement.where));
  if (page.parts.empty()) {
    page.low = prefix_of(page.id());
    page.high = after_prefix(page.low);
  }
  if (read.next_token) page.start = key_of_token(read.identity, *read.next_token);
  const bool reaches_table = index != nullptr && index->kind == IndexKind::local &&
                             !missing_from_index(table, *index, statement.projection.expression,
                                                 statement.projection.paths)
                                  .empty();
  page.select =
      index == nullptr || reaches_table ? Select::all_attributes : Select::projected_attributes;

  if (table.has_stale_reads()) page.as_of = read_time(context, table, page.consistency);
  Page found = read_page(context, page);
  if (table.is_metered())
    pay(context, table, page.low, Access::read, found.consumption, read.times);
  StatementPage result{.consumption = std::move(found.consumption)};
  for (ApiItem& item : found.items)
    result.items.push_back(shown(statement.projection, std::move(item)));
  if (found.last_evaluated_key) {
    const auto next = start_key(page, *found.last_evaluated_key, Wording::plain);
    result.next_token = token_of(read.identity, next->key);
    result.last_evaluated_key = std::move(found.last_evaluated_key);
  }
  return result;
}

}  // namespace fallstreak::services::dynamodb
