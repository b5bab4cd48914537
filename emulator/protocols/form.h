#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fallstreak::protocols {

/// The parameters of an `application/x-www-form-urlencoded` text, decoded and sorted by name, so
/// that every parameter below `Filter.1.` is one run.
class Form {
 public:
  struct Parameter {
    std::string name;
    std::string value;
  };

  /// Throws Malformed when a percent sign is not followed by two digits or the text is not UTF-8.
  static Form parse(std::string_view text);
  /// Adds the parameters of another text: a request may have some in its query, some in its body.
  void add(std::string_view text);

  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// The parameters whose names begin with `prefix`.
  [[nodiscard]] std::pair<const Parameter*, const Parameter*> below(std::string_view prefix) const;

 private:
  std::vector<Parameter> parameters_;
};

/// The value of one parameter without parsing the rest, decoded; empty when it is not there.
std::string form_value(std::string_view text, std::string_view name);

/// Appends `name=value`, encoded, with `&` before it when the text is not empty.
void append_form_parameter(std::string& out, std::string_view name, std::string_view value);

}  // namespace fallstreak::protocols
