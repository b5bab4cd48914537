#include "dispatch/coverage.h"

#include <algorithm>

namespace fallstreak::dispatch {
namespace {

OperationCoverage cover(const Registry& registry, const api::Service& service,
                        std::string_view name) {
  OperationCoverage covered{.name = name};
  const auto found =
      std::ranges::lower_bound(service.operations, name, {},
                               [](const api::Operation* operation) { return operation->name; });
  if (found == service.operations.end() || (*found)->name != name) return covered;
  const api::Operation& operation = **found;
  covered.documentation = operation.documentation;
  const Binding* binding = registry.find(operation);
  if (binding == nullptr) return covered;
  covered.is_implemented = true;
  covered.refused = binding->accepted().refused_paths();
  // EC2's DryRun is honoured for every operation by dispatch.
  if (service.protocols.front() == api::Protocol::ec2) std::erase(covered.refused, "DryRun");
  covered.without_effect = binding->without_effect();
  return covered;
}

}  // namespace

Coverage coverage(const Registry& registry) {
  Coverage result;
  for (const api::Service* service : registry.services()) {
    ServiceCoverage covered{.id = service->id, .service_id = service->service_id};
    for (const std::string_view name : service->operation_names) {
      covered.operations.push_back(cover(registry, *service, name));
      if (covered.operations.back().is_implemented) ++covered.implemented;
    }
    result.services.push_back(std::move(covered));
  }
  return result;
}

}  // namespace fallstreak::dispatch
