#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "client/transport.h"
#include "provisioner/desired/stack.h"

/// What the provisioner knows of one type of resource: how to see it, make it, change it and remove it, through the
/// client alone, so that the same code works against the emulator and AWS.
namespace fallstreak::provisioner {

/// What a manifest may say about one property of a type.
struct Property {
  enum class Kind { text, number, boolean, reference, references, list };
  std::string_view name;
  Kind kind = Kind::text;
  std::string_view default_value = {};
  bool required = false;
  bool immutable = false;  // a change means a new resource
  std::string_view help = {};

  [[nodiscard]] bool is_list() const { return kind == Kind::references || kind == Kind::list; }
  /// True when `@name` in its text stands for another resource.
  [[nodiscard]] bool may_refer() const { return kind == Kind::reference || is_list(); }
};

/// A resource as the cloud has it, owned by the stack.
struct Observed {
  std::string name;       // logical, from its tag or its physical name
  std::string type;
  std::string id;         // physical: `vpc-0abc...`, an ARN, a name
  Properties properties;  // those that the manifest can set; references are physical ids
  bool leaving = false;   // being deleted: it is neither adopted nor touched
};

/// Where a driver works.
struct Destination {
  client::Transport* transport;
  std::string stack;
  std::string region;

  /// `<stack>-<name>`: the physical name of resources that AWS identifies by name.
  [[nodiscard]] std::string physical_name(std::string_view name) const {
    return stack + "-" + std::string(name);
  }
};

/// The tags by which a resource is found again: the state of the provisioner is the cloud itself.
inline constexpr std::string_view kStackTag = "fallstreak:stack";
inline constexpr std::string_view kResourceTag = "fallstreak:resource";

/// Resolved properties: references replaced by physical ids.
struct Desired {
  std::string name;
  Properties properties;
  [[nodiscard]] const std::string& operator[](std::string_view property) const;
  /// The elements of a list property.
  [[nodiscard]] std::vector<std::string> list(std::string_view property) const;
};

/// One type of resource. The functions throw ApiError; the reconciler turns that into an outcome.
struct Driver {
  std::string_view type;
  std::span<const Property> properties;
  /// Every resource of this type that belongs to the stack.
  std::vector<Observed> (*list)(const Destination&);
  /// Makes it and gives its id. What it could not set in the same call is left to `update`.
  std::string (*create)(const Destination&, const Desired&);
  /// Changes what differs.
  void (*update)(const Destination&, const Observed&, const Desired&);
  /// Begins to remove it; "not there" is success.
  void (*destroy)(const Destination&, const Observed&);
  /// True when it can be used by what depends on it; asked again after a pause until then.
  bool (*is_ready)(const Destination&, const Observed&);
  /// True when it is gone, so that what it depends on can be removed.
  bool (*is_gone)(const Destination&, const Observed&);
};

/// Every driver, in alphabetical order of type.
std::span<const Driver* const> drivers();
const Driver* find_driver(std::string_view type);
bool may_refer(const Driver& driver, std::string_view property);

/// Throws the error of a failed call.
template <class Value>
Value value_of(Outcome<Value> outcome) {
  if (!outcome) throw std::move(outcome.error());
  if constexpr (!std::is_void_v<Value>) return std::move(*outcome);
}

/// "a, b, c" from a list, sorted: the canonical form of list properties.
std::string join(std::vector<std::string> elements);
std::vector<std::string> split(std::string_view text);

}  // namespace fallstreak::provisioner
