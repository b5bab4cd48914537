#pragma once

#include <string>

#include "services/dynamodb/state.h"

namespace fallstreak::services::dynamodb {

/// DynamoDB of the same account in another region, which members of a global table change as though
/// they were called there.
class Peer {
 public:
  Peer(Context& here, const std::string& region);
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

 private:
  dispatch::Caller caller_;

 public:
  Context context;
};

}  // namespace fallstreak::services::dynamodb
