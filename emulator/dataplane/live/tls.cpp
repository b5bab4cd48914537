#include "dataplane/live/tls.h"

#include <openssl/ssl.h>

#include <boost/system/system_error.hpp>
#include <string>
#include <utility>

namespace fallstreak::dataplane::live {
namespace ssl = boost::asio::ssl;

namespace {

int version_of(std::string_view protocol) {
  if (protocol == "TLSv1") return TLS1_VERSION;
  if (protocol == "TLSv1.1") return TLS1_1_VERSION;
  return protocol == "TLSv1.2" ? TLS1_2_VERSION : TLS1_3_VERSION;
}

void add_name(std::string& list, std::string_view name) {
  if (!list.empty()) list += ':';
  list += name;
}

void set_policy(SSL_CTX* context, const alb::TlsView& view) {
  std::string before_1_3;
  std::string of_1_3;
  for (const auto& cipher : view.ciphers) {
    add_name(cipher.starts_with("TLS_") ? of_1_3 : before_1_3, cipher);
  }
  if (!of_1_3.empty()) SSL_CTX_set_ciphersuites(context, of_1_3.c_str());
  // AWS's older policies allow what OpenSSL calls insecure.
  if (!before_1_3.empty()) {
    SSL_CTX_set_cipher_list(context, (before_1_3 + ":@SECLEVEL=0").c_str());
  }
  SSL_CTX_set_min_proto_version(context, version_of(view.protocols.front()));
  SSL_CTX_set_max_proto_version(context, version_of(view.protocols.back()));
  // AWS: the policy's order of ciphers counts.
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
  // Chosen: no session is resumed, so that every connection shows the certificate of its time.
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Less memory for each idle connection.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

}  // namespace

std::shared_ptr<TlsServer> TlsServer::make(const alb::TlsView& view, std::function<Time()> now) {
  if (view.certificates.empty() || view.protocols.empty()) return nullptr;
  try {
    return std::shared_ptr<TlsServer>(new TlsServer(view, std::move(now)));
  } catch (const boost::system::system_error&) {
    return nullptr;
  }
}

TlsServer::TlsServer(const alb::TlsView& view, std::function<Time()> now)
    : certificates_(view.certificates),
      now_(std::move(now)),
      asks_certificate_(view.clients.mode != alb::ClientTrustView::Mode::off),
      clients_(view.clients, now_) {
  for (const auto& protocol : view.alpn) {
    protocols_ += static_cast<char>(protocol.size());
    protocols_ += protocol;
  }
  for (const auto& certificate : certificates_) add(view, *certificate);
  SSL_CTX* const first = contexts_.front().native_handle();
  SSL_CTX_set_tlsext_servername_callback(first, &TlsServer::on_server_name);
  SSL_CTX_set_tlsext_servername_arg(first, this);
}

void TlsServer::add(const alb::TlsView& view, const alb::CertificateView& certificate) {
  ssl::context& context = contexts_.emplace_back(ssl::context::tls_server);
  set_policy(context.native_handle(), view);
  clients_.apply_to(context.native_handle());
  if (!protocols_.empty()) {
    SSL_CTX_set_alpn_select_cb(context.native_handle(), &TlsServer::on_protocols, this);
  }
  const std::string chain = certificate.certificate + "\n" + certificate.chain;
  context.use_certificate_chain(boost::asio::buffer(chain));
  context.use_private_key(boost::asio::buffer(certificate.private_key), ssl::context::pem);
}

/// AWS: the load balancer's order counts. Chosen: with nothing in common the handshake goes on
/// without an agreement.
int TlsServer::on_protocols(SSL*, const unsigned char** chosen, unsigned char* size,
                            const unsigned char* offered, unsigned int offered_size, void* self) {
  const std::string& own = static_cast<const TlsServer*>(self)->protocols_;
  unsigned char* found = nullptr;
  const int outcome =
      SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(own.data()),
                            static_cast<unsigned int>(own.size()), offered, offered_size);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

bool TlsServer::has_chosen_http2(SSL* ssl) {
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &chosen, &size);
  return size == 2 && chosen[0] == 'h' && chosen[1] == '2';
}

Handshake TlsServer::handshake_of(SSL* ssl) {
  Handshake agreed{.version = SSL_get_version(ssl), .cipher = SSL_get_cipher_name(ssl)};
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) agreed.server_name = name;
  for (std::size_t index = 0; index < contexts_.size(); ++index) {
    const bool is_shown = SSL_get_SSL_CTX(ssl) == contexts_[index].native_handle();
    if (is_shown) agreed.certificate_arn = certificates_[index]->arn;
  }
  agreed.asks_certificate = asks_certificate_;
  if (asks_certificate_) agreed.client_certificate = clients_.told(ssl);
  return agreed;
}

int TlsServer::on_server_name(SSL* ssl, int*, void* self) {
  auto& server = *static_cast<TlsServer*>(self);
  const char* const host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const auto index =
      alb::choose_certificate(server.certificates_, host == nullptr ? "" : host, server.now_());
  if (index > 0) SSL_set_SSL_CTX(ssl, server.contexts_[index].native_handle());
  return SSL_TLSEXT_ERR_OK;
}

ssl::context context_for_targets() {
  ssl::context context(ssl::context::tls_client);
  SSL_CTX_set_cipher_list(context.native_handle(), "DEFAULT:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
  return context;
}

ssl::context context_for_http2_targets() {
  ssl::context context = context_for_targets();
  constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.native_handle(), kHttp2, sizeof kHttp2);
  return context;
}

}  // namespace fallstreak::dataplane::live
