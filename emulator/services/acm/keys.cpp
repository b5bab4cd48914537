#include "services/acm/keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include "base/check.h"
#include "world/random_streams.h"

namespace fallstreak::services::acm {
namespace {

struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
};
using Number = std::unique_ptr<BIGNUM, FreeNumber>;
struct FreeContext {
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using NumberContext = std::unique_ptr<BN_CTX, FreeContext>;
struct FreeBuilder {
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
};
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeBuilder>;

Number new_number() { return Number(BN_new()); }

std::string bytes(std::uint64_t seed, const std::string& stream, std::size_t count) {
  std::string out;
  for (std::uint64_t n = 0; out.size() < count; ++n) {
    std::uint64_t drawn = world::draw(seed, stream, n);
    for (int i = 0; i < 8; ++i, drawn >>= 8) out += static_cast<char>(drawn & 0xFF);
  }
  out.resize(count);
  return out;
}

Number number_of(const std::string& big_endian) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(big_endian.data()),
                          static_cast<int>(big_endian.size()), nullptr));
}

Key key_from(const char* type, OSSL_PARAM_BLD* builder) {
  OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context);
  const int made = EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  CHECK(made == 1) << "a key of type " << type << " cannot be made";
  return Key(key);
}

/// The first prime at or above a number with its two upper bits set, to which 65537 is no factor of
/// its predecessor: the product of two such numbers has twice their bits.
Number prime(std::uint64_t seed, const std::string& stream, const BIGNUM* exponent,
             BN_CTX* context) {
  constexpr int kBits = 1024;
  Number candidate = number_of(bytes(seed, stream, kBits / 8));
  BN_set_bit(candidate.get(), kBits - 1);
  BN_set_bit(candidate.get(), kBits - 2);
  BN_set_bit(candidate.get(), 0);
  const Number before = new_number();
  const Number factor = new_number();
  // That the test draws bases of its own changes no result.
  for (;; BN_add_word(candidate.get(), 2)) {
    if (BN_check_prime(candidate.get(), context, nullptr) != 1) continue;
    BN_sub(before.get(), candidate.get(), BN_value_one());
    BN_gcd(factor.get(), before.get(), exponent, context);
    if (BN_is_one(factor.get())) return candidate;
  }
}

Key rsa_key(std::uint64_t seed, const std::string& stream) {
  const NumberContext context(BN_CTX_new());
  const Number e = new_number();
  BN_set_word(e.get(), 65537);
  Number p = prime(seed, stream + "/p", e.get(), context.get());
  Number q = prime(seed, stream + "/q", e.get(), context.get());
  if (BN_cmp(p.get(), q.get()) < 0) std::swap(p, q);
  const Number n = new_number();
  const Number p1 = new_number();
  const Number q1 = new_number();
  const Number phi = new_number();
  const Number d = new_number();
  const Number dp = new_number();
  const Number dq = new_number();
  const Number inverse = new_number();
  BN_mul(n.get(), p.get(), q.get(), context.get());
  BN_sub(p1.get(), p.get(), BN_value_one());
  BN_sub(q1.get(), q.get(), BN_value_one());
  BN_mul(phi.get(), p1.get(), q1.get(), context.get());
  BN_mod_inverse(d.get(), e.get(), phi.get(), context.get());
  BN_mod(dp.get(), d.get(), p1.get(), context.get());
  BN_mod(dq.get(), d.get(), q1.get(), context.get());
  BN_mod_inverse(inverse.get(), q.get(), p.get(), context.get());
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
  push(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, inverse);
  return key_from("RSA", builder.get());
}

Key ec_key(std::uint64_t seed, const std::string& stream, const char* curve, int kind,
           std::size_t size) {
  const NumberContext context(BN_CTX_new());
  EC_GROUP* group = EC_GROUP_new_by_curve_name(kind);
  // One more eighth than needed, so that the remainder is as good as uniform.
  Number secret = number_of(bytes(seed, stream, size + 8));
  BN_mod(secret.get(), secret.get(), EC_GROUP_get0_order(group), context.get());
  if (BN_is_zero(secret.get())) BN_one(secret.get());
  EC_POINT* point = EC_POINT_new(group);
  EC_POINT_mul(group, point, secret.get(), nullptr, nullptr, context.get());
  std::string encoded(1 + 2 * size, '\0');
  EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
                     reinterpret_cast<unsigned char*>(encoded.data()), encoded.size(),
                     context.get());
  EC_POINT_free(point);
  EC_GROUP_free(group);
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(),
                                   encoded.size());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get());
  return key_from("EC", builder.get());
}

}  // namespace

Key authority_key(std::uint64_t seed) {
  const std::string secret = bytes(seed, "acm.authority", 32);
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                          reinterpret_cast<const unsigned char*>(secret.data()),
                                          secret.size()));
}

Key leaf_key(std::uint64_t seed, const std::string& algorithm, const std::string& serial) {
  const std::string stream = "acm.key." + serial;
  if (algorithm == "EC_prime256v1") {
    return ec_key(seed, stream, "prime256v1", NID_X9_62_prime256v1, 32);
  }
  if (algorithm == "EC_secp384r1") return ec_key(seed, stream, "secp384r1", NID_secp384r1, 48);
  return rsa_key(seed, stream);
}

}  // namespace fallstreak::services::acm
