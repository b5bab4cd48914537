#include "dataplane/live/client_certificates.h"

#include <openssl/bn.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <utility>

namespace fallstreak::dataplane::live {
namespace {

struct Freer {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(char* text) const { OPENSSL_free(text); }
};
template <class Value>
using Owned = std::unique_ptr<Value, Freer>;

/// AWS: "URL-encoded PEM format, with +=/ as safe characters".
std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kSafe = "-_.~+=/";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kSafe.find(c) != std::string_view::npos;
    if (is_plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

/// `CN=alice,O=Shop`
std::string name_of(const X509_NAME* name) {
  const auto bio = pem::writer();
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  return pem::content_of(bio);
}

std::string serial_of(const X509* certificate) {
  const Owned<BIGNUM> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  const Owned<char> text(BN_bn2hex(number.get()));
  return text.get();
}

/// `2023-09-21T01:50:17Z`
std::string time_of(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  char text[32] = {};
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

/// AWS: a certificate that no list of its authority names is not revoked. Chosen: a list counts
/// also after its date.
int forgive_lists(int is_good, X509_STORE_CTX* chain) {
  const int error = X509_STORE_CTX_get_error(chain);
  const bool is_about_lists =
      error == X509_V_ERR_UNABLE_TO_GET_CRL || error == X509_V_ERR_CRL_HAS_EXPIRED;
  if (is_good == 0 && is_about_lists) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
  }
  return is_good;
}

/// AWS: IgnoreClientCertificateExpiry.
int forgive_expiry(int is_good, X509_STORE_CTX* chain) {
  if (is_good == 0 && X509_STORE_CTX_get_error(chain) == X509_V_ERR_CERT_HAS_EXPIRED) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
  }
  return forgive_lists(is_good, chain);
}

}  // namespace

ClientTrust::ClientTrust(const alb::ClientTrustView& view, std::function<Time()> now)
    : view_(view), now_(std::move(now)), store_(X509_STORE_new()) {
  // A trust store was read when it was made.
  if (auto read = pem::read_certificates(view_.authorities)) authorities_ = std::move(*read);
  for (const auto& authority : authorities_) X509_STORE_add_cert(store_, authority.get());
  for (const auto& text : view_.revocations) {
    if (const auto list = pem::read_revocations(text)) X509_STORE_add_crl(store_, list.get());
  }
}

ClientTrust::~ClientTrust() { X509_STORE_free(store_); }

void ClientTrust::apply_to(SSL_CTX* context) {
  if (view_.mode == alb::ClientTrustView::Mode::off) return;
  const bool verifies = view_.mode == alb::ClientTrustView::Mode::verify;
  // AWS: passthrough passes on what there is; verify has nobody in who shows none.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (verifies ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  SSL_CTX_set_cert_verify_callback(context, &ClientTrust::on_chain, this);
  SSL_CTX_set1_cert_store(context, store_);
  if (!view_.advertises) return;
  auto* const names = sk_X509_NAME_new_null();
  for (const auto& authority : authorities_) {
    sk_X509_NAME_push(names, X509_NAME_dup(X509_get_subject_name(authority.get())));
  }
  SSL_CTX_set_client_CA_list(context, names);
}

int ClientTrust::on_chain(X509_STORE_CTX* chain, void* self) {
  const auto& trust = *static_cast<const ClientTrust*>(self);
  if (trust.view_.mode != alb::ClientTrustView::Mode::verify) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
  }
  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(chain);
  X509_VERIFY_PARAM_set_time(rules, to_epoch_seconds(trust.now_()));
  // AWS: a trust store may hold intermediate authorities alone.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  if (!trust.view_.revocations.empty()) {
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK);
  }
  X509_STORE_CTX_set_verify_cb(chain, trust.view_.ignores_expiry ? forgive_expiry : forgive_lists);
  return X509_verify_cert(chain);
}

alb::ClientCertificate ClientTrust::told(SSL* ssl) const {
  const pem::Owned<X509> leaf(SSL_get1_peer_certificate(ssl));
  if (!leaf) return {};
  if (view_.mode == alb::ClientTrustView::Mode::passthrough) {
    std::string all = pem::text_of(leaf.get());
    // On the server's side it begins behind the leaf.
    const auto* const chain = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
      all += pem::text_of(sk_X509_value(chain, i));
    }
    return {.chain = encoded(all)};
  }
  return {.leaf = encoded(pem::text_of(leaf.get())),
          .serial_number = serial_of(leaf.get()),
          .issuer = name_of(X509_get_issuer_name(leaf.get())),
          .subject = name_of(X509_get_subject_name(leaf.get())),
          .validity = "NotBefore=" + time_of(X509_get0_notBefore(leaf.get())) +
                      ";NotAfter=" + time_of(X509_get0_notAfter(leaf.get()))};
}

}  // namespace fallstreak::dataplane::live
