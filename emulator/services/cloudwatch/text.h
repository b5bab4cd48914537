#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

/// How CloudWatch writes values into texts and JSON documents.
namespace fallstreak::services::cloudwatch {

/// As Java prints a double: `85.0`, `0.1`, `1.0E10`.
std::string number_text(double number);
/// `01/01/26 00:01:00`: day, month, year.
std::string short_date(Time time);
/// `2026-01-01T00:01:00.000+0000`.
std::string json_date(Time time);
/// With its quotes.
std::string json_string(std::string_view text);
/// The first bytes of a text, at most so many, that are whole characters.
std::string shortened(std::string text, std::size_t most);
/// True when the text is one JSON value.
bool is_json(std::string_view text);

/// An array of values that are JSON already.
std::string json_array(const std::vector<std::string>& values);

/// A JSON object that is written member by member, in the order in which AWS writes them.
class JsonObject {
 public:
  void add(std::string_view name, std::string_view text) { add_raw(name, json_string(text)); }
  void add(std::string_view name, double number) { add_raw(name, number_text(number)); }
  void add(std::string_view name, std::integral auto number) {
    add_raw(name, std::to_string(number));
  }
  /// A value that is JSON already.
  void add_raw(std::string_view name, std::string_view json);
  [[nodiscard]] std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

}  // namespace fallstreak::services::cloudwatch
