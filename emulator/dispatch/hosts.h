#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "world/table.h"
#include "world/world.h"

/// The data plane of EC2: what instances are to those who see them over the network. EC2 writes it
/// with every transition; health checks read it. Faults of EC2's API do not touch it, as on AWS.
namespace fallstreak::dispatch {

struct Host {
  /// As EC2 names it: `running`.
  std::string state;
  /// When it last began to boot.
  Time launch_time{};
  bool operator==(const Host&) const = default;
};
template <class Visitor>
void visit_fields(Host& host, Visitor&& visit) {
  visit("state", host.state);
  visit("launch_time", host.launch_time);
}

struct HostState {
  explicit HostState(const std::string& prefix) : instances(prefix + "instances") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(instances);
  }

  world::Table<Host> instances;  // by instance id
};

/// The instances of an account in a region, of which `scope` is the text:
/// `123456789012/eu-central-1`.
HostState& hosts(world::World& world, std::string_view scope);

}  // namespace fallstreak::dispatch
