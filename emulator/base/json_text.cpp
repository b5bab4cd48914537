#include "base/json_text.h"

#include <array>

#include "base/encoding.h"

namespace fallstreak {
namespace {

/// Bytes that cannot be copied as they are: what JSON escapes, and what may be no UTF-8.
constexpr std::array<bool, 256> kNeedsCare = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) table[byte] = true;
  for (std::size_t byte = 0x80; byte < 256; ++byte) table[byte] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

void append_escape(std::string& out, char character) {
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\u00";
  out += kDigits[std::size_t(character) >> 4];
  out += kDigits[std::size_t(character) & 15];
}

/// The length of the character of several bytes that the text begins with; 0 when it is none.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  return length <= text.size() && is_utf8(text.substr(0, length)) ? length : 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  out += '"';
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char byte = text[at];
    if (!kNeedsCare[static_cast<unsigned char>(byte)]) {
      ++at;
      continue;
    }
    const bool is_ascii = static_cast<unsigned char>(byte) < 0x80;
    if (const std::size_t length = is_ascii ? 0 : character_length(text.substr(at))) {
      at += length;
      continue;
    }
    out.append(text, start, at - start);
    if (is_ascii) {
      append_escape(out, byte);
    } else {
      out += kReplacement;
    }
    start = ++at;
  }
  out.append(text, start);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

std::string json_array(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) {
    if (!text.empty()) text += ',';
    text += value;
  }
  return "[" + text + "]";
}

void JsonObject::begin(std::string_view name) {
  if (!members_.empty()) members_ += ',';
  append_json_string(members_, name);
  members_ += ':';
}

JsonObject& JsonObject::add(std::string_view name, std::string_view text) {
  begin(name);
  append_json_string(members_, text);
  return *this;
}

JsonObject& JsonObject::add_raw(std::string_view name, std::string_view json) {
  begin(name);
  members_ += json;
  return *this;
}

}  // namespace fallstreak
