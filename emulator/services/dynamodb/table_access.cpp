#include "services/dynamodb/table_access.h"

#include <algorithm>

#include "base/arn.h"

namespace fallstreak::services::dynamodb {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

/// Tells everything that is wrong with a name.
ApiError bad_table_name(std::string_view name) {
  const std::string value =
      "Value '" + std::string(name) + "' at 'tableName' failed to satisfy constraint: Member must ";
  const bool has_others = !std::ranges::all_of(name, is_name_character);
  const bool has_length = name.size() >= 3 && name.size() <= 255;
  std::string text;
  if (has_others) text = value + "satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
  if (has_others && !has_length) text += "; ";
  if (name.size() < 3) text += value + "have length greater than or equal to 3";
  if (name.size() > 255) text += value + "have length less than or equal to 255";
  const bool has_both = has_others && !has_length;
  return validation_exception(
      (has_both ? "2 validation errors detected: " : "1 validation error detected: ") + text);
}

/// Chosen: what lies in another account or region is not there, as for a caller without permission
/// to see it.
std::string_view name_in_arn(const Context& context, std::string_view text) {
  const auto arn = Arn::parse(text);
  constexpr std::string_view kTable = "table/";
  if (!arn || arn->service != "dynamodb" || !arn->resource.starts_with(kTable)) {
    throw validation_exception("Invalid table ARN: " + std::string(text));
  }
  if (arn->account_id != context.account_id() || arn->region != context.region()) {
    throw resource_not_found_exception();
  }
  return text.substr(text.rfind('/') + 1);
}

}  // namespace

bool is_table_name(std::string_view text) {
  return text.starts_with("arn:") ||
         (text.size() >= 3 && text.size() <= 255 && std::ranges::all_of(text, is_name_character));
}

std::string_view table_name_of(const Context& context, std::string_view name_or_arn) {
  if (name_or_arn.starts_with("arn:")) return name_in_arn(context, name_or_arn);
  if (!is_table_name(name_or_arn)) throw bad_table_name(name_or_arn);
  return name_or_arn;
}

const TableRecord& usable_table(Context& context, std::string_view name_or_arn) {
  const auto& tables = context.state.tables;
  // What names a table needs no further look.
  const TableRecord* table = tables.find(name_or_arn);
  if (table == nullptr) table = tables.find(table_name_of(context, name_or_arn));
  if (table == nullptr || !table->is_usable()) throw resource_not_found_exception();
  if (table->is_out) throw internal_server_error();
  return *table;
}

const IndexRecord& index_of(const TableRecord& table, std::string_view index_name) {
  const auto found = std::ranges::find(table.indexes, index_name, &IndexRecord::name);
  if (found == table.indexes.end()) {
    throw validation_exception("The table does not have the specified index: " +
                               std::string(index_name));
  }
  return *found;
}

bool has_local_index(const TableRecord& table) {
  return std::ranges::any_of(
      table.indexes, [](const IndexRecord& index) { return index.kind == IndexKind::local; });
}

}  // namespace fallstreak::services::dynamodb
