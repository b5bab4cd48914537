#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

/// Access logs of a Network Load Balancer, in AWS's format: its TLS listeners write them.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
namespace fallstreak::dataplane::nlb {

/// One connection that is over. Empty texts are what there was not.
struct AccessLogEntry {
  Time created{};
  Time ended{};
  /// When the handshake was done.
  std::optional<Time> encrypted;
  std::string load_balancer;  // `net/front/c6e77e28c25b2234`
  std::string listener;       // `g3d4b5e8bb8464cd`
  std::string client;         // `192.0.2.7:4711`, as is the listener's address
  std::string destination;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::string certificate_arn;
  std::string tls_cipher;
  std::string tls_version;  // `TLSv1.2`
  std::string domain_name;
};

/// With the end of the line.
std::string access_log_line(const AccessLogEntry& entry);

}  // namespace fallstreak::dataplane::nlb
