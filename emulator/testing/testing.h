#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "cloud.h"

/// What a test suite needs of Fallstreak: a cloud per test, and matchers over outcomes.
namespace fallstreak::testing {

inline void PrintTo(const ApiError& error, std::ostream* out) {
  *out << error.code << " (" << error.status << "): " << error.message;
}

/// Matches an outcome that is AWS's error of this code and, when given, HTTP status.
MATCHER_P(FailsWith, code, std::string("fails with ") + std::string(code)) {
  if (arg.has_value()) {
    *result_listener << "which succeeded";
    return false;
  }
  *result_listener << "which fails with " << arg.error().code << " (" << arg.error().status
                   << "): " << arg.error().message;
  return arg.error().code == code;
}
MATCHER_P2(FailsWith, code, status, std::string("fails with ") + std::string(code)) {
  if (arg.has_value()) {
    *result_listener << "which succeeded";
    return false;
  }
  *result_listener << "which fails with " << arg.error().code << " (" << arg.error().status
                   << "): " << arg.error().message;
  return arg.error().code == code && arg.error().status == status;
}
/// Matches an outcome that fails with exactly this message.
MATCHER_P(FailsSaying, message, std::string("fails saying ") + std::string(message)) {
  if (arg.has_value()) {
    *result_listener << "which succeeded";
    return false;
  }
  *result_listener << "which fails with " << arg.error().code << ": " << arg.error().message;
  return arg.error().message == message;
}
MATCHER(Succeeds, "succeeds") {
  if (arg.has_value()) return true;
  *result_listener << "which fails with " << arg.error().code << " (" << arg.error().status
                   << "): " << arg.error().message;
  return false;
}

/// A fresh cloud for each test, one account and region. Fails the test when the emulator broke one of its own rules:
/// a bug (InternalFailure), or an error that the operation's model does not list.
class CloudTest : public ::testing::Test {
 protected:
  explicit CloudTest(CloudOptions options = {}, dispatch::Caller caller = dispatch::Caller())
      : cloud(options), transport(cloud, std::move(caller)) {}
  void TearDown() override {
    for (const auto& complaint : cloud.complaints()) ADD_FAILURE() << complaint;
  }

  /// The value of a call that must succeed.
  template <class Value>
  static Value must(Outcome<Value> outcome) {
    if (!outcome) {
      throw std::runtime_error(outcome.error().code + ": " + outcome.error().message);
    }
    if constexpr (!std::is_void_v<Value>) return std::move(*outcome);
  }

  Cloud cloud;
  InProcessTransport transport;
};

}  // namespace fallstreak::testing
