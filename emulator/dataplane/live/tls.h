#pragma once

#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/alb/view.h"
#include "dataplane/live/client_certificates.h"

namespace fallstreak::dataplane::live {

/// What logs and headers tell of a handshake.
struct Handshake {
  std::string version, cipher;
  /// What the client asked for; empty without SNI.
  std::string server_name;
  /// Of the certificate that the client was shown.
  std::string certificate_arn;
  /// What the client has shown, where it was asked.
  bool asks_certificate = false;
  alb::ClientCertificate client_certificate;
};

/// A listener's side of handshakes: its certificates, and the security policy. Connections that
/// began with it go on when the listener gets another.
class TlsServer {
 public:
  /// Null when a certificate or its key cannot be used. `now` says whether certificates have
  /// expired.
  static std::shared_ptr<TlsServer> make(const alb::TlsView& view, std::function<Time()> now);

  /// Whether the handshake has agreed on HTTP/2.
  static bool has_chosen_http2(SSL* ssl);
  /// What a connection's handshake has agreed on.
  [[nodiscard]] Handshake handshake_of(SSL* ssl);
  [[nodiscard]] boost::asio::ssl::context& context() { return contexts_.front(); }

 private:
  TlsServer(const alb::TlsView& view, std::function<Time()> now);
  void add(const alb::TlsView& view, const alb::CertificateView& certificate);
  static int on_protocols(SSL* ssl, const unsigned char** chosen, unsigned char* size,
                          const unsigned char* offered, unsigned int offered_size, void* self);
  static int on_server_name(SSL* ssl, int* alert, void* self);

  const alb::Certificates certificates_;
  const std::function<Time()> now_;
  const bool asks_certificate_;
  ClientTrust clients_;
  std::string protocols_;                            // that it agrees on, as ALPN writes them
  std::vector<boost::asio::ssl::context> contexts_;  // one for each certificate
};

/// The load balancer's side of handshakes with targets.
/// AWS: it does not validate their certificates.
boost::asio::ssl::context context_for_targets();
/// The same, where they speak HTTP/2.
boost::asio::ssl::context context_for_http2_targets();

}  // namespace fallstreak::dataplane::live
