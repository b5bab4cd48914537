#include "protocols/json_error.h"

#include <algorithm>
#include <array>

#include "base/json_text.h"
#include "protocols/error_answer.h"

namespace fallstreak::protocols {

namespace {

struct Namespace {
  std::string_view service;
  std::string_view prefix;
};
constexpr std::array kNamespaces{
    Namespace{"dynamodb", "com.amazonaws.dynamodb.v20120810#"},
    Namespace{"dynamodbstreams", "com.amazonaws.dynamodb.v20120810#"},
    Namespace{"sqs", "com.amazonaws.sqs#"},
    Namespace{"cloudwatch", "com.amazonaws.cloudwatch#"},
};

/// Errors of the framework that AWS's services are built with, as DynamoDB names them.
constexpr std::array kFrameworkErrors{
    Namespace{"ValidationException", "com.amazon.coral.validate#"},
    Namespace{"ThrottlingException", "com.amazon.coral.availability#"},
    Namespace{"SerializationException", "com.amazon.coral.service#"},
    Namespace{"UnknownOperationException", "com.amazon.coral.service#"},
    Namespace{"AccessDeniedException", "com.amazon.coral.service#"},
    Namespace{"UnrecognizedClientException", "com.amazon.coral.service#"},
    Namespace{"MissingAuthenticationTokenException", "com.amazon.coral.service#"},
    Namespace{"IncompleteSignatureException", "com.amazon.coral.service#"},
    Namespace{"InvalidSignatureException", "com.amazon.coral.service#"},
    Namespace{"ExpiredTokenException", "com.amazon.coral.service#"},
    Namespace{"InternalFailure", "com.amazon.coral.service#"},
};

}  // namespace

std::string qualified_error_type(const api::Service& service, std::string_view name) {
  const auto own = std::ranges::find(kNamespaces, service.id, &Namespace::service);
  if (own == kNamespaces.end()) return std::string(name);
  const auto framework = std::ranges::find(kFrameworkErrors, name, &Namespace::service);
  const auto& prefix = framework == kFrameworkErrors.end() ? own->prefix : framework->prefix;
  return std::string(prefix) + std::string(name);
}

void set_query_error(const api::Operation* operation, const ApiError& error,
                     HttpResponse& response) {
  const api::Error* row = find_error(operation, error.code);
  const std::string_view code = row == nullptr ? std::string_view(error.code) : row->code;
  set_header(response.headers, "x-amzn-query-error",
             std::string(code) + (error.fault == Fault::sender ? ";Sender" : ";Receiver"));
}

std::string_view query_error_code(const HttpResponse& response) {
  const std::string_view value = header_or_empty(response.headers, "x-amzn-query-error");
  return trim(value.substr(0, value.find(';')));
}

std::string_view message_key(const api::Operation* operation, const ApiError& error) {
  const api::Shape* shape = error.shape;
  if (shape == nullptr) {
    const api::Error* row = find_error(operation, error.code);
    if (row != nullptr) shape = row->shape;
  }
  if (shape != nullptr) {
    const auto found = std::ranges::find_if(shape->members, is_message_member);
    if (found != shape->members.end()) return found->name;
  }
  // AWS: these two of the framework's errors are spelled with a capital, the rest without.
  const bool is_capital =
      error.code == "SerializationException" || error.code == "AccessDeniedException";
  return is_capital ? "Message" : "message";
}

void write_json_error_members(const api::Operation* operation, const ApiError& error,
                              JsonDialect dialect, std::string& out) {
  // AWS: a body that is no JSON and an unknown operation are refused without a text.
  if (!error.message.empty()) {
    if (out.back() != '{') out += ',';
    append_json_string(out, message_key(operation, error));
    out += ':';
    append_json_string(out, error.message);
  }
  if (error.shape == nullptr || error.members == nullptr) return;
  for (const api::Member& member : error.shape->members) {
    if (is_message_member(member) || !api::has(member, error.members.get())) continue;
    if (dialect == JsonDialect::rest_json && member.location != api::Location::body) continue;
    if (out.back() != '{') out += ',';
    append_json_string(out, dialect == JsonDialect::rest_json ? member.wire : member.name);
    out += ':';
    write_json(*member.shape, api::get(member, error.members.get()), dialect, out);
  }
}

ApiError read_json_error_answer(const api::Operation& operation, const HttpResponse& response,
                                std::string_view header_type, JsonDialect dialect) {
  JsonError read = read_json_error(response.content());
  std::string_view type = bare_error_type(header_type.empty() ? read.type : header_type);
  if (const auto code = query_error_code(response); !code.empty()) type = code;
  const std::string status = std::to_string(response.status);
  ApiError error = decoded_error(operation, type.empty() ? std::string_view(status) : type,
                                 std::move(read.message), response.status);
  if (void* members = make_members(operation, error)) {
    const Outcome<void> filled = read_answer(
        response, [&] { read_json(response.content(), *error.shape, dialect, members); });
    // The code and the text are worth more than members that do not read.
    if (!filled) error.members = nullptr, error.shape = nullptr;
  }
  return error;
}

ApiError serialization_exception(std::string_view why) {
  return ApiError("SerializationException", std::string(why), 400);
}

}  // namespace fallstreak::protocols
