#include "services/dynamodb/value.h"

#include <array>

#include "services/dynamodb/number.h"

namespace fallstreak::services::dynamodb {

std::string_view name_of(Type type) {
  constexpr std::array<std::string_view, 10> kNames{"S",  "N", "B", "SS",   "NS",
                                                    "BS", "M", "L", "NULL", "BOOL"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view long_name_of(Type type) {
  constexpr std::array<std::string_view, 10> kNames{
      "STRING",     "NUMBER", "BINARY", "STRING_SET", "NUMBER_SET",
      "BINARY_SET", "MAP",    "LIST",   "NULL",       "BOOLEAN"};
  return kNames[static_cast<std::size_t>(type)];
}

std::optional<Value> find_attribute(std::string_view map, std::string_view name) {
  const char* at = map.data();
  const char* const end = at + map.size();
  while (at != end) {
    const Attribute attribute = ReadAttribute::read(at);
    if (attribute.name == name) return attribute.value;
  }
  return std::nullopt;
}

void Writer::write_text(std::string_view text) {
  std::size_t length = text.size();
  for (; length >= 0x80; length >>= 7U)
    out_->push_back(static_cast<char>((length & 0x7FU) | 0x80U));
  out_->push_back(static_cast<char>(length));
  out_->append(text);
}

void Writer::write_value(const Value& value) {
  switch (value.type) {
    case Type::S:
    case Type::N:
    case Type::B:
      out_->push_back(static_cast<char>(value.type));
      write_text(value.bytes);
      return;
    case Type::null:
    case Type::boolean:
      out_->push_back(static_cast<char>(value.type));
      out_->append(value.bytes);
      return;
    case Type::SS:
    case Type::NS:
    case Type::BS:
    case Type::M:
    case Type::L: {
      const std::size_t began = begin(value.type);
      out_->append(value.bytes);
      end(began);
      return;
    }
  }
}

std::size_t Writer::begin(Type type) {
  out_->push_back(static_cast<char>(type));
  out_->append(sizeof(std::uint32_t), '\0');
  return out_->size();
}

void Writer::end(std::size_t began) {
  const auto length = static_cast<std::uint32_t>(out_->size() - began);
  std::memcpy(out_->data() + began - sizeof length, &length, sizeof length);
}

std::size_t size_of(const Value& value) {
  // AWS: a list or map costs three bytes, and each of its elements one, beside their own.
  constexpr std::size_t kDocument = 3;
  std::size_t size = 0;
  switch (value.type) {
    case Type::S:
    case Type::B:
      return value.bytes.size();
    case Type::N:
      return number_size(value.bytes);
    case Type::null:
    case Type::boolean:
      return 1;
    case Type::SS:
    case Type::BS:
      for (const std::string_view member : Members(value.bytes)) size += member.size();
      return size;
    case Type::NS:
      for (const std::string_view member : Members(value.bytes)) size += number_size(member);
      return size;
    case Type::M:
      for (const Attribute& attribute : Attributes(value.bytes)) {
        size += 1 + attribute.name.size() + size_of(attribute.value);
      }
      return size + kDocument;
    case Type::L:
      for (const Value& element : Values(value.bytes)) size += 1 + size_of(element);
      return size + kDocument;
  }
  return size;
}

std::size_t size_of_attributes(std::string_view map) {
  std::size_t size = 0;
  for (const Attribute& attribute : Attributes(map)) {
    size += attribute.name.size() + size_of(attribute.value);
  }
  return size;
}

}  // namespace fallstreak::services::dynamodb
