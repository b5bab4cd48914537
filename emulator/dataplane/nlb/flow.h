#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/alb/view.h"

/// How a Network Load Balancer gives connections to targets.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#routing-algorithm
namespace fallstreak::dataplane::nlb {

/// What one connection is told from another by.
struct Flow {
  std::string client_address;
  std::uint16_t client_port = 0;
  std::string address;  // which the client reached, as is the port
  std::int32_t port = 0;
  /// Chosen: random bits stand for TCP's first sequence number, which is random too, and which the
  /// operating system does not tell.
  std::uint64_t sequence = 0;
};

/// AWS: TCP is hashed by protocol, both addresses and ports, and the sequence number; with
/// stickiness by the client's address alone.
std::uint64_t flow_hash(const Flow& flow, alb::Affinity affinity);

/// The target for a connection that reached the node in `zone`; null when there is none.
struct Choice {
  const alb::LiveTarget* target = nullptr;
  bool fails_open = false;  // too few targets are healthy
};
Choice choose_target(const alb::TargetGroupView& group, alb::CrossZone cross_zone,
                     std::string_view zone, std::uint64_t hash);

/// The zones whose nodes the load balancer's name has: those with enough healthy targets that
/// traffic is not shifted away from, or all of them when there is none.
std::vector<std::string> zones_in_dns(const std::vector<std::string>& zones,
                                      const alb::TargetGroupView& group, alb::CrossZone cross_zone,
                                      std::string_view shifted_zone = {});

/// What goes before the bytes of a connection with proxy_protocol_v2.enabled.
/// https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt
std::string proxy_header(const Flow& flow);

}  // namespace fallstreak::dataplane::nlb
