#pragma once

#include <string_view>
#include <vector>

#include "api/cloudwatch/dashboards.h"

namespace fallstreak::services::cloudwatch {

/// What is wrong with a dashboard's body, and where.
struct BodyCheck {
  /// The body is no dashboard: it is not stored.
  std::vector<api::cloudwatch::DashboardValidationMessage> errors;
  /// The dashboard is stored, but a widget of it may not show.
  std::vector<api::cloudwatch::DashboardValidationMessage> warnings;
};
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
BodyCheck check_dashboard_body(std::string_view body);

}  // namespace fallstreak::services::cloudwatch
