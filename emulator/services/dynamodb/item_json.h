#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/attribute_values.h"

/// Items as DynamoDB JSON, which is what exports write and imports read: `{"pk":{"S":"a"}}`.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
namespace fallstreak::services::dynamodb {

/// Appends an item's packed attributes.
void append_json(std::string_view attributes, std::string& out);

/// A line of an import, `{"Item":{...}}`.
struct ItemLine {
  enum class Problem { none, not_json, not_an_item } problem = Problem::none;
  ApiItem item;
};
ItemLine read_item_line(std::string_view line);

}  // namespace fallstreak::services::dynamodb
