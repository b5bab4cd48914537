#include "provisioner/plan/plan.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/check.h"

namespace fallstreak::provisioner {
namespace {

const Observed* find(const std::vector<Observed>& observed, std::string_view name,
                     std::string_view type) {
  const auto found = std::ranges::find_if(observed, [&](const Observed& one) {
    return one.name == name && one.type == type && !one.leaving;
  });
  return found == observed.end() ? nullptr : &*found;
}

std::string id_of(const std::vector<Observed>& observed, std::string_view name) {
  const auto found = std::ranges::find_if(
      observed, [&](const Observed& one) { return one.name == name && !one.leaving; });
  return found == observed.end() ? std::string(kKnownAfterApply) : found->id;
}

/// Users of a resource go before it: the types in the order in which a stack is taken down.
constexpr std::array<std::string_view, 9> kDestroyOrder = {
    "auto-scaling-group", "load-balancer",  "target-group", "launch-template", "dynamodb-table",
    "bucket",             "security-group", "subnet",       "vpc"};

std::vector<Observed> in_destroy_order(std::vector<Observed> observed) {
  std::ranges::stable_sort(observed, {}, [](const Observed& one) {
    return std::ranges::find(kDestroyOrder, one.type) - kDestroyOrder.begin();
  });
  return observed;
}

}  // namespace

Outcome<std::vector<Observed>> observe(const Destination& where) {
  std::vector<Observed> observed;
  try {
    for (const Driver* driver : drivers()) {
      auto found = driver->list(where);
      std::ranges::move(found, std::back_inserter(observed));
    }
  } catch (ApiError& error) {
    return tl::unexpected(std::move(error));
  }
  return observed;
}

Desired resolve(const Resource& resource, const std::vector<Observed>& observed) {
  const Driver* driver = find_driver(resource.type);
  CHECK(driver != nullptr) << "no driver for " << resource.type;
  Desired desired{resource.name, {}};
  for (const Property& property : driver->properties) {
    const auto given = resource.properties.find(property.name);
    std::string text =
        given == resource.properties.end() ? std::string(property.default_value) : given->second;
    if (property.may_refer()) {
      text = replace_references(text, [&](std::string_view name) { return id_of(observed, name); });
    }
    if (property.is_list()) text = join(split(text));
    desired.properties[std::string(property.name)] = std::move(text);
  }
  return desired;
}

std::vector<PropertyChange> changes_of(const Driver& driver, const Observed& present,
                                       const Desired& desired) {
  std::vector<PropertyChange> changes;
  for (const Property& property : driver.properties) {
    const std::string& after = desired[property.name];
    // A number that the manifest leaves open (a group's desired capacity) is whatever it is.
    if (after.empty() && property.kind == Property::Kind::number) continue;
    const auto known = present.properties.find(property.name);
    const std::string before = known == present.properties.end() ? std::string() : known->second;
    if (before != after) {
      changes.push_back({std::string(property.name), before, after, property.immutable});
    }
  }
  return changes;
}

Plan make_plan(const Stack& stack, const std::vector<Observed>& observed) {
  Plan plan;
  // First what is no longer wanted: it may hold names or addresses that the rest needs.
  for (const auto& one : in_destroy_order(observed)) {
    const Resource* resource = stack.find(one.name);
    if (!one.leaving && (resource == nullptr || resource->type != one.type)) {
      plan.steps.push_back({Verb::destroy, one.name, one.type, one.id, {}});
    }
  }
  for (const Resource* resource : in_dependency_order(stack).resources) {
    const Driver* driver = find_driver(resource->type);
    CHECK(driver != nullptr) << "no driver for " << resource->type;
    const Desired desired = resolve(*resource, observed);
    const Observed* present = find(observed, resource->name, resource->type);
    if (present == nullptr) {
      Step step{Verb::create, resource->name, resource->type, {}, {}};
      for (const auto& [property, text] : desired.properties) {
        if (!text.empty()) step.changes.push_back({property, {}, text, false});
      }
      plan.steps.push_back(std::move(step));
      continue;
    }
    auto changes = changes_of(*driver, *present, desired);
    if (changes.empty()) {
      ++plan.unchanged;
      continue;
    }
    const bool replace = std::ranges::any_of(changes, &PropertyChange::forces_replacement);
    plan.steps.push_back({replace ? Verb::replace : Verb::update, resource->name, resource->type,
                          present->id, std::move(changes)});
  }
  return plan;
}

Plan make_destroy_plan(const std::vector<Observed>& observed) {
  Plan plan;
  for (const auto& one : in_destroy_order(observed)) {
    // One that is leaving already is still waited for.
    plan.steps.push_back({one.leaving ? Verb::wait : Verb::destroy, one.name, one.type, one.id, {}});
  }
  return plan;
}

namespace {

std::string_view word(Verb verb) {
  switch (verb) {
    case Verb::create: return "+ create  ";
    case Verb::update: return "~ update  ";
    case Verb::replace: return "! replace ";
    case Verb::destroy: return "- destroy ";
    case Verb::wait: return "  wait for ";
  }
  return {};
}

std::string shown(const std::string& text) { return text.empty() ? "(none)" : text; }

}  // namespace

std::string to_text(const Plan& plan) {
  const std::string unchanged = std::to_string(plan.unchanged);
  if (plan.steps.empty()) {
    return "Nothing to do: " + unchanged + " resources are as they should be.\n";
  }
  std::string text;
  for (const Step& step : plan.steps) {
    text += word(step.verb);
    text += step.name + " (" + step.type + ")";
    text += step.id.empty() ? "\n" : "  " + step.id + "\n";
    for (const auto& change : step.changes) {
      text += "      " + change.property + ": ";
      if (step.verb != Verb::create) text += shown(change.before) + " -> ";
      text += shown(change.after);
      if (change.forces_replacement) text += "   # cannot be changed in place";
      text += "\n";
    }
  }
  const auto count = [&](auto... verbs) {
    return std::to_string(std::ranges::count_if(
        plan.steps, [&](const Step& step) { return ((step.verb == verbs) || ...); }));
  };
  return text + "Plan: " + count(Verb::create, Verb::replace) + " to create, " +
         count(Verb::update) + " to change, " + count(Verb::destroy, Verb::replace) +
         " to destroy, " + unchanged + " unchanged.\n";
}

}  // namespace fallstreak::provisioner
