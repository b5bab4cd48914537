// What has to do with Spot Instances: `mixed:` of a group, and `break: spot-interruption`.
#include <algorithm>
#include <array>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::minutes;

constexpr std::string_view kGroupPage = "AWS: default of a mixed instances policy";
constexpr std::array<std::string_view, 4> kStrategies{"lowest-price", "capacity-optimized",
                                                      "capacity-optimized-prioritized",
                                                      "price-capacity-optimized"};
constexpr std::string_view kStrategyWanted =
    "one of `lowest-price` `capacity-optimized` `capacity-optimized-prioritized` "
    "`price-capacity-optimized`";
/// AWS: the fault injection service interrupts two to fifteen minutes after its recommendation.
constexpr minutes kShortestNotice{2};
constexpr minutes kLongestNotice{15};

std::optional<std::string> parse_strategy(std::string_view text) {
  if (std::ranges::find(kStrategies, text) == kStrategies.end()) return std::nullopt;
  return std::string(text);
}

/// `25%`, in whole percent.
std::optional<int> parse_share(std::string_view text) {
  const auto share = parse_percent(text);
  if (!share || *share < 0 || *share > 1) return std::nullopt;
  return static_cast<int>(*share * 100 + 0.5);
}

bool has_type(const Scenario& scenario, std::string_view type) {
  return std::ranges::any_of(scenario.cloud.groups, [&](const AutoScalingGroup& group) {
    return group.mixed && std::ranges::find(group.mixed->types, type) != group.mixed->types.end();
  });
}

}  // namespace

void read_mixed(MapReader& group, AutoScalingGroup& into) {
  const Node* node = group.find("mixed");
  if (node == nullptr) return;
  ReadContext& context = group.context();
  MapReader map(context, *node, group.path_of("mixed"));
  Mixed mixed{.types = {into.type}};
  if (const Node* types = map.find("types")) {
    mixed.types.clear();
    for (const auto& [type, place] : read_texts(context, *types, "types such as `m4.xlarge`")) {
      if (std::ranges::find(mixed.types, type) != mixed.types.end()) {
        context.error(place, "the type `" + type + "` is there already");
      }
      mixed.types.push_back(type);
    }
    if (mixed.types.empty()) context.error(types->place, "`types` needs an instance type");
  } else {
    context.note_default(map.path_of("types"), into.type, "Chosen: the group's `type`");
  }
  mixed.on_demand_base = map.scalar_or("on_demand_base", &parse_not_negative,
                                       "a number of instances", 0, "0", kGroupPage);
  mixed.on_demand_percent =
      map.scalar_or("on_demand", &parse_share, "a share such as `25%`", 100, "100%", kGroupPage);
  mixed.spot_strategy = map.scalar_or("spot_strategy", &parse_strategy, kStrategyWanted,
                                      std::string("lowest-price"), "lowest-price", kGroupPage);
  mixed.rebalances = map.scalar_or("rebalance", &parse_switch, "`on` or `off`", false, "off",
                                   "AWS: default of CreateAutoScalingGroup");
  map.not_implemented({"weights", "max_price"});
  map.finish();
  if (!into.versions.empty()) {
    context.error(node->place,
                  "a group with `mixed` cannot have `versions`: its refresh is not "
                  "implemented yet");
  }
  into.mixed = std::move(mixed);
}

std::optional<Verb> read_spot_interruption(MapReader& map, const Scenario& scenario,
                                           std::string& text) {
  ReadContext& context = map.context();
  map.require("for");
  BreakSpot verb;
  const auto lasts = map.scalar("for", &parse_positive_duration, kDurationWanted);
  const auto region = read_break_region(map, scenario);
  verb.az = map.scalar("az", &parse_text, "a zone letter such as `a`");
  verb.type = map.scalar("type", &parse_text, "an instance type such as `m4.xlarge`");
  verb.percent = map.scalar("share", &parse_share, "a share such as `50%`").value_or(100);
  verb.notice =
      map.scalar("notice", &parse_positive_duration, kDurationWanted).value_or(kShortestNotice);
  if (verb.az && !scenario.has_zone(*verb.az)) {
    context.error(map.node().find("az")->place,
                  "the zone `" + *verb.az + "` is not among the cloud's `azs`");
    return std::nullopt;
  }
  if (verb.type && !has_type(scenario, *verb.type)) {
    context.error(map.node().find("type")->place,
                  "no group has `" + *verb.type + "` among the types of its `mixed`");
    return std::nullopt;
  }
  if (verb.percent == 0) {
    context.error(map.node().find("share")->place, "`share` must be 1% to 100%");
    return std::nullopt;
  }
  if (verb.notice < kShortestNotice || verb.notice > kLongestNotice) {
    context.error(map.node().find("notice")->place, "`notice` must be 2m to 15m");
    return std::nullopt;
  }
  if (!lasts || !region) return std::nullopt;
  verb.region = *region;
  verb.lasts = *lasts;
  text = "break spot-interruption of " + std::to_string(verb.percent) + "% of " +
         verb.type.value_or("all types") + (verb.az ? " in " + *verb.az : std::string()) +
         scenario.region_text(verb.region) + " in " + duration_text(verb.notice) + " for " +
         duration_text(verb.lasts);
  return verb;
}

void read_reservations(ReadContext& context, const Node& node, CloudDescription& cloud) {
  if (node.kind != Node::Kind::list) {
    context.error(node.place, "`cloud.reserved` must be a list of reservations");
    return;
  }
  for (const Node& item : node.items) {
    const std::string path = "cloud.reserved." + std::to_string(cloud.reserved.size() + 1);
    MapReader map(context, item, path);
    if (item.kind != Node::Kind::map) continue;
    Reservation one{.place = item.place};
    map.require("type");
    map.require("count");
    one.type = map.scalar("type", &parse_text, "an instance type such as `m5.large`").value_or("");
    one.count = map.scalar("count", &parse_positive, "a number of instances").value_or(1);
    one.region = map.scalar_or("region", &parse_text, "a region such as `eu-west-1`", cloud.region,
                               cloud.region, "the cloud's region");
    one.az = map.scalar("az", &parse_text, "a zone letter such as `a`");
    one.years =
        map.scalar_or("years", &parse_positive, "1 or 3", 1, "1", "Chosen: the shorter term");
    one.payment =
        map.scalar_or("payment", &parse_text, "`No Upfront`, `Partial Upfront` or `All Upfront`",
                      std::string("No Upfront"), "No Upfront", "Chosen: nothing is paid at once");
    map.finish();
    constexpr std::array<std::string_view, 3> kPayments{"No Upfront", "Partial Upfront",
                                                        "All Upfront"};
    if (std::ranges::find(kPayments, one.payment) == kPayments.end()) {
      context.error(item.find("payment")->place,
                    "`payment` must be `No Upfront`, `Partial Upfront` or `All Upfront`");
    }
    if (one.years != 1 && one.years != 3) {
      context.error(item.find("years")->place, "`years` must be 1 or 3");
    }
    if (one.az && std::ranges::find(cloud.azs, *one.az) == cloud.azs.end()) {
      context.error(item.find("az")->place,
                    "the zone `" + *one.az + "` is not among the cloud's `azs`");
    }
    const bool is_there = one.region == cloud.region ||
                          std::ranges::find(cloud.groups, one.region, &AutoScalingGroup::region) !=
                              cloud.groups.end();
    if (!is_there) {
      context.error(item.find("region")->place,
                    "no group is in the region `" + one.region + "` to be covered");
    }
    cloud.reserved.push_back(std::move(one));
  }
}

}  // namespace fallstreak::scenarios
