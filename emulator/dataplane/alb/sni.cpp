#include "dataplane/alb/sni.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "dataplane/alb/wildcard.h"

namespace fallstreak::dataplane::alb {
namespace {

bool is_same(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, to_lower, to_lower);
}

/// The bits of the key: `RSA_2048`, `EC_prime256v1`, `EC_secp384r1`.
int key_length(std::string_view algorithm) {
  const auto first = std::min(algorithm.find_first_of("0123456789"), algorithm.size());
  int bits = 0;
  std::from_chars(algorithm.data() + first, algorithm.data() + algorithm.size(), bits);
  return bits;
}

/// AWS: of several certificates that cover the name the best is taken: by "public key algorithm
/// (prefer ECDSA over RSA), expiration (prefer not expired), hashing algorithm (prefer SHA over
/// MD5), key length (prefer the largest), validity period".
/// Chosen: that a client cannot use ECDSA is not looked at, and no certificate here is hashed with
/// MD5; of periods of validity the longest is preferred.
auto quality(const CertificateView& certificate, Time now) {
  return std::tuple(certificate.key_algorithm.starts_with("EC_"), now < certificate.not_after,
                    key_length(certificate.key_algorithm),
                    certificate.not_after - certificate.not_before);
}

}  // namespace

bool covers(std::string_view certificate_name, std::string_view host) {
  if (!certificate_name.starts_with("*.")) return is_same(certificate_name, host);
  // RFC 6125: the star stands for exactly one label.
  const auto dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  return is_same(certificate_name.substr(1), host.substr(dot));
}

std::size_t choose_certificate(std::span<const std::shared_ptr<const CertificateView>> certificates,
                               std::string_view host, Time now) {
  std::size_t best = certificates.size();
  for (std::size_t index = 0; index < certificates.size(); ++index) {
    const auto& candidate = *certificates[index];
    const bool fits = !host.empty() && std::ranges::any_of(candidate.domain_names, [&](auto& name) {
      return covers(name, host);
    });
    if (!fits) continue;
    if (best == certificates.size() ||
        quality(*certificates[best], now) < quality(candidate, now)) {
      best = index;
    }
  }
  // AWS: the default certificate when the client names no host, or none that a certificate covers.
  return best == certificates.size() ? 0 : best;
}

}  // namespace fallstreak::dataplane::alb
