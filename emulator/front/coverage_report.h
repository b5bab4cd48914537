#pragma once

#include <string>

#include "dispatch/coverage.h"

/// How coverage is shown: by `fallstreak coverage`, and by `GET /_fallstreak/coverage`.
namespace fallstreak::front {

/// `{"services": [{"id", "service_id", "implemented", "total", "operations": [{"name",
/// "implemented", "refused", "without_effect", "documentation"}]}]}`
std::string coverage_json(const dispatch::Coverage& coverage);

/// For people: what is there, and of it what has no effect or is refused; the rest is counted.
std::string coverage_text(const dispatch::Coverage& coverage);

}  // namespace fallstreak::front
