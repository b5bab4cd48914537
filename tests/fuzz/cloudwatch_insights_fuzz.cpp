#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "services/cloudwatch/expression.h"
#include "services/cloudwatch/insights_query.h"

using namespace fallstreak;
using namespace fallstreak::services::cloudwatch;

/// Whatever a query is, it is refused in words or by name, or it keeps its bounds; one without
/// conditions matches what it names.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    InsightsQuery query = parse_insights_query(text);
    CHECK(query.limit.value_or(1) >= 1 && query.limit.value_or(500) <= 500) << "a limit beyond";
    CHECK(query.group_by.size() <= 30 && query.conditions.size() <= 30) << "too many keys";
    api::cloudwatch::Metric metric{.Namespace = query.metric_namespace,
                                   .MetricName = query.metric_name};
    metric.Dimensions.emplace();
    if (query.dimension_names) {
      for (const auto& name : *query.dimension_names) {
        metric.Dimensions->push_back({.Name = name, .Value = "value"});
      }
    }
    query.conditions.clear();
    CHECK(matches(query, metric)) << "it names this metric";
    CHECK(group_of(query, metric).has_value() || !query.group_by.empty()) << "no group to lack";
  } catch (const ExpressionProblem&) {
    // Refused, which is an answer.
  } catch (const ApiError&) {
    // Refused by name.
  }
  return 0;
}
