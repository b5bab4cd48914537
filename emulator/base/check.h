#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace fallstreak {

/// A bug in Fallstreak itself. Dispatch rewinds the transaction and answers 500 `InternalFailure`.
struct InternalError : std::logic_error {
  using std::logic_error::logic_error;
};

namespace detail {

/// Collects the reason of a failed CHECK and throws when the statement ends.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition)
      : text_(std::string(file) + ":" + std::to_string(line) + ": CHECK(" + condition + ") ") {}
  CheckFailure(const CheckFailure&) = delete;
  CheckFailure& operator=(const CheckFailure&) = delete;
  ~CheckFailure() noexcept(false) { throw InternalError(text_); }

  CheckFailure& operator<<(std::string_view text) {
    text_ += text;
    return *this;
  }
  template <class Number>
    requires std::is_arithmetic_v<Number>
  CheckFailure& operator<<(Number number) {
    text_ += std::to_string(number);
    return *this;
  }

 private:
  std::string text_;
};

}  // namespace detail
}  // namespace fallstreak

/// `CHECK(condition) << why;` is on in every build and throws InternalError.
// NOLINTNEXTLINE: the one macro, because it needs the condition's text and place.
#define CHECK(condition) \
  if (condition) {       \
  } else                 \
    ::fallstreak::detail::CheckFailure(__FILE__, __LINE__, #condition)
