#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace fallstreak::dataplane::alb {

/// The value of a cookie in a Cookie header: `a=1; b=2`.
inline std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    std::string_view cookie = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    cookie.remove_prefix(std::min(cookie.find_first_not_of(' '), cookie.size()));
    const auto equals = cookie.find('=');
    if (equals != std::string_view::npos && cookie.substr(0, equals) == name) {
      return cookie.substr(equals + 1);
    }
  }
  return std::nullopt;
}

}  // namespace fallstreak::dataplane::alb
