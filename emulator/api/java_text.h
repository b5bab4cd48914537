#pragma once

#include <string>

#include "api/shape.h"

namespace fallstreak::api {

/// A value as AWS's validation messages show it, which is how Java prints it: `[a, b]`,
/// `{key=value}`, `Tag(Key=name, Value=web)`. Sensitive values are not shown.
void append_java_text(std::string& out, const Shape& shape, const void* value);

/// The same as JSON, which is how some messages print it.
void append_json_text(std::string& out, const Shape& shape, const void* value);

}  // namespace fallstreak::api
