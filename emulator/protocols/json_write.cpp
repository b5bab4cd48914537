#include <cmath>

#include "base/encoding.h"
#include "base/json_text.h"
#include "protocols/http_message.h"
#include "protocols/json_value.h"
#include "protocols/scalars.h"
#include "protocols/walk.h"

namespace fallstreak::protocols {

using api::Kind;
using api::TimestampFormat;

namespace {

class JsonWriter {
 public:
  JsonWriter(JsonDialect dialect, std::string& out) : dialect_(dialect), out_(out) {}

  void write(const api::Shape& shape, const void* value, const api::Member* member) {
    switch (shape.kind) {
      case Kind::boolean:
        out_ += as<bool>(value) ? "true" : "false";
        return;
      case Kind::integer:
        append_integer(out_, as<std::int32_t>(value));
        return;
      case Kind::long_:
        append_integer(out_, as<std::int64_t>(value));
        return;
      case Kind::float_:
      case Kind::double_:
        return write_real(shape, value);
      case Kind::string:
        append_json_string(out_, as<std::string>(value));
        return;
      case Kind::blob:
        return write_base64(as<std::string>(value));
      case Kind::body:
        return write_base64(as<api::Body>(value).view());
      case Kind::document:
        out_ += as<api::Document>(value).json;
        return;
      case Kind::timestamp:
        return write_timestamp(shape, as<Time>(value), member);
      case Kind::list:
        return write_list(shape, value);
      case Kind::map:
        return write_map(shape, value);
      case Kind::structure:
      case Kind::union_:
        out_ += '{';
        write_members(shape, value);
        out_ += '}';
        return;
    }
  }

  void write_members(const api::Shape& shape, const void* value) {
    for (const api::Member& member : shape.members) {
      if (!api::has(member, value)) continue;
      if (dialect_ == JsonDialect::rest_json && member.location != api::Location::body) continue;
      if (out_.back() != '{') out_ += ',';
      out_ += '"';
      out_ += dialect_ == JsonDialect::rest_json ? member.wire : member.name;
      out_ += "\":";
      write(*member.shape, api::get(member, value), &member);
    }
  }

 private:
  void write_real(const api::Shape& shape, const void* value) {
    const double number = shape.kind == Kind::float_ ? as<float>(value) : as<double>(value);
    // JSON has no such numbers, so AWS writes their names as strings.
    const bool quoted = !std::isfinite(number);
    if (quoted) out_ += '"';
    shape.kind == Kind::float_ ? append_float(out_, as<float>(value)) : append_double(out_, number);
    if (quoted) out_ += '"';
  }

  void write_base64(std::string_view bytes) {
    out_ += '"';
    out_ += to_base64(bytes);
    out_ += '"';
  }

  void write_timestamp(const api::Shape& shape, Time time, const api::Member* member) {
    const TimestampFormat format = timestamp_format(member, shape, TimestampFormat::epoch_seconds);
    const bool quoted = format != TimestampFormat::epoch_seconds;
    if (quoted) out_ += '"';
    append_timestamp(out_, time, format);
    if (quoted) out_ += '"';
  }

  void write_list(const api::Shape& shape, const void* list) {
    out_ += '[';
    const std::size_t count = shape.ops->count(list);
    for (std::size_t index = 0; index < count; ++index) {
      if (index != 0) out_ += ',';
      write_element(shape, list, index);
    }
    out_ += ']';
  }

  void write_map(const api::Shape& shape, const void* map) {
    out_ += '{';
    const std::size_t count = shape.ops->count(map);
    for (std::size_t index = 0; index < count; ++index) {
      if (index != 0) out_ += ',';
      append_json_string(out_, shape.ops->key_at(map, index));
      out_ += ':';
      write_element(shape, map, index);
    }
    out_ += '}';
  }

  void write_element(const api::Shape& container, const void* value, std::size_t index) {
    if (const void* element = element_at(container, value, index)) {
      write(*container.element, element, nullptr);
    } else {
      out_ += "null";
    }
  }

  JsonDialect dialect_;
  std::string& out_;
};

}  // namespace

void write_json(const api::Shape& shape, const void* value, JsonDialect dialect, std::string& out) {
  JsonWriter(dialect, out).write(shape, value, nullptr);
}

void write_json_members(const api::Shape& structure, const void* value, JsonDialect dialect,
                        std::string& out) {
  JsonWriter(dialect, out).write_members(structure, value);
}

}  // namespace fallstreak::protocols
