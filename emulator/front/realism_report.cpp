#include "front/realism_report.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "front/duration_text.h"

namespace fallstreak::front {
namespace {

using Json = nlohmann::ordered_json;
using dispatch::CapacityMode;

constexpr std::pair<std::string_view, CapacityMode> kModes[] = {
    {"ignored", CapacityMode::ignored},
    {"counted", CapacityMode::counted},
    {"enforced", CapacityMode::enforced},
};

std::string_view name_of(CapacityMode wanted) {
  for (const auto& [name, mode] : kModes) {
    if (mode == wanted) return name;
  }
  return {};
}

}  // namespace

std::optional<CapacityMode> parse_capacity_mode(std::string_view name) {
  for (const auto& [known, mode] : kModes) {
    if (known == name) return mode;
  }
  return std::nullopt;
}

std::optional<Duration> parse_stale_reads(std::string_view text) {
  const auto lag = parse_duration(text);
  if (!lag || *lag < Duration::zero() || *lag > std::chrono::minutes(1)) return std::nullopt;
  return lag;
}

std::string realism_json(Cloud& cloud) {
  const dispatch::DynamoDbRealism realism = dynamodb_realism(cloud);
  const auto lag = std::chrono::duration_cast<std::chrono::milliseconds>(realism.stale_reads);
  return Json{{"capacity", name_of(realism.capacity)},
              {"stale_reads", std::to_string(lag.count()) + "ms"}}
             .dump() +
         "\n";
}

std::optional<std::string> change_realism(Cloud& cloud, std::string_view json) {
  const Json body = Json::parse(json, nullptr, false);
  if (body.is_discarded() || !body.is_object()) return "the body must be a JSON object";
  dispatch::DynamoDbRealism realism = dynamodb_realism(cloud);
  for (const auto& [key, value] : body.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    if (key == "capacity") {
      const auto mode = parse_capacity_mode(text);
      if (!mode) return "'capacity' must be ignored, counted or enforced";
      realism.capacity = *mode;
    } else if (key == "stale_reads") {
      const auto lag = parse_stale_reads(text);
      if (!lag) return "'stale_reads' must be a duration of at most a minute, such as 500ms";
      realism.stale_reads = *lag;
    } else {
      return "unknown key '" + key + "'; known are: capacity, stale_reads";
    }
  }
  set_dynamodb_realism(cloud, realism);
  return std::nullopt;
}

}  // namespace fallstreak::front
