// How an Auto Scaling group follows its load: `scaling:` and `schedule:`.
#include <algorithm>
#include <array>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 2> kMetrics{"cpu", "requests"};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto space = text.find(' ');
    if (space != 0) words.emplace_back(text.substr(0, space));
    if (space == std::string_view::npos) break;
    text.remove_prefix(space + 1);
  }
  return words;
}

/// `cpu at 50%` or `requests at 600`: the metric and its number, between which stands one word.
struct Level {
  ScalingMetric metric = ScalingMetric::cpu;
  std::string word;
  double value = 0;
};
std::optional<Level> read_level(MapReader& map, std::string_view key,
                                std::initializer_list<std::string_view> between) {
  const Node* node = map.find(key);
  if (node == nullptr) return std::nullopt;
  const std::string form = "`cpu " + std::string(*between.begin()) + " 50%` or `requests " +
                           std::string(*between.begin()) + " 600`";
  const auto text = map.text_of(*node, form);
  if (!text) return std::nullopt;
  const auto words = words_of(*text);
  const auto wrong = [&](const std::string& why) -> std::optional<Level> {
    map.context().error(node->place, why);
    return std::nullopt;
  };
  if (words.size() != 3 || std::ranges::find(between, words[1]) == between.end()) {
    return wrong("`" + std::string(key) + "` must be " + form + ", not `" + *text + "`");
  }
  Level level{.word = words[1]};
  if (words[0] == "cpu") {
    const auto share = parse_percent(words[2]);
    if (!share || *share <= 0 || *share > 1) return wrong("`cpu` is compared with 1% to 100%");
    level.value = *share * 100;
  } else if (words[0] == "requests") {
    level.metric = ScalingMetric::requests;
    const auto number = parse_number(words[2]);
    if (!number || *number <= 0)
      return wrong("`requests` is compared with a number per target and minute");
    level.value = *number;
  } else {
    return wrong("unknown metric `" + words[0] + "`" + suggestion(words[0], kMetrics));
  }
  map.context().note(map.path_of(key), *text, *node);
  return level;
}

/// `2 of 3 x 60s`, or `2 x 60s`.
bool read_periods(MapReader& map, StepScaling& step) {
  const Node* node = map.find("for");
  if (node == nullptr) {
    map.context().note_default(map.path_of("for"), "1 x 1m", "Chosen: one minute");
    return true;
  }
  const auto text = map.text_of(*node, "`2 of 3 x 60s`");
  if (!text) return false;
  const auto words = words_of(*text);
  const bool has_of = words.size() == 5 && words[1] == "of";
  const bool has_form = (has_of || words.size() == 3) && words[words.size() - 2] == "x";
  const auto enough = has_form ? parse_positive(words[0]) : std::nullopt;
  const auto of = has_of ? parse_positive(words[2]) : enough;
  const auto period = has_form ? parse_positive_duration(words.back()) : std::nullopt;
  if (!enough || !of || !period || *enough > *of || *period % seconds(60) != Duration(0)) {
    map.context().error(node->place,
                        "`for` must be `2 of 3 x 60s` or `2 x 60s`, with periods of "
                        "whole minutes, not `" +
                            *text + "`");
    return false;
  }
  step.datapoints = *enough;
  step.periods = *of;
  step.period = *period;
  map.context().note(map.path_of("for"), *text, *node);
  return true;
}

/// `{0: +2, 20: +4}`: from how far beyond the threshold, how many instances; or `10%` of them.
bool read_changes(MapReader& map, StepScaling& step) {
  const Node* node = map.require("change");
  if (node == nullptr) return false;
  if (node->kind != Node::Kind::map || node->entries.empty()) {
    map.context().error(node->place, "`change` must be a map such as `{0: +2, 20: +4}`");
    return false;
  }
  for (const auto& entry : node->entries) {
    const auto from = parse_number(entry.key);
    auto text = map.text_of(entry.value, "a number of instances such as `+2`, or `10%`");
    if (!text) return false;
    if (text->starts_with('+')) text->erase(0, 1);
    const bool is_percent = text->ends_with('%');
    const auto change = parse_integer(is_percent ? text->substr(0, text->size() - 1) : *text);
    const bool is_first = step.changes.empty();
    if (!from || !change || *from < 0 || (is_first && *from != 0) ||
        (!is_first && *from <= step.changes.back().from) ||
        (!is_first && is_percent != step.is_percent) || *change < -1000 || *change > 1000) {
      map.context().error(entry.place,
                          "`change` begins at 0, rises, and has only numbers of "
                          "instances such as `+2`, or only shares such as `10%`");
      return false;
    }
    step.is_percent = is_percent;
    step.changes.push_back({*from, static_cast<int>(*change)});
    map.context().note(map.path_of("change") + "." + entry.key, *text, entry.value);
  }
  return true;
}

std::optional<ScalingRule> read_rule(ReadContext& context, const Node& node,
                                     const std::string& path) {
  MapReader map(context, node, path);
  if (map.node().find("track") != nullptr) {
    const auto level = read_level(map, "track", {"at"});
    TargetTracking tracking;
    tracking.scales_in = map.scalar_or("scale_in", &parse_switch, "`on` or `off`", true, "on",
                                       "AWS: default of PutScalingPolicy");
    map.not_implemented({"metric", "predict"});
    map.finish();
    if (!level) return std::nullopt;
    tracking.metric = level->metric;
    tracking.target = level->value;
    return tracking;
  }
  if (map.node().find("step") != nullptr) {
    const auto level = read_level(map, "step", {"above", "below"});
    StepScaling step;
    // Both, so that one run tells everything that is wrong.
    const bool has_periods = read_periods(map, step);
    const bool has_changes = read_changes(map, step);
    map.finish();
    if (!level || !has_periods || !has_changes) return std::nullopt;
    step.metric = level->metric;
    step.is_above = level->word == "above";
    step.threshold = level->value;
    return step;
  }
  context.error(node.place, "a scaling rule begins with `track` or `step`");
  return std::nullopt;
}

}  // namespace

void read_scaling(MapReader& group, AutoScalingGroup& into) {
  const Node* node = group.find("scaling");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::list) {
    group.context().error(node->place, "`scaling` must be a list of rules");
    return;
  }
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const std::string path = group.path_of("scaling") + "[" + std::to_string(i) + "]";
    if (auto rule = read_rule(group.context(), node->items[i], path)) {
      into.scaling.push_back(std::move(*rule));
    }
  }
}

}  // namespace fallstreak::scenarios
