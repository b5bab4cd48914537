#include "protocols/error_answer.h"

#include <algorithm>

namespace fallstreak::protocols {

const api::Error* find_error(const api::Operation* operation, std::string_view code_or_name) {
  if (operation == nullptr) return nullptr;
  const auto& errors = operation->errors;
  auto found = std::ranges::find(errors, code_or_name, &api::Error::code);
  if (found == errors.end()) found = std::ranges::find(errors, code_or_name, &api::Error::name);
  return found == errors.end() ? nullptr : &*found;
}

std::string_view shape_name(const api::Operation* operation, const ApiError& error) {
  if (error.shape != nullptr) return error.shape->name;
  const api::Error* row = find_error(operation, error.code);
  return row == nullptr || row->name.empty() ? std::string_view(error.code) : row->name;
}

ApiError decoded_error(const api::Operation& operation, std::string_view code_or_name,
                       std::string message, int status) {
  const api::Error* row = find_error(&operation, code_or_name);
  const std::string_view code = row == nullptr ? code_or_name : row->code;
  ApiError error(std::string(code), std::move(message), status);
  error.fault = status >= 500 ? Fault::receiver : Fault::sender;
  return error;
}

void* make_members(const api::Operation& operation, ApiError& error) {
  const api::Error* row = find_error(&operation, error.code);
  if (row == nullptr || row->shape == nullptr ||
      std::ranges::all_of(row->shape->members, is_message_member)) {
    return nullptr;
  }
  const auto value = std::make_shared<api::AnyValue>(*row->shape);
  error.members = std::shared_ptr<const void>(value, value->get());
  error.shape = row->shape;
  return value->get();
}

bool is_message_member(const api::Member& member) {
  return equals_ignoring_case(member.name, "message") ||
         equals_ignoring_case(member.name, "errorMessage");
}

std::string_view bare_error_type(std::string_view type) {
  if (const auto hash = type.find('#'); hash != std::string_view::npos) {
    type.remove_prefix(hash + 1);
  }
  return trim(type.substr(0, type.find(':')));
}

}  // namespace fallstreak::protocols
