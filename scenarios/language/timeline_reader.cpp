#include <algorithm>
#include <array>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

constexpr std::array<std::string_view, 11> kLaterBreaks{
    "ebs-pause-io", "sql",      "az-network", "instance-stop", "api-throttle", "api-error",
    "capacity",     "failover", "latency",    "packet-loss",   "clock-skew"};
constexpr std::array<std::string_view, 2> kBreaks{"az-power", "spot-interruption"};

std::optional<Verb> read_break(MapReader& map, const Node& node, const Scenario& scenario,
                               std::string& text) {
  ReadContext& context = map.context();
  const auto name = map.text_of(node, "the name of a fault");
  if (!name) return std::nullopt;
  if (*name == "spot-interruption") return read_spot_interruption(map, scenario, text);
  if (*name != "az-power") {
    // Its parameters are not judged: they belong to what is not there.
    for (const char* key : {"az", "region", "for", "pick", "on", "run", "rate"}) map.find(key);
    if (std::ranges::find(kLaterBreaks, *name) != kLaterBreaks.end()) {
      context.error(node.place,
                    "the fault `" + *name + "` is part of the language but not implemented yet");
    } else {
      context.error(node.place, "unknown fault `" + *name + "`" + suggestion(*name, kBreaks));
    }
    return std::nullopt;
  }
  map.require("az");
  map.require("for");
  const auto zone = map.scalar("az", &parse_text, "a zone letter such as `a`");
  const auto lasts = map.scalar("for", &parse_positive_duration, kDurationWanted);
  const auto region = read_break_region(map, scenario);
  if (zone && !scenario.has_zone(*zone)) {
    context.error(map.node().find("az")->place,
                  "the zone `" + *zone + "` is not among the cloud's `azs`");
    return std::nullopt;
  }
  if (!zone || !lasts || !region) return std::nullopt;
  text =
      "break az-power " + *zone + scenario.region_text(*region) + " for " + duration_text(*lasts);
  return BreakAzPower{*region, *zone, *lasts};
}

std::optional<Trigger> read_at(MapReader& map, const Node& node, const Scenario& scenario) {
  ReadContext& context = map.context();
  const auto text = map.text_of(node, "a time of day such as `14:00`");
  if (!text) return std::nullopt;
  Duration at{0};
  if (const auto time = parse_clock_time(*text)) {
    at = scenario.offset_of(*time);
  } else if (const auto offset =
                 text->starts_with("+") ? parse_duration(text->substr(1)) : std::nullopt) {
    at = *offset;
  } else {
    context.error(
        node.place,
        "expected a time of day such as `14:00`, or a time since the start such as `+10m`, not `" +
            *text + "`");
    return std::nullopt;
  }
  // A start or length that is wrong itself says nothing about the times.
  if (scenario.run > Duration(0) && at >= scenario.run) {
    context.error(node.place, "`" + *text + "` is after the end of the run");
    return std::nullopt;
  }
  return AtTrigger{at};
}

std::optional<Trigger> read_after(MapReader& map, const Node& node,
                                  const std::vector<TimelineItem>& items) {
  ReadContext& context = map.context();
  const auto text = map.text_of(node, "a label and a delay such as `noticed + 3m`");
  if (!text) return std::nullopt;
  const auto plus = text->find('+');
  std::string label = text->substr(0, plus);
  while (!label.empty() && label.back() == ' ') label.pop_back();
  const auto delay = plus == std::string::npos ? std::optional(Duration(0))
                                               : parse_duration(text->substr(plus + 1));
  if (!delay) {
    context.error(node.place,
                  "expected a label and a delay such as `noticed + 3m`, not `" + *text + "`");
    return std::nullopt;
  }
  std::vector<std::string_view> labels;
  for (const TimelineItem& item : items) {
    if (item.label) labels.push_back(*item.label);
  }
  if (std::ranges::find(labels, label) == labels.end()) {
    context.error(node.place,
                  "no earlier item has the label `" + label + "`" + suggestion(label, labels));
    return std::nullopt;
  }
  return AfterTrigger{label, *delay};
}

std::optional<Trigger> read_trigger(MapReader& map, const Scenario& scenario,
                                    const std::vector<TimelineItem>& items) {
  const Node* at = map.find("at");
  const Node* after = map.find("after");
  const Node* when = map.find("when");
  map.not_implemented({"every", "random"});
  if (map.node().find("every") != nullptr || map.node().find("random") != nullptr)
    return std::nullopt;
  if ((at != nullptr) + (after != nullptr) + (when != nullptr) != 1) {
    map.context().error(map.node().place, "an item needs one trigger: `at`, `after` or `when`");
    return std::nullopt;
  }
  if (at != nullptr) return read_at(map, *at, scenario);
  if (after != nullptr) return read_after(map, *after, items);
  const auto condition = read_assertion(map.context(), *when, AssertionUse::when);
  if (!condition) return std::nullopt;
  return WhenTrigger{*condition};
}

std::optional<Verb> read_verb(MapReader& map, const Scenario& scenario, std::string& text) {
  const Node* fault = map.find("break");
  const Node* action = map.find("do");
  const Node* say = map.find("say");
  map.not_implemented({"check", "load", "include"});
  const bool has_later = map.node().find("check") != nullptr ||
                         map.node().find("load") != nullptr ||
                         map.node().find("include") != nullptr;
  if (has_later) return std::nullopt;
  const int verbs = (fault != nullptr) + (action != nullptr) + (say != nullptr);
  if (verbs != 1) {
    for (const char* key : {"az", "region", "for", "as"}) map.find(key);
    // A misspelt verb is reported as an unknown key.
    if (verbs > 1 || !map.has_unknown()) {
      map.context().error(map.node().place, "an item needs one verb: `break`, `do` or `say`");
    }
    return std::nullopt;
  }
  if (fault != nullptr) return read_break(map, *fault, scenario, text);
  if (action != nullptr) return read_action(map, *action, scenario, text);
  const auto sentence = map.text_of(*say, "a sentence");
  if (!sentence) return std::nullopt;
  text = "say " + *sentence;
  return Say{*sentence};
}

}  // namespace

std::optional<std::string> read_break_region(MapReader& map, const Scenario& scenario) {
  const Node* node = map.find("region");
  if (node == nullptr) return scenario.cloud.region;
  const auto region = map.text_of(*node, "a region such as `eu-west-1`");
  if (!region) return std::nullopt;
  const auto regions = scenario.regions();
  if (std::ranges::find(regions, *region) != regions.end()) return region;
  map.context().error(node->place, "nothing of the scenario is in the region `" + *region + "`" +
                                       suggestion(*region, regions));
  return std::nullopt;
}

std::vector<TimelineItem> read_timeline(ReadContext& context, const Node& node,
                                        const Scenario& scenario) {
  std::vector<TimelineItem> items;
  if (node.kind != Node::Kind::list) {
    context.error(node.place, "`timeline` must be a list of items");
    return items;
  }
  for (const Node& entry : node.items) {
    MapReader map(context, entry, "timeline." + std::to_string(items.size() + 1));
    if (entry.kind != Node::Kind::map) continue;
    TimelineItem item{.place = entry.place};
    auto trigger = read_trigger(map, scenario, items);
    auto verb = read_verb(map, scenario, item.text);
    item.label = map.scalar("as", &parse_text, "a label");
    const bool is_taken =
        item.label && std::ranges::find(items, item.label, &TimelineItem::label) != items.end();
    if (is_taken)
      context.error(map.node().find("as")->place,
                    "the label `" + *item.label + "` is there already");
    map.finish();
    if (trigger && verb) {
      item.trigger = std::move(*trigger);
      item.verb = std::move(*verb);
    }
    // A broken item keeps its label, so that what refers to it is not reported too.
    items.push_back(std::move(item));
  }
  return items;
}

std::optional<Assertion> read_assertion(ReadContext& context, const Node& node, AssertionUse use) {
  std::string text = node.text;
  if (node.kind == Node::Kind::map && node.entries.size() == 1 &&
      node.entries[0].value.kind == Node::Kind::text) {
    text = node.entries[0].key + ": " + node.entries[0].value.text;
  } else if (node.kind != Node::Kind::text) {
    context.error(node.place,
                  "expected an assertion such as `error_rate(shoppers) < 0.1% over 1m`");
    return std::nullopt;
  }
  auto assertion = parse_assertion(text, node.place, context.file, context.errors);
  if (!assertion || use == AssertionUse::expect) {
    if (assertion && assertion->lasting) {
      context.error(node.place, "`for` goes with `stop_if` and `when`");
      return std::nullopt;
    }
    return assertion;
  }
  const bool is_momentary = assertion->temporal == Temporal::none && !assertion->between &&
                            !assertion->within && !assertion->at_end &&
                            assertion->function != Function::rto &&
                            assertion->function != Function::rpo;
  if (!is_momentary) {
    context.error(node.place,
                  "only what can be judged at a moment can stand here: no recovery objective, no "
                  "`always:` and the like, no `between`, `within` or `at end`");
    return std::nullopt;
  }
  if (assertion->lasting && use == AssertionUse::steady) {
    context.error(node.place, "`for` goes with `stop_if` and `when`");
    return std::nullopt;
  }
  return assertion;
}

std::vector<Assertion> read_assertions(ReadContext& context, const Node& node, AssertionUse use) {
  std::vector<Assertion> assertions;
  if (node.kind != Node::Kind::list) {
    context.error(node.place, "expected a list of assertions");
    return assertions;
  }
  for (const Node& item : node.items) {
    if (auto assertion = read_assertion(context, item, use))
      assertions.push_back(std::move(*assertion));
  }
  return assertions;
}

}  // namespace fallstreak::scenarios
