#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// What clients of a listener may prove themselves with, as far as a trust store looks at it.
namespace fallstreak::services::elbv2 {

/// How many certificates of authorities a bundle in PEM has; empty when one is none, or there is no
/// certificate at all.
std::optional<std::int32_t> count_authorities(const std::string& bundle);

/// How many certificates a revocation list in PEM names; empty when it is none.
std::optional<std::int64_t> count_revoked(const std::string& list);

}  // namespace fallstreak::services::elbv2
