#include "services/dynamodb/keys.h"

#include <span>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/number.h"
#include "world/hash.h"

namespace fallstreak::services::dynamodb {
namespace {

// A zero byte within a sort key is followed by 0xFF, the end of one is a zero byte followed by
// 0x01: so a key sorts before those that continue it, as it does unescaped.
constexpr char kEscape = '\xFF';
constexpr char kEnd = '\x01';

bool is_of_type(const ApiValue& value, Type type) {
  switch (type) {
    case Type::S:
      return value.S.has_value();
    case Type::N:
      return value.N.has_value();
    default:
      return value.B.has_value();
  }
}

void check_not_empty(const KeyAttribute& attribute, std::string_view value) {
  if (!value.empty()) return;
  throw validation_exception(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty " +
      std::string(attribute.type == Type::B ? "binary" : "string") +
      " value. Key: " + attribute.name);
}

std::size_t size_of(std::span<const std::string_view> values) {
  std::size_t size = 0;
  for (const std::string_view value : values) size += value.size();
  return size;
}

}  // namespace

std::uint64_t hash_of(std::string_view partition_key) { return world::hash_bytes(partition_key); }

void append_table(KeyBytes& key, std::uint64_t id) { key.append_number(id); }

void append_hash(KeyBytes& key, std::string_view hash) {
  key.append_number(hash_of(hash));
  key.append_number(static_cast<std::uint16_t>(hash.size()));
  key.append(hash);
}

std::string_view hash_in_key(std::string_view item_key) {
  constexpr std::size_t kBefore = 2 * sizeof(std::uint64_t);
  const auto high = static_cast<unsigned char>(item_key[kBefore]);
  const auto low = static_cast<unsigned char>(item_key[kBefore + 1]);
  return item_key.substr(kBefore + 2, std::size_t{high} * 256 + low);
}

void append_range_prefix(KeyBytes& key, std::string_view range) {
  while (!range.empty()) {
    const std::size_t zero = range.find('\0');
    if (zero == std::string_view::npos) {
      key.append(range);
      return;
    }
    key.append(range.substr(0, zero + 1));
    key.append(kEscape);
    range.remove_prefix(zero + 1);
  }
}

void append_range(KeyBytes& key, std::string_view range) {
  append_range_prefix(key, range);
  key.append('\0');
  key.append(kEnd);
}

void append_key(KeyBytes& key, const KeySchema& schema, const KeyValues& values) {
  append_hash(key, values.hash);
  if (schema.range) append_range(key, values.range);
}

void append_hashes(KeyBytes& key, std::span<const std::string_view> hashes) {
  if (hashes.size() == 1) {
    append_hash(key, hashes.front());
    return;
  }
  // With their lengths, so that no two keys become the same.
  KeyBytes together;
  for (const std::string_view hash : hashes) {
    together.append_number(static_cast<std::uint16_t>(hash.size()));
    together.append(hash);
  }
  append_hash(key, together.view());
}

bool append_index_key(KeyBytes& key, const KeySchema& schema, std::string_view item) {
  if (!schema.is_composite()) {
    const auto values = key_values(schema, item);
    if (!values) return false;
    check_key_sizes(schema, *values);
    append_key(key, schema, *values);
    return true;
  }
  std::array<std::string_view, 2 * kMostOfAKind> values;
  std::size_t count = 0;
  for (const KeyAttribute* attribute : KeyAttributes(schema)) {
    const auto found = find_attribute(item, attribute->name);
    if (!found || found->type != attribute->type) return false;
    check_not_empty(*attribute, found->bytes);
    values[count++] = found->bytes;
  }
  const std::span all(values.data(), count);
  const auto hashes = all.first(1 + schema.more_hash.size());
  const auto ranges = all.subspan(hashes.size());
  check_total_sizes(size_of(hashes), size_of(ranges));
  append_hashes(key, hashes);
  for (const std::string_view range : ranges) append_range(key, range);
  return true;
}

KeyAttributes::KeyAttributes(const KeySchema& schema) {
  add(schema.hash);
  for (const KeyAttribute& attribute : schema.more_hash) add(attribute);
  if (schema.range) add(*schema.range);
  for (const KeyAttribute& attribute : schema.more_range) add(attribute);
}

ItemKey::ItemKey(const TableRecord& table, const KeyValues& key_values) : values(key_values) {
  append_table(bytes, table.id);
  append_key(bytes, table.keys, values);
}

std::string after_prefix(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xFF') next.pop_back();
  if (!next.empty()) next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1);
  return next;
}

void PackedKey::check_is_key(const KeySchema& schema, const ApiItem& key) {
  const auto matches = [&](const KeyAttribute& attribute) {
    const ApiValue* value = api::find(key, attribute.name);
    return value != nullptr && is_of_type(*value, attribute.type);
  };
  if (key.size() != schema.size() || !matches(schema.hash) ||
      (schema.range && !matches(*schema.range))) {
    throw key_does_not_match_schema();
  }
}

PackedKey::PackedKey(const KeySchema& schema, const ApiItem& attributes, Wording wording) {
  values_.hash = pack(*api::find(attributes, schema.hash.name), wording, hash_storage_);
  if (schema.range)
    values_.range = pack(*api::find(attributes, schema.range->name), wording, range_storage_);
  check_key_sizes(schema, values_);
}

std::string_view PackedKey::pack(const ApiValue& value, Wording wording,
                                 std::array<char, 23>& storage) {
  static_assert(sizeof(storage) == Number::kMaxEncoded);
  if (value.S) return *value.S;
  if (value.B) return *value.B;
  Number number;
  read_number(*value.N, wording, number);
  return number.encode(storage);
}

std::optional<KeyValues> key_values(const KeySchema& schema, std::string_view item) {
  KeyValues values;
  const auto read = [&](const KeyAttribute& attribute, std::string_view& out) {
    const auto found = find_attribute(item, attribute.name);
    if (!found || found->type != attribute.type) return false;
    out = found->bytes;
    return true;
  };
  if (!read(schema.hash, values.hash)) return std::nullopt;
  if (schema.range && !read(*schema.range, values.range)) return std::nullopt;
  return values;
}

KeyValues key_values_to_put(const KeySchema& schema, std::string_view item) {
  const auto read = [&](const KeyAttribute& attribute) {
    const auto found = find_attribute(item, attribute.name);
    if (!found)
      throw invalid_parameter_values("Missing the key " + attribute.name + " in the item");
    if (found->type != attribute.type) {
      throw invalid_parameter_values("Type mismatch for key " + attribute.name +
                                     " expected: " + std::string(name_of(attribute.type)) +
                                     " actual: " + std::string(name_of(found->type)));
    }
    return found->bytes;
  };
  KeyValues values;
  values.hash = read(schema.hash);
  if (schema.range) values.range = read(*schema.range);
  check_key_sizes(schema, values);
  return values;
}

void check_total_sizes(std::size_t hash, std::size_t range) {
  // AWS: without a space before the number.
  if (hash > kLongestHash) {
    throw invalid_parameter_values(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (range > kLongestRange) {
    throw invalid_parameter_values(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
}

void check_key_sizes(const KeySchema& schema, const KeyValues& values) {
  check_not_empty(schema.hash, values.hash);
  if (schema.range) check_not_empty(*schema.range, values.range);
  check_total_sizes(values.hash.size(), values.range.size());
}

}  // namespace fallstreak::services::dynamodb
