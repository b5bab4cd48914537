#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/encoding.h"
#include "base/error.h"
#include "protocols/json_value.h"
#include "protocols/scalars.h"
#include "protocols/walk.h"

namespace fallstreak::protocols {

using api::Kind;
using api::TimestampFormat;
using simdjson::dom::element_type;

namespace {

/// A parser keeps buffers as large as its largest document, so big documents get their own.
constexpr std::size_t kLargeDocument = std::size_t(1) << 20;

[[noreturn]] void refuse(std::string reason) { throw Malformed(std::move(reason)); }

bool is_message(std::string_view name) { return name == "message" || name == "Message"; }

class JsonReader {
 public:
  explicit JsonReader(JsonDialect dialect)
      : dialect_(dialect),
        name_(dialect == JsonDialect::rest_json ? &api::Member::wire : &api::Member::name) {}

  void read(const api::Shape& shape, simdjson::dom::element json, const api::Member* member,
            void* value) {
    switch (shape.kind) {
      case Kind::boolean:
        return read_boolean(shape, json, value);
      case Kind::integer:
        return read_integer<std::int32_t>(shape, json, value);
      case Kind::long_:
        return read_integer<std::int64_t>(shape, json, value);
      case Kind::float_:
        *static_cast<float*>(value) = float(read_real(shape, json));
        return;
      case Kind::double_:
        *static_cast<double*>(value) = read_real(shape, json);
        return;
      case Kind::string:
        static_cast<std::string*>(value)->assign(text_of(shape, json));
        return;
      case Kind::blob:
        *static_cast<std::string*>(value) = read_base64(shape, json);
        return;
      case Kind::body:
        *static_cast<api::Body*>(value) = read_base64(shape, json);
        return;
      case Kind::document:
        static_cast<api::Document*>(value)->json = simdjson::minify(json);
        return;
      case Kind::timestamp:
        return read_timestamp(shape, json, member, value);
      case Kind::list:
        return read_list(shape, json, value);
      case Kind::map:
        return read_map(shape, json, value);
      case Kind::structure:
      case Kind::union_:
        return read_structure(shape, json, value);
    }
  }

 private:
  /// AWS: the texts that DynamoDB and other Coral services answer.
  [[noreturn]] static void refuse_type(const api::Shape& shape, simdjson::dom::element json) {
    const std::string target = " cannot be converted to " + std::string(java_name(shape.kind));
    switch (json.type()) {
      case element_type::ARRAY:
        refuse("Start of list found where not expected");
      case element_type::OBJECT:
        refuse("Start of structure or map found where not expected.");
      case element_type::STRING:
        refuse("STRING_VALUE" + target);
      case element_type::DOUBLE:
        refuse("DECIMAL_VALUE" + target);
      case element_type::BOOL:
        refuse((bool(json) ? "TRUE_VALUE" : "FALSE_VALUE") + target);
      case element_type::INT64:
      case element_type::UINT64:
        refuse("NUMBER_VALUE" + target);
      case element_type::NULL_VALUE:
        break;
    }
    refuse("NULL_VALUE" + target);
  }

  static std::string_view text_of(const api::Shape& shape, simdjson::dom::element json) {
    std::string_view text;
    if (json.get(text) != simdjson::SUCCESS) refuse_type(shape, json);
    return text;
  }

  static void read_boolean(const api::Shape& shape, simdjson::dom::element json, void* value) {
    if (json.get(*static_cast<bool*>(value)) != simdjson::SUCCESS) refuse_type(shape, json);
  }

  template <class Integer>
  static void read_integer(const api::Shape& shape, simdjson::dom::element json, void* value) {
    std::int64_t number = 0;
    if (json.get(number) != simdjson::SUCCESS) {
      // Chosen: `5.0` and `5e0` are whole numbers, as to every client that has one number type.
      double real = 0;
      if (json.type() != element_type::DOUBLE || json.get(real) != simdjson::SUCCESS ||
          std::trunc(real) != real || std::abs(real) > 9.0e15) {
        refuse_type(shape, json);
      }
      number = std::int64_t(real);
    }
    if (number < std::numeric_limits<Integer>::min() ||
        number > std::numeric_limits<Integer>::max()) {
      refuse_type(shape, json);
    }
    *static_cast<Integer*>(value) = Integer(number);
  }

  static double read_real(const api::Shape& shape, simdjson::dom::element json) {
    if (json.is_string()) {
      const auto text = text_of(shape, json);
      const auto number = parse_double(text);
      if (!number || std::isfinite(*number)) refuse_type(shape, json);
      return *number;
    }
    double number = 0;
    if (json.get(number) != simdjson::SUCCESS) refuse_type(shape, json);
    return number;
  }

  static std::string read_base64(const api::Shape& shape, simdjson::dom::element json) {
    const auto text = text_of(shape, json);
    auto bytes = from_base64(text);
    if (bytes) return std::move(*bytes);
    // AWS: these two texts are DynamoDB's.
    if (text.size() % 4 != 0) {
      refuse("Base64 encoded length is expected a multiple of 4 bytes but found: " +
             std::to_string(text.size()));
    }
    const auto wrong = std::ranges::find_if_not(text, [](unsigned char character) {
      return std::isalnum(character) || character == '+' || character == '/' || character == '=';
    });
    if (wrong != text.end()) refuse("Invalid Base64 character: '" + std::string(1, *wrong) + "'");
    refuse("Invalid last non-pad Base64 character detected");
  }

  static void read_timestamp(const api::Shape& shape, simdjson::dom::element json,
                             const api::Member* member, void* value) {
    auto& time = *static_cast<Time*>(value);
    if (json.is_string()) {
      const auto format = timestamp_format(member, shape, TimestampFormat::epoch_seconds);
      const auto parsed = parse_timestamp(text_of(shape, json), format);
      if (!parsed) refuse_type(shape, json);
      time = *parsed;
      return;
    }
    double seconds = 0;
    if (json.get(seconds) != simdjson::SUCCESS || !(std::abs(seconds) < 9.2e9)) {
      refuse_type(shape, json);
    }
    time = from_epoch_seconds(seconds);
  }

  void read_list(const api::Shape& shape, simdjson::dom::element json, void* list) {
    simdjson::dom::array array;
    if (json.get(array) != simdjson::SUCCESS) refuse_container(json, "java.util.List");
    const Level level(depth_);
    for (const auto element : array) read_element(shape, element, list);
  }

  void read_map(const api::Shape& shape, simdjson::dom::element json, void* map) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) refuse_container(json, "java.util.Map");
    const Level level(depth_);
    const std::vector<bool> shadowed = shadowed_fields(object);
    std::size_t index = 0;
    for (const auto [key, element] : object) {
      if (!shadowed.empty() && shadowed[index++]) continue;
      const std::size_t before = shape.ops->count(map);
      read_element(shape, element, map);
      if (shape.ops->count(map) != before) shape.ops->last_key(map).assign(key);
    }
  }

  /// Which fields a later one of the same name replaces; empty when all names differ.
  static std::vector<bool> shadowed_fields(simdjson::dom::object object) {
    struct Field {
      std::string_view key;
      std::size_t index;
      auto operator<=>(const Field&) const = default;
    };
    constexpr std::size_t kFew = 12;
    if (const std::size_t count = object.size(); count <= kFew) {
      std::array<std::string_view, kFew> keys;
      std::size_t filled = 0;
      bool is_unique = true;
      for (const auto [key, element] : object) {
        const auto end = keys.begin() + std::ptrdiff_t(filled);
        is_unique = is_unique && std::find(keys.begin(), end, key) == end;
        keys[filled++] = key;
      }
      if (is_unique) return {};
    }
    std::vector<Field> fields;
    for (const auto [key, element] : object) fields.push_back({key, fields.size()});
    std::ranges::sort(fields);
    std::vector<bool> shadowed;
    for (std::size_t at = 0; at + 1 < fields.size(); ++at) {
      if (fields[at].key != fields[at + 1].key) continue;
      shadowed.resize(fields.size());
      shadowed[fields[at].index] = true;
    }
    return shadowed;
  }

  /// Null means absent: an element that may be null stays so, a structure stays empty (for the
  /// service to refuse), anything else is left out.
  void read_element(const api::Shape& container, simdjson::dom::element json, void* value) {
    if (!json.is_null()) {
      return read(*container.element, json, nullptr, append_element(container, value));
    }
    if (container.sparse != nullptr || api::is_aggregate(*container.element)) {
      container.ops->append(value);
      return;
    }
    refuse_null_in_set(container.name);
  }

  /// AWS: DynamoDB's sets hold no null. Chosen: the words for numbers.
  static void refuse_null_in_set(std::string_view container) {
    const std::string_view words = container == "StringSetAttributeValue"
                                       ? "An string set may not have a null string as a member"
                                   : container == "NumberSetAttributeValue"
                                       ? "An number set may not have a null string as a member"
                                   : container == "BinarySetAttributeValue"
                                       ? "Binary sets may not contain null or empty values"
                                       : "";
    if (words.empty()) return;
    throw ApiError("ValidationException",
                   "One or more parameter values were invalid: " + std::string(words));
  }

  void read_structure(const api::Shape& shape, simdjson::dom::element json, void* value) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS)
      refuse_container(json, "class " + std::string(shape.name));
    const Level level(depth_);
    MemberCursor cursor(shape, name_);
    bool is_set = false;
    for (const auto [key, field] : object) {
      if (field.is_null()) continue;
      const api::Member* member = cursor.find(key);
      if (member == nullptr) continue;
      if (dialect_ == JsonDialect::rest_json && member->location != api::Location::body) continue;
      if (shape.kind == Kind::union_ && is_set) refuse_second_member(shape);
      is_set = true;
      read(*member->shape, field, member, api::emplace(*member, value));
    }
  }

  [[noreturn]] static void refuse_container(simdjson::dom::element json, std::string expected) {
    // AWS: DynamoDB's words for a value where a structure, list or map belongs.
    if (json.is_array() || json.is_object()) {
      refuse("Unrecognized collection type " + std::move(expected));
    }
    refuse("Unexpected field type");
  }

  [[noreturn]] static void refuse_second_member(const api::Shape& shape) {
    // AWS: DynamoDB's answer for its AttributeValue. Chosen: the same for every union.
    throw ApiError("ValidationException",
                   "Supplied " + std::string(shape.name) +
                       " has more than one datatypes set, must contain exactly one of the "
                       "supported datatypes");
  }

  JsonDialect dialect_;
  std::string_view api::Member::*name_;
  int depth_ = 0;
};

/// Calls `use` with the parsed root, or throws Malformed.
template <class Use>
void parse(std::string_view text, Use use) {
  static thread_local simdjson::dom::parser shared;
  simdjson::dom::parser own;
  simdjson::dom::parser& parser = text.size() > kLargeDocument ? own : shared;
  simdjson::dom::element root;
  // The parser copies the text when reading past its end could touch an unmapped page.
  const auto error = parser.parse(text.data(), text.size()).get(root);
  // AWS: a body that is no JSON at all is refused without a message.
  if (error == simdjson::DEPTH_ERROR) refuse("Nesting is too deep");
  if (error != simdjson::SUCCESS) refuse("");
  use(root);
}

}  // namespace

void read_json(std::string_view text, const api::Shape& shape, JsonDialect dialect, void* value) {
  parse(text, [&](simdjson::dom::element root) {
    JsonReader(dialect).read(shape, root, nullptr, value);
  });
}

JsonError read_json_error(std::string_view text) {
  JsonError error;
  try {
    parse(text, [&](simdjson::dom::element root) {
      simdjson::dom::object object;
      if (root.get(object) != simdjson::SUCCESS) return;
      for (const auto [key, field] : object) {
        std::string_view content;
        if (field.get(content) != simdjson::SUCCESS) continue;
        if (key == "__type" || (key == "code" && error.type.empty())) error.type = content;
        if (is_message(key)) error.message = content;
      }
    });
  } catch (const Malformed&) {
    // An answer from something between us and AWS: the status alone has to do.
  }
  return error;
}

}  // namespace fallstreak::protocols
