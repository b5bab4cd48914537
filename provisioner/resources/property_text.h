#pragma once

#include <string>
#include <string_view>
#include <utility>

/// The small languages of properties: `AWS/EC2 CPUUtilization`, `> 60`, `0..20 +2`.
namespace fallstreak::provisioner {

/// The manifest is wrong: throws ApiError `InvalidManifest`.
[[noreturn]] void refuse(const std::string& why);
/// What stands before and after the first `separator`, which must be there.
std::pair<std::string_view, std::string_view> halves(std::string_view text,
                                                     std::string_view separator);
/// The number that `text` is; `whole` is what it is a part of, for the message.
double number_in(std::string_view text, std::string_view whole);
std::string number_text(double number);

}  // namespace fallstreak::provisioner
