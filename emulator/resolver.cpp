#include "resolver.h"

#include <mutex>

#include "services/route53/answering.h"

namespace fallstreak {

namespace dns = dataplane::dns;

dns::Knowledge dns_knowledge(world::World& world, const std::string& vpc) {
  return services::route53::name_server_knowledge(world, vpc);
}

dns::Answer resolve(Cloud& cloud, const dns::Question& question, const dns::Client& client,
                    std::uint64_t draw) {
  const std::lock_guard held(cloud.lock());
  return dns::answer(dns_knowledge(cloud.world(), client.vpc), question, client, draw);
}

}  // namespace fallstreak
