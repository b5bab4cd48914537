#include "provisioner/resources/numbers.h"

#include <charconv>

#include "base/check.h"

namespace fallstreak::provisioner {

std::int32_t number_of(const Desired& desired, std::string_view property) {
  const std::string& text = desired[property];
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  CHECK(error == std::errc() && end == text.data() + text.size()) << property << " of " << desired.name << ": " << text;
  return value;
}

std::string number_text(const std::optional<std::int32_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

}  // namespace fallstreak::provisioner
