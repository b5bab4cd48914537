#include "world/bytes.h"

#include <bit>

#include "base/check.h"

namespace fallstreak::world {

void ByteWriter::write_unsigned(std::uint64_t value) {
  while (value >= 0x80) {
    write_byte(static_cast<std::uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  write_byte(static_cast<std::uint8_t>(value));
}

void ByteWriter::write_signed(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  write_unsigned((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void ByteWriter::write_double(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (unsigned shift = 0; shift < 64; shift += 8) {
    write_byte(static_cast<std::uint8_t>(bits >> shift));
  }
}

void ByteWriter::write_text(std::string_view text) {
  write_unsigned(text.size());
  out_.append(text);
}

std::size_t ByteWriter::begin_part() {
  out_.push_back(0);
  return out_.size();
}

void ByteWriter::end_part(std::size_t began) {
  const std::size_t length = out_.size() - began;
  // One byte was reserved for the length, which is enough for nearly every part.
  if (length < 0x80) {
    out_[began - 1] = static_cast<char>(length);
    return;
  }
  std::string prefix;
  ByteWriter(prefix).write_unsigned(length);
  out_.replace(began - 1, 1, prefix);
}

std::uint8_t ByteReader::read_byte() {
  if (bytes_.empty()) {
    fail("the bytes end too early");
    return 0;
  }
  const auto byte = static_cast<std::uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  return byte;
}

std::uint64_t ByteReader::read_unsigned() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = read_byte();
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) return has_failed() ? 0 : value;
  }
  fail("a number is too long");
  return 0;
}

std::int64_t ByteReader::read_signed() {
  const std::uint64_t bits = read_unsigned();
  return static_cast<std::int64_t>((bits >> 1U) ^ ((bits & 1U) != 0 ? ~std::uint64_t{0} : 0));
}

double ByteReader::read_double() {
  std::uint64_t bits = 0;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bits |= static_cast<std::uint64_t>(read_byte()) << shift;
  }
  return std::bit_cast<double>(bits);
}

std::string_view ByteReader::read_text() {
  const std::uint64_t length = read_unsigned();
  if (length > bytes_.size()) {
    fail("a text is longer than the bytes");
    return {};
  }
  const std::string_view text = bytes_.substr(0, length);
  bytes_.remove_prefix(length);
  return text;
}

std::size_t ByteReader::read_count() {
  const std::uint64_t count = read_unsigned();
  if (count > bytes_.size()) {
    fail("a count is greater than the bytes");
    return 0;
  }
  return count;
}

void ByteReader::fail(std::string_view why) {
  if (problem_.empty()) problem_ = why;
  bytes_ = {};
}

}  // namespace fallstreak::world
