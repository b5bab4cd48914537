#include "services/ec2/convert.h"

#include <string>

#include "base/check.h"
#include "base/time.h"

namespace fallstreak::services::ec2 {
namespace {

template <class Value>
void copy_as(const void* from, void* to) {
  *static_cast<Value*>(to) = *static_cast<const Value*>(from);
}

/// `to` is a value in its default state.
void copy_value(const api::Shape& from_shape, const void* from, const api::Shape& to_shape,
                void* to) {
  CHECK(from_shape.kind == to_shape.kind)
      << from_shape.name << " and " << to_shape.name << " differ in kind";
  switch (from_shape.kind) {
    case api::Kind::boolean:
      return copy_as<bool>(from, to);
    case api::Kind::integer:
      return copy_as<std::int32_t>(from, to);
    case api::Kind::long_:
      return copy_as<std::int64_t>(from, to);
    case api::Kind::float_:
      return copy_as<float>(from, to);
    case api::Kind::double_:
      return copy_as<double>(from, to);
    case api::Kind::string:
    case api::Kind::blob:
      return copy_as<std::string>(from, to);
    case api::Kind::timestamp:
      return copy_as<Time>(from, to);
    case api::Kind::list:
      for (std::size_t i = 0; i < from_shape.ops->count(from); ++i) {
        copy_value(*from_shape.element, from_shape.ops->at(from, i), *to_shape.element,
                   to_shape.ops->append(to));
      }
      return;
    case api::Kind::structure:
      return overlay(from_shape, from, to_shape, to);
    default:
      CHECK(false) << from_shape.name << " is of a kind that EC2 does not have";
  }
}

}  // namespace

void overlay(const api::Shape& from_shape, const void* from, const api::Shape& to_shape, void* to) {
  for (const api::Member& member : from_shape.members) {
    if (!api::has(member, from)) continue;
    const api::Member* target = to_shape.member(member.name);
    if (target == nullptr) continue;
    copy_value(*member.shape, api::get(member, from), *target->shape, api::emplace(*target, to));
  }
}

}  // namespace fallstreak::services::ec2
