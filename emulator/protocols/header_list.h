#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"

/// Lists in one header: `a, "b,c"`.
namespace fallstreak::protocols {

/// Appends an element, in quotes where it holds a comma or a quote.
void append_header_element(std::string& header, std::string_view text, const api::Shape& shape);
/// The elements, without quotes. HTTP dates have a comma of their own.
std::vector<std::string> split_header_list(std::string_view header, const api::Shape& shape);

}  // namespace fallstreak::protocols
