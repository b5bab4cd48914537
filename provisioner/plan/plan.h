#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "provisioner/desired/stack.h"
#include "provisioner/resources/driver.h"

namespace fallstreak::provisioner {

/// What is to be done about one resource.
enum class Verb { create, update, replace, destroy, wait };

struct PropertyChange {
  std::string property;
  std::string before, after;  // `after` may hold "(known after apply)"
  bool forces_replacement = false;
};

struct Step {
  Verb verb = Verb::create;
  std::string name, type, id;
  std::vector<PropertyChange> changes;
};

/// The difference between what a stack should be and what the cloud has, in the order in which it will be applied.
struct Plan {
  std::vector<Step> steps;
  int unchanged = 0;
  [[nodiscard]] bool empty() const { return steps.empty(); }
};

/// What the cloud has of a stack: every owned resource of every type.
Outcome<std::vector<Observed>> observe(const Destination& where);

/// A pure function of the two states.
Plan make_plan(const Stack& stack, const std::vector<Observed>& observed);
/// Everything that the stack owns goes, in an order that AWS allows.
Plan make_destroy_plan(const std::vector<Observed>& observed);

/// For a person: `+ create subnet-a (subnet)` and so on, a line per property, a summary at the end.
std::string to_text(const Plan& plan);

/// What stands for an id that is not known before the resource exists.
inline constexpr std::string_view kKnownAfterApply = "(known after apply)";

/// A resource's properties with its references replaced by the ids of what is observed.
Desired resolve(const Resource& resource, const std::vector<Observed>& observed);
/// The properties in which what is there differs from what is wanted.
std::vector<PropertyChange> changes_of(const Driver& driver, const Observed& present,
                                       const Desired& desired);

}  // namespace fallstreak::provisioner
