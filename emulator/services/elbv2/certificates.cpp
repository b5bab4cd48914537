#include "services/elbv2/certificates.h"

#include <algorithm>
#include <iterator>

#include "api/acm/certificates.h"
#include "base/arn.h"
#include "dispatch/certificate_uses.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/pages.h"
#include "services/elbv2/ssl_policies.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::Certificate;
using api::elbv2::Listener;

/// AWS: the policy of a listener that names none.
constexpr std::string_view kDefaultPolicy = "ELBSecurityPolicy-2016-08";

std::string certificates_prefix(std::string_view listener_arn) {
  return std::string(listener_arn) + "|";
}

std::string certificate_key(std::string_view listener_arn, std::string_view certificate_arn) {
  return certificates_prefix(listener_arn) + std::string(certificate_arn);
}

/// Throws unless the listener can serve with it.
void check_certificate(Context& context, const Certificate& certificate) {
  const std::string arn = certificate.CertificateArn.value_or("");
  const auto parsed = Arn::parse(arn);
  if (!parsed) throw validation_error("Certificate ARN '" + arn + "' is not valid");
  if (parsed->service == "iam") throw not_implemented("Server certificate of IAM '" + arn + "'");
  const auto described = context.try_call<api::acm::DescribeCertificate>({.CertificateArn = arn});
  if (!described) throw certificate_not_found(arn);
  // Observed: ELB calls a certificate that is not issued yet unsupported.
  if (described->Certificate->Status != "ISSUED") throw unsupported_certificate(arn);
}

void check_is_encrypted(const Listener& listener) {
  if (is_encrypted(*listener.Protocol)) return;
  throw validation_error("Listener '" + *listener.ListenerArn + "' with the protocol '" +
                         *listener.Protocol + "' does not have certificates");
}

/// AWS: 25 certificates for an Application Load Balancer, not counting default certificates.
void check_number_of_certificates(const Context& context, const Listener& listener) {
  constexpr std::ptrdiff_t kMostCertificates = 25;
  const auto all =
      context.state.listener_certificates.range(listeners_prefix(*listener.LoadBalancerArn));
  if (std::distance(all.begin(), all.end()) > kMostCertificates) {
    throw too_many_certificates(*listener.LoadBalancerArn);
  }
}

const std::string* default_certificate(const Listener& listener) {
  const auto certificates = api::each(listener.Certificates);
  return certificates.empty() ? nullptr : &*certificates.front().CertificateArn;
}

}  // namespace

bool is_encrypted(std::string_view protocol) { return protocol == "HTTPS" || protocol == "TLS"; }

void set_encryption(Context& context, Listener& listener,
                    const std::optional<Certificates>& certificates,
                    const std::optional<std::string>& ssl_policy) {
  if (!is_encrypted(*listener.Protocol)) {
    if (!api::each(certificates).empty()) {
      throw validation_error("A certificate cannot be specified for " + *listener.Protocol +
                             " listeners");
    }
    if (ssl_policy) {
      throw validation_error("An SSL policy cannot be specified for " + *listener.Protocol +
                             " listeners");
    }
    // AWS: "Changing the protocol from HTTPS to HTTP ... removes the security policy and default
    // certificate properties."
    listener.Certificates.reset();
    listener.SslPolicy.reset();
    return;
  }
  if (ssl_policy) {
    if (find_ssl_policy(*ssl_policy) == nullptr) {
      if (is_policy_of_aws(*ssl_policy)) throw not_implemented("SSL policy '" + *ssl_policy + "'");
      throw ssl_policy_not_found(*ssl_policy);
    }
    listener.SslPolicy = ssl_policy;
  } else if (!listener.SslPolicy) {
    listener.SslPolicy = std::string(kDefaultPolicy);
  }
  if (api::each(certificates).empty()) {
    // Observed: in reports of CreateListener.
    if (!listener.Certificates) {
      throw validation_error("A certificate must be specified for " + *listener.Protocol +
                             " listeners");
    }
    return;
  }
  // AWS: "exactly one certificate", the default one.
  if (certificates->size() != 1) {
    throw validation_error("Only one certificate can be specified as the default certificate");
  }
  // AWS: "Do not set [IsDefault] when specifying a certificate as an input."
  if (certificates->front().IsDefault) {
    throw validation_error("IsDefault cannot be specified for a certificate");
  }
  check_certificate(context, certificates->front());
  listener.Certificates = {{{.CertificateArn = certificates->front().CertificateArn}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/listener-update-alpn.html
void set_alpn_policy(Listener& listener, const std::optional<std::vector<std::string>>& wanted) {
  constexpr std::string_view kPolicies[] = {"HTTP1Only", "HTTP2Only", "HTTP2Optional",
                                            "HTTP2Preferred", "None"};
  if (listener.Protocol != "TLS") {
    if (!api::each(wanted).empty()) throw alpn_policy_not_supported(*listener.Protocol);
    listener.AlpnPolicy.reset();
    return;
  }
  if (!wanted || wanted->empty()) return;
  // AWS: "You can specify one policy name."
  if (wanted->size() > 1) throw validation_error("Only one ALPN policy can be specified");
  if (std::ranges::find(kPolicies, wanted->front()) == std::end(kPolicies)) {
    throw alpn_policy_not_found(wanted->front());
  }
  listener.AlpnPolicy = wanted;
}

void move_certificate_use(Context& context, const Listener& before, const Listener& after) {
  const std::string* old_arn = default_certificate(before);
  const std::string* new_arn = default_certificate(after);
  if (old_arn != nullptr && new_arn != nullptr && *old_arn == *new_arn) return;
  const std::string& user = *after.LoadBalancerArn;
  if (new_arn != nullptr) dispatch::use_certificate(context.world(), *new_arn, user);
  if (old_arn != nullptr) dispatch::release_certificate(context.world(), *old_arn, user);
}

void drop_certificates(Context& context, const Listener& listener) {
  const std::string prefix = certificates_prefix(*listener.ListenerArn);
  for (const auto& row : context.state.listener_certificates.range(prefix)) {
    dispatch::release_certificate(context.world(), row.second, *listener.LoadBalancerArn);
  }
  context.state.listener_certificates.erase_prefix(prefix);
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddListenerCertificates.html
api::elbv2::AddListenerCertificatesOutput add_listener_certificates(
    Context& context, const api::elbv2::AddListenerCertificatesInput& request) {
  const std::string& arn = *request.ListenerArn;
  const Listener listener = find_listener(context, arn).listener;
  check_is_encrypted(listener);
  api::elbv2::AddListenerCertificatesOutput response;
  auto& list = response.Certificates.emplace();
  for (const auto& certificate : api::each(request.Certificates)) {
    check_certificate(context, certificate);
    const std::string& added = *certificate.CertificateArn;
    list.push_back({.CertificateArn = added, .IsDefault = false});
    // AWS: "If the certificate is already in the certificate list, the call is successful but the
    // certificate is not added again."
    const std::string key = certificate_key(arn, added);
    if (context.state.listener_certificates.contains(key)) continue;
    context.state.listener_certificates.insert(key, added);
    dispatch::use_certificate(context.world(), added, *listener.LoadBalancerArn);
  }
  check_number_of_certificates(context, listener);
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerCertificates.html
api::elbv2::DescribeListenerCertificatesOutput describe_listener_certificates(
    Context& context, const api::elbv2::DescribeListenerCertificatesInput& request) {
  const std::string& arn = *request.ListenerArn;
  const Listener& listener = find_listener(context, arn).listener;
  check_is_encrypted(listener);
  api::elbv2::DescribeListenerCertificatesOutput response;
  auto& list = response.Certificates.emplace();
  // AWS: a default certificate that was added as well is there twice.
  // Chosen: the default one is on the first page, beside what PageSize allows.
  if (!request.Marker) {
    list.push_back({.CertificateArn = *default_certificate(listener), .IsDefault = true});
  }
  response.NextMarker = read_page(
      context.state.listener_certificates.range(certificates_prefix(arn)), request.Marker,
      request.PageSize, [](const auto&) { return true; },
      [&](const auto& row) { list.push_back({.CertificateArn = row.second, .IsDefault = false}); });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveListenerCertificates.html
api::elbv2::RemoveListenerCertificatesOutput remove_listener_certificates(
    Context& context, const api::elbv2::RemoveListenerCertificatesInput& request) {
  const std::string& arn = *request.ListenerArn;
  const Listener listener = find_listener(context, arn).listener;
  check_is_encrypted(listener);
  for (const auto& certificate : api::each(request.Certificates)) {
    const std::string removed = certificate.CertificateArn.value_or("");
    if (context.state.listener_certificates.erase(certificate_key(arn, removed))) {
      dispatch::release_certificate(context.world(), removed, *listener.LoadBalancerArn);
      continue;
    }
    // AWS: "You can't remove the default certificate for a listener".
    if (removed == *default_certificate(listener)) {
      throw operation_not_permitted_default_certificate(removed);
    }
  }
  return {};
}

}  // namespace fallstreak::services::elbv2
