#include "services/dynamodb/items.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/stale_reads.h"
#include "services/dynamodb/table_access.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ScanInput;

// Observed: Scan words bad values as DynamoDB used to, unlike Query.
constexpr Wording kWording = Wording::older;

void check_segments(const ScanInput& request) {
  if (request.Segment && !request.TotalSegments) {
    throw validation_exception(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (request.TotalSegments && !request.Segment) {
    throw validation_exception(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (request.Segment && *request.Segment >= *request.TotalSegments) {
    throw validation_exception(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        "Segment: " +
        std::to_string(*request.Segment) +
        " is not less than TotalSegments: " + std::to_string(*request.TotalSegments));
  }
}

void check_scan_parameters(const ScanInput& request) {
  check_parameters(
      {.expressions = {{"ProjectionExpression", request.ProjectionExpression.has_value()},
                       {"FilterExpression", request.FilterExpression.has_value()}},
       .older = {{"AttributesToGet", request.AttributesToGet.has_value()},
                 {"ScanFilter", request.ScanFilter.has_value()},
                 {"ConditionalOperator", request.ConditionalOperator.has_value()}},
       .has_names = request.ExpressionAttributeNames.has_value(),
       .has_values = request.ExpressionAttributeValues.has_value()},
      kWording);
  if (!request.ScanFilter) check_conditional_operator(request.ConditionalOperator, 0, kWording);
  check_segments(request);
  check_select(request.Select, request.IndexName.has_value(), request.AttributesToGet.has_value(),
               request.ProjectionExpression.has_value(), "Scanning", kWording);
}

/// Where segment `segment` of `total` begins: the hashes of the partition keys are divided evenly.
std::string beginning_of_segment(std::uint64_t id, std::uint64_t segment, std::uint64_t total) {
  KeyBytes key;
  append_table(key, id);
  if (segment == total) return after_prefix(key.view());
  __extension__ using Wide = unsigned __int128;
  key.append_number(static_cast<std::uint64_t>((static_cast<Wide>(segment) << 64U) / total));
  return std::string(key.view());
}

std::string start_of(const PageRequest& page, const ScanInput& request) {
  const auto start = start_key(page, *request.ExclusiveStartKey, kWording);
  if (!start) {
    throw validation_exception(
        "The provided starting key is invalid: The provided key element does not match the schema");
  }
  if (start->key < page.low || start->key >= page.high) {
    throw validation_exception(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
        "ExclusiveStartKey with correct "
        "Segment. TotalSegments: " +
        std::to_string(request.TotalSegments.value_or(1)) +
        " Segment: " + std::to_string(request.Segment.value_or(0)));
  }
  return start->key;
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
api::dynamodb::ScanOutput scan(Context& context, const ScanInput& request) {
  check_scan_parameters(request);
  ValueStore store;
  std::optional<Expression> filter;
  if (request.ScanFilter) {
    filter = condition_of(*request.ScanFilter, request.ConditionalOperator, kWording, store);
  }
  if (request.ExclusiveStartKey) check_values(*request.ExclusiveStartKey, kWording);
  Placeholders placeholders(request.ExpressionAttributeNames, request.ExpressionAttributeValues,
                            kWording);
  if (request.FilterExpression) {
    filter = parse_condition(Clause::filter, *request.FilterExpression, placeholders, kWording);
  }
  const Projection projection = read_projection(request, placeholders, kWording);
  placeholders.check_all_used();

  const TableRecord& table = usable_table(context, *request.TableName);
  const bool is_consistent = request.ConsistentRead.value_or(false);
  PageRequest page{.table = &table,
                   .index = index_to_read(table, request.IndexName, is_consistent),
                   .limit = request.Limit,
                   .filter = filter ? &*filter : nullptr,
                   .projection = &projection,
                   .consistency = is_consistent ? Consistency::strong : Consistency::eventual};
  const auto segment = static_cast<std::uint64_t>(request.Segment.value_or(0));
  const auto total = static_cast<std::uint64_t>(request.TotalSegments.value_or(1));
  page.low = beginning_of_segment(page.id(), segment, total);
  page.high = beginning_of_segment(page.id(), segment + 1, total);
  if (request.ExclusiveStartKey) page.start = start_of(page, request);
  if (page.index != nullptr) check_projects(table, *page.index, projection.expression());
  page.select = read_select(request.Select, page.index, projection);

  if (table.has_stale_reads()) page.as_of = read_time(context, table, page.consistency);
  Page read = read_page(context, page);
  if (table.is_metered()) pay_for_page(context, page, read, "Scan");
  api::dynamodb::ScanOutput output;
  output.ConsumedCapacity =
      read.consumption.answer(request.ReturnConsumedCapacity, *request.TableName);
  answer_page(std::move(read), page.select, output);
  return output;
}

}  // namespace fallstreak::services::dynamodb
