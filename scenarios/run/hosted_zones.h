#pragma once

#include <map>
#include <string>

#include "client/transport.h"

namespace fallstreak::scenarios {

/// The hosted zones of a run, each made when the first name in it is asked for.
class HostedZones {
 public:
  explicit HostedZones(client::Transport& transport) : transport_(&transport) {}

  /// The id of the zone that a name is in: all behind the name's first label. Throws ApiError.
  const std::string& id_of(const std::string& name);

 private:
  client::Transport* transport_;
  std::map<std::string, std::string> ids_;  // by name of the zone
};

}  // namespace fallstreak::scenarios
