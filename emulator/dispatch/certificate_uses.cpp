#include "dispatch/certificate_uses.h"

#include "base/check.h"

namespace fallstreak::dispatch {
namespace {

CertificateUseState& state_of(world::World& world) {
  return world.state<CertificateUseState>("certificate-uses", "world");
}

std::string prefix_of(std::string_view certificate_arn) {
  return std::string(certificate_arn) + "|";
}

}  // namespace

void use_certificate(world::World& world, std::string_view certificate_arn,
                     std::string_view resource_arn) {
  auto& uses = state_of(world).uses;
  const std::string key = prefix_of(certificate_arn) + std::string(resource_arn);
  const std::uint64_t* count = uses.find(key);
  uses.put(key, count == nullptr ? 1 : *count + 1);
}

void release_certificate(world::World& world, std::string_view certificate_arn,
                         std::string_view resource_arn) {
  auto& uses = state_of(world).uses;
  const std::string key = prefix_of(certificate_arn) + std::string(resource_arn);
  const std::uint64_t* count = uses.find(key);
  CHECK(count != nullptr) << resource_arn << " does not use " << certificate_arn;
  if (*count > 1) {
    uses.put(key, *count - 1);
  } else {
    uses.erase(key);
  }
}

std::vector<std::string> users_of_certificate(world::World& world,
                                              std::string_view certificate_arn) {
  std::vector<std::string> users;
  const std::string prefix = prefix_of(certificate_arn);
  for (const auto& row : state_of(world).uses.range(prefix)) {
    users.emplace_back(row.first.substr(prefix.size()));
  }
  return users;
}

}  // namespace fallstreak::dispatch
