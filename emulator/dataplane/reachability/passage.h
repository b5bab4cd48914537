#pragma once

#include <cstdint>
#include <string>

#include "dataplane/reachability/admission.h"
#include "dataplane/reachability/network.h"

/// The second half of a client's way: from a load balancer to one of its targets.
namespace fallstreak::dataplane::reachability {

/// Whose address the target sees.
enum class Source : std::uint8_t { node, client };

struct Leg {
  std::string node;     // the load balancer's interface in a zone
  std::string target;   // an interface
  std::string address;  // one of that; empty: its primary one of IPv4
  std::int32_t port = 0;
  Source source = Source::node;
};

/// Whose TCP gets through. What the node sends for itself does for everybody or for nobody; what
/// cannot be decided stops nothing.
/// AWS: with client addresses preserved the target's groups see these, or the groups of the Network
/// Load Balancer where a rule refers to one.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
Admission passage(const Network& network, const Leg& leg);

}  // namespace fallstreak::dataplane::reachability
