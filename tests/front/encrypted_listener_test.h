#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "client/acm.h"
#include "front/load_balancer_fixture.h"
#include "services/acm/x509.h"

namespace fallstreak::testing {

/// HTTPS listeners that serve, with certificates of ACM.
class EncryptedListenerTest : public LoadBalancerTest {
 protected:
  struct Made {
    std::string arn, authority;
  };
  services::acm::MadeCertificate make(const std::string& name, const std::string& serial,
                                      const std::string& algorithm = "EC_prime256v1") {
    return services::acm::make_certificate(7, {.domain_names = {name},
                                               .key_algorithm = algorithm,
                                               .serial = serial,
                                               .not_before = cloud.now() - std::chrono::hours(24),
                                               .not_after = cloud.now() + std::chrono::days(365)});
  }
  /// `arn` is of the certificate that is imported anew; empty: another one.
  Made import(const std::string& name, const std::string& serial = "01",
              std::optional<std::string> arn = {}, const std::string& algorithm = "EC_prime256v1") {
    const auto made = make(name, serial, algorithm);
    const auto imported = must(acm.import_certificate({.CertificateArn = std::move(arn),
                                                       .Certificate = made.certificate,
                                                       .PrivateKey = made.private_key,
                                                       .CertificateChain = made.chain}));
    return {*imported.CertificateArn, made.chain};
  }
  std::string listen(const std::string& certificate, std::optional<std::string> ssl_policy = {}) {
    return *must(elbv2.create_listener({.LoadBalancerArn = balancer,
                                        .Protocol = "HTTPS",
                                        .Port = 443,
                                        .SslPolicy = std::move(ssl_policy),
                                        .Certificates = {{{.CertificateArn = certificate}}},
                                        .DefaultActions = {{forward(group)}}}))
                .Listeners->front()
                .ListenerArn;
  }
  void serve_encrypted(const TargetServer& target, const std::string& certificate) {
    group = make_group("web");
    add_target(group, target.port());
    listener = listen(certificate);
  }
  TlsClient asking(const std::string& host, const std::string& authority = {}) {
    return {.host = host,
            .authority_pem = authority,
            .verified_at =
                std::chrono::duration_cast<std::chrono::seconds>(cloud.now().time_since_epoch())
                    .count()};
  }

  client::Acm acm{transport};
};

}  // namespace fallstreak::testing
