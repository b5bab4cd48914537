#include <charconv>
#include <span>

#include "base/encoding.h"
#include "base/ip_block.h"
#include "dataplane/dns/message.h"

/// From the values that Route 53 keeps to the data of records.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
namespace fallstreak::dataplane::dns {
namespace {

using Data = std::optional<std::string>;

/// Takes a value apart at its spaces; quotation marks keep a string together.
std::vector<std::string_view> parts_of(std::string_view value) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  while (at < value.size()) {
    if (value[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    const bool is_quoted = value[at] == '"';
    for (++at; at < value.size(); ++at) {
      if (is_quoted && value[at] == '\\') {
        ++at;
      } else if (is_quoted && value[at] == '"') {
        ++at;
        break;
      } else if (!is_quoted && value[at] == ' ') {
        break;
      }
    }
    at = std::min(at, value.size());
    parts.push_back(value.substr(begin, at - begin));
  }
  return parts;
}

/// Adds a whole number of that many bytes; false when the text is none.
bool append_number(std::string& out, std::string_view text, int bytes) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (bytes < 4 && number >> (8 * bytes) != 0) return false;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift & 0xFF);
  }
  return true;
}

bool append_domain(std::string& out, std::string_view name) {
  const auto wire = wire_name(name);
  if (wire) out += *wire;
  return wire.has_value();
}

/// The characters between quotation marks; a backslash before three octal digits or any character.
Data unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const auto digit = [&](std::size_t i) {
      return at + i < text.size() && text[at + i] >= '0' && text[at + i] <= '7';
    };
    if (digit(1) && digit(2) && digit(3)) {
      const int code = (text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0');
      out += static_cast<char>(code & 0xFF);
      at += 3;
    } else {
      out += text[++at];
    }
  }
  return out;
}

bool append_string(std::string& out, std::string_view quoted) {
  const auto text = unquoted(quoted);
  if (!text || text->size() > 255) return false;
  out += static_cast<char>(text->size());
  out += *text;
  return true;
}

Data address(std::string_view value, int bits) {
  const auto parsed = IpAddress::parse(value);
  if (!parsed || parsed->bits != bits) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(parsed->bytes.data()), std::size_t(bits / 8));
}

Data strings(std::string_view value) {
  std::string out;
  for (const auto part : parts_of(value)) {
    if (!append_string(out, part)) return std::nullopt;
  }
  return out.empty() ? std::nullopt : Data(out);
}

/// The layouts of the other types: numbers of 1, 2 and 4 bytes, a domain name, a string with its
/// length, the rest of the data in quotation marks, hexadecimal digits.
Data laid_out(std::string_view layout, std::string_view value) {
  const auto parts = parts_of(value);
  if (parts.size() != layout.size()) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    bool is_right = false;
    switch (layout[i]) {
      case '1':
      case '2':
      case '4':
        is_right = append_number(out, parts[i], layout[i] - '0');
        break;
      case 'n':
        is_right = append_domain(out, parts[i]);
        break;
      case 's':
        is_right = append_string(out, parts[i]);
        break;
      case 't':
        out += static_cast<char>(parts[i].size());
        out += parts[i];
        is_right = parts[i].size() <= 255;
        break;
      case 'r':
        if (const auto rest = unquoted(parts[i])) {
          out += *rest;
          is_right = true;
        }
        break;
      default:
        if (const auto bytes = from_hex(parts[i])) {
          out += *bytes;
          is_right = true;
        }
    }
    if (!is_right) return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<std::string> record_data(std::string_view type, std::string_view value) {
  if (type == "A") return address(value, 32);
  if (type == "AAAA") return address(value, 128);
  if (type == "TXT" || type == "SPF") return strings(value);
  if (type == "CNAME" || type == "NS" || type == "PTR") return laid_out("n", value);
  if (type == "MX") return laid_out("2n", value);
  if (type == "SRV") return laid_out("222n", value);
  if (type == "SOA") return laid_out("nn44444", value);
  if (type == "CAA") return laid_out("1tr", value);
  if (type == "NAPTR") return laid_out("22sssn", value);
  if (type == "DS") return laid_out("211h", value);
  return std::nullopt;
}

}  // namespace fallstreak::dataplane::dns
