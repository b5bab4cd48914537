#include <algorithm>

#include "scenarios/language/scenario.h"

namespace fallstreak::scenarios {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string trigger_text(const Scenario& scenario, const Trigger& trigger) {
  if (const auto* at = std::get_if<AtTrigger>(&trigger)) return "at " + scenario.clock_text(at->at);
  if (const auto* after = std::get_if<AfterTrigger>(&trigger)) {
    return "after " + after->label + " + " + duration_text(after->delay);
  }
  return "when " + std::get<WhenTrigger>(trigger).condition.text;
}

void list(std::string& text, std::string_view title, const std::vector<Assertion>& assertions) {
  if (assertions.empty()) return;
  text += "\n" + std::string(title) + "\n";
  for (const Assertion& assertion : assertions) text += "  " + assertion.text + "\n";
}

}  // namespace

std::string explain(const Scenario& scenario) {
  std::string text = scenario.title + "\n";
  if (!scenario.why.empty()) text += scenario.why + "\n";
  text += "\nfrom " + scenario.clock_text(Duration(0)) + " (" + to_iso8601(scenario.start) + ", " +
          scenario.zone.name() + ") to " + scenario.clock_text(scenario.run) + "\n";

  std::size_t path_width = 0;
  std::size_t value_width = 0;
  for (const ResolvedValue& value : scenario.resolved) {
    path_width = std::max(path_width, value.path.size());
    value_width = std::max(value_width, std::min<std::size_t>(value.value.size(), 32));
  }
  text += "\nvalues\n";
  for (const ResolvedValue& value : scenario.resolved) {
    std::string source = value.source;
    if (value.place.line != 0) source += ", line " + std::to_string(value.place.line);
    text += "  " + padded(value.path, path_width) + "  " + padded(value.value, value_width) + "  " +
            source + "\n";
  }
  list(text, "steady", scenario.steady);
  if (!scenario.timeline.empty()) {
    text += "\ntimeline\n";
    for (const TimelineItem& item : scenario.timeline) {
      text += "  " + trigger_text(scenario, item.trigger) + ": " + item.text;
      if (item.label) text += " (as " + *item.label + ")";
      text += "\n";
    }
  }
  list(text, "expect", scenario.expect);
  list(text, "stop if", scenario.stop_if);
  if (!scenario.variants.empty()) {
    text += "\nvariants\n";
    for (const std::string& name : scenario.variants) {
      text += "  " + name + (name == scenario.variant ? " (this one)" : "") + "\n";
    }
  }
  return text;
}

}  // namespace fallstreak::scenarios
