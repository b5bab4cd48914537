#pragma once

#include <string>

#include "services/dynamodb/state.h"

namespace fallstreak::services::dynamodb {

/// DynamoDB of the same account in another region, which members of a global table change as though
/// they were called there, and out of which tables are restored.
class Peer {
 public:
  Peer(Context& here, const std::string& region);
  /// Where an ARN says that something is: that region, or here when it names no other one.
  static std::string region_of(Context& here, const std::string& arn);
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

 private:
  dispatch::Caller caller_;

 public:
  Context context;
};

}  // namespace fallstreak::services::dynamodb
