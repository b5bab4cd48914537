#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>

/// Keys that follow from a world's seed. For x509.cpp alone.
namespace fallstreak::services::acm {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

Key authority_key(std::uint64_t seed);
/// `serial` tells keys of one world apart.
Key leaf_key(std::uint64_t seed, const std::string& algorithm, const std::string& serial);

}  // namespace fallstreak::services::acm
