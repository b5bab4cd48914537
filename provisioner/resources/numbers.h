#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/resources/driver.h"

namespace fallstreak::provisioner {

/// A number property of a manifest; the parser has checked that it is one.
std::int32_t number_of(const Desired& desired, std::string_view property);
std::string number_text(const std::optional<std::int32_t>& number);

}  // namespace fallstreak::provisioner
