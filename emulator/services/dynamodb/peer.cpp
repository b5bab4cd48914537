#include "services/dynamodb/peer.h"

#include "api/dynamodb/service.h"

namespace fallstreak::services::dynamodb {

Peer::Peer(Context& here, const std::string& region)
    : caller_(here.account_id(), region),
      context(here.world(), here.environment(), caller_, api::dynamodb::kService.id,
              caller_.scope(dispatch::Scope::regional)) {}

}  // namespace fallstreak::services::dynamodb
