#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace fallstreak::front {

/// The server's identity for TLS: a certificate for `localhost` and its subdomains, signed by a
/// certificate authority of this machine alone.
///
/// Both are made when the first client wants TLS, so that plain HTTP costs nothing, and are kept
/// in `folder` (empty: in memory) so that a client trusts the authority once. May be used from any
/// thread.
class Certificate {
 public:
  explicit Certificate(std::filesystem::path folder = {});
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate();

  /// What connections are made with; null when it could not be made.
  ssl_ctx_st* context();
  /// The authority's certificate, for `AWS_CA_BUNDLE`; empty when it could not be made.
  std::string authority_pem();

 private:
  void make();

  std::filesystem::path folder_;
  std::once_flag made_;
  ssl_ctx_st* context_ = nullptr;
  std::string authority_pem_;
};

}  // namespace fallstreak::front
