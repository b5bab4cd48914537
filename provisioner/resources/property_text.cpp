#include "provisioner/resources/property_text.h"

#include <array>
#include <charconv>

#include "base/error.h"

namespace fallstreak::provisioner {

void refuse(const std::string& why) { throw ApiError("InvalidManifest", why); }

std::pair<std::string_view, std::string_view> halves(std::string_view text,
                                                     std::string_view separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) {
    refuse("'" + std::string(text) + "' has no '" + std::string(separator) + "'");
  }
  return {text.substr(0, at), text.substr(at + separator.size())};
}

double number_in(std::string_view text, std::string_view whole) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    refuse("'" + std::string(text) + "' in '" + std::string(whole) + "' is not a number");
  }
  return number;
}

std::string number_text(double number) {
  std::array<char, 32> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), result.ptr};
}

}  // namespace fallstreak::provisioner
