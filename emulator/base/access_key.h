#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fallstreak {

/// The id of temporary credentials of an account: `ASIA` and sixteen letters and digits.
///
/// Observed: AWS's own ids have had the account in them since 2019, in base 32, behind a bit that
/// is set; so whoever sees one knows the account without asking. `distinction` tells ids apart.
std::string temporary_access_key_id(std::string_view account_id, std::uint64_t distinction);

/// The account of such an id; empty when it is none, or one of before 2019.
std::optional<std::string> account_of_temporary_access_key(std::string_view access_key_id);

/// The session token that comes with such an id. Chosen: it follows from the id, so that whoever
/// verifies a signature has nothing to look up; there is nothing secret about it here.
std::string temporary_session_token(std::string_view access_key_id);

}  // namespace fallstreak
