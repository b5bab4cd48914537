#include "front/reachability_report.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace fallstreak::front {

std::string reachability_json(const dataplane::reachability::Answer& answer) {
  using Json = nlohmann::ordered_json;
  Json steps = Json::array();
  for (const auto& step : answer.steps) {
    steps.push_back({{"direction", step.is_return ? "return" : "forward"},
                     {"component", step.component},
                     {"id", step.id},
                     {"rule", step.rule.empty() ? Json() : Json(step.rule)},
                     {"passed", step.passed},
                     {"text", step.text}});
  }
  const Json json{{"verdict", to_string(answer.verdict)}, {"steps", std::move(steps)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fallstreak::front
