#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

/// The refusals of EC2 Auto Scaling: each code and message once.
/// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
namespace fallstreak::services::autoscaling {

ApiError validation_error(std::string message);
ApiError not_implemented(std::string_view what);
ApiError invalid_next_token();

ApiError group_not_found(std::string_view name);
ApiError already_exists(std::string_view name);
ApiError group_has_instances();
ApiError group_has_activities();
ApiError scaling_activity_in_progress(std::string_view activity_id);
ApiError cooldown_in_progress();
ApiError group_is_being_deleted(std::string_view name);
ApiError group_is_protected(std::string_view name, std::string_view protection);
ApiError placement_group_not_found(std::string_view name);

ApiError max_below_min(std::int32_t min_size, std::int32_t max_size);
ApiError desired_out_of_bounds(std::int32_t desired, std::int32_t min_size, std::int32_t max_size);
ApiError desired_above_max(std::int32_t desired, std::int32_t max_size);
ApiError desired_below_min(std::int32_t desired, std::int32_t min_size);
ApiError launch_source_missing();
ApiError launch_configuration_not_found(std::string_view name);
ApiError launch_configuration_exists(std::string_view name);
ApiError launch_configuration_in_use(std::string_view name, std::string_view group_name);
ApiError launch_template_invalid(std::string_view why);
ApiError zones_missing();
ApiError zones_do_not_match_subnets();
ApiError target_groups_invalid();
ApiError termination_policy_unknown(std::string_view policy);
ApiError health_check_type_unknown(std::string_view type);

ApiError instance_not_found(std::string_view instance_id);
ApiError decrement_below_min(std::int32_t min_size);
ApiError health_status_unknown();
ApiError not_in_group(std::string_view instance_id, std::string_view group_name);
ApiError already_in_group(std::string_view instance_id, std::string_view group_name);
ApiError not_in_state(std::string_view instance_id, std::string_view actual,
                      std::string_view wanted);
ApiError below_min_size(std::string_view group_name);
ApiError above_max_size(std::string_view group_name);
ApiError refresh_in_progress();
ApiError active_refresh_not_found(std::string_view group_name);
ApiError irreversible_refresh();
ApiError warm_pool_not_found(std::string_view group_name);
ApiError warm_pool_and_mixed_policy();
ApiError group_has_warm_pool();
ApiError hook_not_found(std::string_view hook_name);
ApiError lifecycle_action_not_found(std::string_view what);
ApiError policy_not_found(std::string_view policy);
ApiError limit_exceeded(std::string message);
ApiError process_unknown(std::string_view process);
ApiError metric_unknown(std::string_view metric);
ApiError granularity_unknown(std::string_view granularity);
ApiError tag_resource_type_unknown(std::string_view type);
ApiError filter_unknown(std::string_view name);
ApiError group_filter_unknown(std::string_view name);

}  // namespace fallstreak::services::autoscaling
