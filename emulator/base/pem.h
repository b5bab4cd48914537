#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Certificates and keys as text.
namespace fallstreak::pem {

struct Freer {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class Value>
using Owned = std::unique_ptr<Value, Freer>;

/// For what OpenSSL writes; `content_of` has it as text.
Owned<BIO> writer();
std::string content_of(const Owned<BIO>& writer);

std::string text_of(const X509* certificate);
/// The private key, not encrypted.
std::string text_of(const EVP_PKEY* key);

/// The first of its kind in the text, whatever stands before it; null when there is none that can
/// be read, or none with this passphrase. Nobody is asked for a passphrase.
Owned<X509> read_certificate(const std::string& text);
Owned<X509_CRL> read_revocations(const std::string& text);
Owned<EVP_PKEY> read_key(const std::string& text, std::string passphrase = {});

/// All certificates of the text; empty when one of them cannot be read.
std::optional<std::vector<Owned<X509>>> read_certificates(const std::string& text);

}  // namespace fallstreak::pem
