#include "services/ec2/key_material.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "base/check.h"
#include "base/encoding.h"
#include "base/pem.h"

namespace fallstreak::services::ec2 {
namespace {

template <auto free>
struct Free {
  template <class Object>
  void operator()(Object* object) const {
    free(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Scratch = std::unique_ptr<BN_CTX, Free<BN_CTX_free>>;
using Key = pem::Owned<EVP_PKEY>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>>;

constexpr std::size_t kPrimeBytes = 128;
constexpr unsigned long kExponent = 65537;
constexpr std::size_t kEd25519Bytes = 32;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), out, &size, kind, nullptr) == 1) << "no digest";
  return std::string(reinterpret_cast<const char*>(out), size);
}

/// `1f:51:ae:...`
std::string with_colons(std::string_view bytes) {
  const std::string hex = to_hex(bytes);
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    text += (i == 0 ? "" : ":") + hex.substr(i, 2);
  }
  return text;
}

// What SSH's formats are made of (RFC 4251, section 5).
std::string uint32(std::size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> shift) & 0xff);
  return bytes;
}
std::string field(std::string_view bytes) { return uint32(bytes.size()) + std::string(bytes); }
std::string mpint(const BIGNUM* number) {
  std::string bytes(std::size_t(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  const bool would_be_negative = !bytes.empty() && (bytes.front() & 0x80) != 0;
  return field(would_be_negative ? '\0' + bytes : bytes);
}
std::optional<std::string_view> take_field(std::string_view& rest) {
  if (rest.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | bytes_of(rest)[i];
  if (size > rest.size() - 4) return std::nullopt;
  const std::string_view bytes = rest.substr(4, size);
  rest.remove_prefix(4 + size);
  return bytes;
}

/// The first prime from what was drawn on that suits the exponent.
Number prime(const DrawBytes& draw, BN_CTX* scratch) {
  const std::string bytes = draw(kPrimeBytes);
  Number number(BN_bin2bn(bytes_of(bytes), int(bytes.size()), nullptr));
  // The product has all its bits when both factors have their two highest.
  BN_set_bit(number.get(), int(kPrimeBytes) * 8 - 1);
  BN_set_bit(number.get(), int(kPrimeBytes) * 8 - 2);
  BN_set_bit(number.get(), 0);
  const auto suits = [&] {
    return BN_mod_word(number.get(), kExponent) != 1 &&
           BN_check_prime(number.get(), scratch, nullptr) == 1;
  };
  while (!suits()) BN_add_word(number.get(), 2);
  return number;
}

Number minus_one(const BIGNUM* number) {
  Number less(BN_dup(number));
  BN_sub_word(less.get(), 1);
  return less;
}

Key from_parameters(OSSL_PARAM_BLD* builder, int selection) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  CHECK(EVP_PKEY_fromdata_init(context.get()) == 1) << "no RSA";
  if (EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) return nullptr;
  return Key(key);
}

std::string rsa_text(const BIGNUM* modulus, const BIGNUM* exponent) {
  return "ssh-rsa " + to_base64(field("ssh-rsa") + mpint(exponent) + mpint(modulus));
}

std::string sha1_of_private(const EVP_PKEY* key) {
  const Pkcs8 info(EVP_PKEY2PKCS8(key));
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  CHECK(size > 0) << "a key without a DER form";
  const std::string bytes(reinterpret_cast<const char*>(der), std::size_t(size));
  OPENSSL_free(der);
  return with_colons(digest(EVP_sha1(), bytes));
}

std::string pem_of(const EVP_PKEY* key) {
  const auto writer = pem::writer();
  CHECK(PEM_write_bio_PrivateKey_traditional(writer.get(), key, nullptr, nullptr, 0, nullptr,
                                             nullptr) == 1)
      << "a key without a PEM form";
  return pem::content_of(writer);
}

std::string ed25519_text(std::string_view public_bytes) {
  return "ssh-ed25519 " + to_base64(field("ssh-ed25519") + field(public_bytes));
}

/// OpenSSH's own format, PROTOCOL.key: AWS gives ED25519 keys in it.
std::string openssh_pem(std::string_view seed, std::string_view public_bytes,
                        std::string_view check) {
  const std::string blob = field("ssh-ed25519") + field(public_bytes);
  std::string secret = std::string(check) + std::string(check) + blob +
                       field(std::string(seed) + std::string(public_bytes)) + field("");
  for (char padding = 1; secret.size() % 8 != 0; ++padding) secret += padding;
  const std::string whole = std::string("openssh-key-v1\0", 15) + field("none") + field("none") +
                            field("") + uint32(1) + field(blob) + field(secret);
  const std::string encoded = to_base64(whole);
  std::string pem = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < encoded.size(); at += 70) pem += encoded.substr(at, 70) + "\n";
  return pem + "-----END OPENSSH PRIVATE KEY-----\n";
}

/// AWS shows the digest with its padding.
std::string sha256_of(std::string_view blob) { return to_base64(digest(EVP_sha256(), blob)); }

std::optional<PublicKey> read_rsa(std::string_view rest) {
  const auto exponent = take_field(rest);
  const auto modulus = take_field(rest);
  if (!exponent || !modulus || !rest.empty()) return std::nullopt;
  const Number e(BN_bin2bn(bytes_of(*exponent), int(exponent->size()), nullptr));
  const Number n(BN_bin2bn(bytes_of(*modulus), int(modulus->size()), nullptr));
  // AWS: "The supported lengths are 1024, 2048, and 4096."
  const int bits = BN_num_bits(n.get());
  if (bits != 1024 && bits != 2048 && bits != 4096) return std::nullopt;
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  const Key key = from_parameters(builder.get(), EVP_PKEY_PUBLIC_KEY);
  if (!key) return std::nullopt;
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  const std::string bytes(reinterpret_cast<const char*>(der), std::size_t(size));
  OPENSSL_free(der);
  return PublicKey{.type = "rsa",
                   .fingerprint = with_colons(digest(EVP_md5(), bytes)),
                   .text = rsa_text(n.get(), e.get())};
}

}  // namespace

KeyMaterial make_rsa_key(const DrawBytes& draw) {
  const Scratch scratch(BN_CTX_new());
  const Number p = prime(draw, scratch.get());
  const Number q = prime(draw, scratch.get());
  const Number e(BN_new());
  BN_set_word(e.get(), kExponent);
  const Number n(BN_new()), phi(BN_new()), dp(BN_new()), dq(BN_new());
  const Number p1 = minus_one(p.get()), q1 = minus_one(q.get());
  BN_mul(n.get(), p.get(), q.get(), scratch.get());
  BN_mul(phi.get(), p1.get(), q1.get(), scratch.get());
  const Number d(BN_mod_inverse(nullptr, e.get(), phi.get(), scratch.get()));
  const Number qi(BN_mod_inverse(nullptr, q.get(), p.get(), scratch.get()));
  BN_mod(dp.get(), d.get(), p1.get(), scratch.get());
  BN_mod(dq.get(), d.get(), q1.get(), scratch.get());
  const Builder builder(OSSL_PARAM_BLD_new());
  const auto push = [&](const char* name, const Number& number) {
    OSSL_PARAM_BLD_push_BN(builder.get(), name, number.get());
  };
  push(OSSL_PKEY_PARAM_RSA_N, n);
  push(OSSL_PKEY_PARAM_RSA_E, e);
  push(OSSL_PKEY_PARAM_RSA_D, d);
  push(OSSL_PKEY_PARAM_RSA_FACTOR1, p);
  push(OSSL_PKEY_PARAM_RSA_FACTOR2, q);
  push(OSSL_PKEY_PARAM_RSA_EXPONENT1, dp);
  push(OSSL_PKEY_PARAM_RSA_EXPONENT2, dq);
  push(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, qi);
  const Key key = from_parameters(builder.get(), EVP_PKEY_KEYPAIR);
  CHECK(key != nullptr) << "a key that OpenSSL does not take";
  return {.private_key = pem_of(key.get()),
          .public_key = rsa_text(n.get(), e.get()),
          .fingerprint = sha1_of_private(key.get())};
}

KeyMaterial make_ed25519_key(const DrawBytes& draw) {
  const std::string seed = draw(kEd25519Bytes);
  const Key key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()));
  CHECK(key != nullptr) << "no ED25519";
  std::string public_bytes(kEd25519Bytes, '\0');
  std::size_t size = public_bytes.size();
  EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(public_bytes.data()),
                              &size);
  return {.private_key = openssh_pem(seed, public_bytes, draw(4)),
          .public_key = ed25519_text(public_bytes),
          .fingerprint = sha256_of(field("ssh-ed25519") + field(public_bytes))};
}

std::optional<PublicKey> read_public_key(std::string_view text) {
  const auto end_of_type = text.find(' ');
  if (end_of_type == std::string_view::npos) return std::nullopt;
  const std::string_view type = text.substr(0, end_of_type);
  std::string_view encoded = text.substr(end_of_type + 1);
  encoded = encoded.substr(0, encoded.find_first_of(" \r\n"));
  const auto blob = from_base64(encoded);
  if (!blob) return std::nullopt;
  std::string_view rest = *blob;
  if (take_field(rest) != type) return std::nullopt;
  if (type == "ssh-rsa") return read_rsa(rest);
  if (type != "ssh-ed25519") return std::nullopt;
  const auto key = take_field(rest);
  if (!key || key->size() != kEd25519Bytes || !rest.empty()) return std::nullopt;
  return PublicKey{.type = "ed25519", .fingerprint = sha256_of(*blob), .text = ed25519_text(*key)};
}

}  // namespace fallstreak::services::ec2
