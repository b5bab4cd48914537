#include <algorithm>

#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/timing.h"

namespace fallstreak::services::cloudwatch {
namespace {

// AWS: up to 500 metrics in one call.
constexpr std::size_t kMetricsAPage = 500;

bool matches(const MetricRecord& record, const api::cloudwatch::ListMetricsInput& request) {
  if (request.MetricName && *request.MetricName != *record.metric.MetricName) return false;
  // AWS: each filter must be met by a dimension; one without a value by any of that name.
  return std::ranges::all_of(api::each(request.Dimensions), [&](const auto& filter) {
    return std::ranges::any_of(*record.metric.Dimensions, [&](const auto& dimension) {
      return dimension.Name == filter.Name && (!filter.Value || dimension.Value == filter.Value);
    });
  });
}

std::string listed_prefix(const api::cloudwatch::ListMetricsInput& request) {
  if (!request.Namespace) return {};
  if (!request.MetricName) return prefix_of(*request.Namespace);
  return name_prefix(*request.Namespace, *request.MetricName);
}

}  // namespace

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
api::cloudwatch::ListMetricsOutput list_metrics(Context& context,
                                                const api::cloudwatch::ListMetricsInput& request) {
  // Chosen: a new metric is listed at once; AWS takes up to 15 minutes.
  const Duration active_for = request.RecentlyActive ? kRecentlyActive : kListedFor;
  const Time active_since = context.now() - active_for;
  const std::string prefix = listed_prefix(request);
  const std::string after = key_of_token(request.NextToken);
  const auto& metrics = context.state.metrics;

  api::cloudwatch::ListMetricsOutput response;
  auto& listed = response.Metrics.emplace();
  std::string last_key;
  auto row = after < prefix ? metrics.lower_bound(prefix) : metrics.upper_bound(after);
  for (; row != metrics.end() && row->first.starts_with(prefix); ++row) {
    if (!matches(row->second, request)) continue;
    const auto newest = newest_datapoint(context.state, context.now(), row->second);
    if (!newest || *newest < active_since) continue;
    if (listed.size() == kMetricsAPage) {
      response.NextToken = token_after(last_key);
      break;
    }
    listed.push_back(row->second.metric);
    last_key = row->first;
  }
  return response;
}

}  // namespace fallstreak::services::cloudwatch
