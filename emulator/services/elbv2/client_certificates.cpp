#include "services/elbv2/client_certificates.h"

#include <openssl/x509v3.h>

#include <algorithm>

#include "base/pem.h"

namespace fallstreak::services::elbv2 {

std::optional<std::int32_t> count_authorities(const std::string& bundle) {
  const auto certificates = pem::read_certificates(bundle);
  if (!certificates || certificates->empty()) return std::nullopt;
  // X.509 of version 1 says nothing of it; AWS takes version 3 alone.
  const bool are_authorities = std::ranges::all_of(
      *certificates, [](const auto& one) { return X509_check_ca(one.get()) == 1; });
  return are_authorities ? std::optional(static_cast<std::int32_t>(certificates->size()))
                         : std::nullopt;
}

std::optional<std::int64_t> count_revoked(const std::string& text) {
  const auto list = pem::read_revocations(text);
  if (!list) return std::nullopt;
  const auto* const revoked = X509_CRL_get_REVOKED(list.get());
  return revoked == nullptr ? 0 : sk_X509_REVOKED_num(revoked);
}

}  // namespace fallstreak::services::elbv2
