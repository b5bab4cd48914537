#pragma once

#include <string_view>

namespace fallstreak::services::s3 {

/// Whether a general purpose bucket may have this name.
bool is_bucket_name(std::string_view name);

}  // namespace fallstreak::services::s3
