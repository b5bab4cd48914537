#include "world/api_codec.h"

#include "base/check.h"
#include "base/time.h"

namespace fallstreak::world {
namespace {

using api::Kind;

template <class Value>
const Value& as(const void* value) {
  return *static_cast<const Value*>(value);
}
template <class Value>
Value& as(void* value) {
  return *static_cast<Value*>(value);
}

void encode_members(const api::Shape& shape, const void* value, ByteWriter& writer) {
  std::uint64_t present = 0;
  for (const api::Member& member : shape.members) present += api::has(member, value) ? 1U : 0U;
  writer.write_unsigned(present);
  for (const api::Member& member : shape.members) {
    if (!api::has(member, value)) continue;
    writer.write_text(member.name);
    const std::size_t part = writer.begin_part();
    encode_shape(*member.shape, api::get(member, value), writer);
    writer.end_part(part);
  }
}

void encode_elements(const api::Shape& shape, const void* value, ByteWriter& writer) {
  const std::size_t count = shape.ops->count(value);
  writer.write_unsigned(count);
  for (std::size_t index = 0; index < count; ++index) {
    if (shape.kind == Kind::map) writer.write_text(shape.ops->key_at(value, index));
    const void* element = shape.ops->at(value, index);
    if (shape.sparse) {
      const bool has_value = shape.sparse->has(element);
      writer.write_byte(has_value ? 1 : 0);
      if (!has_value) continue;
      element = shape.sparse->get(element);
    }
    encode_shape(*shape.element, element, writer);
  }
}

void decode_members(const api::Shape& shape, void* value, ByteReader& reader) {
  const std::size_t count = reader.read_count();
  for (std::size_t index = 0; index < count && !reader.has_failed(); ++index) {
    const std::string_view name = reader.read_text();
    ByteReader part = reader.part(reader.read_text());
    const api::Member* member = reader.has_failed() ? nullptr : shape.member(name);
    if (!member) continue;
    decode_shape(*member->shape, api::emplace(*member, value), part);
    if (part.has_failed()) reader.fail(part.problem());
  }
}

void decode_elements(const api::Shape& shape, void* value, ByteReader& reader) {
  const std::size_t count = reader.read_count();
  for (std::size_t index = 0; index < count && !reader.has_failed(); ++index) {
    const std::string_view key = shape.kind == Kind::map ? reader.read_text() : std::string_view();
    void* element = shape.ops->append(value);
    if (shape.kind == Kind::map) shape.ops->last_key(value) = key;
    if (shape.sparse) {
      if (reader.read_byte() == 0) continue;
      element = shape.sparse->emplace(element);
    }
    decode_shape(*shape.element, element, reader);
  }
}

}  // namespace

void encode_shape(const api::Shape& shape, const void* value, ByteWriter& writer) {
  switch (shape.kind) {
    case Kind::boolean:
      return writer.write_byte(as<bool>(value) ? 1 : 0);
    case Kind::integer:
      return writer.write_signed(as<std::int32_t>(value));
    case Kind::long_:
      return writer.write_signed(as<std::int64_t>(value));
    case Kind::float_:
      return writer.write_double(static_cast<double>(as<float>(value)));
    case Kind::double_:
      return writer.write_double(as<double>(value));
    case Kind::string:
    case Kind::blob:
      return writer.write_text(as<std::string>(value));
    case Kind::body:
      return writer.write_text(as<api::Body>(value).view());
    case Kind::document:
      return writer.write_text(as<api::Document>(value).json);
    case Kind::timestamp:
      return writer.write_signed(to_nanoseconds(as<Time>(value)));
    case Kind::list:
    case Kind::map:
      return encode_elements(shape, value, writer);
    case Kind::structure:
    case Kind::union_:
      return encode_members(shape, value, writer);
  }
  CHECK(false) << "shape " << shape.name << " has no kind";
}

void decode_shape(const api::Shape& shape, void* value, ByteReader& reader) {
  const ByteReader::Nesting nesting(reader);
  if (reader.has_failed()) return;
  switch (shape.kind) {
    case Kind::boolean:
      as<bool>(value) = reader.read_byte() != 0;
      break;
    case Kind::integer:
      as<std::int32_t>(value) = reader.read_integer<std::int32_t>();
      break;
    case Kind::long_:
      as<std::int64_t>(value) = reader.read_signed();
      break;
    case Kind::float_:
      as<float>(value) = static_cast<float>(reader.read_double());
      break;
    case Kind::double_:
      as<double>(value) = reader.read_double();
      break;
    case Kind::string:
    case Kind::blob:
      as<std::string>(value) = reader.read_text();
      break;
    case Kind::body:
      as<api::Body>(value) = api::Body(std::string(reader.read_text()));
      break;
    case Kind::document:
      as<api::Document>(value).json = reader.read_text();
      break;
    case Kind::timestamp:
      as<Time>(value) = from_nanoseconds(reader.read_signed());
      break;
    case Kind::list:
    case Kind::map:
      decode_elements(shape, value, reader);
      break;
    case Kind::structure:
    case Kind::union_:
      decode_members(shape, value, reader);
      break;
  }
}

}  // namespace fallstreak::world
