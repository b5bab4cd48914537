#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "dataplane/reachability/network.h"

/// Whether a packet gets from one place to another and its answer back, and which rule let it
/// through or stopped it: a pure function of the networks as they are described.
/// https://docs.aws.amazon.com/vpc/latest/reachability/how-reachability-analyzer-works.html
namespace fallstreak::dataplane::reachability {

struct Question {
  /// An interface, an instance (its first interface), the private or public address of one, or any
  /// other public address, which is then somewhere in the internet.
  std::string from;
  /// The same. An interface or instance stands for its private address; asked from the internet,
  /// for its public one; beside an IPv6 address, for its first one of these.
  std::string to;
  std::string protocol = "tcp";
  /// Of TCP and UDP.
  int port = 0;
  /// The ports that the client may answer on. Chosen: what clients use by AWS's page on ephemeral
  /// ports: 32768-61000 (Linux) inside, 1024-65535 (anybody) in the internet.
  std::optional<PortRange> source_ports;
};

enum class Verdict {
  reachable,
  not_reachable,
  undecided,  // it depends on what is not known, such as the software of an instance
};
std::string_view to_string(Verdict verdict);

/// One look at the packet or its answer.
struct Step {
  bool is_return = false;
  bool passed = true;
  std::string component;  // `security-group`, `network-acl`, `route-table`, `internet-gateway`...
  std::string id;
  std::string rule;  // the rule's id, the entry's number or the route; empty when there is none
  std::string text;
};

struct Answer {
  Verdict verdict = Verdict::undecided;
  /// In order; the last one says what stopped it, if anything did.
  std::vector<Step> steps;
};

/// InvalidParameterValue when the question names what is not there.
Outcome<Answer> find_path(const Network& network, const Question& question);

}  // namespace fallstreak::dataplane::reachability
