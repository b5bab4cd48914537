#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "world/table.h"
#include "world/world.h"

/// How much of DynamoDB's burdens a world has: limits on throughput, and reads that lag behind.
/// Plain API tests want neither; whoever tries how a system behaves wants both.
namespace fallstreak::dispatch {

enum class CapacityMode : std::uint8_t {
  /// Every request is served, and nothing is counted.
  ignored,
  /// Every request is served, and what tables consume is published as metrics.
  counted,
  /// The same, and what exceeds a table's capacity is throttled.
  enforced,
};

struct DynamoDbRealism {
  CapacityMode capacity = CapacityMode::ignored;
  /// How far eventually consistent reads may lag behind at most; zero: they never do.
  Duration stale_reads{};
  bool operator==(const DynamoDbRealism&) const = default;
};
template <class Visitor>
void visit_fields(DynamoDbRealism& realism, Visitor&& visit) {
  visit("capacity", realism.capacity);
  visit("stale_reads", realism.stale_reads);
}

/// Of the whole world. New tables take it over; see `set_dynamodb_realism` for those there are.
[[nodiscard]] DynamoDbRealism dynamodb_realism(world::World& world);
void note_dynamodb_realism(world::World& world, const DynamoDbRealism& realism);

}  // namespace fallstreak::dispatch
