#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/state.h"

/// Finding tables by what requests call them.
namespace fallstreak::services::dynamodb {

/// The table's name: itself, or the end of an ARN. Refuses what can be neither.
std::string_view table_name_of(const Context& context, std::string_view name_or_arn);

/// Whether it can be a table's name or ARN.
bool is_table_name(std::string_view text);

/// A table whose items can be read and written. It stays valid until a table is changed.
const TableRecord& usable_table(Context& context, std::string_view name_or_arn);

/// The index of that name, or a refusal.
const IndexRecord& index_of(const TableRecord& table, std::string_view index_name);
bool has_local_index(const TableRecord& table);

}  // namespace fallstreak::services::dynamodb
