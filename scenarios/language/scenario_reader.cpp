#include <algorithm>
#include <array>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

/// `2025-11-03 13:50 Europe/Berlin`; without a zone it is UTC.
bool read_start(MapReader& map, Scenario& scenario) {
  constexpr std::string_view kWanted =
      "a date, a time and a zone such as `2025-11-03 13:50 Europe/Berlin`";
  const Node* node = map.require("start");
  if (node == nullptr) return false;
  const auto text = map.text_of(*node, kWanted);
  if (!text) return false;
  const auto first = text->find(' ');
  const auto second = first == std::string::npos ? first : text->find(' ', first + 1);
  const auto time_text =
      first == std::string::npos ? std::string() : text->substr(first + 1, second - first - 1);
  const auto clock = parse_clock_time(time_text);
  const auto date = first == 10 ? parse_iso8601(text->substr(0, 10)) : std::nullopt;
  if (!date || !clock || clock->days) {
    map.context().error(node->place,
                        "`start` must be " + std::string(kWanted) + ", not `" + *text + "`");
    return false;
  }
  if (second != std::string::npos) {
    auto zone = TimeZone::load(std::string_view(*text).substr(second + 1));
    if (!zone) {
      map.context().error(node->place, zone.error());
      return false;
    }
    scenario.zone = std::move(*zone);
  }
  const auto start = scenario.zone.to_time(*date + std::chrono::seconds(clock->seconds_of_day));
  if (!start) {
    map.context().error(node->place, start.error());
    return false;
  }
  scenario.start = *start;
  map.context().note("start", *text, *node);
  return true;
}

void read_length_and_seeds(MapReader& map, Scenario& scenario) {
  map.require("run");
  scenario.run = map.scalar("run", &parse_positive_duration, kDurationWanted).value_or(Duration(0));
  const Node* run = map.node().find("run");
  if (run != nullptr && scenario.run % std::chrono::seconds(1) != Duration(0)) {
    map.context().error(run->place, "`run` must be whole seconds");
    scenario.run = Duration(0);
  }
  if (scenario.run > std::chrono::hours(24 * 366))
    map.context().error(run->place, "`run` must be at most 366d");
  const Node* seed = map.find("seed");
  const Node* seeds = map.find("seeds");
  if (seed != nullptr && seeds != nullptr)
    map.context().error(seeds->place, "give `seed` or `seeds`, not both");
  constexpr std::string_view kWanted = "a seed such as `7` or a range such as `1..50`";
  const std::string_view key = seeds != nullptr ? "seeds" : "seed";
  scenario.seeds = map.scalar_or(key, &parse_seed_range, kWanted, SeedRange{}, "1",
                                 "Chosen: any seed is as good");
}

void read_variant_names(MapReader& map, Scenario& scenario) {
  const Node* variants = map.find("variants");
  if (variants == nullptr) return;
  if (variants->kind != Node::Kind::map) {
    map.context().error(variants->place, "`variants` must be a map of names");
    return;
  }
  for (const Node::Entry& entry : variants->entries) scenario.variants.push_back(entry.key);
}

Scenario read_scenario(const Document& document, std::string_view variant, ParseErrors& errors) {
  Scenario scenario;
  scenario.file = document.file;
  scenario.variant = variant;
  ReadContext context{document.file, errors, scenario.resolved};
  MapReader map(context, document.root, "");
  if (document.root.kind != Node::Kind::map) return scenario;
  map.require("scenario");
  scenario.title = map.scalar("scenario", &parse_text, "a title").value_or("");
  scenario.why = map.scalar("why", &parse_text, "a sentence").value_or("");
  const bool has_start = read_start(map, scenario);
  read_length_and_seeds(map, scenario);
  // Without a start no time of day can be judged; the file is refused for the start alone.
  if (!has_start) scenario.run = Duration(0);
  if (const Node* cloud = map.require("cloud")) scenario.cloud = read_cloud(context, *cloud);
  if (const Node* load = map.find("load")) scenario.load = read_load(context, *load, scenario);
  if (const Node* steady = map.find("steady")) {
    scenario.steady = read_assertions(context, *steady, AssertionUse::steady);
  }
  if (const Node* timeline = map.find("timeline"))
    scenario.timeline = read_timeline(context, *timeline, scenario);
  if (const Node* expect = map.require("expect")) {
    scenario.expect = read_assertions(context, *expect, AssertionUse::expect);
  }
  if (const Node* stop_if = map.find("stop_if")) {
    scenario.stop_if = read_assertions(context, *stop_if, AssertionUse::stop_if);
  }
  read_variant_names(map, scenario);
  map.not_implemented({"alarms", "explore", "train", "include", "import", "users"});
  map.finish();
  check_assertions(context, scenario);
  return scenario;
}

template <class List>
auto find_named(const List& list, std::string_view name) -> decltype(list.data()) {
  const auto found = std::ranges::find(list, name, &List::value_type::name);
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

const AutoScalingGroup* Scenario::find_group(std::string_view name) const {
  return find_named(cloud.groups, name);
}
const LoadBalancer* Scenario::find_load_balancer(std::string_view name) const {
  return find_named(cloud.load_balancers, name);
}
const DnsName* Scenario::find_name(std::string_view name) const {
  return find_named(cloud.names, name);
}
const Certificate* Scenario::find_certificate(std::string_view name) const {
  return find_named(cloud.certificates, name);
}
std::vector<std::string> Scenario::regions() const {
  std::vector<std::string> found{cloud.region};
  const auto add = [&](const std::string& region) {
    if (std::ranges::find(found, region) == found.end()) found.push_back(region);
  };
  for (const auto& group : cloud.groups) add(group.region);
  for (const auto& balancer : cloud.load_balancers) add(balancer.region);
  for (const auto& table : cloud.tables) add(table.region);
  return found;
}
const DynamoDbTable* Scenario::find_table(std::string_view name) const {
  return find_named(cloud.tables, name);
}
const Source* Scenario::find_source(std::string_view name) const { return find_named(load, name); }
bool Scenario::has_zone(std::string_view letter) const {
  return std::ranges::find(cloud.azs, letter) != cloud.azs.end();
}

Duration Scenario::offset_of(const ClockTime& clock_time) const {
  const Time local_start = zone.to_local(start);
  const Time midnight = std::chrono::floor<std::chrono::days>(local_start);
  const auto at_day = [&](int days) {
    const Time local =
        midnight + std::chrono::hours(24 * days) + std::chrono::seconds(clock_time.seconds_of_day);
    // In an hour that the clocks skip, the time is read as if they had not been changed yet.
    return zone.to_time(local).value_or(local - std::chrono::seconds(zone.offset_seconds(start))) -
           start;
  };
  if (clock_time.days) return at_day(*clock_time.days);
  const Duration today = at_day(0);
  return today >= Duration(0) ? today : at_day(1);
}

std::string Scenario::region_text(std::string_view region) const {
  return region == cloud.region ? std::string() : " of " + std::string(region);
}

std::string Scenario::clock_text(Duration offset) const {
  const Time local = zone.to_local(start + offset);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto start_day = std::chrono::floor<std::chrono::days>(zone.to_local(start));
  const std::string text = to_iso8601(local).substr(11, 8);
  const auto days = (day - start_day).count();
  return days == 0 ? text : text + "+" + std::to_string(days) + "d";
}

ParsedScenario parse_scenario(std::string_view text, const std::string& file,
                              std::string_view variant) {
  ParsedScenario result;
  const Document document = load_document(text, file, result.errors);
  if (!result.errors.empty()) return result;
  Scenario base = read_scenario(document, {}, result.errors);

  const auto report_new = [&](const ParseErrors& errors, const std::string& name) {
    for (const ParseError& error : errors) {
      if (std::ranges::find(result.errors, error) != result.errors.end()) continue;
      ParseError named = error;
      named.message += " (in the variant `" + name + "`)";
      result.errors.push_back(std::move(named));
    }
  };
  std::optional<Scenario> chosen;
  for (const std::string& name : base.variants) {
    ParseErrors errors;
    const Document changed = apply_variant(document, name, errors);
    Scenario read = read_scenario(changed, name, errors);
    if (name == variant) chosen = std::move(read);
    report_new(errors, name);
  }
  if (!variant.empty() && !chosen) {
    const std::string_view near = nearest_word(variant, base.variants);
    std::string message = "there is no variant `" + std::string(variant) + "`";
    if (!near.empty()) message += "; did you mean `" + std::string(near) + "`?";
    result.errors.push_back({file, 1, 1, std::move(message)});
  }
  std::ranges::stable_sort(result.errors, {}, [](const ParseError& error) {
    return std::pair(error.line, error.column);
  });
  if (result.errors.empty()) result.scenario = chosen ? std::move(*chosen) : std::move(base);
  return result;
}

}  // namespace fallstreak::scenarios
