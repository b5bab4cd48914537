#pragma once

#include <string>
#include <string_view>

#include "services/application-autoscaling/errors.h"
#include "services/application-autoscaling/state.h"

/// Finding targets by what requests call them.
namespace fallstreak::services::application_autoscaling {

/// Between the parts of a key; no name has it.
constexpr char kBetween = '\n';

template <class Request>
std::string target_key(const Request& request) {
  return *request.ServiceNamespace + kBetween + *request.ResourceId + kBetween +
         *request.ScalableDimension;
}
/// What is about a target has keys that begin so.
inline std::string prefix_of_target(std::string_view target) {
  return std::string(target) + kBetween;
}

/// A target that is registered, or a refusal.
template <class Request>
const TargetRecord& find_target(const Context& context, const Request& request) {
  const TargetRecord* found = context.state.targets.find(target_key(request));
  if (found != nullptr) return *found;
  throw no_scalable_target(*request.ServiceNamespace, *request.ResourceId,
                           *request.ScalableDimension);
}

/// Refuses namespaces of services that this version does not have, by name.
void check_namespace(const std::string& service_namespace);

/// Refuses bounds that are none.
void check_bounds(const std::optional<std::int32_t>& least,
                  const std::optional<std::int32_t>& most);

/// What a list is asked for: a namespace, perhaps a resource, perhaps one of its dimensions.
template <class Request>
std::string prefix_of_list(const Request& request) {
  if (request.ScalableDimension && !request.ResourceId)
    throw validation_exception("ResourceId must be provided when ScalableDimension is specified");
  std::string prefix = *request.ServiceNamespace + kBetween;
  if (request.ResourceId) prefix += *request.ResourceId + kBetween;
  if (request.ScalableDimension) prefix += *request.ScalableDimension + kBetween;
  return prefix;
}

}  // namespace fallstreak::services::application_autoscaling
