#pragma once

#include <string>
#include <string_view>

#include "api/shape.h"

/// Described values as JSON text.
namespace fallstreak::protocols {

/// Which of a member's names JSON uses. AWS: JSON 1.0 and 1.1 ignore `locationName`; REST-JSON
/// goes by it, and leaves out what the HTTP message carries elsewhere.
enum class JsonDialect { aws_json, rest_json };

/// Appends the value. Members that are absent are left out.
void write_json(const api::Shape& shape, const void* value, JsonDialect dialect, std::string& out);

/// Appends the members of a structure as `"Name":value`, each with a comma before it unless the
/// text ends with `{`: for objects that begin with members of the protocol's own.
void write_json_members(const api::Shape& structure, const void* value, JsonDialect dialect,
                        std::string& out);

/// Reads the whole text into `value`; throws Malformed with AWS's words.
void read_json(std::string_view text, const api::Shape& shape, JsonDialect dialect, void* value);

/// What a JSON error answer says besides the members of its shape.
struct JsonError {
  std::string type;     // `__type`, or REST-JSON's `code`
  std::string message;  // `message` or `Message`
};
/// Never fails: what does not read leaves the fields empty.
JsonError read_json_error(std::string_view text);

}  // namespace fallstreak::protocols
