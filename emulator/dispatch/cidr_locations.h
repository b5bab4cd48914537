#pragma once

#include <string>
#include <string_view>

#include "base/ip_block.h"
#include "world/table.h"
#include "world/world.h"

/// What name servers know of CIDR collections: which location the addresses of a client are of.
/// Route 53 writes it when a change has propagated; whoever resolves a name reads it.
namespace fallstreak::dispatch {

struct CidrLocationState {
  explicit CidrLocationState(const std::string& prefix) : blocks(prefix + "blocks") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(blocks);
  }

  world::Table<std::string> blocks;  // by cidr_key() -> the location's name
};
CidrLocationState& cidr_locations(world::World& world);

/// `<collection> 4 c0000200/24`: the block's network, its other bits cleared.
std::string cidr_key(std::string_view collection_id, const IpBlock& block);

/// The location of the smallest block that covers all of `client`; empty when none does.
std::string cidr_location_of(const CidrLocationState& state, std::string_view collection_id,
                             const IpBlock& client);

}  // namespace fallstreak::dispatch
