#pragma once

#include "api/shape.h"

/// AWS describes the same thing in several shapes: a launch template's data in a request, in an
/// answer, and as the members of RunInstances; requirements of instances in two services. These
/// copy between them by member name.
namespace fallstreak::api {

/// Copies every member that `from` has set and `to` has too, replacing what was there.
void overlay(const Shape& from_shape, const void* from, const Shape& to_shape, void* to);

template <class To, class From>
void overlay(const From& from, To& to) {
  overlay(shape_of<From>(), &from, shape_of<To>(), &to);
}
template <class To, class From>
To convert(const From& from) {
  To to;
  overlay(from, to);
  return to;
}

}  // namespace fallstreak::api
