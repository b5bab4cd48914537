#include "front/coverage_report.h"

#include <nlohmann/json.hpp>

namespace fallstreak::front {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string coverage_json(const dispatch::Coverage& coverage) {
  using Json = nlohmann::ordered_json;
  Json services = Json::array();
  for (const auto& service : coverage.services) {
    Json operations = Json::array();
    for (const auto& operation : service.operations) {
      Json row{{"name", operation.name}, {"implemented", operation.is_implemented}};
      if (operation.is_implemented) {
        row["refused"] = operation.refused;
        row["without_effect"] = operation.without_effect;
      }
      if (!operation.documentation.empty()) row["documentation"] = operation.documentation;
      operations.push_back(std::move(row));
    }
    services.push_back({{"id", service.id},
                        {"service_id", service.service_id},
                        {"implemented", service.implemented},
                        {"total", service.operations.size()},
                        {"operations", std::move(operations)}});
  }
  return Json{{"services", std::move(services)}}.dump(1) + "\n";
}

std::string coverage_text(const dispatch::Coverage& coverage) {
  std::string text;
  for (const auto& service : coverage.services) {
    text += std::string(service.id) + ": " + std::to_string(service.implemented) + " of " +
            std::to_string(service.operations.size()) + " operations\n";
    for (const auto& operation : service.operations) {
      if (!operation.is_implemented) continue;
      text += "  " + std::string(operation.name) + "\n";
      if (!operation.without_effect.empty()) {
        text += "    without effect: " + joined(operation.without_effect) + "\n";
      }
      if (!operation.refused.empty()) text += "    refused: " + joined(operation.refused) + "\n";
    }
  }
  return text;
}

}  // namespace fallstreak::front
