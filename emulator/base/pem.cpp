#include "base/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

namespace fallstreak::pem {
namespace {

Owned<BIO> reader_of(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// The next of its kind. Always with a passphrase: without one OpenSSL asks for it at the terminal.
template <class Value>
Owned<Value> next(Value* (*read)(BIO*, Value**, pem_password_cb*, void*), const Owned<BIO>& reader,
                  std::string passphrase = {}) {
  return Owned<Value>(read(reader.get(), nullptr, nullptr, passphrase.data()));
}

template <class Value>
Owned<Value> first(Value* (*read)(BIO*, Value**, pem_password_cb*, void*), const std::string& text,
                   std::string passphrase = {}) {
  auto value = next(read, reader_of(text), std::move(passphrase));
  ERR_clear_error();  // null says it all
  return value;
}

}  // namespace

Owned<BIO> writer() { return Owned<BIO>(BIO_new(BIO_s_mem())); }

std::string content_of(const Owned<BIO>& writer) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(writer.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string text_of(const X509* certificate) {
  const auto bio = writer();
  PEM_write_bio_X509(bio.get(), certificate);
  return content_of(bio);
}

std::string text_of(const EVP_PKEY* key) {
  const auto bio = writer();
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return content_of(bio);
}

Owned<X509> read_certificate(const std::string& text) { return first(PEM_read_bio_X509, text); }

Owned<X509_CRL> read_revocations(const std::string& text) {
  return first(PEM_read_bio_X509_CRL, text);
}

Owned<EVP_PKEY> read_key(const std::string& text, std::string passphrase) {
  return first(PEM_read_bio_PrivateKey, text, std::move(passphrase));
}

std::optional<std::vector<Owned<X509>>> read_certificates(const std::string& text) {
  std::vector<Owned<X509>> all;
  const auto reader = reader_of(text);
  while (auto one = next(PEM_read_bio_X509, reader)) all.push_back(std::move(one));
  // The end is an error, too, to OpenSSL.
  const auto error = ERR_peek_last_error();
  const bool is_end =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return is_end ? std::optional(std::move(all)) : std::nullopt;
}

}  // namespace fallstreak::pem
