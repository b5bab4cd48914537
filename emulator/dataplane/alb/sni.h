#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

/// Which of its certificates a listener shows to a client.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
namespace fallstreak::dataplane::alb {

/// A certificate of ACM with its key, as a listener has it.
struct CertificateView {
  std::string arn;
  std::string serial;  // another after each renewal
  std::vector<std::string> domain_names;
  std::string key_algorithm;  // `RSA_2048`, `EC_prime256v1`
  Time not_before{};
  Time not_after{};
  // All in PEM.
  std::string certificate;
  std::string chain;
  std::string private_key;
};
using Certificates = std::vector<std::shared_ptr<const CertificateView>>;

/// Whether a certificate's name, which may be `*.example.com`, covers the name of a host.
bool covers(std::string_view certificate_name, std::string_view host);

/// The index of the certificate for a client that asks for this host (empty: for none). The first
/// one is the default.
std::size_t choose_certificate(std::span<const std::shared_ptr<const CertificateView>> certificates,
                               std::string_view host, Time now);

}  // namespace fallstreak::dataplane::alb
