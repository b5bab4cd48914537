#pragma once

#include <chrono>
#include <string>

#include "base/time.h"
#include "client/acm.h"
#include "services/acm/x509.h"

namespace fallstreak::testing {

/// The ARN of a certificate for the name, of an authority of its own, that ACM holds.
inline std::string imported_certificate(client::Acm& acm, const std::string& name, Time now) {
  const auto made = services::acm::make_certificate(7, {.domain_names = {name},
                                                        .key_algorithm = "EC_prime256v1",
                                                        .serial = "01",
                                                        .not_before = now - std::chrono::hours(24),
                                                        .not_after = now + std::chrono::days(30)});
  const auto imported = acm.import_certificate({.Certificate = made.certificate,
                                                .PrivateKey = made.private_key,
                                                .CertificateChain = made.chain});
  return *imported.value().CertificateArn;
}

}  // namespace fallstreak::testing
