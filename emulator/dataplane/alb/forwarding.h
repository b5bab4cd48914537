#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "dataplane/alb/http_head.h"

/// What an Application Load Balancer makes of the messages that it passes on, and what it says
/// itself.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
namespace fallstreak::dataplane::alb {

enum class ForwardedFor : std::uint8_t { append, preserve, remove };

/// The attributes of a load balancer about messages: time-outs and routing.http.*.
struct HttpSettings {
  std::chrono::seconds idle_timeout{60};
  std::chrono::seconds client_keep_alive{3600};
  Mitigation mitigation = Mitigation::defensive;
  ForwardedFor forwarded_for = ForwardedFor::append;
  bool has_client_port = false;  // X-Forwarded-For with the client's port
  bool preserves_host = false;
  bool drops_invalid_fields = false;
  bool tells_tls = false;  // X-Amzn-Tls-Version and X-Amzn-Tls-Cipher-Suite
};

/// What targets are told of the certificate that a client has shown: its chain, or what is said of
/// it. Empty without one.
struct ClientCertificate {
  std::string chain;
  std::string leaf, serial_number, issuer, subject, validity;
};

/// Under which names.
struct ClientCertificateNames {
  std::string chain = "X-Amzn-Mtls-Clientcert";
  std::string leaf = "X-Amzn-Mtls-Clientcert-Leaf";
  std::string serial_number = "X-Amzn-Mtls-Clientcert-Serial-Number";
  std::string issuer = "X-Amzn-Mtls-Clientcert-Issuer";
  std::string subject = "X-Amzn-Mtls-Clientcert-Subject";
  std::string validity = "X-Amzn-Mtls-Clientcert-Validity";
};

/// What a listener's attributes change in heads.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html
struct HeaderChanges {
  std::string tls_version_name = "X-Amzn-Tls-Version";
  std::string tls_cipher_name = "X-Amzn-Tls-Cipher-Suite";
  ClientCertificateNames client_certificate;
  bool names_server = true;  // in its own answers
  /// Names and values that every response gets, whatever the target says of them.
  std::vector<std::pair<std::string, std::string>> added;
};
const HeaderChanges& no_changes();

/// Where a request came in.
struct Hop {
  std::string client_address;
  std::uint16_t client_port = 0;
  std::string protocol = "HTTP";  // of the listener, as is its port
  std::int32_t port = 80;
  // Of an encrypted connection: `TLSv1.3`, and the cipher's name in OpenSSL.
  std::string tls_version;
  std::string tls_cipher;
  /// The listener asks clients for certificates.
  bool asks_certificate = false;
  ClientCertificate certificate = {};
  [[nodiscard]] bool is_ipv6() const { return client_address.find(':') != std::string::npos; }
};

/// The value of X-Amzn-Trace-Id that goes to the target. `given` is the client's, or empty; `draw`
/// are random bits.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
std::string trace_id(std::string_view given, Time now, std::uint64_t draw);

/// Of so many digits.
std::string hexadecimal(std::uint64_t value, int digits);

/// AWS: 463 when X-Forwarded-For has more than 30 addresses; it is not counted where it is neither
/// read nor written.
bool has_too_many_addresses(const Fields& fields, const HttpSettings& settings);

/// AWS: whether a field's name is one that routing.http.drop_invalid_header_fields drops.
bool has_invalid_fields(const Fields& fields);

/// The request's head as the target gets it. Where users sign in, `identity` has the fields about
/// the user, and what the client says about that is dropped.
std::string head_for_target(const RequestHead& request, const Hop& hop,
                            const HttpSettings& settings, std::string_view trace,
                            const std::string* identity = nullptr,
                            const HeaderChanges& changes = no_changes());

/// What becomes of the client's connection behind an answer.
enum class Parting : std::uint8_t { keep, close };
/// The response's head as the client gets it, with the load balancer's own cookies.
std::string head_for_client(const ResponseHead& response, const RequestHead& request,
                            Parting parting, std::span<const std::string> cookies,
                            const HeaderChanges& changes = no_changes());

/// An answer of the load balancer itself: AWS's page for the status.
std::string own_answer(int status, std::string_view method, Parting parting, Time now,
                       const HeaderChanges& changes = no_changes());
/// A fixed response or, with a location, a redirect.
struct RuleAnswer {
  int status = 200;
  std::string_view content_type;
  std::string_view body;
  std::string_view location;
  std::span<const std::string> cookies = {};
};
std::string rule_answer(const RuleAnswer& answer, std::string_view method, Parting parting,
                        Time now, const HeaderChanges& changes = no_changes());

/// AWS: client_keep_alive.seconds. Chosen: by the cloud's clock.
inline bool is_too_old(Time connected, Time now, const HttpSettings& settings) {
  return now - connected >= settings.client_keep_alive;
}

/// AWS: what a mode does with a request that is not quite one.
bool is_blocked(Danger danger, Mitigation mitigation);
/// AWS: an ambiguous request is passed on, but nothing follows it on either connection.
bool ends_connections(Danger danger, Mitigation mitigation);

}  // namespace fallstreak::dataplane::alb
