#include "scenarios/run/hosted_zones.h"

#include "client/route53.h"

namespace fallstreak::scenarios {

const std::string& HostedZones::id_of(const std::string& name) {
  const std::string zone = name.substr(name.find('.') + 1);
  std::string& id = ids_[zone];
  if (!id.empty()) return id;
  client::Route53 client(*transport_);
  const auto made = client.create_hosted_zone({.Name = zone, .CallerReference = zone});
  if (!made) throw made.error();
  const std::string& path = *made->HostedZone->Id;  // `/hostedzone/Z123`
  id = path.substr(path.rfind('/') + 1);
  return id;
}

}  // namespace fallstreak::scenarios
