#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud.h"

namespace fallstreak {

/// A certificate of ACM with its key, in PEM: what load balancers serve with and no operation
/// tells.
struct CertificateMaterial {
  std::string certificate;
  std::string chain;
  std::string private_key;
};

/// Empty when there is no such certificate, or it has not been issued. Making it anew takes a tenth
/// of a second when its key is RSA.
std::optional<CertificateMaterial> certificate_material(Cloud& cloud, const std::string& arn);

/// The secret with which a rule of a load balancer asks its OpenID provider; empty when it asks
/// none.
std::string client_secret(Cloud& cloud, const std::string& rule_arn);

/// What a trust store of Elastic Load Balancing lets clients in by, in PEM.
struct ClientAuthorities {
  std::string authorities;
  std::vector<std::string> revocations;
};
std::optional<ClientAuthorities> client_authorities(Cloud& cloud,
                                                    const std::string& trust_store_arn);

}  // namespace fallstreak
