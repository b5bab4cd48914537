#include "api/java_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "base/encoding.h"
#include "base/json_text.h"

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

// Observed (2026): AWS's own classes have fields that the model does not know, and print all of
// them (https://github.com/paritysuite/dynamodb-conformance).
using Name = std::string_view;
constexpr std::array kValueFields{
    Name("s"),  Name("n"),  Name("b"),    Name("iNT"),    Name("dECIMAL"),    Name("dOUBLE"),
    Name("sS"), Name("nS"), Name("bS"),   Name("iNTSET"), Name("dECIMALSET"), Name("dOUBLESET"),
    Name("m"),  Name("l"),  Name("nULL"), Name("bOOL")};
constexpr std::array kPutRequestFields{Name("item"), Name("workloadProfileName")};
constexpr std::array kWriteRequestFields{Name("putRequest"), Name("deleteRequest")};
struct Fields {
  Name shape;
  std::span<const Name> names;
};
constexpr std::array kFields{Fields{"AttributeValue", kValueFields},
                             Fields{"PutRequest", kPutRequestFields},
                             Fields{"WriteRequest", kWriteRequestFields}};

std::string field_name(const Member& member) {
  std::string name(member.name);
  name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
  return name;
}

void append_all_fields(std::string& out, const Fields& fields, const Shape& shape,
                       const void* value) {
  for (const Name& field : fields.names) {
    if (&field != fields.names.data()) out += ", ";
    out += field;
    out += '=';
    const auto is_field = [&](const Member& member) { return field_name(member) == field; };
    const auto member = std::ranges::find_if(shape.members, is_field);
    if (member == shape.members.end() || !has(*member, value)) {
      out += "null";
    } else {
      append_java_text(out, *member->shape, get(*member, value));
    }
  }
}

void append_set_fields(std::string& out, const Shape& shape, const void* value) {
  bool is_first = true;
  for (const Member& member : shape.members) {
    if (!has(member, value)) continue;
    if (!is_first) out += ", ";
    is_first = false;
    out += field_name(member) + '=';
    append_java_text(out, *member.shape, get(member, value));
  }
}

void append_members(std::string& out, const Shape& shape, const void* value) {
  out += shape.name;
  out += '(';
  const auto fields = std::ranges::find(kFields, shape.name, &Fields::shape);
  if (fields != kFields.end()) {
    append_all_fields(out, *fields, shape, value);
  } else {
    append_set_fields(out, shape, value);
  }
  out += ')';
}

void append_json_elements(std::string& out, const Shape& shape, const void* value) {
  const bool is_map = shape.kind == Kind::map;
  out += is_map ? '{' : '[';
  for (std::size_t index = 0; index < shape.ops->count(value); ++index) {
    if (index != 0) out += ',';
    if (is_map) {
      append_json_string(out, shape.ops->key_at(value, index));
      out += ':';
    }
    const void* element = shape.ops->at(value, index);
    if (shape.sparse != nullptr && !shape.sparse->has(element)) {
      out += "null";
      continue;
    }
    append_json_text(out, *shape.element,
                     shape.sparse != nullptr ? shape.sparse->get(element) : element);
  }
  out += is_map ? '}' : ']';
}

void append_json_members(std::string& out, const Shape& shape, const void* value) {
  out += '{';
  bool is_first = true;
  for (const Member& member : shape.members) {
    if (!has(member, value)) continue;
    if (!is_first) out += ',';
    is_first = false;
    append_json_string(out, member.name);
    out += ':';
    append_json_text(out, *member.shape, get(member, value));
  }
  out += '}';
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

void append_json_text(std::string& out, const Shape& shape, const void* value) {
  switch (shape.kind) {
    case Kind::list:
    case Kind::map:
      return append_json_elements(out, shape, value);
    case Kind::structure:
    case Kind::union_:
      return append_json_members(out, shape, value);
    case Kind::blob:
      return append_json_string(out, to_base64(*static_cast<const std::string*>(value)));
    case Kind::boolean:
    case Kind::integer:
    case Kind::long_:
    case Kind::float_:
    case Kind::double_:
    case Kind::document:
      return append_java_text(out, shape, value);
    case Kind::string:
    case Kind::timestamp:
    case Kind::body: {
      std::string text;
      append_java_text(text, shape, value);
      return append_json_string(out, text);
    }
  }
}

}  // namespace fallstreak::api
