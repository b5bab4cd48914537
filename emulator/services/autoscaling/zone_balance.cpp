#include "services/autoscaling/zone_balance.h"

#include <algorithm>

namespace fallstreak::services::autoscaling {
namespace {

ZoneCount* fullest(std::vector<ZoneCount>& zones) {
  ZoneCount* found = nullptr;
  for (auto& zone : zones) {
    if (zone.instances == 0) continue;
    const bool is_better =
        found == nullptr || (found->is_enabled && !zone.is_enabled) ||
        (found->is_enabled == zone.is_enabled && zone.instances > found->instances);
    if (is_better) found = &zone;
  }
  return found;
}

ZoneCount* emptiest(std::vector<ZoneCount>& zones) {
  ZoneCount* found = nullptr;
  for (auto& zone : zones) {
    if (!zone.is_enabled || !zone.has_capacity) continue;
    if (found == nullptr || zone.instances < found->instances) found = &zone;
  }
  return found;
}

}  // namespace

std::optional<std::string> zone_for_launch(std::span<const ZoneCount> zones,
                                           Distribution distribution, std::uint64_t tie_break) {
  std::vector<const ZoneCount*> best;
  for (const auto& zone : zones) {
    if (!zone.is_enabled) continue;
    if (distribution == Distribution::balanced_best_effort && !zone.has_capacity) continue;
    if (!best.empty() && zone.instances > best.front()->instances) continue;
    if (!best.empty() && zone.instances < best.front()->instances) best.clear();
    best.push_back(&zone);
  }
  // Among equals one that can be launched in comes first, so that balanced-only waits no longer
  // than it must.
  std::erase_if(best, [](const ZoneCount* zone) { return !zone->has_capacity; });
  if (best.empty()) return std::nullopt;
  return best[tie_break % best.size()]->zone;
}

std::vector<std::string> zones_to_shrink(std::span<const ZoneCount> zones) {
  std::vector<std::string> names;
  for (const auto& zone : zones) {
    if (!zone.is_enabled && zone.instances > 0) names.push_back(zone.zone);
  }
  if (!names.empty()) return names;
  std::int32_t most = 0;
  for (const auto& zone : zones) most = std::max(most, zone.instances);
  for (const auto& zone : zones) {
    if (most > 0 && zone.instances == most) names.push_back(zone.zone);
  }
  return names;
}

std::vector<Move> rebalancing_moves(std::span<const ZoneCount> zones) {
  std::vector<ZoneCount> counts(zones.begin(), zones.end());
  std::vector<Move> moves;
  while (true) {
    ZoneCount* from = fullest(counts);
    ZoneCount* to = emptiest(counts);
    if (from == nullptr || to == nullptr || from == to) return moves;
    if (from->is_enabled && from->instances - to->instances <= 1) return moves;
    moves.push_back({from->zone, to->zone});
    --from->instances;
    ++to->instances;
  }
}

std::int32_t rebalancing_headroom(std::int32_t max_size) { return std::max(1, max_size / 10); }

}  // namespace fallstreak::services::autoscaling
