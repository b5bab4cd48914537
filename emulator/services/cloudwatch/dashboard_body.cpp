#include "services/cloudwatch/dashboard_body.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace fallstreak::services::cloudwatch {
namespace {

using Json = nlohmann::json;
using Messages = std::vector<api::cloudwatch::DashboardValidationMessage>;

constexpr std::array<std::string_view, 6> kWidgetTypes = {"metric", "text",     "log",
                                                          "alarm",  "explorer", "custom"};
/// AWS: at most 500 widgets; a widget is 1 to 24 wide and 1 to 1000 high.
constexpr std::size_t kMostWidgets = 500;
constexpr std::int64_t kWidest = 24;
constexpr std::int64_t kHighest = 1000;

void add(Messages& messages, const std::string& path, const std::string& text) {
  messages.push_back({.DataPath = path, .Message = text});
}

void check_number(const Json& widget, const std::string& path, const char* name, std::int64_t least,
                  std::int64_t most, Messages& errors) {
  const auto found = widget.find(name);
  if (found == widget.end()) return;
  const std::string where = path + "/" + name;
  if (!found->is_number_integer()) return add(errors, where, "Should be integer");
  const auto number = found->get<std::int64_t>();
  if (number < least) add(errors, where, "Should be >= " + std::to_string(least));
  if (number > most) add(errors, where, "Should be <= " + std::to_string(most));
}

void check_metric_properties(const Json& properties, const std::string& path, BodyCheck& check) {
  const bool shows_something = properties.contains("metrics") || properties.contains("annotations");
  if (!shows_something) {
    add(check.errors, path, "Should have either property \"metrics\" or property \"annotations\"");
  }
  const auto metrics = properties.find("metrics");
  if (metrics != properties.end() && !metrics->is_array()) {
    add(check.errors, path + "/metrics", "Should be array");
  }
  if (!properties.contains("region")) {
    add(check.warnings, path, "Missing property \"region\"");
  }
}

void check_widget(const Json& widget, const std::string& path, BodyCheck& check) {
  if (!widget.is_object()) return add(check.errors, path, "Should be object");
  check_number(widget, path, "x", 0, kWidest - 1, check.errors);
  check_number(widget, path, "y", 0, INT32_MAX, check.errors);
  check_number(widget, path, "width", 1, kWidest, check.errors);
  check_number(widget, path, "height", 1, kHighest, check.errors);
  const auto type = widget.find("type");
  if (type == widget.end()) return add(check.errors, path, "Should have property \"type\"");
  const bool is_known =
      type->is_string() &&
      std::ranges::find(kWidgetTypes, type->get<std::string>()) != kWidgetTypes.end();
  if (!is_known) {
    return add(check.errors, path + "/type",
               "Should match exactly one of: metric, text, log, alarm, explorer, custom");
  }
  const auto properties = widget.find("properties");
  if (properties == widget.end()) {
    return add(check.errors, path, "Should have property \"properties\"");
  }
  const std::string inner = path + "/properties";
  if (!properties->is_object()) return add(check.errors, inner, "Should be object");
  if (*type == "metric") check_metric_properties(*properties, inner, check);
  if (*type == "text" && !properties->contains("markdown")) {
    add(check.errors, inner, "Should have property \"markdown\"");
  }
  if (*type == "log" && !properties->contains("query")) {
    add(check.errors, inner, "Should have property \"query\"");
  }
  if (*type == "alarm" && !properties->contains("alarms")) {
    add(check.errors, inner, "Should have property \"alarms\"");
  }
}

}  // namespace

BodyCheck check_dashboard_body(std::string_view text) {
  BodyCheck check;
  const Json body = Json::parse(text, nullptr, false);
  if (body.is_discarded() || !body.is_object()) {
    add(check.errors, "", "The field DashboardBody must be a valid JSON object");
    return check;
  }
  const auto widgets = body.find("widgets");
  if (widgets == body.end()) {
    add(check.errors, "", "Should have property \"widgets\"");
    return check;
  }
  if (!widgets->is_array()) {
    add(check.errors, "/widgets", "Should be array");
    return check;
  }
  if (widgets->size() > kMostWidgets)
    add(check.errors, "/widgets", "Should have at most 500 items");
  for (std::size_t i = 0; i < widgets->size(); ++i) {
    check_widget((*widgets)[i], "/widgets/" + std::to_string(i), check);
  }
  return check;
}

}  // namespace fallstreak::services::cloudwatch
