#include "api/validation_plan.h"

#include <algorithm>

#include "api/validation_order.h"

namespace fallstreak::api {

namespace {

bool has_own_constraint(const Shape& shape) {
  return shape.min || shape.max || !shape.pattern.empty() || !shape.values.empty();
}

const Plan* if_needed(const Plan* plan) {
  return plan != nullptr && plan->is_needed ? plan : nullptr;
}

/// What is told first comes first; the others stay as they are.
void put_in_order(Plan& plan) {
  const auto order = validation_order(plan.shape->name);
  if (order.empty()) return;
  std::ranges::stable_sort(plan.parts, {}, [&](const Plan::Part& part) {
    return std::ranges::find(order, part.member->name) - order.begin();
  });
}

}  // namespace

PlanBook::PlanBook(std::span<const Service* const> services) {
  for (const Service* service : services) {
    for (const Operation* operation : service->operations) {
      if (operation->input != nullptr) add(*operation->input);
    }
  }
  mark_needed();
  drop_unneeded();
}

const Plan* PlanBook::find(const Shape& shape) const {
  const auto found = by_shape_.find(&shape);
  return found == by_shape_.end() ? nullptr : if_needed(found->second);
}

Plan* PlanBook::add(const Shape& shape) {
  Plan*& known = by_shape_[&shape];
  if (known != nullptr) return known;
  Plan& plan = plans_.emplace_back();
  // Before its members: a shape may contain itself.
  known = &plan;
  plan.shape = &shape;
  plan.is_needed = has_own_constraint(shape);
  if (!shape.pattern.empty()) plan.pattern = std::make_unique<const Pattern>(shape.pattern);
  for (const Member& member : shape.members) {
    plan.parts.push_back({&member, add(*member.shape)});
    if (member.required) plan.is_needed = true;
  }
  put_in_order(plan);
  if (shape.element != nullptr) plan.element = add(*shape.element);
  if (shape.key != nullptr) {
    const Shape* stricter = stricter_key(shape.name);
    plan.keys_may_be_arns = stricter != nullptr;
    plan.key = add(stricter != nullptr ? *stricter : *shape.key);
  }
  return &plan;
}

void PlanBook::mark_needed() {
  // Shapes refer to each other in circles, so need spreads until nothing changes.
  bool has_changed = true;
  while (has_changed) {
    has_changed = false;
    for (Plan& plan : plans_) {
      if (plan.is_needed) continue;
      plan.is_needed = if_needed(plan.element) != nullptr || if_needed(plan.key) != nullptr;
      for (const Plan::Part& part : plan.parts) {
        if (part.plan->is_needed) plan.is_needed = true;
      }
      has_changed = has_changed || plan.is_needed;
    }
  }
}

void PlanBook::drop_unneeded() {
  for (Plan& plan : plans_) {
    for (Plan::Part& part : plan.parts) part.plan = if_needed(part.plan);
    std::erase_if(plan.parts, [](const Plan::Part& part) {
      return part.plan == nullptr && !part.member->required;
    });
    plan.element = if_needed(plan.element);
    plan.key = if_needed(plan.key);
  }
}

}  // namespace fallstreak::api
