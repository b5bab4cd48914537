#pragma once

#include <string>
#include <string_view>

#include "protocols/codec.h"
#include "protocols/json_value.h"

/// The error answers of the JSON protocols.
namespace fallstreak::protocols {

/// How `__type` (and CBOR's) names an error: with the namespace of the service's model where AWS
/// puts one, `com.amazonaws.sqs#QueueDoesNotExist`.
std::string qualified_error_type(const api::Service& service, std::string_view name);

/// `x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender`, for the services that
/// spoke the query protocol before, so that clients go on seeing the codes of then.
void set_query_error(const api::Operation* operation, const ApiError& error,
                     HttpResponse& response);
/// The code of that header; empty when there is none.
std::string_view query_error_code(const HttpResponse& response);

/// The key of the text: the shape's own spelling, else AWS's habit for the code.
std::string_view message_key(const api::Operation* operation, const ApiError& error);

/// Appends `"message":"…"` and the error's own members to an object that was begun.
void write_json_error_members(const api::Operation* operation, const ApiError& error,
                              JsonDialect dialect, std::string& out);

/// The error of a JSON answer; `type` from a header wins over the body's.
ApiError read_json_error_answer(const api::Operation& operation, const HttpResponse& response,
                                std::string_view header_type, JsonDialect dialect);

/// AWS: what a body that does not read is answered.
ApiError serialization_exception(std::string_view why);

}  // namespace fallstreak::protocols
