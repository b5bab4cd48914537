#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"
#include "services/dynamodb/attribute_values.h"
#include "services/dynamodb/records.h"

/// Where items lie.
///
/// The key of an item is: the table's id; a hash of the partition key, which scatters items and
/// which parallel scans divide; the partition key with its length; the sort key, escaped so that
/// its end sorts before everything that continues it. Entries of an index go on with the item's own
/// key, because index keys need not be unique. Keys compare as AWS sorts items.
namespace fallstreak::services::dynamodb {

/// Bytes on the stack, for a key of the longest possible item and some.
class KeyBytes {
 public:
  KeyBytes() {}  // NOLINT: the bytes are set as they are appended.
  void append(std::string_view bytes) {
    CHECK(bytes.size() <= bytes_.size() - size_) << "keys are checked for length before";
    std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void append(char byte) { append(std::string_view(&byte, 1)); }
  /// The highest byte first, so that keys compare as the numbers do.
  template <std::unsigned_integral Number>
  void append_number(Number value) {
    static_assert(std::endian::native == std::endian::little);
    static_assert(sizeof value == 2 || sizeof value == 8);
    if constexpr (sizeof value == 2) {
      value = __builtin_bswap16(value);
    } else {
      value = __builtin_bswap64(value);
    }
    std::array<char, sizeof value> bytes;
    std::memcpy(bytes.data(), &value, sizeof value);
    append(std::string_view(bytes.data(), bytes.size()));
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void truncate(std::size_t size) { size_ = size; }

 private:
  // A sort key of 1 KB doubles at worst; an entry of an index has two keys, of which one may have
  // eight attributes.
  static constexpr std::size_t kLongest = 2 * (40 + 2048 + 2 * 1024);
  std::array<char, kLongest> bytes_;
  std::size_t size_ = 0;
};

/// AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
constexpr std::size_t kLongestHash = 2048;
constexpr std::size_t kLongestRange = 1024;

/// The values of a key's attributes.
struct KeyValues {
  std::string_view hash;
  std::string_view range;
};

/// The beginning that all items of a table (or index) have.
void append_table(KeyBytes& key, std::uint64_t id);
/// And all items of one partition key, after it.
void append_hash(KeyBytes& key, std::string_view hash);
/// The partition key's bytes, read back from an item's key.
std::string_view hash_in_key(std::string_view item_key);
/// The sort key's bytes without their end: what the keys of all sort keys have in common that begin
/// so.
void append_range_prefix(KeyBytes& key, std::string_view range);
void append_range(KeyBytes& key, std::string_view range);
void append_key(KeyBytes& key, const KeySchema& schema, const KeyValues& values);
/// The key of an index by the attributes of an item; false when the item lacks one of them, or has
/// it of another type. Attributes of the same kind sort one after the other.
bool append_index_key(KeyBytes& key, const KeySchema& schema, std::string_view item);
/// The hash attributes' values as one value; with only one attribute its value.
void append_hashes(KeyBytes& key, std::span<const std::string_view> hashes);
/// The place of a partition key among those of its table.
std::uint64_t hash_of(std::string_view partition_key);
/// The least key that is greater than all keys that begin so.
std::string after_prefix(std::string_view prefix);

/// The key attributes of an item or of a key, as packed bytes; numbers are encoded into storage of
/// this.
class PackedKey {
 public:
  /// Reads the `Key` of a request: exactly the table's key attributes, of the right types.
  static void check_is_key(const KeySchema& schema, const ApiItem& key);
  PackedKey(const KeySchema& schema, const ApiItem& attributes, Wording wording);
  PackedKey(const PackedKey&) = delete;
  PackedKey& operator=(const PackedKey&) = delete;
  [[nodiscard]] const KeyValues& values() const { return values_; }

 private:
  std::string_view pack(const ApiValue& value, Wording wording, std::array<char, 23>& storage);
  std::array<char, 23> hash_storage_;
  std::array<char, 23> range_storage_;
  KeyValues values_;
};

/// The key under which an item lies.
struct ItemKey {
  ItemKey(const TableRecord& table, const KeyValues& key_values);
  KeyValues values;
  KeyBytes bytes;
};

/// The values of a schema's attributes in an item's bytes; empty when one is missing or of another
/// type.
std::optional<KeyValues> key_values(const KeySchema& schema, std::string_view item);

/// The same of an item that is to be put, whose key must be there.
KeyValues key_values_to_put(const KeySchema& schema, std::string_view item);

/// AWS: a key has at most four attributes of each kind.
constexpr std::size_t kMostOfAKind = 4;
/// All attributes of a key: those of its hash, then those of its range.
class KeyAttributes {
 public:
  explicit KeyAttributes(const KeySchema& schema);
  [[nodiscard]] const KeyAttribute* const* begin() const { return attributes_.data(); }
  [[nodiscard]] const KeyAttribute* const* end() const { return attributes_.data() + size_; }

 private:
  void add(const KeyAttribute& attribute) { attributes_[size_++] = &attribute; }
  std::array<const KeyAttribute*, 2 * kMostOfAKind> attributes_;
  std::size_t size_ = 0;
};

/// Refuses what is longer than all hash attributes, or all range attributes, of a key may be.
void check_total_sizes(std::size_t hash, std::size_t range);
/// Empty and over-long values of table keys.
void check_key_sizes(const KeySchema& schema, const KeyValues& values);

}  // namespace fallstreak::services::dynamodb
