#include "protocols/http_message.h"

#include <algorithm>

#include "base/encoding.h"

namespace fallstreak::protocols {
namespace {

constexpr char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

constexpr bool is_hex_digit(char digit) {
  return (digit >= '0' && digit <= '9') || (lower(digit) >= 'a' && lower(digit) <= 'f');
}

bool is_well_formed(std::string_view target) {
  for (std::size_t at = 0; at < target.size(); ++at) {
    const auto byte = static_cast<unsigned char>(target[at]);
    if (byte <= 0x20 || byte == 0x7f) return false;
    if (byte != '%') continue;
    if (at + 2 >= target.size()) return false;
    if (!is_hex_digit(target[at + 1]) || !is_hex_digit(target[at + 2])) return false;
  }
  return true;
}

/// The target from its path on: a proxy's absolute form names the scheme and the host first.
std::string_view origin_form(std::string_view target) {
  if (target.empty() || target.front() == '/') return target;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos || scheme > target.find_first_of("/?")) return target;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view() : target.substr(path);
}

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(),
                    [](char one, char other) { return lower(one) == lower(other); });
}

std::string to_lower_case(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = lower(letter);
  return result;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equals_ignoring_case(header.name, name)) return &header.value;
  }
  return nullptr;
}

std::string_view header_or_empty(const Headers& headers, std::string_view name) {
  const std::string* value = find_header(headers, name);
  return value ? std::string_view(*value) : std::string_view();
}

void set_header(Headers& headers, std::string_view name, std::string value) {
  remove_header(headers, name);
  headers.push_back({std::string(name), std::move(value)});
}

void remove_header(Headers& headers, std::string_view name) {
  std::erase_if(headers,
                [&](const Header& header) { return equals_ignoring_case(header.name, name); });
}

const std::string* Target::find(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &QueryParameter::name);
  return found == query.end() ? nullptr : &found->value;
}

std::string_view raw_path(std::string_view target) {
  const std::string_view origin = origin_form(target);
  const std::string_view path = origin.substr(0, origin.find('?'));
  return path.empty() ? std::string_view("/") : path;
}

std::string_view raw_query(std::string_view target) {
  const std::string_view origin = origin_form(target);
  const auto mark = origin.find('?');
  return mark == std::string_view::npos ? std::string_view() : origin.substr(mark + 1);
}

std::optional<Target> split_target(std::string_view target) {
  if (!is_well_formed(target)) return std::nullopt;
  Target result{.path = std::string(raw_path(target))};
  std::string_view rest = raw_query(target);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), Plus::is_space);
    auto value = equals == std::string_view::npos
                     ? std::optional<std::string>("")
                     : percent_decode(pair.substr(equals + 1), Plus::is_space);
    if (!name || !value) return std::nullopt;
    result.query.push_back({std::move(*name), std::move(*value)});
  }
  return result;
}

}  // namespace fallstreak::protocols
