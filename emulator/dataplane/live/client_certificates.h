#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <string>
#include <vector>

#include "base/pem.h"
#include "base/time.h"
#include "dataplane/alb/forwarding.h"
#include "dataplane/alb/view.h"

namespace fallstreak::dataplane::live {

/// What a listener asks of its clients' certificates.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
class ClientTrust {
 public:
  ClientTrust(const alb::ClientTrustView& view, std::function<Time()> now);
  ClientTrust(const ClientTrust&) = delete;
  ClientTrust& operator=(const ClientTrust&) = delete;
  ~ClientTrust();

  /// Has handshakes of the context ask for certificates; this must outlive it.
  void apply_to(SSL_CTX* context);
  /// What targets are told of the connection's client; nothing of one that has shown no
  /// certificate.
  [[nodiscard]] alb::ClientCertificate told(SSL* ssl) const;

 private:
  static int on_chain(X509_STORE_CTX* chain, void* self);

  const alb::ClientTrustView view_;
  const std::function<Time()> now_;
  std::vector<pem::Owned<X509>> authorities_;
  X509_STORE* const store_;
};

}  // namespace fallstreak::dataplane::live
