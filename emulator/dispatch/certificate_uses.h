#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "world/table.h"
#include "world/world.h"

/// Which resources serve with which certificates: whoever serves says so, ACM reads it. No
/// operation of AWS tells one service of the other.
namespace fallstreak::dispatch {

struct CertificateUseState {
  explicit CertificateUseState(const std::string& prefix) : uses(prefix + "uses") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(uses);
  }

  /// `<certificate ARN>|<resource ARN>` -> in how many places of the resource.
  world::Table<std::uint64_t> uses;
};

void use_certificate(world::World& world, std::string_view certificate_arn,
                     std::string_view resource_arn);
/// Takes back what `use_certificate` said once.
void release_certificate(world::World& world, std::string_view certificate_arn,
                         std::string_view resource_arn);
/// The ARNs of the resources that serve with it, in order.
std::vector<std::string> users_of_certificate(world::World& world,
                                              std::string_view certificate_arn);

}  // namespace fallstreak::dispatch
