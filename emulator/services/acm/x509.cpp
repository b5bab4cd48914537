#include "services/acm/x509.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/check.h"
#include "base/pem.h"
#include "services/acm/keys.h"

namespace fallstreak::services::acm {
namespace {

constexpr const char* kAuthority = "Fallstreak certificate authority of one world";

void set_serial(X509* certificate, std::string serial) {
  std::erase(serial, ':');
  BIGNUM* number = nullptr;
  CHECK(BN_hex2bn(&number, serial.c_str()) > 0) << serial << " is no serial number";
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

void set_time(ASN1_TIME* field, Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  ASN1_TIME_set(field, static_cast<time_t>(seconds));
}

void set_name(X509* certificate, const char* name) {
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  CHECK(extension != nullptr) << "extension " << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

struct Authority {
  Key key;
  pem::Owned<X509> certificate;
};

Authority make_authority(std::uint64_t seed) {
  Authority authority{authority_key(seed), pem::Owned<X509>(X509_new())};
  X509* const made = authority.certificate.get();
  X509_set_version(made, X509_VERSION_3);
  set_serial(made, "01");
  // Chosen: valid in every year that a virtual clock is likely to show.
  ASN1_TIME_set_string_X509(X509_getm_notBefore(made), "20000101000000Z");
  ASN1_TIME_set_string_X509(X509_getm_notAfter(made), "20991231235959Z");
  X509_set_pubkey(made, authority.key.get());
  set_name(made, kAuthority);
  X509_set_issuer_name(made, X509_get_subject_name(made));
  add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(made, made, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(made, made, NID_subject_key_identifier, "hash");
  CHECK(X509_sign(made, authority.key.get(), nullptr) > 0) << "the authority cannot sign";
  return authority;
}

std::string text_of(const X509_NAME* name) {
  const auto bio = pem::writer();
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  return pem::content_of(bio);
}

Time time_of(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  using namespace std::chrono;
  const sys_days day = year(parts.tm_year + 1900) / month(unsigned(parts.tm_mon) + 1) /
                       std::chrono::day(unsigned(parts.tm_mday));
  return Time(duration_cast<Duration>(day.time_since_epoch() + hours(parts.tm_hour) +
                                      minutes(parts.tm_min) + seconds(parts.tm_sec)));
}

std::string serial_of(const X509* certificate) {
  BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
  char* digits = BN_bn2hex(number);
  std::string text;
  for (std::size_t i = 0; digits[i] != 0; ++i) {
    if (i > 0 && i % 2 == 0) text += ':';
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(digits[i])));
  }
  OPENSSL_free(digits);
  BN_free(number);
  return text;
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  char common[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common,
                            sizeof common);
  if (*common != 0) names.emplace_back(common);
  auto* alternatives = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i) {
    const GENERAL_NAME* one = sk_GENERAL_NAME_value(alternatives, i);
    if (one->type != GEN_DNS) continue;
    std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.dNSName)),
                     std::size_t(ASN1_STRING_length(one->d.dNSName)));
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  GENERAL_NAMES_free(alternatives);
  return names;
}

std::string key_algorithm_of(EVP_PKEY* key) {
  if (EVP_PKEY_base_id(key) == EVP_PKEY_RSA) return "RSA_" + std::to_string(EVP_PKEY_bits(key));
  char group[32] = {};
  EVP_PKEY_get_group_name(key, group, sizeof group, nullptr);
  return "EC_" + std::string(group);
}

}  // namespace

std::string_view authority_name() { return kAuthority; }

CertificateFacts facts_of(const api::acm::CertificateDetail& detail) {
  return {.domain_names = *detail.SubjectAlternativeNames,
          .key_algorithm = *detail.KeyAlgorithm,
          .serial = *detail.Serial,
          .not_before = *detail.NotBefore,
          .not_after = *detail.NotAfter};
}

MadeCertificate make_certificate(std::uint64_t seed, const CertificateFacts& facts) {
  const Authority authority = make_authority(seed);
  const Key key = leaf_key(seed, facts.key_algorithm, facts.serial);
  const pem::Owned<X509> certificate(X509_new());
  X509* const made = certificate.get();
  X509* const issuer = authority.certificate.get();
  X509_set_version(made, X509_VERSION_3);
  set_serial(made, facts.serial);
  set_time(X509_getm_notBefore(made), facts.not_before);
  set_time(X509_getm_notAfter(made), facts.not_after);
  X509_set_pubkey(made, key.get());
  // RFC 5280: a common name has at most 64 characters; longer names stand in the extension alone.
  if (facts.domain_names.front().size() <= 64) set_name(made, facts.domain_names.front().c_str());
  X509_set_issuer_name(made, X509_get_subject_name(issuer));
  std::string names;
  for (const auto& name : facts.domain_names) names += (names.empty() ? "DNS:" : ",DNS:") + name;
  add_extension(made, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(made, issuer, NID_key_usage, "critical,digitalSignature,keyEncipherment");
  add_extension(made, issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(made, issuer, NID_authority_key_identifier, "keyid");
  add_extension(made, issuer, NID_subject_alt_name, names);
  CHECK(X509_sign(made, authority.key.get(), nullptr) > 0) << "the authority cannot sign";
  return {pem::text_of(made), pem::text_of(issuer), pem::text_of(key.get())};
}

std::optional<ReadCertificate> read_certificate(const std::string& text) {
  const auto certificate = pem::read_certificate(text);
  if (!certificate) return std::nullopt;
  X509* const read = certificate.get();
  EVP_PKEY* const key = X509_get0_pubkey(read);
  if (key == nullptr) return std::nullopt;
  const char* const signature = OBJ_nid2sn(X509_get_signature_nid(read));
  return ReadCertificate{.facts = {.domain_names = names_of(read),
                                   .key_algorithm = key_algorithm_of(key),
                                   .serial = serial_of(read),
                                   .not_before = time_of(X509_get0_notBefore(read)),
                                   .not_after = time_of(X509_get0_notAfter(read))},
                         .subject = text_of(X509_get_subject_name(read)),
                         .issuer = text_of(X509_get_issuer_name(read)),
                         .signature_algorithm = signature == nullptr ? "" : signature};
}

bool is_private_key(const std::string& text) { return pem::read_key(text) != nullptr; }

bool is_key_of(const std::string& private_key, const std::string& certificate,
               const std::string& passphrase) {
  const Key key = pem::read_key(private_key, passphrase);
  const auto read = pem::read_certificate(certificate);
  return key && read && X509_check_private_key(read.get(), key.get()) == 1;
}

bool is_chained(const std::string& certificate, const std::string& chain) {
  const auto read = pem::read_certificate(certificate);
  const auto issuer = pem::read_certificate(chain.empty() ? certificate : chain);
  if (!read || !issuer) return false;
  return X509_verify(read.get(), X509_get0_pubkey(issuer.get())) == 1;
}

}  // namespace fallstreak::services::acm
