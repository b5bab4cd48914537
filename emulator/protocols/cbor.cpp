#include "protocols/cbor.h"

#include <bit>
#include <cmath>

#include "base/encoding.h"
#include "protocols/walk.h"

namespace fallstreak::protocols::cbor {

namespace {

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += char(value >> shift & 0xff);
}

double half_to_double(std::uint64_t bits) {
  const int exponent = int(bits >> 10 & 0x1f);
  const double mantissa = double(bits & 0x3ff);
  double value = 0;
  if (exponent == 0) {
    value = std::ldexp(mantissa, -24);
  } else if (exponent != 31) {
    value = std::ldexp(mantissa + 1024, exponent - 25);
  } else {
    value = mantissa == 0 ? HUGE_VAL : std::nan("");
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

}  // namespace

void append_head(std::string& out, Major major, std::uint64_t argument) {
  const auto start = std::uint8_t(std::uint8_t(major) << 5);
  if (argument < 24) {
    out += char(start | argument);
  } else if (argument <= 0xff) {
    out += char(start | 24);
    append_big_endian(out, argument, 1);
  } else if (argument <= 0xffff) {
    out += char(start | 25);
    append_big_endian(out, argument, 2);
  } else if (argument <= 0xffffffff) {
    out += char(start | 26);
    append_big_endian(out, argument, 4);
  } else {
    out += char(start | 27);
    append_big_endian(out, argument, 8);
  }
}

void append_integer(std::string& out, std::int64_t value) {
  if (value >= 0) return append_head(out, Major::unsigned_integer, std::uint64_t(value));
  append_head(out, Major::negative_integer, std::uint64_t(-(value + 1)));
}

void append_text(std::string& out, std::string_view text) {
  append_head(out, Major::text, text.size());
  out += text;
}

void append_bytes(std::string& out, std::string_view bytes) {
  append_head(out, Major::bytes, bytes.size());
  out += bytes;
}

void append_boolean(std::string& out, bool value) { out += char(value ? 0xf5 : 0xf4); }
void append_null(std::string& out) { out += char(0xf6); }

void append_float(std::string& out, float value) {
  out += char(0xfa);
  append_big_endian(out, std::bit_cast<std::uint32_t>(value), 4);
}

void append_double(std::string& out, double value) {
  out += char(0xfb);
  append_big_endian(out, std::bit_cast<std::uint64_t>(value), 8);
}

std::string_view Reader::take(std::uint64_t length) {
  if (length > bytes_.size() - at_) throw Malformed("The CBOR ends too early");
  const auto part = bytes_.substr(at_, std::size_t(length));
  at_ += std::size_t(length);
  return part;
}

std::uint64_t Reader::read_argument(int width) {
  std::uint64_t value = 0;
  for (const char byte : take(std::uint64_t(width))) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

Head Reader::read_head() {
  const auto first = static_cast<unsigned char>(take(1).front());
  Head head{Major(first >> 5), std::uint8_t(first & 0x1f), 0, false};
  if (head.information < 24) {
    head.argument = head.information;
  } else if (head.information < 28) {
    head.argument = read_argument(1 << (head.information - 24));
  } else if (head.information == 31 && head.major >= Major::bytes && head.major != Major::tag) {
    head.is_indefinite = true;
  } else {
    throw Malformed("The CBOR has a reserved head");
  }
  return head;
}

Head Reader::peek_head() const {
  Reader ahead(*this);
  return ahead.read_head();
}

std::string Reader::read_string(const Head& head) {
  std::string joined;
  if (!head.is_indefinite) {
    joined = take(head.argument);
  } else {
    while (true) {
      const Head chunk = read_head();
      if (chunk.is_break()) break;
      if (chunk.major != head.major || chunk.is_indefinite) {
        throw Malformed("A chunk is of another type");
      }
      joined += take(chunk.argument);
    }
  }
  if (head.major == Major::text && !is_utf8(joined)) throw Malformed("A text is not UTF-8");
  return joined;
}

void Reader::skip_item() {
  // What remains to be skipped at each open level; one more for the item itself.
  struct Open {
    std::uint64_t left;
    bool is_indefinite;
  };
  std::vector<Open> open{{1, false}};
  while (!open.empty()) {
    if (open.back().left == 0 && !open.back().is_indefinite) {
      open.pop_back();
      continue;
    }
    if (open.size() > std::size_t(kMaximumDepth)) throw Malformed("Nesting is too deep");
    const Head head = read_head();
    if (head.is_break()) {
      if (!open.back().is_indefinite) throw Malformed("A break ends nothing");
      open.pop_back();
      continue;
    }
    if (!open.back().is_indefinite) --open.back().left;
    if (head.major == Major::bytes || head.major == Major::text) {
      read_string(head);
    } else if (head.major == Major::tag) {
      open.push_back({1, false});
    } else if (head.major == Major::array || head.major == Major::map) {
      const std::uint64_t each = head.major == Major::map ? 2 : 1;
      if (head.argument > bytes_.size()) throw Malformed("The CBOR ends too early");
      open.push_back({head.argument * each, head.is_indefinite});
    }
  }
}

double Reader::float_of(const Head& head) {
  if (head.information == 25) return half_to_double(head.argument);
  if (head.information == 26) return double(std::bit_cast<float>(std::uint32_t(head.argument)));
  return std::bit_cast<double>(head.argument);
}

bool Reader::Items::next() {
  if (!is_indefinite_) return left_ == 0 ? false : left_-- != 0;
  if (!reader_.peek_head().is_break()) return true;
  reader_.read_head();
  return false;
}

}  // namespace fallstreak::protocols::cbor
