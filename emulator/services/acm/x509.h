#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/acm/certificates.h"
#include "base/time.h"

/// X.509 certificates of a world's own certificate authority.
///
/// All is a pure function of the world's seed and of what is asked: keys are drawn from the seed,
/// the authority signs with Ed25519 because that takes no random number. So nothing of it needs to
/// be stored, and whoever knows the seed knows the keys: the authority must not be trusted beyond
/// tests.
namespace fallstreak::services::acm {

struct CertificateFacts {
  /// The first is the common name.
  std::vector<std::string> domain_names;
  std::string key_algorithm;  // RSA_2048, EC_prime256v1, EC_secp384r1
  std::string serial;         // hexadecimal with colons, as AWS shows it
  Time not_before{};
  Time not_after{};
};
/// Of a certificate that was issued.
CertificateFacts facts_of(const api::acm::CertificateDetail& detail);

struct MadeCertificate {
  std::string certificate;  // PEM, as are the others
  std::string chain;        // the authority
  std::string private_key;
};
MadeCertificate make_certificate(std::uint64_t seed, const CertificateFacts& facts);

/// A key as it is handed out, encrypted with a passphrase (PKCS #8, AES-256). Its salt follows from
/// `seed` and `stream`, so that the same export gives the same text.
std::string encrypted_key(const std::string& private_key, std::string_view passphrase,
                          std::uint64_t seed, std::string_view stream);

/// What an imported certificate says about itself.
struct ReadCertificate {
  CertificateFacts facts;
  std::string subject;
  std::string issuer;
  std::string signature_algorithm;
};
/// Nothing when the text is no PEM of one certificate.
std::optional<ReadCertificate> read_certificate(const std::string& pem);
bool is_private_key(const std::string& pem);
/// The passphrase is that of an encrypted key.
bool is_key_of(const std::string& private_key, const std::string& certificate,
               const std::string& passphrase = {});
/// Whether the certificate follows from the chain, or from itself when there is none.
bool is_chained(const std::string& certificate, const std::string& chain);

/// The name of the authority, as certificates show it.
std::string_view authority_name();

}  // namespace fallstreak::services::acm
