#pragma once

#include <cstdint>
#include <vector>

#include "api/ec2/security_groups.h"

/// Who gets in at a port, as security groups say: for those who listen there and do not know where
/// a client really is. Whether a certain packet gets through is `find_path`'s to say.
namespace fallstreak::dataplane::reachability {

enum class Admission : std::uint8_t {
  nobody,
  some,       // certain addresses, or members of certain groups
  everybody,  // every address of the family
};
enum class Family : std::uint8_t { ipv4, ipv6 };

/// What these rules, of all security groups of an interface, say of a TCP port. Without any group
/// there is nothing to say: everybody gets in.
Admission admission(const std::vector<api::ec2::SecurityGroupRule>& rules, std::int32_t port,
                    Family family = Family::ipv4);

}  // namespace fallstreak::dataplane::reachability
