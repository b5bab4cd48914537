#include "api/java_text.h"

#include <cctype>
#include <charconv>

namespace fallstreak::api {

namespace {

template <class Number>
void append_number(std::string& out, const void* value) {
  char buffer[40];
  const Number number = *static_cast<const Number*>(value);
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
}

void append_elements(std::string& out, const Shape& shape, const void* value) {
  const bool is_map = shape.kind == Kind::map;
  out += is_map ? '{' : '[';
  for (std::size_t index = 0; index < shape.ops->count(value); ++index) {
    if (index != 0) out += ", ";
    if (is_map) out += shape.ops->key_at(value, index) + "=";
    const void* element = shape.ops->at(value, index);
    if (shape.sparse != nullptr && !shape.sparse->has(element)) {
      out += "null";
      continue;
    }
    append_java_text(out, *shape.element,
                     shape.sparse != nullptr ? shape.sparse->get(element) : element);
  }
  out += is_map ? '}' : ']';
}

void append_members(std::string& out, const Shape& shape, const void* value) {
  out += shape.name;
  out += '(';
  bool is_first = true;
  for (const Member& member : shape.members) {
    if (!has(member, value)) continue;
    if (!is_first) out += ", ";
    is_first = false;
    // AWS: as Java names fields.
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(member.name.front())));
    out += member.name.substr(1);
    out += '=';
    append_java_text(out, *member.shape, get(member, value));
  }
  out += ')';
}

}  // namespace

void append_java_text(std::string& out, const Shape& shape, const void* value) {
  if (shape.sensitive) {
    out += "***Sensitive Data Redacted***";
    return;
  }
  switch (shape.kind) {
    case Kind::boolean:
      out += *static_cast<const bool*>(value) ? "true" : "false";
      return;
    case Kind::integer:
      return append_number<std::int32_t>(out, value);
    case Kind::long_:
      return append_number<std::int64_t>(out, value);
    case Kind::float_:
      return append_number<float>(out, value);
    case Kind::double_:
      return append_number<double>(out, value);
    case Kind::string:
      out += *static_cast<const std::string*>(value);
      return;
    case Kind::document:
      out += static_cast<const Document*>(value)->json;
      return;
    case Kind::timestamp:
      out += to_iso8601(*static_cast<const Time*>(value));
      return;
    // AWS: Java shows the buffer, not what is in it.
    case Kind::blob: {
      const std::string size = std::to_string(static_cast<const std::string*>(value)->size());
      out += "java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]";
      return;
    }
    case Kind::body:
      out += "java.io.InputStream";
      return;
    case Kind::list:
    case Kind::map:
      return append_elements(out, shape, value);
    case Kind::structure:
    case Kind::union_:
      return append_members(out, shape, value);
  }
}

}  // namespace fallstreak::api
