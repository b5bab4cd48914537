#pragma once

#include <span>
#include <string_view>

#include "api/shape.h"

/// Services that tell what is wrong with a request in another order than the model's, in other
/// words, or that are stricter.
namespace fallstreak::api {

/// The members of a shape that are told first, in their order; empty: in the model's order.
std::span<const std::string_view> validation_order(std::string_view shape);

/// The words for a member whose absence is told alone, before anything else; empty: it is told with
/// the others.
std::string_view words_of_absence(std::string_view shape, std::string_view member);

/// How a fault is told that AWS finds with its newer validation: alone, before all others, and
/// without the value. Where something required is missing it is told with the others.
struct NewerFault {
  /// The request's shape, and the member that is wrong.
  std::string_view shape;
  std::string_view member;
  /// Of an enumeration: what it may be, and the path is not told. Empty: the length is wrong.
  std::string_view values;
  /// Whether `1 validation error detected: ` comes first.
  bool is_enveloped = true;
  /// Of an enumeration that has its own words: all of them.
  std::string_view words = {};
};
/// Null: it is told as the model has it.
const NewerFault* newer_fault(std::string_view shape, std::string_view member);

/// What the keys of a map must satisfy beyond the model, unless they are ARNs. The map is shown as
/// JSON. Null: nothing.
const Shape* stricter_key(std::string_view map);

}  // namespace fallstreak::api
