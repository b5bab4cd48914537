#include "services/cloudwatch/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace fallstreak::services::cloudwatch {

std::string number_text(double number) {
  std::array<char, 64> buffer;
  const double size = std::abs(number);
  const bool is_plain = size == 0 || (size >= 1e-3 && size < 1e7);
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                    is_plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), end.ptr);
  if (is_plain) return text.find('.') == std::string::npos ? text + ".0" : text;
  // C++ writes 1e+10 and 2.5e-07 where Java writes 1.0E10 and 2.5E-7.
  const auto split = text.find('e');
  if (split == std::string::npos) return text;
  std::string digits = text.substr(0, split);
  if (digits.find('.') == std::string::npos) digits += ".0";
  const int exponent = std::stoi(text.substr(split + 1));
  return digits + "E" + std::to_string(exponent);
}

std::string short_date(Time time) {
  const std::string iso = to_iso8601(time);
  return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(2, 2) + " " +
         iso.substr(11, 8);
}

std::string json_date(Time time) {
  std::string text = to_iso8601(time, Precision::milliseconds);
  text.pop_back();
  return text + "+0000";
}

std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  // A byte that continues a character is never the first one cut off.
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  text.resize(most);
  return text;
}

bool is_json(std::string_view text) { return nlohmann::json::accept(text); }

}  // namespace fallstreak::services::cloudwatch
