#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/cloudwatch/dashboards.h"
#include "base/error.h"

/// The refusals of CloudWatch: each code and message once. The codes are those of the query
/// protocol, which the newer protocols carry along.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
namespace fallstreak::services::cloudwatch {

ApiError not_implemented(std::string_view what);
ApiError validation_error(std::string message);
ApiError null_member(std::string_view path);
ApiError invalid_next_token();

ApiError missing_parameter(std::string_view parameter);
ApiError invalid_value(std::string_view value, std::string_view parameter);
ApiError invalid_parameter(std::string message);
ApiError invalid_combination(std::string message);
ApiError both_specified(std::string_view first, std::string_view second);
ApiError too_many_elements(std::string_view collection, std::size_t most);
ApiError start_not_before_end();
ApiError too_many_datapoints(std::int64_t requested, std::int64_t most);

ApiError expression_error(std::string_view id, std::string_view why);

ApiError alarm_not_found(std::string_view name);
ApiError too_many_alarms();
ApiError resource_not_found(std::string_view arn);
ApiError anomaly_detector_not_found();
ApiError dashboard_not_found(std::string_view name);
ApiError dashboard_invalid(std::string message,
                           std::vector<api::cloudwatch::DashboardValidationMessage> messages);
ApiError state_reason_data_invalid();
ApiError invalid_arn_syntax(std::string_view arn);

}  // namespace fallstreak::services::cloudwatch
