#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fallstreak {

std::string to_base64(std::string_view bytes);
/// Standard alphabet with padding; empty when the text is not base64.
std::optional<std::string> from_base64(std::string_view text);

/// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

/// Percent-encoding as SigV4 wants it: all but the unreserved characters of RFC 3986; a slash is kept when asked.
enum class Slash { encode, keep };
std::string percent_encode(std::string_view text, Slash slash = Slash::encode);
/// Undoes percent-encoding. Empty when a `%` is not followed by two hexadecimal digits.
enum class Plus { is_plus, is_space };
std::optional<std::string> percent_decode(std::string_view text, Plus plus = Plus::is_plus);

/// True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

}  // namespace fallstreak
