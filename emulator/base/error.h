#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace fallstreak {

namespace api {
struct Shape;
}

/// Whose fault an error is: decides `<Type>Sender</Type>` and whether a client retries.
enum class Fault { sender, receiver };

/// AWS's answer to a request that it refuses: what every protocol writes and every client reads.
///
/// Made only by factories named after the code (a service's `errors.h`), thrown by handlers, caught by the
/// dispatcher alone. `message` is AWS's text, `status` the HTTP status.
struct ApiError : std::exception {
  ApiError() = default;
  ApiError(std::string error_code, std::string error_message, int http_status = 400);

  std::string code;
  std::string message;
  int status = 400;
  Fault fault = Fault::sender;

  /// Further members of a modelled error shape (DynamoDB's `CancellationReasons`, a condition's `Item`): a value of
  /// `shape`, or null. Shared because an error is copied while it travels, and never changed after it was thrown.
  std::shared_ptr<const void> members;
  const api::Shape* shape = nullptr;

  [[nodiscard]] const char* what() const noexcept override { return message.c_str(); }
  bool operator==(const ApiError& other) const {
    return code == other.code && message == other.message && status == other.status;
  }
};

/// What a client call gives: the value, or AWS's error. To a reconciler "not found" is an answer.
template <class Value>
using Outcome = tl::expected<Value, ApiError>;

}  // namespace fallstreak
