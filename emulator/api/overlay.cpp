#include "api/overlay.h"

#include <string>

#include "base/check.h"
#include "base/time.h"

namespace fallstreak::api {
namespace {

template <class Value>
void copy_as(const void* from, void* to) {
  *static_cast<Value*>(to) = *static_cast<const Value*>(from);
}

/// `to` is a value in its default state.
void copy_value(const Shape& from_shape, const void* from, const Shape& to_shape,
                void* to) {
  CHECK(from_shape.kind == to_shape.kind)
      << from_shape.name << " and " << to_shape.name << " differ in kind";
  switch (from_shape.kind) {
    case Kind::boolean:
      return copy_as<bool>(from, to);
    case Kind::integer:
      return copy_as<std::int32_t>(from, to);
    case Kind::long_:
      return copy_as<std::int64_t>(from, to);
    case Kind::float_:
      return copy_as<float>(from, to);
    case Kind::double_:
      return copy_as<double>(from, to);
    case Kind::string:
    case Kind::blob:
      return copy_as<std::string>(from, to);
    case Kind::timestamp:
      return copy_as<Time>(from, to);
    case Kind::list:
      for (std::size_t i = 0; i < from_shape.ops->count(from); ++i) {
        copy_value(*from_shape.element, from_shape.ops->at(from, i), *to_shape.element,
                   to_shape.ops->append(to));
      }
      return;
    case Kind::structure:
      return overlay(from_shape, from, to_shape, to);
    default:
      CHECK(false) << from_shape.name << " is of a kind that is not copied";
  }
}

}  // namespace

void overlay(const Shape& from_shape, const void* from, const Shape& to_shape, void* to) {
  for (const Member& member : from_shape.members) {
    if (!has(member, from)) continue;
    const Member* target = to_shape.member(member.name);
    if (target == nullptr) continue;
    copy_value(*member.shape, get(member, from), *target->shape, emplace(*target, to));
  }
}

}  // namespace fallstreak::api
