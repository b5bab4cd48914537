#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

/// Attribute values as they are stored: packed bytes, read in place.
///
/// A value is a byte for its type, then: for text, binary and numbers a length and the bytes
/// (numbers in the order-preserving form of number.h); for a Boolean a byte; for lists, maps and
/// sets a length of four bytes and the elements. Maps are sorted by name and sets by member, so
/// that equal values are equal bytes. An item is the contents of a map.
namespace fallstreak::services::dynamodb {

enum class Type : std::uint8_t { S, N, B, SS, NS, BS, M, L, null, boolean };

/// `S`, `NULL`: as AWS abbreviates types.
std::string_view name_of(Type type);
/// `STRING`, `STRING_SET`: as some messages spell them.
std::string_view long_name_of(Type type);

/// A packed value that lives elsewhere.
struct Value {
  Type type = Type::null;
  /// What follows the type and the length.
  std::string_view bytes;
  /// Sets and maps are equal whatever order they came in, because they are stored sorted.
  bool operator==(const Value&) const = default;
};

namespace detail {
inline std::uint32_t read_length(const char*& at) {
  // Seven bits a byte, the lowest first. Stored bytes come from Writer, so they need no checks.
  std::uint32_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= static_cast<std::uint32_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) return value;
  }
}
inline std::string_view read_text(const char*& at) {
  const std::uint32_t length = read_length(at);
  const std::string_view text(at, length);
  at += length;
  return text;
}
inline Value read_value(const char*& at) {
  Value value;
  value.type = static_cast<Type>(*at++);
  switch (value.type) {
    case Type::S:
    case Type::N:
    case Type::B:
      value.bytes = read_text(at);
      break;
    case Type::null:
      break;
    case Type::boolean:
      value.bytes = std::string_view(at++, 1);
      break;
    case Type::SS:
    case Type::NS:
    case Type::BS:
    case Type::M:
    case Type::L: {
      std::uint32_t length = 0;
      std::memcpy(&length, at, sizeof length);
      at += sizeof length;
      value.bytes = std::string_view(at, length);
      at += length;
      break;
    }
  }
  return value;
}
}  // namespace detail

/// A name with its value, in a map or an item.
struct Attribute {
  std::string_view name;
  Value value;
};

/// What a range over packed elements walks: `Element` has a static `read(at)`.
template <class Element>
class Packed {
 public:
  class Iterator {
   public:
    Iterator(const char* at, const char* end) : next_(at), end_(end) { ++*this; }
    const auto& operator*() const { return current_; }
    const auto* operator->() const { return &current_; }
    Iterator& operator++() {
      at_ = next_;
      if (at_ != end_) current_ = Element::read(next_);
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const char* at_ = nullptr;
    const char* next_;
    const char* end_;
    decltype(Element::read(std::declval<const char*&>())) current_{};
  };

  explicit Packed(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] Iterator begin() const { return {bytes_.data(), bytes_.data() + bytes_.size()}; }
  [[nodiscard]] Iterator end() const {
    return {bytes_.data() + bytes_.size(), bytes_.data() + bytes_.size()};
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

struct ReadAttribute {
  static Attribute read(const char*& at) {
    Attribute attribute;
    attribute.name = detail::read_text(at);
    attribute.value = detail::read_value(at);
    return attribute;
  }
};
struct ReadValue {
  static Value read(const char*& at) { return detail::read_value(at); }
};
struct ReadMember {
  static std::string_view read(const char*& at) { return detail::read_text(at); }
};
/// The attributes of a map or an item, the values of a list, the members of a set.
using Attributes = Packed<ReadAttribute>;
using Values = Packed<ReadValue>;
using Members = Packed<ReadMember>;

/// The attribute of that name in a map's or an item's bytes.
std::optional<Value> find_attribute(std::string_view map, std::string_view name);

/// Appends packed values to a string.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(&out) {}

  void write_name(std::string_view name) { write_text(name); }
  /// A member of a set, or what follows the type of text, binary and numbers.
  void write_text(std::string_view text);
  void write_value(const Value& value);
  void write_scalar(Type type, std::string_view bytes) { write_value({type, bytes}); }
  /// A list, map or set, up to `end`, which takes what this returned.
  [[nodiscard]] std::size_t begin(Type type);
  void end(std::size_t began);

 private:
  std::string* out_;
};

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
std::size_t size_of(const Value& value);
/// Of an item, or of a map's contents without its overhead: names and values.
std::size_t size_of_attributes(std::string_view map);

}  // namespace fallstreak::services::dynamodb
