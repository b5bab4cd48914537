#include "services/application-autoscaling/errors.h"

#include <string>

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::application_autoscaling {
namespace {

std::string of(std::string_view service_namespace, std::string_view resource_id,
               std::string_view dimension) {
  return " found for service namespace: " + std::string(service_namespace) +
         ", resource ID: " + std::string(resource_id) +
         ", scalable dimension: " + std::string(dimension);
}

}  // namespace

ApiError validation_exception(std::string_view what) {
  return {"ValidationException", std::string(what)};
}

// Observed: the words of these three.
ApiError no_scalable_target(std::string_view service_namespace, std::string_view resource_id,
                            std::string_view dimension) {
  return {"ObjectNotFoundException",
          "No scalable target" + of(service_namespace, resource_id, dimension)};
}
ApiError no_scaling_policy(std::string_view service_namespace, std::string_view resource_id,
                           std::string_view dimension) {
  return {"ObjectNotFoundException",
          "No scaling policy" + of(service_namespace, resource_id, dimension)};
}
ApiError no_scheduled_action(std::string_view service_namespace, std::string_view resource_id,
                             std::string_view dimension) {
  return {"ObjectNotFoundException",
          "No scheduled action" + of(service_namespace, resource_id, dimension)};
}

ApiError limit_exceeded(std::string_view what) {
  return {"LimitExceededException", std::string(what)};
}

ApiError invalid_next_token() {
  return {"InvalidNextTokenException", "The next token supplied was invalid."};
}

ApiError resource_not_found(std::string_view arn) {
  return {"ResourceNotFoundException", "The specified resource doesn't exist: " + std::string(arn)};
}

ApiError too_many_tags() {
  return {"TooManyTagsException", "The request exceeds the maximum number of tags allowed, 50."};
}

ApiError failed_resource_access(std::string_view what) {
  return {"FailedResourceAccessException", std::string(what)};
}

}  // namespace fallstreak::services::application_autoscaling
