#include "dynamodb_realism.h"

#include "services/dynamodb/realism.h"
#include "world/world.h"

namespace fallstreak {

void set_dynamodb_realism(Cloud& cloud, const dispatch::DynamoDbRealism& realism) {
  const std::lock_guard held(cloud.lock());
  world::World& world = cloud.world();
  if (realism == dispatch::dynamodb_realism(world)) return;
  world::Transaction transaction(world);
  dispatch::note_dynamodb_realism(world, realism);
  constexpr std::string_view kService = "dynamodb";
  for (const std::string& scope : world.scopes(kService)) {
    const auto caller = dispatch::Caller::of_scope(scope);
    services::dynamodb::Context context(world, cloud.environment(), caller, kService, scope);
    services::dynamodb::apply_realism(context, realism);
  }
  transaction.commit();
}

dispatch::DynamoDbRealism dynamodb_realism(Cloud& cloud) {
  const std::lock_guard held(cloud.lock());
  return dispatch::dynamodb_realism(cloud.world());
}

}  // namespace fallstreak
