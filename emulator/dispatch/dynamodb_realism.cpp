#include "dispatch/dynamodb_realism.h"

namespace fallstreak::dispatch {
namespace {

constexpr std::string_view kNow = "now";

struct RealismState {
  explicit RealismState(const std::string& prefix) : realism(prefix + "realism") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(realism);
  }

  /// One row, or none while everything is as at the beginning.
  world::Table<DynamoDbRealism> realism;
};

world::Table<DynamoDbRealism>& rows(world::World& world) {
  return world.state<RealismState>("dynamodb-realism", "world").realism;
}

}  // namespace

DynamoDbRealism dynamodb_realism(world::World& world) {
  const DynamoDbRealism* realism = rows(world).find(kNow);
  return realism == nullptr ? DynamoDbRealism{} : *realism;
}

void note_dynamodb_realism(world::World& world, const DynamoDbRealism& realism) {
  if (realism == dynamodb_realism(world)) return;
  rows(world).put(std::string(kNow), realism);
}

}  // namespace fallstreak::dispatch
