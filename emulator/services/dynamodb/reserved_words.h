#pragma once

#include <string_view>

namespace fallstreak::services::dynamodb {

/// Whether a name may stand in an expression only behind a `#name`. The case of the letters does
/// not matter. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
bool is_reserved_word(std::string_view name);

}  // namespace fallstreak::services::dynamodb
