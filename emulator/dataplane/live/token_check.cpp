#include "dataplane/live/token_check.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "base/encoding.h"
#include "dataplane/alb/authentication.h"

namespace fallstreak::dataplane::live {
namespace {

using JwtJson = nlohmann::json;

// AWS: limits of a JWKS endpoint.
constexpr std::size_t kLargestDocument = std::size_t{150} * 1024;
constexpr std::size_t kMostKeys = 10;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<&BN_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Free<&EVP_PKEY_free>>;
using KeyMaking = std::unique_ptr<EVP_PKEY_CTX, Free<&EVP_PKEY_CTX_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<&OSSL_PARAM_free>>;
using ParameterList = std::unique_ptr<OSSL_PARAM_BLD, Free<&OSSL_PARAM_BLD_free>>;
using Bytes = std::unique_ptr<BIO, Free<&BIO_free_all>>;
using Verification = std::unique_ptr<EVP_MD_CTX, Free<&EVP_MD_CTX_free>>;

std::string text_of(const JwtJson& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Number number_of(const std::string& encoded) {
  const auto bytes = alb::from_base64_url(encoded);
  if (!bytes || bytes->empty()) return nullptr;
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()),
                          static_cast<int>(bytes->size()), nullptr));
}

std::string pem_of(EVP_PKEY* key) {
  const Bytes out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(out.get(), key);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

/// Empty when the two numbers are no key.
std::string rsa_pem(const std::string& modulus, const std::string& exponent) {
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  const ParameterList list(OSSL_PARAM_BLD_new());
  if (!n || !e || !list ||
      OSSL_PARAM_BLD_push_BN(list.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(list.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return {};
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(list.get()));
  const KeyMaking making(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* made = nullptr;
  const bool is_made =
      parameters && making && EVP_PKEY_fromdata_init(making.get()) == 1 &&
      EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  const PublicKey key(made);
  return is_made ? pem_of(key.get()) : std::string();
}

bool is_signed_by(const std::string& pem, std::string_view text, const std::string& signature) {
  const Bytes in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const PublicKey key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
  const Verification context(EVP_MD_CTX_new());
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

/// Seconds since the epoch; none when the claim is not there, or no number.
std::optional<double> moment_of(const JwtJson& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

bool is_of_its_time(const JwtJson& claims, Time now) {
  const double seconds = static_cast<double>(to_nanoseconds(now)) * 1e-9;
  const auto ends = moment_of(claims, "exp");
  if (!ends || *ends <= seconds) return false;
  for (const char* name : {"nbf", "iat"}) {
    if (!claims.contains(name)) continue;
    const auto begins = moment_of(claims, name);
    if (!begins || *begins > seconds) return false;
  }
  return true;
}

std::set<std::string> words_of(const std::string& text) {
  std::set<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) words.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// Chosen: of several values all must be among the token's; AWS does not say whether one would do.
bool has_claim(const JwtJson& claims,
               const api::elbv2::JwtValidationActionAdditionalClaim& wanted) {
  const auto found = claims.find(*wanted.Name);
  if (found == claims.end()) return false;
  std::set<std::string> values;
  if (*wanted.Format == "string-array") {
    if (!found->is_array()) return false;
    for (const auto& one : *found) {
      if (one.is_string()) values.insert(one.get<std::string>());
    }
  } else {
    if (!found->is_string()) return false;
    const auto text = found->get<std::string>();
    values = *wanted.Format == "single-string" ? std::set<std::string>{text} : words_of(text);
  }
  return std::ranges::all_of(*wanted.Values,
                             [&](const std::string& value) { return values.contains(value); });
}

JwtJson decoded(std::string_view part) {
  const auto text = alb::from_base64_url(part);
  return text ? JwtJson::parse(*text, nullptr, false) : JwtJson(JwtJson::value_t::discarded);
}

}  // namespace

std::optional<TokenKeys> read_token_keys(std::string_view document) {
  if (document.size() > kLargestDocument) return std::nullopt;
  const JwtJson json = JwtJson::parse(document, nullptr, false);
  const auto found = json.is_object() ? json.find("keys") : json.end();
  if (found == json.end() || !found->is_array() || found->size() > kMostKeys) return std::nullopt;
  TokenKeys keys;
  for (const auto& one : *found) {
    if (text_of(one, "kty") != "RSA") continue;
    std::string pem = rsa_pem(text_of(one, "n"), text_of(one, "e"));
    if (!pem.empty()) keys.insert_or_assign(text_of(one, "kid"), std::move(pem));
  }
  return keys;
}

TokenVerdict judge_token(std::string_view token, const TokenKeys& keys, const TokenConfig& config,
                         Time now) {
  using enum TokenVerdict;
  const auto first = token.find('.');
  const auto second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return invalid;
  const JwtJson header = decoded(token.substr(0, first));
  const JwtJson claims = decoded(token.substr(first + 1, second - first - 1));
  const auto signature = alb::from_base64_url(token.substr(second + 1));
  if (!header.is_object() || !claims.is_object() || !signature) return invalid;
  // AWS: "Only the RS256 algorithm is supported".
  if (text_of(header, "alg") != "RS256") return invalid;
  const auto key = keys.find(text_of(header, "kid"));
  if (key == keys.end()) return unknown_key;
  if (!is_signed_by(key->second, token.substr(0, second), *signature)) return invalid;
  if (text_of(claims, "iss") != *config.Issuer || !is_of_its_time(claims, now)) return invalid;
  const auto wanted = api::each(config.AdditionalClaims);
  const bool has_all =
      std::ranges::all_of(wanted, [&](const auto& one) { return has_claim(claims, one); });
  return has_all ? valid : invalid;
}

}  // namespace fallstreak::dataplane::live
