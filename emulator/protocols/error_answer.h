#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/shape.h"
#include "base/error.h"
#include "protocols/http_message.h"
#include "protocols/walk.h"

/// What all protocols' error answers have in common.
namespace fallstreak::protocols {

/// The operation's row for an error, known by its code or by its shape's name; null when the table
/// has none (errors that every operation may answer) or there is no operation.
const api::Error* find_error(const api::Operation* operation, std::string_view code_or_name);

/// The name of the error's shape, which JSON and CBOR go by; its code when it has no shape.
std::string_view shape_name(const api::Operation* operation, const ApiError& error);

/// What a client read: code (or shape name), text and status of an answer.
ApiError decoded_error(const api::Operation& operation, std::string_view code_or_name,
                       std::string message, int status);

/// Gives the error room for the members of its shape and returns it, or null when the operation's
/// table has no shape for it, or one with nothing but a message.
void* make_members(const api::Operation& operation, ApiError& error);

/// `Message`, `message` or `errorMessage`: the text has a place of its own in every protocol.
bool is_message_member(const api::Member& member);

/// `com.amazonaws.sqs#QueueDoesNotExist:http://…` is `QueueDoesNotExist`.
std::string_view bare_error_type(std::string_view type);

/// Runs `read` for a client; an answer that does not read becomes an error too.
template <class Read>
Outcome<void> read_answer(const HttpResponse& response, Read read) {
  const auto refuse = [&](const char* why) {
    return tl::unexpected(ApiError("MalformedResponse", why, response.status));
  };
  try {
    read();
    return {};
  } catch (const Malformed& malformed) {
    return refuse(malformed.what());
  } catch (const ApiError& error) {
    return refuse(error.what());
  }
}

}  // namespace fallstreak::protocols
