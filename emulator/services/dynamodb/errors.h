#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "services/dynamodb/value.h"

/// DynamoDB's error codes and messages that several files need; each code is spelled here alone.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
namespace fallstreak::services::dynamodb {

/// How an operation words what it refuses before it looks at the table.
///
/// Observed (2026): PutItem, UpdateItem and DeleteItem put `1 validation error detected: ` before
/// it, the reading operations do not, and BatchWriteItem, Scan and transactions word bad values as
/// DynamoDB used to. What is found out at the table has no such prefix.
enum class Wording { enveloped, plain, older };

ApiError validation_exception(std::string message);
/// Of a request, whatever the table.
ApiError validation_exception(Wording wording, std::string message);
/// `One or more parameter values were invalid: ...`
ApiError invalid_parameter_values(std::string_view what);
ApiError invalid_parameter_values(Wording wording, std::string_view what);

ApiError resource_not_found_exception();
ApiError table_not_found(std::string_view table_name);
ApiError table_already_exists(std::string_view table_name);
ApiError table_being_created(std::string_view table_name);
ApiError table_being_deleted(std::string_view table_name);
ApiError table_being_updated(std::string_view table_name);
/// Of a replica that is being filled.
ApiError table_being_used(std::string_view table_name);
/// `Subscriber limit exceeded: ...`
ApiError limit_exceeded_exception(std::string_view what);
/// Of a region that cannot serve.
ApiError internal_server_error();
/// What AWS can do and this version cannot.
ApiError not_implemented(std::string_view what);
/// Of a resource that is another account's.
ApiError access_denied_exception(std::string_view account_id, std::string_view operation,
                                 std::string_view resource);
/// With the item that stood in the way, when the caller asked for it.
ApiError conditional_check_failed_exception(const Value* item);

/// Of a statement that inserts what is there.
ApiError duplicate_item_exception();

ApiError key_does_not_match_schema();
ApiError item_too_large();

}  // namespace fallstreak::services::dynamodb
