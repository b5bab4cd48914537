#include <algorithm>

#include "services/dynamodb/items.h"
#include "services/dynamodb/key_condition.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/stale_reads.h"
#include "services/dynamodb/table_access.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::QueryInput;

/// A Query request, read and checked as far as it can be without the table.
struct QueryParts {
  explicit QueryParts(const QueryInput& request);
  QueryParts(const QueryParts&) = delete;
  QueryParts& operator=(const QueryParts&) = delete;

  ValueStore store;
  std::optional<Expression> filter;
  Placeholders placeholders;
  std::optional<Expression> key_expression;
  std::vector<KeyClause> clauses;
  Projection projection;
};

void check_query_parameters(const QueryInput& request) {
  // AWS: KeyConditions may stand beside expressions as long as there is no KeyConditionExpression.
  const bool has_key_expression = request.KeyConditionExpression.has_value();
  check_parameters(
      {.expressions = {{"ProjectionExpression", request.ProjectionExpression.has_value()},
                       {"FilterExpression", request.FilterExpression.has_value()},
                       {"KeyConditionExpression", has_key_expression}},
       .older = {{"AttributesToGet", request.AttributesToGet.has_value()},
                 {"QueryFilter", request.QueryFilter.has_value()},
                 {"ConditionalOperator", request.ConditionalOperator.has_value()},
                 {"KeyConditions", request.KeyConditions.has_value() && has_key_expression}},
       .has_names = request.ExpressionAttributeNames.has_value(),
       .has_values = request.ExpressionAttributeValues.has_value()},
      Wording::plain);
  if (!request.QueryFilter)
    check_conditional_operator(request.ConditionalOperator, 0, Wording::plain);
  check_select(request.Select, request.IndexName.has_value(), request.AttributesToGet.has_value(),
               request.ProjectionExpression.has_value(), "Querying", Wording::enveloped);
}

QueryParts::QueryParts(const QueryInput& request)
    : filter(request.QueryFilter
                 ? std::optional(condition_of(*request.QueryFilter, request.ConditionalOperator,
                                              Wording::plain, store))
                 : std::nullopt),
      placeholders(request.ExpressionAttributeNames, request.ExpressionAttributeValues,
                   Wording::plain) {
  if (request.ExclusiveStartKey) check_values(*request.ExclusiveStartKey, Wording::plain);
  if (!request.KeyConditions && !request.KeyConditionExpression) {
    throw validation_exception(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  if (request.KeyConditionExpression) {
    key_expression = parse_condition(Clause::key_condition, *request.KeyConditionExpression,
                                     placeholders, Wording::plain);
  }
  if (request.FilterExpression) {
    filter =
        parse_condition(Clause::filter, *request.FilterExpression, placeholders, Wording::plain);
  }
  projection = read_projection(request, placeholders, Wording::plain);
  placeholders.check_all_used();
  clauses = key_expression ? key_clauses(*key_expression, Wording::plain)
                           : key_clauses(*request.KeyConditions, Wording::plain, store);
}

void check_filter_leaves_keys_alone(const Expression& filter, const KeySchema& keys,
                                    bool is_expression) {
  for (const Node& node : filter.nodes) {
    if (node.kind != Kind::path) continue;
    const std::string_view name = filter.path(node).front().name;
    if (!keys.has(name)) continue;
    throw validation_exception(
        std::string(is_expression ? "Filter Expression" : "QueryFilter") +
        " can only contain non-primary key attributes: Primary key attribute: " +
        std::string(name));
  }
}

/// Refuses what an index cannot show or filter by.
void check_index_serves(const PageRequest& page) {
  if (page.filter != nullptr) {
    auto missing = missing_from_index(*page.table, *page.index, *page.filter);
    std::ranges::sort(missing);
    check_filters_by(*page.index, missing);
  }
  check_projects(*page.table, *page.index, page.projection->expression());
}

/// Whether only the types of a starting key are wrong.
bool has_names_of_key(const PageRequest& page, const ApiItem& given) {
  const auto is_given = [&](const KeyAttribute* attribute) {
    return api::find(given, attribute->name) != nullptr;
  };
  const auto is_key = [&](const auto& entry) {
    return page.table->keys.has(entry.key) || page.keys().has(entry.key);
  };
  return std::ranges::all_of(given, is_key) &&
         std::ranges::all_of(KeyAttributes(page.table->keys), is_given) &&
         std::ranges::all_of(KeyAttributes(page.keys()), is_given);
}

std::string start_of(const PageRequest& page, const ApiItem& given, const KeyCondition& condition) {
  const auto start = start_key(page, given, Wording::plain);
  if (!start && has_names_of_key(page, given)) throw key_does_not_match_schema();
  if (!start) throw validation_exception("The provided starting key is invalid");
  if (page.keys().is_composite()) {
    if (start->key >= page.low && start->key < page.high) return start->key;
    throw validation_exception(
        "The provided starting key is outside query boundaries based on provided conditions");
  }
  const KeyValues values = *key_values(page.keys(), start->attributes);
  if (condition.range && !condition.allows_range(values.range)) {
    throw validation_exception("The provided starting key does not match the range key predicate");
  }
  if (values.hash != condition.hash) {
    throw validation_exception(
        "The provided starting key is outside query boundaries based on provided conditions");
  }
  return start->key;
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
api::dynamodb::QueryOutput query(Context& context, const QueryInput& request) {
  check_query_parameters(request);
  const QueryParts parts(request);

  const TableRecord& table = usable_table(context, *request.TableName);
  const bool is_consistent = request.ConsistentRead.value_or(false);
  PageRequest page{.table = &table,
                   .index = index_to_read(table, request.IndexName, is_consistent),
                   .is_forward = request.ScanIndexForward.value_or(true),
                   .limit = request.Limit,
                   .filter = parts.filter ? &*parts.filter : nullptr,
                   .projection = &parts.projection,
                   .consistency = is_consistent ? Consistency::strong : Consistency::eventual};
  const KeyCondition condition = key_condition(page.keys(), parts.clauses);
  KeyRange range = key_range(page.id(), condition);
  page.low = std::move(range.low);
  page.high = std::move(range.high);
  if (request.ExclusiveStartKey) page.start = start_of(page, *request.ExclusiveStartKey, condition);
  if (parts.filter) {
    check_filter_leaves_keys_alone(*parts.filter, page.keys(),
                                   request.FilterExpression.has_value());
  }
  if (page.index != nullptr) check_index_serves(page);
  page.select = read_select(request.Select, page.index, parts.projection);

  if (table.has_stale_reads()) page.as_of = read_time(context, table, page.consistency);
  Page read = read_page(context, page);
  if (table.is_metered()) pay_for_page(context, page, read, "Query");
  api::dynamodb::QueryOutput output;
  output.ConsumedCapacity =
      read.consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  answer_page(std::move(read), page.select, output);
  return output;
}

}  // namespace fallstreak::services::dynamodb
