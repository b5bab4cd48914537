#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fallstreak::provisioner {

/// The properties of a resource as canonical text: what a manifest wants and what a cloud has compare equal exactly
/// when nothing need be done. Lists are sorted and joined by ", ".
using Properties = std::map<std::string, std::string, std::less<>>;

/// One resource of the desired state.
struct Resource {
  std::string name;  // logical: unique in the stack
  std::string type;  // `vpc`, `subnet`, ...
  Properties properties;
  int line = 0;      // in the manifest; 0 when made by a program
};

/// A desired state: what should be there, in any order.
struct Stack {
  std::string name;
  std::string region;
  /// When given, nothing is touched in any other account: the wrong profile must not cost a customer's stack.
  std::optional<std::string> account_id;
  std::vector<Resource> resources;

  [[nodiscard]] const Resource* find(std::string_view resource) const;
};

/// The resource that carries a name inside a property's text: `@network`. Everything else is literal.
inline constexpr char kReference = '@';
/// The text with each `@name` replaced by what `id_of(name)` gives.
std::string replace_references(std::string text,
                               const std::function<std::string(std::string_view name)>& id_of);
/// The logical names that a resource's properties refer to, in order, each once.
std::vector<std::string> references(const Resource& resource);
/// The resources in an order in which each stands after those it refers to, or the cycle's names when there is none.
struct Ordered {
  std::vector<const Resource*> resources;
  std::vector<std::string> cycle;
};
Ordered in_dependency_order(const Stack& stack);

}  // namespace fallstreak::provisioner
