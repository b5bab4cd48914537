#include "services/dynamodb/errors.h"

#include <memory>

#include "api/dynamodb/items.h"
#include "services/dynamodb/attribute_values.h"

namespace fallstreak::services::dynamodb {

ApiError validation_exception(std::string message) {
  return {"ValidationException", std::move(message)};
}

ApiError validation_exception(Wording wording, std::string message) {
  if (wording != Wording::enveloped) return validation_exception(std::move(message));
  return validation_exception("1 validation error detected: " + message);
}

ApiError invalid_parameter_values(std::string_view what) {
  return invalid_parameter_values(Wording::plain, what);
}

ApiError invalid_parameter_values(Wording wording, std::string_view what) {
  return validation_exception(wording,
                              "One or more parameter values were invalid: " + std::string(what));
}

ApiError resource_not_found_exception() {
  // AWS: operations on items do not name the table.
  return {"ResourceNotFoundException", "Requested resource not found"};
}

ApiError table_not_found(std::string_view table_name) {
  return {"ResourceNotFoundException",
          "Requested resource not found: Table: " + std::string(table_name) + " not found"};
}

ApiError table_already_exists(std::string_view table_name) {
  return {"ResourceInUseException", "Table already exists: " + std::string(table_name)};
}

ApiError table_being_created(std::string_view table_name) {
  return {"ResourceInUseException",
          "Attempt to change a resource which is still in use: Table is being created: " +
              std::string(table_name)};
}

ApiError table_being_deleted(std::string_view table_name) {
  return {"ResourceInUseException",
          "Attempt to change a resource which is still in use: Table is being deleted: " +
              std::string(table_name)};
}

ApiError table_being_updated(std::string_view table_name) {
  return {"ResourceInUseException",
          "Attempt to change a resource which is still in use: Table is being updated: " +
              std::string(table_name)};
}

ApiError table_being_used(std::string_view table_name) {
  return {"ResourceInUseException", "Attempt to change a resource which is still in use: Table: " +
                                        std::string(table_name) + " is being used."};
}

ApiError limit_exceeded_exception(std::string_view what) {
  return {"LimitExceededException", "Subscriber limit exceeded: " + std::string(what)};
}

ApiError internal_server_error() {
  return ApiError("InternalServerError", "Internal server error", 500);
}

ApiError not_implemented(std::string_view what) {
  return ApiError("NotImplemented",
                  std::string(what) + " is not implemented by this version of Fallstreak.", 501);
}

ApiError access_denied_exception(std::string_view account_id, std::string_view operation,
                                 std::string_view resource) {
  return {"AccessDeniedException",
          "User: arn:aws:iam::" + std::string(account_id) +
              ":root is not authorized to perform: dynamodb:" + std::string(operation) +
              " on resource: " + std::string(resource)};
}

ApiError conditional_check_failed_exception(const Value* item) {
  ApiError error("ConditionalCheckFailedException", "The conditional request failed");
  if (item != nullptr) {
    auto members = std::make_shared<api::dynamodb::ConditionalCheckFailedException>();
    members->message = error.message;
    members->Item = unpack_item(item->bytes);
    error.members = std::move(members);
    error.shape = &api::shape_of<api::dynamodb::ConditionalCheckFailedException>();
  }
  return error;
}

ApiError duplicate_item_exception() {
  return {"DuplicateItemException", "Duplicate primary key exists in table"};
}

ApiError key_does_not_match_schema() {
  return validation_exception("The provided key element does not match the schema");
}

ApiError item_too_large() {
  return validation_exception("Item size has exceeded the maximum allowed size");
}

}  // namespace fallstreak::services::dynamodb
