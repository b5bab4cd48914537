#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/attribute_values.h"

namespace fallstreak::services::dynamodb {

/// What the `#names` and `:values` of a request's expressions stand for, and which of them were
/// used.
class Placeholders {
 public:
  using Names = std::optional<api::Map<std::string>>;
  using Values = std::optional<ApiItem>;

  /// Refuses malformed placeholders and values. All arguments must outlive this.
  Placeholders(const Names& names, const Values& values, Wording wording);

  /// The attribute's name, or empty when `#name` is not defined. Remembers the use.
  std::optional<std::string_view> name(std::string_view placeholder);
  /// The value, or empty when `:value` is not defined. Remembers the use.
  std::optional<Value> value(std::string_view placeholder);
  /// Refuses what no expression used.
  void check_all_used() const;

 private:
  struct Name {
    std::string_view placeholder;
    std::string_view name;
    bool used = false;
  };
  struct Packed {
    std::string_view placeholder;
    std::size_t offset;
    bool used = false;
  };
  void add_names(const api::Map<std::string>& names);
  void add_values(const ApiItem& values);

  Wording wording_;
  std::vector<Name> names_;
  std::vector<Packed> values_;
  std::string bytes_;
};

}  // namespace fallstreak::services::dynamodb
