#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/cloudwatch/common.h"

/// The query language of CloudWatch Metrics Insights.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
namespace fallstreak::services::cloudwatch {

struct InsightsQuery {
  enum class Function { average, count, maximum, minimum, sum };
  struct Condition {
    std::string key;
    bool is_equal = true;
    std::string value;
  };
  struct Order {
    Function function = Function::average;
    bool is_descending = false;
  };

  Function function = Function::average;
  std::string metric_name;
  std::string metric_namespace;
  /// Of a SCHEMA: metrics that have these dimensions and no others.
  std::optional<std::set<std::string>> dimension_names;
  std::vector<Condition> conditions;
  std::vector<std::string> group_by;
  std::optional<Order> order;
  std::optional<std::size_t> limit;
};

/// Whether an expression is one: it begins with SELECT, in capitals or not.
bool is_insights_query(std::string_view expression);

/// Throws ExpressionProblem, and the 501 of what this version does not have.
InsightsQuery parse_insights_query(std::string_view text);

bool matches(const InsightsQuery& query, const api::cloudwatch::Metric& metric);

/// The values of what a query groups by; nothing when the metric lacks one. Empty for a query that
/// does not group.
std::optional<std::vector<std::string>> group_of(const InsightsQuery& query,
                                                 const api::cloudwatch::Metric& metric);

}  // namespace fallstreak::services::cloudwatch
