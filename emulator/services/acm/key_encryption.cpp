#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "base/check.h"
#include "base/pem.h"
#include "services/acm/x509.h"
#include "world/random_streams.h"

namespace fallstreak::services::acm {
namespace {

/// Chosen: as OpenSSL does it by itself; AWS does not say.
constexpr int kIterations = 2048;

struct FreePlain {
  void operator()(PKCS8_PRIV_KEY_INFO* plain) const { PKCS8_PRIV_KEY_INFO_free(plain); }
};
struct FreeEncrypted {
  void operator()(X509_SIG* encrypted) const { X509_SIG_free(encrypted); }
};

std::array<unsigned char, 16> drawn_bytes(std::uint64_t seed, std::string_view stream,
                                          std::uint64_t first) {
  std::array<unsigned char, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint64_t drawn = world::draw(seed, stream, first + i / 8);
    bytes[i] = static_cast<unsigned char>(drawn >> (i % 8 * 8) & 0xff);
  }
  return bytes;
}

}  // namespace

std::string encrypted_key(const std::string& private_key, std::string_view passphrase,
                          std::uint64_t seed, std::string_view stream) {
  const auto key = pem::read_key(private_key);
  CHECK(key != nullptr) << "it was made here";
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreePlain> plain(EVP_PKEY2PKCS8(key.get()));
  auto salt = drawn_bytes(seed, stream, 0);
  auto vector = drawn_bytes(seed, stream, 2);
  X509_ALGOR* algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), kIterations, salt.data(),
                                            int(salt.size()), vector.data(), NID_hmacWithSHA256);
  CHECK(plain != nullptr && algorithm != nullptr) << "OpenSSL refuses its own parameters";
  // Takes the algorithm over when it succeeds.
  const std::unique_ptr<X509_SIG, FreeEncrypted> encrypted(
      PKCS8_set0_pbe(passphrase.data(), int(passphrase.size()), plain.get(), algorithm));
  CHECK(encrypted != nullptr) << "OpenSSL cannot encrypt a key";
  const auto writer = pem::writer();
  PEM_write_bio_PKCS8(writer.get(), encrypted.get());
  return pem::content_of(writer);
}

}  // namespace fallstreak::services::acm
