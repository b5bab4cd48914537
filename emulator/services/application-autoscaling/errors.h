#pragma once

#include <string_view>

#include "base/error.h"

/// The refusals of Application Auto Scaling: each code and message once.
namespace fallstreak::services::application_autoscaling {

ApiError validation_exception(std::string_view what);
ApiError no_scalable_target(std::string_view service_namespace, std::string_view resource_id,
                            std::string_view dimension);
ApiError no_scaling_policy(std::string_view service_namespace, std::string_view resource_id,
                           std::string_view dimension);
ApiError no_scheduled_action(std::string_view service_namespace, std::string_view resource_id,
                             std::string_view dimension);
ApiError limit_exceeded(std::string_view what);
ApiError invalid_next_token();
ApiError resource_not_found(std::string_view arn);
ApiError too_many_tags();
/// Of what is read from another service.
ApiError failed_resource_access(std::string_view what);

}  // namespace fallstreak::services::application_autoscaling
