#include "front/certificate.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include "base/pem.h"

namespace fallstreak::front {
namespace {

struct Identity {
  pem::Owned<EVP_PKEY> key;
  pem::Owned<X509> certificate;
};

constexpr const char* kServerNames =
    "DNS:localhost,DNS:*.localhost,DNS:s3.localhost,DNS:*.s3.localhost,IP:127.0.0.1,IP:::1";

bool add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

pem::Owned<X509> new_certificate(EVP_PKEY* key, const char* name) {
  pem::Owned<X509> certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  unsigned char serial[16];
  RAND_bytes(serial, sizeof serial);
  serial[0] &= 0x7f;
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
  BN_free(number);
  // Chosen: valid in every year that a virtual clock is likely to show.
  ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate.get()), "20000101000000Z");
  ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), "20991231235959Z");
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return certificate;
}

std::optional<Identity> make_authority() {
  pem::Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  if (!key) return std::nullopt;
  auto certificate = new_certificate(key.get(), "Fallstreak local certificate authority");
  X509* const bare = certificate.get();
  X509_set_issuer_name(bare, X509_get_subject_name(bare));
  if (!add_extension(bare, bare, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(bare, bare, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(bare, bare, NID_subject_key_identifier, "hash") ||
      // Whoever trusts this authority trusts it for this machine, and for nothing on the network.
      !add_extension(bare, bare, NID_name_constraints,
                     "critical,permitted;DNS:localhost,permitted;IP:127.0.0.0/255.0.0.0,"
                     "permitted;IP:::1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF") ||
      X509_sign(bare, key.get(), EVP_sha256()) == 0) {
    return std::nullopt;
  }
  return Identity{std::move(key), std::move(certificate)};
}

std::optional<Identity> make_server(const Identity& authority) {
  pem::Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  if (!key) return std::nullopt;
  auto certificate = new_certificate(key.get(), "localhost");
  X509* const bare = certificate.get();
  X509* const issuer = authority.certificate.get();
  X509_set_issuer_name(bare, X509_get_subject_name(issuer));
  if (!add_extension(bare, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(bare, issuer, NID_key_usage, "critical,digitalSignature") ||
      !add_extension(bare, issuer, NID_ext_key_usage, "serverAuth") ||
      !add_extension(bare, issuer, NID_authority_key_identifier, "keyid") ||
      !add_extension(bare, issuer, NID_subject_alt_name, kServerNames) ||
      X509_sign(bare, authority.key.get(), EVP_sha256()) == 0) {
    return std::nullopt;
  }
  return Identity{std::move(key), std::move(certificate)};
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

/// Written beside and renamed, so that no half of a key is ever read.
void write_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::path beside = path;
  beside += ".new";
  std::error_code ignored;
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    // Before the key is in it.
    std::filesystem::permissions(
        beside, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
    file << text;
    if (!file.flush()) return;
  }
  std::filesystem::rename(beside, path, ignored);
}

Identity parse(const std::string& text) {
  return {pem::read_key(text), pem::read_certificate(text)};
}

/// What was kept, or a new authority and a new server, kept.
struct Pair {
  Identity authority, server;
};
std::optional<Pair> load_or_make(const std::filesystem::path& folder) {
  const auto kept_authority = folder.empty() ? std::nullopt : read_file(folder / "tls-ca.pem");
  const auto kept_server = folder.empty() ? std::nullopt : read_file(folder / "tls-server.pem");
  if (kept_authority && kept_server) {
    Pair kept{parse(*kept_authority), parse(*kept_server)};
    if (kept.authority.certificate && kept.server.key && kept.server.certificate) return kept;
  }
  auto authority = make_authority();
  if (!authority) return std::nullopt;
  auto server = make_server(*authority);
  if (!server) return std::nullopt;
  if (!folder.empty()) {
    // The authority's key is not kept: nobody can make certificates for this machine with it.
    write_file(folder / "tls-ca.pem", pem::text_of(authority->certificate.get()));
    write_file(folder / "tls-server.pem",
               pem::text_of(server->key.get()) + pem::text_of(server->certificate.get()));
  }
  return Pair{std::move(*authority), std::move(*server)};
}

}  // namespace

Certificate::Certificate(std::filesystem::path folder) : folder_(std::move(folder)) {}
Certificate::~Certificate() { SSL_CTX_free(context_); }

ssl_ctx_st* Certificate::context() {
  std::call_once(made_, [this] { make(); });
  return context_;
}

std::string Certificate::authority_pem() {
  std::call_once(made_, [this] { make(); });
  return authority_pem_;
}

void Certificate::make() {
  const auto pair = load_or_make(folder_);
  if (!pair) return;
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) return;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Less memory for each idle connection.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate(context, pair->server.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, pair->server.key.get()) != 1) {
    SSL_CTX_free(context);
    return;
  }
  context_ = context;
  authority_pem_ = pem::text_of(pair->authority.certificate.get());
}

}  // namespace fallstreak::front
