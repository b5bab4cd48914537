// Which charts a run is shown in.
#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/report/chart.h"

namespace fallstreak::scenarios {
namespace {

using Values = std::vector<std::optional<double>>;

/// Per second, averaged over each column, of what `amount` gives for a second of a source.
template <class Amount>
Values rate_of(const Recording& recording, const Columns& columns, const Amount& amount) {
  Values values(columns.count);
  for (std::size_t column = 0; column < columns.count; ++column) {
    const std::size_t end = std::min(columns.begin(column + 1), recording.seconds);
    double sum = 0;
    for (const auto& [name, series] : recording.sources) {
      for (std::size_t second = columns.begin(column);
           second < std::min(end, series.seconds.size()); ++second) {
        sum += amount(series.seconds[second]);
      }
    }
    values[column] = sum / static_cast<double>(end - columns.begin(column));
  }
  return values;
}

Chart request_chart(const Recording& recording, const Columns& columns) {
  Chart chart{.title = "Requests", .unit = "/s", .kind = Chart::Kind::stacked};
  chart.lines.push_back(
      {"answered", "blue", rate_of(recording, columns, [](const SecondSummary& second) {
         return static_cast<double>(second.answered());
       })});
  chart.lines.push_back(
      {"failed", "red", rate_of(recording, columns, [](const SecondSummary& second) {
         return static_cast<double>(second.failed());
       })});
  return chart;
}

Chart error_chart(const Recording& recording, const Columns& columns) {
  constexpr std::array<std::string_view, kRequestErrors> kColours{
      "violet", "yellow", "orange", "red", "magenta", "aqua", "blue", "green"};
  Chart chart{.title = "Errors by kind", .unit = "/s", .kind = Chart::Kind::stacked};
  for (std::size_t error = 0; error < kRequestErrors; ++error) {
    Values values = rate_of(recording, columns, [&](const SecondSummary& second) {
      return static_cast<double>(second.errors[error]);
    });
    const bool has_any =
        std::ranges::any_of(values, [](const auto& value) { return value.value_or(0) > 0; });
    if (!has_any) continue;
    chart.lines.push_back({std::string(error_name(static_cast<RequestError>(error))),
                           std::string(kColours[error]), std::move(values)});
  }
  return chart;
}

Chart latency_chart(const std::string& name, const SourceSeries& series, const Columns& columns) {
  Chart chart{
      .title = "Latency of answered requests, " + name, .unit = "ms", .is_logarithmic = true};
  struct Quantile {
    std::string_view name;
    double value;
    std::string_view colour;
  };
  constexpr std::array<Quantile, 4> kQuantiles{{{"p50", 0.5, "shade1"},
                                                {"p90", 0.9, "shade2"},
                                                {"p99", 0.99, "shade3"},
                                                {"p99.9", 0.999, "shade4"}}};
  for (const Quantile& quantile : kQuantiles) {
    ChartLine line{std::string(quantile.name), std::string(quantile.colour), Values(columns.count)};
    for (std::size_t column = 0; column < columns.count; ++column) {
      const auto value =
          series.percentile(quantile.value, columns.begin(column), columns.begin(column + 1));
      if (value) line.values[column] = static_cast<double>(*value) * 1e-6;
    }
    chart.lines.push_back(std::move(line));
  }
  return chart;
}

/// A gauge's last sample in each column.
std::optional<ChartLine> gauge_line(const Recording& recording, const Columns& columns,
                                    const GaugeKey& key, std::string name, std::string colour) {
  const auto found = recording.gauges.find(key);
  if (found == recording.gauges.end()) return std::nullopt;
  ChartLine line{std::move(name), std::move(colour), Values(columns.count), true};
  for (std::size_t column = 0; column < columns.count; ++column) {
    const std::size_t end = std::min(columns.begin(column + 1), found->second.size());
    if (end > columns.begin(column) && !std::isnan(found->second[end - 1]))
      line.values[column] = found->second[end - 1];
  }
  return line;
}

void add_group_charts(std::vector<Chart>& charts, const Recording& recording,
                      const Columns& columns) {
  for (const auto& [key, series] : recording.gauges) {
    if (key.function != "healthy") continue;
    Chart chart{.title = "Healthy targets and capacity, " + key.subject};
    auto size =
        gauge_line(recording, columns, {"size", key.subject}, "instances in the group", "grey");
    auto healthy = gauge_line(recording, columns, key, "healthy targets", "green");
    if (size) chart.lines.push_back(std::move(*size));
    if (healthy) chart.lines.push_back(std::move(*healthy));
    charts.push_back(std::move(chart));
    auto spread = gauge_line(recording, columns, {"spread", key.subject},
                             "difference between zones", "violet");
    if (spread)
      charts.push_back(
          {.title = "Spread over zones, " + key.subject, .lines = {std::move(*spread)}});
  }
}

}  // namespace

Columns columns_for(std::size_t seconds) {
  constexpr std::array<std::size_t, 10> kWidths{1, 2, 5, 10, 15, 30, 60, 120, 300, 600};
  Columns columns;
  columns.seconds_each = 3600;
  for (const std::size_t width : kWidths) {
    if (seconds / width <= 300) {
      columns.seconds_each = width;
      break;
    }
  }
  columns.count = (seconds + columns.seconds_each - 1) / columns.seconds_each;
  return columns;
}

std::vector<Chart> charts_of(const Recording& recording, const Columns& columns) {
  std::vector<Chart> charts;
  if (columns.count == 0) return charts;
  if (!recording.sources.empty()) {
    charts.push_back(request_chart(recording, columns));
    Chart errors = error_chart(recording, columns);
    if (!errors.lines.empty()) charts.push_back(std::move(errors));
    for (const auto& [name, series] : recording.sources)
      charts.push_back(latency_chart(name, series, columns));
  }
  add_group_charts(charts, recording, columns);
  if (auto cost = gauge_line(recording, columns, {"cost", ""}, "cost", "blue")) {
    charts.push_back({.title = "Cost", .unit = "$", .lines = {std::move(*cost)}});
  }
  return charts;
}

}  // namespace fallstreak::scenarios
