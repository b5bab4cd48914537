#pragma once

#include <string>
#include <string_view>

namespace fallstreak::scenarios {

/// Text for the inside of an XML or HTML element or attribute; control characters that XML forbids
/// become spaces.
inline std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char byte : text) {
    switch (byte) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe +=
            static_cast<unsigned char>(byte) < 0x20 && byte != '\n' && byte != '\t' ? ' ' : byte;
    }
  }
  return safe;
}

}  // namespace fallstreak::scenarios
