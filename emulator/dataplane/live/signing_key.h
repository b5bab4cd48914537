#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace fallstreak::dataplane::live {

/// The key that load balancers sign users' claims with (ES256): a new one for each proxy.
class SigningKey {
 public:
  SigningKey();
  /// In the form of JSON web signatures, in base64url.
  [[nodiscard]] std::string sign(std::string_view text) const;
  /// What targets verify with, in PEM.
  [[nodiscard]] const std::string& public_pem() const { return public_pem_; }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::string public_pem_;
  std::string id_;
};

}  // namespace fallstreak::dataplane::live
