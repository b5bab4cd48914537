#include "services/elbv2/client_certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace fallstreak::services::elbv2 {
namespace {

struct Freer {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
};
template <class Value>
using Owned = std::unique_ptr<Value, Freer>;

Owned<BIO> reader_of(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// True when the reader stopped because nothing more begins; forgets what OpenSSL says of it.
bool has_ended_well() {
  const auto error = ERR_peek_last_error();
  const bool is_end =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return is_end;
}

}  // namespace

std::optional<std::int32_t> count_authorities(const std::string& bundle) {
  const auto reader = reader_of(bundle);
  std::string passphrase;  // none: without it OpenSSL asks for one at the terminal
  std::int32_t count = 0;
  while (true) {
    const Owned<X509> certificate(
        PEM_read_bio_X509(reader.get(), nullptr, nullptr, passphrase.data()));
    if (!certificate) break;
    // X.509 of version 1 says nothing of it; AWS takes version 3 alone.
    if (X509_check_ca(certificate.get()) != 1) return std::nullopt;
    ++count;
  }
  return has_ended_well() && count > 0 ? std::optional(count) : std::nullopt;
}

std::optional<std::int64_t> count_revoked(const std::string& text) {
  const auto reader = reader_of(text);
  std::string passphrase;
  const Owned<X509_CRL> list(
      PEM_read_bio_X509_CRL(reader.get(), nullptr, nullptr, passphrase.data()));
  ERR_clear_error();
  if (!list) return std::nullopt;
  const auto* const revoked = X509_CRL_get_REVOKED(list.get());
  return revoked == nullptr ? 0 : sk_X509_REVOKED_num(revoked);
}

}  // namespace fallstreak::services::elbv2
