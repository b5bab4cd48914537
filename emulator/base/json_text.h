#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

/// JSON that is written piece by piece. Whatever the bytes given, the result is well-formed.
namespace fallstreak {

/// Appends the text in quotes, escaped; each byte that is no UTF-8 as U+FFFD.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// An array of values that are JSON already.
std::string json_array(const std::vector<std::string>& values);

/// A JSON object that is written member by member.
class JsonObject {
 public:
  JsonObject& add(std::string_view name, std::string_view text);
  JsonObject& add(std::string_view name, std::integral auto number) {
    return add_raw(name, std::to_string(number));
  }
  /// A value that is JSON already.
  JsonObject& add_raw(std::string_view name, std::string_view json);
  [[nodiscard]] std::string text() const { return "{" + members_ + "}"; }

 private:
  void begin(std::string_view name);

  std::string members_;
};

}  // namespace fallstreak
