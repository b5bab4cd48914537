#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/alb/access_log.h"
#include "dataplane/alb/forwarding.h"
#include "dataplane/alb/rules.h"
#include "dataplane/alb/sni.h"
#include "dataplane/alb/stickiness.h"
#include "dataplane/alb/target_choice.h"

/// Load balancers as what serves their listeners knows them.
namespace fallstreak::dataplane::alb {

/// Where something really listens on this machine.
struct Endpoint {
  std::string address;  // 127.0.0.1
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

/// A listener of a load balancer, as the target of another.
struct ListenerPlace {
  std::string load_balancer_arn;
  std::int32_t port = 0;
};

struct LiveTarget {
  std::string id;  // `i-0abc:80`: unique in its group
  std::string zone;
  TargetState state = TargetState::initial;
  /// Nobody listens for a target that has none.
  std::optional<Endpoint> endpoint;
  /// Since when, as far as it is.
  Time healthy_since{};
  /// What serves it knows where a listener listens: `endpoint` follows from this.
  std::optional<ListenerPlace> listener = {};
  Override override_state = Override::none;
  /// From whose nodes nothing reaches it: security groups, network ACLs or routes stop it.
  std::vector<std::string> stopped_zones = {};
};

/// Whether what a node in `zone` sends reaches the target; else nobody answers.
inline bool is_reached(const LiveTarget& target, std::string_view zone) {
  return std::ranges::find(target.stopped_zones, zone) == target.stopped_zones.end();
}

/// AWS: what a Network Load Balancer keeps a client with: its connection, or all of its address.
enum class Affinity : std::uint8_t { connection, source_ip };

/// Where a group's health checks go: to each target at `port`, or at the port of its own.
struct HealthCheckView {
  std::string protocol;
  std::string path;
  std::optional<std::uint16_t> port;
  std::chrono::seconds timeout{5};
};

/// What targets are spoken to in.
enum class ProtocolVersion : std::uint8_t { http1, http2, grpc };

struct TargetGroupView {
  std::string arn;
  std::string protocol = "HTTP";  // between the load balancer and its targets
  ProtocolVersion version = ProtocolVersion::http1;
  Algorithm algorithm = Algorithm::round_robin;
  /// Anomalous targets get less; of weighted random alone.
  bool mitigates_anomalies = false;
  CrossZone cross_zone = CrossZone::on;
  bool inherits_cross_zone = false;  // from its load balancer
  Stickiness stickiness;
  Duration slow_start{0};
  HealthyMinimum routing_minimum = {};
  HealthyMinimum dns_minimum = {};
  HealthCheckView health_check;
  // Of a Network Load Balancer's group.
  Affinity affinity = Affinity::connection;
  bool sends_proxy_header = false;
  bool ends_with_delay = false;           // connections to a target that has left
  bool ends_with_health = true;           // and to one that has failed its checks
  std::vector<LiveTarget> targets;        // those that may get requests, and draining ones
  std::vector<std::string> target_names;  // unique among all groups, for cookies
};

/// What a listener wants to see of its clients.
struct ClientTrustView {
  enum class Mode : std::uint8_t { off, passthrough, verify } mode = Mode::off;
  std::string trust_store_arn;
  std::string authorities;  // PEM, as are the lists
  std::vector<std::string> revocations;
  bool ignores_expiry = false;
  bool advertises = false;  // whom it trusts
  bool operator==(const ClientTrustView&) const = default;
};

/// How a listener proves itself, and what it speaks then.
struct TlsView {
  Certificates certificates;           // the default one first
  std::vector<std::string> protocols;  // of the security policy: `TLSv1.2`
  std::vector<std::string> ciphers;
  /// Of the layer above, the preferred one first; none: whatever the client wants.
  std::vector<std::string> alpn = {};
  ClientTrustView clients = {};
  bool operator==(const TlsView&) const = default;
};

struct ListenerView {
  std::string arn;
  std::string protocol;
  std::int32_t port = 0;
  std::optional<TlsView> tls;
  RuleSet rules;
  HeaderChanges header_changes;
  /// Of a Network Load Balancer's, where it is not the usual one.
  std::optional<std::chrono::seconds> idle_timeout;
  /// Its load balancer's security groups let somebody in, by IPv4 and by IPv6.
  bool is_admitted = true;
  bool is_admitted_by_ipv6 = true;
};

struct LoadBalancerView {
  std::string arn;
  std::string name;
  std::string dns_name;
  bool is_active = false;
  bool is_network = false;    // it passes connections on, and reads none
  bool is_dualstack = false;  // clients may come by IPv6 too
  CrossZone cross_zone = CrossZone::on;
  std::vector<std::string> zones;
  std::string shifted_zone;  // which traffic is shifted away from; of `zones`, or empty
  HttpSettings settings;
  AccessLogSettings access_logs;
  std::map<std::string, ListenerView> listeners;  // by ARN
  std::vector<std::string> target_group_arns;     // of all rules
};

inline CrossZone cross_zone_of(const LoadBalancerView& load_balancer,
                               const TargetGroupView& group) {
  return group.inherits_cross_zone ? load_balancer.cross_zone : group.cross_zone;
}

/// Whether enough of a group's targets are healthy that a node in `zone` reaches, for DNS to name
/// the node.
bool is_healthy_in_dns(const TargetGroupView& group, CrossZone cross_zone, std::string_view zone);

/// All of a cloud. Owned by the data plane's thread.
struct View {
  std::map<std::string, LoadBalancerView> load_balancers;  // by ARN
  std::map<std::string, TargetGroupView> target_groups;    // by ARN
};

/// The zones whose nodes the name of an Application Load Balancer has: those where each of its
/// groups has enough healthy targets, and that traffic is not shifted away from; when no such zone
/// is left, all, without the one of the shift if there is another.
std::vector<std::string> zones_in_dns(const View& view, const LoadBalancerView& load_balancer);

}  // namespace fallstreak::dataplane::alb
