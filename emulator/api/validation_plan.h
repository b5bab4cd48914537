#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "api/pattern.h"
#include "api/shape.h"

/// What is to be checked of a shape, prepared by Validator.
namespace fallstreak::api {

struct Plan {
  struct Part {
    const Member* member;
    const Plan* plan;  // of the member's shape; null when that has nothing to check
  };

  const Shape* shape = nullptr;
  std::unique_ptr<const Pattern> pattern;
  /// Members of a structure that have something to check.
  std::vector<Part> parts;
  /// Of a list's elements or a map's values, and of a map's keys.
  const Plan* element = nullptr;
  const Plan* key = nullptr;
  /// See stricter_key.
  bool keys_may_be_arns = false;
  /// Something is to be checked here or below.
  bool is_needed = false;
};

/// The plans of every shape that the services' inputs reach.
class PlanBook {
 public:
  explicit PlanBook(std::span<const Service* const> services);

  /// Null when nothing of the shape is to be checked.
  [[nodiscard]] const Plan* find(const Shape& shape) const;

 private:
  Plan* add(const Shape& shape);
  void mark_needed();
  void drop_unneeded();

  std::map<const Shape*, Plan*> by_shape_;
  std::deque<Plan> plans_;
};

}  // namespace fallstreak::api
