#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "api/shape.h"
#include "base/time.h"
#include "world/api_codec.h"
#include "world/bytes.h"

/// Stores any record by the field list that its `visit_fields` names. Fields are written by name
/// and with their length, so a field that was added, removed or moved between two versions of a
/// record is tolerated: absent means default. Values are canonical: equal records give equal bytes,
/// so bytes are what is hashed.
namespace fallstreak::world {

/// A record of ours: `visit_fields(Record&, visit)` is found by argument-dependent lookup.
template <class Record>
concept HasFields = requires(Record& record) {
  visit_fields(record, [](std::string_view, auto&) {});
};

/// Bytes of a record that lie in its row, not in memory of their own. A record names the one field
/// that has this type: `static constexpr auto kInline = &Record::field`. A record outside a table
/// is a view of bytes that somebody else holds; putting it into a table copies them, and a record
/// read from a table is a view of its row.
class InlineBytes : public std::string_view {
 public:
  InlineBytes() = default;
  InlineBytes(std::string_view bytes) : std::string_view(bytes) {}  // NOLINT: a view of a view
  // A temporary's bytes would be gone at once.
  InlineBytes(std::string&&) = delete;
  InlineBytes(const std::string& bytes) : std::string_view(bytes) {}  // NOLINT
  [[nodiscard]] std::string_view view() const { return *this; }
};
template <class Record>
concept HasInlineBytes = requires(Record& record) {
  { record.*Record::kInline } -> std::same_as<InlineBytes&>;
};

template <class Value>
void encode_value(const Value& value, ByteWriter& writer);
template <class Value>
void decode_value(Value& value, ByteReader& reader);

namespace detail {

template <class Type, template <class...> class Template>
constexpr bool is_made_from = false;
template <template <class...> class Template, class... Arguments>
constexpr bool is_made_from<Template<Arguments...>, Template> = true;

template <class Value>
concept Optional = is_made_from<Value, std::optional> || is_made_from<Value, api::Box>;

struct FieldEncoder {
  ByteWriter& writer;
  template <class Field>
  void operator()(std::string_view name, const Field& field) const {
    writer.write_text(name);
    const std::size_t part = writer.begin_part();
    encode_value(field, writer);
    writer.end_part(part);
  }
};

/// The fields that were stored, in their order; it is nearly always the order in which they are
/// asked for.
class StoredFields {
 public:
  explicit StoredFields(ByteReader& reader);
  /// The bytes of a field, or empty when it was not stored.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name);

 private:
  std::vector<std::pair<std::string_view, std::string_view>> fields_;
  std::size_t next_ = 0;
};

struct FieldDecoder {
  StoredFields& fields;
  ByteReader& reader;
  template <class Field>
  void operator()(std::string_view name, Field& field) const {
    const auto bytes = fields.find(name);
    if (!bytes) return;
    ByteReader part = reader.part(*bytes);
    decode_value(field, part);
    if (part.has_failed()) reader.fail(std::string(name) + ": " + part.problem());
  }
};

template <HasFields Record>
void encode_record(const Record& record, ByteWriter& writer) {
  // visit_fields serves decoding too, so it takes the record by non-const reference; FieldEncoder
  // only reads.
  auto& fields = const_cast<Record&>(record);  // NOLINT
  std::uint64_t count = 0;
  visit_fields(fields, [&](std::string_view, auto&) { ++count; });
  writer.write_unsigned(count);
  visit_fields(fields, FieldEncoder{writer});
}

template <HasFields Record>
void decode_record(Record& record, ByteReader& reader) {
  StoredFields fields(reader);
  if (reader.has_failed()) return;
  visit_fields(record, FieldDecoder{fields, reader});
}

template <class List>
void decode_list(List& list, ByteReader& reader) {
  const std::size_t count = reader.read_count();
  for (std::size_t index = 0; index < count && !reader.has_failed(); ++index) {
    typename List::value_type element{};
    decode_value(element, reader);
    list.push_back(std::move(element));
  }
}

template <class Map>
void decode_map(Map& map, ByteReader& reader) {
  const std::size_t count = reader.read_count();
  for (std::size_t index = 0; index < count && !reader.has_failed(); ++index) {
    typename Map::key_type key{};
    typename Map::mapped_type value{};
    decode_value(key, reader);
    decode_value(value, reader);
    map.insert_or_assign(map.end(), std::move(key), std::move(value));
  }
}

}  // namespace detail

template <class Value>
void encode_value(const Value& value, ByteWriter& writer) {
  using namespace detail;
  if constexpr (std::same_as<Value, bool> || std::same_as<Value, api::Boolean>) {
    writer.write_byte(value ? 1 : 0);
  } else if constexpr (std::is_enum_v<Value>) {
    encode_value(static_cast<std::underlying_type_t<Value>>(value), writer);
  } else if constexpr (std::signed_integral<Value>) {
    writer.write_signed(value);
  } else if constexpr (std::integral<Value>) {
    writer.write_unsigned(value);
  } else if constexpr (std::floating_point<Value>) {
    writer.write_double(static_cast<double>(value));
  } else if constexpr (std::same_as<Value, std::string> || std::same_as<Value, InlineBytes>) {
    writer.write_text(value);
  } else if constexpr (std::same_as<Value, Time>) {
    writer.write_signed(to_nanoseconds(value));
  } else if constexpr (is_made_from<Value, std::chrono::duration>) {
    writer.write_signed(value.count());
  } else if constexpr (std::same_as<Value, api::Body>) {
    writer.write_text(value.view());
  } else if constexpr (std::same_as<Value, api::Document>) {
    writer.write_text(value.json);
  } else if constexpr (std::same_as<Value, std::monostate>) {
    writer.write_byte(0);
  } else if constexpr (Optional<Value>) {
    writer.write_byte(value.has_value() ? 1 : 0);
    if (value.has_value()) encode_value(*value, writer);
  } else if constexpr (is_made_from<Value, std::vector>) {
    writer.write_unsigned(value.size());
    for (const auto& element : value) encode_value(element, writer);
  } else if constexpr (is_made_from<Value, std::map>) {
    writer.write_unsigned(value.size());
    for (const auto& [key, mapped] : value) {
      encode_value(key, writer);
      encode_value(mapped, writer);
    }
  } else if constexpr (is_made_from<Value, std::pair>) {
    encode_value(value.first, writer);
    encode_value(value.second, writer);
  } else if constexpr (is_made_from<Value, api::Entry>) {
    writer.write_text(value.key);
    encode_value(value.value, writer);
  } else if constexpr (HasFields<Value>) {
    encode_record(value, writer);
  } else {
    // A generated type; a link error names the type that is neither generated nor has visit_fields.
    encode_shape(api::shape_of<Value>(), &value, writer);
  }
}

template <class Value>
void decode_value(Value& value, ByteReader& reader) {
  using namespace detail;
  const ByteReader::Nesting nesting(reader);
  if (reader.has_failed()) return;
  if constexpr (std::same_as<Value, bool> || std::same_as<Value, api::Boolean>) {
    value = reader.read_byte() != 0;
  } else if constexpr (std::is_enum_v<Value>) {
    value = static_cast<Value>(reader.read_integer<std::underlying_type_t<Value>>());
  } else if constexpr (std::integral<Value>) {
    value = reader.read_integer<Value>();
  } else if constexpr (std::floating_point<Value>) {
    value = static_cast<Value>(reader.read_double());
  } else if constexpr (std::same_as<Value, std::string> || std::same_as<Value, InlineBytes>) {
    value = reader.read_text();
  } else if constexpr (std::same_as<Value, Time>) {
    value = from_nanoseconds(reader.read_signed());
  } else if constexpr (is_made_from<Value, std::chrono::duration>) {
    value = Value(reader.read_integer<typename Value::rep>());
  } else if constexpr (std::same_as<Value, api::Body>) {
    value = api::Body(std::string(reader.read_text()));
  } else if constexpr (std::same_as<Value, api::Document>) {
    value.json = reader.read_text();
  } else if constexpr (std::same_as<Value, std::monostate>) {
    reader.read_byte();
  } else if constexpr (Optional<Value>) {
    value.reset();
    if (reader.read_byte() != 0) decode_value(value.emplace(), reader);
  } else if constexpr (is_made_from<Value, std::vector>) {
    value.clear();
    decode_list(value, reader);
  } else if constexpr (is_made_from<Value, std::map>) {
    value.clear();
    decode_map(value, reader);
  } else if constexpr (is_made_from<Value, std::pair>) {
    decode_value(value.first, reader);
    decode_value(value.second, reader);
  } else if constexpr (is_made_from<Value, api::Entry>) {
    value.key = reader.read_text();
    decode_value(value.value, reader);
  } else if constexpr (HasFields<Value>) {
    decode_record(value, reader);
  } else {
    decode_shape(api::shape_of<Value>(), &value, reader);
  }
}

/// Appends the stored form of a record.
template <class Record>
void encode(const Record& record, std::string& out) {
  ByteWriter writer(out);
  encode_value(record, writer);
}

/// Reads a default-constructed record. Returns what is wrong with the bytes, or nothing.
template <class Record>
[[nodiscard]] std::optional<std::string> decode(std::string_view bytes, Record& record) {
  ByteReader reader(bytes);
  decode_value(record, reader);
  if (!reader.has_failed() && !reader.is_at_end()) reader.fail("bytes are left over");
  if (reader.has_failed()) return reader.problem();
  return std::nullopt;
}

}  // namespace fallstreak::world
