#pragma once

#include <cstdint>
#include <string>

#include "base/pem.h"

/// Keys that follow from a world's seed.
namespace fallstreak::services::acm {

using Key = pem::Owned<EVP_PKEY>;

Key authority_key(std::uint64_t seed);
/// `serial` tells keys of one world apart.
Key leaf_key(std::uint64_t seed, const std::string& algorithm, const std::string& serial);

}  // namespace fallstreak::services::acm
