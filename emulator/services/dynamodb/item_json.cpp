#include "services/dynamodb/item_json.h"

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "base/json_text.h"
#include "services/dynamodb/number.h"

namespace fallstreak::services::dynamodb {
namespace {

using Json = nlohmann::json;

/// More than any item can have; what is deeper is refused before it is walked.
constexpr int kDeepest = 40;

/// The text of a scalar or of a set's member.
std::string text_of(Type type, std::string_view bytes) {
  if (type == Type::N || type == Type::NS) return number_text(bytes);
  if (type == Type::B || type == Type::BS) return to_base64(bytes);
  return std::string(bytes);
}

template <class Range, class Append>
void append_list(char open, const Range& range, char close, std::string& out,
                 const Append& append) {
  out += open;
  bool is_first = true;
  for (const auto& element : range) {
    if (!is_first) out += ',';
    is_first = false;
    append(element);
  }
  out += close;
}

void append_value(const Value& value, std::string& out) {
  out += '{';
  append_json_string(out, name_of(value.type));
  out += ':';
  switch (value.type) {
    case Type::S:
    case Type::N:
    case Type::B:
      append_json_string(out, text_of(value.type, value.bytes));
      break;
    case Type::SS:
    case Type::NS:
    case Type::BS:
      append_list('[', Members(value.bytes), ']', out, [&](std::string_view member) {
        append_json_string(out, text_of(value.type, member));
      });
      break;
    case Type::M:
      append_json(value.bytes, out);
      break;
    case Type::L:
      append_list('[', Values(value.bytes), ']', out,
                  [&](const Value& element) { append_value(element, out); });
      break;
    case Type::null:
      out += "true";
      break;
    case Type::boolean:
      out += value.bytes.front() != '\0' ? "true" : "false";
      break;
  }
  out += '}';
}

bool read_item(const Json& json, int level, ApiItem& item);
bool read_value(const Json& json, int level, ApiValue& value);

bool read_text(const Json& json, bool is_binary, std::string& text) {
  if (!json.is_string()) return false;
  text = json.get<std::string>();
  if (!is_binary) return true;
  const auto bytes = from_base64(text);
  if (bytes) text = *bytes;
  return bytes.has_value();
}

bool read_texts(const Json& json, bool is_binary, std::vector<std::string>& texts) {
  if (!json.is_array()) return false;
  for (const Json& element : json) {
    if (!read_text(element, is_binary, texts.emplace_back())) return false;
  }
  return true;
}

bool read_list(const Json& json, int level, std::vector<ApiValue>& values) {
  if (!json.is_array()) return false;
  for (const Json& element : json) {
    if (!read_value(element, level + 1, values.emplace_back())) return false;
  }
  return true;
}

bool read_bool(const Json& json, std::optional<bool>& value) {
  if (json.is_boolean()) value = json.get<bool>();
  return json.is_boolean();
}

/// False when it is not exactly one of the types, rightly written.
bool read_value(const Json& json, int level, ApiValue& value) {
  if (level > kDeepest || !json.is_object() || json.size() != 1) return false;
  const std::string& type = json.begin().key();
  const Json& held = json.begin().value();
  if (type == "S") return read_text(held, false, value.S.emplace());
  if (type == "N") return read_text(held, false, value.N.emplace());
  if (type == "B") return read_text(held, true, value.B.emplace());
  if (type == "SS") return read_texts(held, false, value.SS.emplace());
  if (type == "NS") return read_texts(held, false, value.NS.emplace());
  if (type == "BS") return read_texts(held, true, value.BS.emplace());
  if (type == "M") return read_item(held, level + 1, value.M.emplace());
  if (type == "L") return read_list(held, level, value.L.emplace());
  if (type == "NULL") return read_bool(held, value.NULL_);
  return type == "BOOL" && read_bool(held, value.BOOL);
}

bool read_item(const Json& json, int level, ApiItem& item) {
  if (!json.is_object()) return false;
  for (const auto& [name, held] : json.items()) {
    auto& entry = item.emplace_back();
    entry.key = name;
    if (!read_value(held, level, entry.value)) return false;
  }
  return true;
}

}  // namespace

void append_json(std::string_view attributes, std::string& out) {
  append_list('{', Attributes(attributes), '}', out, [&](const Attribute& attribute) {
    append_json_string(out, attribute.name);
    out += ':';
    append_value(attribute.value, out);
  });
}

ItemLine read_item_line(std::string_view line) {
  using enum ItemLine::Problem;
  ItemLine read;
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) {
    read.problem = not_json;
    return read;
  }
  const auto item = json.is_object() ? json.find("Item") : json.end();
  const bool has_item = json.is_object() && item != json.end();
  if (!has_item || !read_item(*item, 1, read.item)) read.problem = not_an_item;
  return read;
}

}  // namespace fallstreak::services::dynamodb
