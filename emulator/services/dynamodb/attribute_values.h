#pragma once

#include <string>
#include <string_view>

#include "api/dynamodb/items.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/value.h"

/// From the API's attribute values to packed ones and back.
namespace fallstreak::services::dynamodb {

using ApiValue = api::dynamodb::AttributeValue;
using ApiItem = api::Map<ApiValue>;

/// The type of a value that must have exactly one.
Type type_of(const ApiValue& value, Wording wording);
/// Refuses a value that cannot be kept: no type or two, a bad number, an empty or doubled set, too
/// many levels.
void check_value(const ApiValue& value, Wording wording);
void check_values(const ApiItem& item, Wording wording);

/// Appends a value; refuses what cannot be kept. An item's own attributes are on level 1.
void pack(const ApiValue& value, Wording wording, std::string& out, int level = 1);
/// An item's bytes: its attributes, sorted by name.
std::string pack_item(const ApiItem& item, Wording wording);

ApiValue unpack(const Value& value);
void unpack_into(const Value& value, ApiValue& result);
ApiItem unpack_item(std::string_view attributes);
/// Adds one attribute to an item.
struct Attribute;
void unpack_onto(const Attribute& attribute, ApiItem& item);

/// Reads a number, or refuses it in DynamoDB's words.
class Number;
void read_number(std::string_view text, Wording wording, Number& out);

}  // namespace fallstreak::services::dynamodb
