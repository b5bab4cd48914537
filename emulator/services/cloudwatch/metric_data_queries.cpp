#include <algorithm>
#include <charconv>

#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/metric_queries.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/periods.h"

namespace fallstreak::services::cloudwatch {
namespace {

using api::cloudwatch::GetMetricDataInput;
using api::cloudwatch::GetMetricDataOutput;
using api::cloudwatch::MetricDataResult;

constexpr std::size_t kMostQueries = 500;
constexpr std::int32_t kMostDatapoints = 100'800;

enum class Order { ascending, descending };

/// Where a page begins: in which result, and after which moment of it.
struct Position {
  std::size_t result = 0;
  std::optional<Time> after;
};

Position parse_position(const std::optional<std::string>& token) {
  Position position;
  const std::string text = key_of_token(token);
  if (text.empty()) return position;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, position.result);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '@') throw invalid_next_token();
  if (first.ptr + 1 == end) return position;
  std::int64_t nanoseconds = 0;
  const auto second = std::from_chars(first.ptr + 1, end, nanoseconds);
  if (second.ec != std::errc() || second.ptr != end) throw invalid_next_token();
  position.after = from_nanoseconds(nanoseconds);
  return position;
}

std::string token_of(const Position& position) {
  const std::string after = position.after ? std::to_string(to_nanoseconds(*position.after)) : "";
  return token_after(std::to_string(position.result) + "@" + after);
}

/// Fills one result until the page is full. Returns false then.
bool add_points(MetricDataResult& result, const TimeSeries& series, Order order,
                std::optional<Time>& after, std::int64_t& left) {
  std::vector<std::pair<Time, double>> points(series.points.begin(), series.points.end());
  if (order == Order::descending) std::ranges::reverse(points);
  for (const auto& [time, value] : points) {
    if (after && (order == Order::ascending ? time <= *after : time >= *after)) continue;
    if (left == 0) return false;
    --left;
    result.Timestamps->push_back(time);
    result.Values->push_back(value);
    after = time;
  }
  after.reset();
  return true;
}

void check(const GetMetricDataInput& request) {
  const auto queries = api::each(request.MetricDataQueries);
  if (queries.empty()) throw missing_parameter("MetricDataQueries");
  if (queries.size() > kMostQueries) throw too_many_elements("MetricDataQueries", kMostQueries);
  if (*request.StartTime >= *request.EndTime) throw start_not_before_end();
  if (request.MaxDatapoints &&
      (*request.MaxDatapoints < 1 || *request.MaxDatapoints > kMostDatapoints)) {
    throw invalid_value(std::to_string(*request.MaxDatapoints), "MaxDatapoints");
  }
  check_queries(queries, "MetricDataQueries");
}

}  // namespace

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
GetMetricDataOutput get_metric_data(Context& context, const GetMetricDataInput& request) {
  check(request);
  Position position = parse_position(request.NextToken);
  const auto queries = api::each(request.MetricDataQueries);
  const auto run = run_queries(context.state, context.now(), queries,
                               within_reach(*request.StartTime), within_reach(*request.EndTime));
  // AWS: the newest first, unless asked otherwise.
  const Order order = request.ScanBy == "TimestampAscending" ? Order::ascending : Order::descending;
  std::int64_t left = request.MaxDatapoints.value_or(kMostDatapoints);

  GetMetricDataOutput response;
  response.MetricDataResults.emplace();
  response.Messages.emplace();
  // AWS: what does not fit is left out, and the answer says so.
  if (run.exceeds_metrics) {
    response.Messages->push_back(
        {.Code = "MaxMetricsExceeded", .Value = "Maximum number of allowed metrics exceeded"});
  }
  std::size_t number = 0;
  for (const auto& [query, list] : run.results) {
    for (const auto& series : list) {
      if (number++ < position.result) continue;
      auto& result = response.MetricDataResults->emplace_back();
      result.Id = *query->Id;
      result.Label = series.label;
      result.Timestamps.emplace();
      result.Values.emplace();
      result.StatusCode = "Complete";
      std::optional<Time> after = position.after;
      position.after.reset();
      if (!add_points(result, series, order, after, left)) {
        result.StatusCode = "PartialData";
        response.NextToken = token_of({number - 1, after});
        return response;
      }
    }
  }
  return response;
}

}  // namespace fallstreak::services::cloudwatch
