#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/context.h"
#include "world/table.h"
#include "world/world.h"

/// Which targets a load balancer's packets reach: Elastic Load Balancing asks, EC2 judges by its
/// groups, network ACLs and routes, once for each question and again when one of these changes. So
/// a health check costs no question. Faults of an API touch neither, as on AWS.
namespace fallstreak::dispatch {

/// Where the packets of a load balancer come from in one of its zones.
struct PathNode {
  std::string zone;
  std::string interface_id;
  bool operator==(const PathNode&) const = default;
};
template <class Visitor>
void visit_fields(PathNode& node, Visitor&& visit) {
  visit("zone", node.zone);
  visit("interface_id", node.interface_id);
}

struct PathNodes {
  std::vector<PathNode> nodes;
  /// What answers followed from: security groups, network ACLs, route tables and prefix lists.
  std::vector<std::string> uses = {};
};
template <class Visitor>
void visit_fields(PathNodes& nodes, Visitor&& visit) {
  visit("nodes", nodes.nodes);
  visit("uses", nodes.uses);
}

struct PathQuestion {
  std::string load_balancer_arn;
  /// The target: an instance by its first interface, and by an address that is not the primary one
  /// of IPv4; or an address alone.
  std::string instance_id;
  std::string ip_address;
  std::int32_t port = 0;
  std::int32_t check_port = 0;
  /// The target sees the client's address instead of the load balancer's; not in health checks.
  bool keeps_client_address = false;
  bool operator==(const PathQuestion&) const = default;
};
template <class Visitor>
void visit_fields(PathQuestion& question, Visitor&& visit) {
  visit("load_balancer_arn", question.load_balancer_arn);
  visit("instance_id", question.instance_id);
  visit("ip_address", question.ip_address);
  visit("port", question.port);
  visit("check_port", question.check_port);
  visit("keeps_client_address", question.keeps_client_address);
}

/// The zones from whose nodes not all gets through.
struct StoppedPath {
  std::vector<std::string> zones;          // no request does
  std::vector<std::string> limited_zones;  // requests of certain clients alone do
  std::vector<std::string> check_zones;    // no health check does
  bool operator==(const StoppedPath&) const = default;
  [[nodiscard]] bool empty() const {
    return zones.empty() && limited_zones.empty() && check_zones.empty();
  }
};
template <class Visitor>
void visit_fields(StoppedPath& path, Visitor&& visit) {
  visit("zones", path.zones);
  visit("limited_zones", path.limited_zones);
  visit("check_zones", path.check_zones);
}

/// A row whose key says all.
struct PathMark {};
template <class Visitor>
void visit_fields(PathMark&, Visitor&&) {}

/// A target's key is `<target group ARN>|<id>:<port>`.
struct TargetPathState {
  explicit TargetPathState(const std::string& prefix)
      : nodes(prefix + "nodes"),
        questions(prefix + "questions"),
        stopped(prefix + "stopped"),
        by_balancer(prefix + "by_balancer"),
        asked(prefix + "asked"),
        uses(prefix + "uses") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(nodes);
    visit(questions);
    visit(stopped);
    visit(by_balancer);
    visit(asked);
    visit(uses);
  }

  world::Table<PathNodes> nodes;         // by ARN of the load balancer
  world::Table<PathQuestion> questions;  // by the target's key
  /// Those that not all gets through to: in most worlds none. By the target's key.
  world::Table<StoppedPath> stopped;
  world::Table<PathMark> by_balancer;  // `<load balancer ARN>|<target's key>`
  /// What is to be judged: the same keys, or `<load balancer ARN>|` for all of its questions.
  world::Table<PathMark> asked;
  /// `<id>|<load balancer ARN>`, for each of a load balancer's `uses`.
  world::Table<PathMark> uses;
};

/// Those of an account in a region, of which `scope` is the text: `123456789012/eu-central-1`.
TargetPathState& target_paths(world::World& world, std::string_view scope);

// For Elastic Load Balancing.

/// A load balancer's nodes as they are now; none when it is gone.
void set_path_nodes(ContextBase& context, const std::string& load_balancer_arn,
                    std::vector<PathNode> nodes);
/// Asks about a target, or asks something else than before.
void ask_path(ContextBase& context, const std::string& target_key, const PathQuestion& question);
void forget_path(ContextBase& context, const std::string& target_key);

// For EC2.

/// The rules behind an id changed, or who is under them.
void note_path_change(ContextBase& context, std::string_view id);
/// What is to be judged for a load balancer, by the targets' keys; afterwards nothing is.
std::vector<std::pair<std::string, PathQuestion>> take_path_questions(
    ContextBase& context, const std::string& load_balancer_arn);
void answer_path(ContextBase& context, const std::string& target_key, const StoppedPath& path);
/// An answer of the load balancer followed from what the id names.
void note_path_use(ContextBase& context, const std::string& load_balancer_arn,
                   const std::string& id);

}  // namespace fallstreak::dispatch
