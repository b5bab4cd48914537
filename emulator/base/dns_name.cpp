#include "base/dns_name.h"

#include <algorithm>

namespace fallstreak {
namespace {

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestName = 255;  // on the wire: every label has a byte for its length

bool is_plain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The byte of an escape code (`\052`), or nothing.
std::optional<unsigned char> escape_code(std::string_view text) {
  if (text.size() < 4 || text[0] != '\\') return std::nullopt;
  if (!is_octal(text[1]) || !is_octal(text[2]) || !is_octal(text[3])) return std::nullopt;
  const int value = (text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0');
  if (value > 255) return std::nullopt;
  return static_cast<unsigned char>(value);
}

void append_escaped(std::string& out, unsigned char c) {
  if (c >= 'A' && c <= 'Z') c = static_cast<unsigned char>(c - 'A' + 'a');
  if (is_plain(c)) {
    out += static_cast<char>(c);
    return;
  }
  out += '\\';
  out += static_cast<char>('0' + c / 64);
  out += static_cast<char>('0' + c / 8 % 8);
  out += static_cast<char>('0' + c % 8);
}

}  // namespace

std::optional<std::string> canonical_dns_name(std::string_view text) {
  if (text == ".") return ".";
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  std::string out;
  std::size_t label = 0;
  std::size_t wire = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto c = static_cast<unsigned char>(text[at]);
    if (c == '.') {
      if (label == 0) return std::nullopt;
      out += '.';
      wire += label + 1;
      label = 0;
      continue;
    }
    if (c == '\\') {
      const auto code = escape_code(text.substr(at));
      if (!code) return std::nullopt;
      c = *code;
      at += 3;
    } else if (c <= ' ' || c >= 0x7f) {
      return std::nullopt;
    }
    append_escaped(out, c);
    if (++label > kLongestLabel) return std::nullopt;
  }
  wire += label + 1;
  if (label == 0 || wire > kLongestName) return std::nullopt;
  return out + ".";
}

std::vector<std::string_view> dns_labels(std::string_view canonical) {
  std::vector<std::string_view> labels;
  while (canonical.size() > 1) {
    const auto dot = canonical.find('.');
    labels.push_back(canonical.substr(0, dot));
    canonical.remove_prefix(std::min(canonical.size(), labels.back().size() + 1));
  }
  return labels;
}

std::string reversed_dns_name(std::string_view canonical) {
  std::string out;
  const auto labels = dns_labels(canonical);
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    out += *label;
    out += '.';
  }
  return out;
}

std::string_view parent_dns_name(std::string_view canonical) {
  if (canonical.size() <= 1) return {};
  canonical.remove_prefix(canonical.find('.') + 1);
  return canonical.empty() ? "." : canonical;
}

bool is_in_dns_zone(std::string_view canonical, std::string_view zone) {
  if (zone == "." || canonical == zone) return true;
  return canonical.size() > zone.size() && canonical.ends_with(zone) &&
         canonical[canonical.size() - zone.size() - 1] == '.';
}

std::string unescaped_dns_label(std::string_view label) {
  std::string out;
  for (std::size_t at = 0; at < label.size(); ++at) {
    if (const auto code = escape_code(label.substr(at))) {
      out += static_cast<char>(*code);
      at += 3;
    } else {
      out += label[at];
    }
  }
  return out;
}

std::string escaped_dns_label(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) append_escaped(out, static_cast<unsigned char>(c));
  return out;
}

}  // namespace fallstreak
