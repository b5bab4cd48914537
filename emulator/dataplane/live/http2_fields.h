#pragma once

#include <nghttp2/nghttp2.h>

#include <string>
#include <utility>
#include <vector>

namespace fallstreak::dataplane::live {

/// Fields as nghttp2 takes them: they are looked at, not kept.
inline std::vector<nghttp2_nv> views_of(
    const std::vector<std::pair<std::string, std::string>>& fields) {
  std::vector<nghttp2_nv> views;
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  for (const auto& [name, value] : fields) {
    views.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return views;
}

}  // namespace fallstreak::dataplane::live
