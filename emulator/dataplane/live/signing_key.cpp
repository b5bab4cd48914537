#include "dataplane/live/signing_key.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/check.h"
#include "base/checksum.h"
#include "base/pem.h"
#include "dataplane/alb/authentication.h"

namespace fallstreak::dataplane::live {
namespace {

std::string public_pem_of(EVP_PKEY* key) {
  const auto writer = pem::writer();
  PEM_write_bio_PUBKEY(writer.get(), key);
  return pem::content_of(writer);
}

/// The two numbers of a signature, 32 bytes each, instead of their DER.
std::string plain_signature(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), &ECDSA_SIG_free);
  CHECK(signature != nullptr) << "a signature that cannot be read";
  std::string bytes(64, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + 32, 32);
  return bytes;
}

/// `12345678-1234-1234-1234-123456789012`, as AWS's key ids look.
std::string id_of(const std::string& public_pem) {
  std::string id = sha256_hex(public_pem).substr(0, 32);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) id.insert(at, "-");
  return id;
}

}  // namespace

SigningKey::SigningKey() : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free) {
  CHECK(key_ != nullptr) << "a key cannot be made";
  public_pem_ = public_pem_of(key_.get());
  id_ = id_of(public_pem_);
}

std::string SigningKey::sign(std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
  std::string der(size, '\0');
  const int signed_well = EVP_DigestSign(
      context.get(), reinterpret_cast<unsigned char*>(der.data()), &size, bytes, text.size());
  CHECK(signed_well == 1) << "the claims cannot be signed";
  der.resize(size);
  return alb::base64_url(plain_signature(der));
}

}  // namespace fallstreak::dataplane::live
