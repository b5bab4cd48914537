#include "services/cloudwatch/math_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "services/cloudwatch/errors.h"

namespace fallstreak::services::cloudwatch {
namespace {

using Kind = MathValue::Kind;
using Arguments = std::vector<MathValue>;
using Reduce = double (*)(const std::vector<double>& values);

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}
double average(const std::vector<double>& values) { return sum(values) / double(values.size()); }
double least(const std::vector<double>& values) { return *std::ranges::min_element(values); }
double greatest(const std::vector<double>& values) { return *std::ranges::max_element(values); }

/// AWS: of one series a scalar, over all its datapoints; of an array a series, over those of each
/// moment.
template <Reduce reduce>
MathValue reduced(const MathEnvironment&, const Arguments& arguments) {
  const MathValue& value = arguments[0];
  if (value.kind == Kind::series) {
    std::vector<double> values;
    for (const auto& [time, number] : value.series[0].points) values.push_back(number);
    return MathValue::of(values.empty() ? kNothing : reduce(values));
  }
  if (value.kind != Kind::array) throw ExpressionProblem("a time series or an array is expected");
  std::map<Time, std::vector<double>> moments;
  for (const auto& series : value.series) {
    require_same_period(value.series[0], series);
    for (const auto& [time, number] : series.points) moments[time].push_back(number);
  }
  TimeSeries result;
  if (!value.series.empty()) {
    result.period = value.series[0].period;
    result.start = value.series[0].start;
  }
  for (const auto& [time, values] : moments) result.points.emplace(time, reduce(values));
  return MathValue::of(std::move(result));
}

/// Changes each series of the first argument.
template <class Change>
MathValue for_each_series(const Arguments& arguments, Change&& change) {
  MathValue value = arguments[0];
  if (value.kind != Kind::series && value.kind != Kind::array) {
    throw ExpressionProblem("a time series or an array is expected");
  }
  for (auto& series : value.series) change(series);
  return value;
}

template <double (*function)(double)>
MathValue mapped(const MathEnvironment&, const Arguments& arguments) {
  if (arguments[0].kind == Kind::scalar) return MathValue::of(function(arguments[0].scalar));
  return for_each_series(arguments, [](TimeSeries& series) {
    for (auto& [time, value] : series.points) value = function(value);
  });
}
double absolute(double value) { return std::abs(value); }
double ceiling(double value) { return std::ceil(value); }
double floor_of(double value) { return std::floor(value); }

/// Calls `between(before, after, seconds)` for each datapoint but the first.
template <class Between>
MathValue differences(const Arguments& arguments, Between&& between) {
  return for_each_series(arguments, [&](TimeSeries& series) {
    std::map<Time, double> results;
    for (auto after = series.points.begin(); after != series.points.end(); ++after) {
      if (after == series.points.begin()) continue;
      const auto before = std::prev(after);
      const std::chrono::duration<double> passed = after->first - before->first;
      results.emplace(after->first, between(before->second, after->second, passed.count()));
    }
    series.points = std::move(results);
  });
}

MathValue rate(const MathEnvironment&, const Arguments& arguments) {
  return differences(arguments, [](double before, double after, double seconds) {
    return (after - before) / seconds;
  });
}

MathValue difference(const MathEnvironment&, const Arguments& arguments) {
  return differences(arguments, [](double before, double after, double) { return after - before; });
}

MathValue running_sum(const MathEnvironment&, const Arguments& arguments) {
  return for_each_series(arguments, [](TimeSeries& series) {
    double total = 0;
    for (auto& [time, value] : series.points) value = total += value;
  });
}

MathValue period(const MathEnvironment&, const Arguments& arguments) {
  if (arguments[0].kind != Kind::series) throw ExpressionProblem("a time series is expected");
  return MathValue::of(double(arguments[0].series[0].period.count()));
}

MathValue metrics(const MathEnvironment& environment, const Arguments& arguments) {
  if (!arguments.empty() && arguments[0].kind != Kind::text) {
    throw ExpressionProblem("METRICS expects a text");
  }
  MathValue value{.kind = Kind::array};
  value.series = environment.metrics(arguments.empty() ? "" : arguments[0].text);
  return value;
}

MathValue metric_count(const MathEnvironment&, const Arguments& arguments) {
  if (arguments[0].kind != Kind::array) throw ExpressionProblem("an array is expected");
  return MathValue::of(double(arguments[0].series.size()));
}

/// The value of a branch of IF or of a filler at a moment; none where its series has none.
std::optional<double> value_at(const MathValue& value, Time time) {
  if (value.kind == Kind::scalar) {
    return std::isnan(value.scalar) ? std::nullopt : std::optional(value.scalar);
  }
  const auto point = value.series[0].points.find(time);
  return point == value.series[0].points.end() ? std::nullopt : std::optional(point->second);
}

bool is_one(const MathValue& value) {
  return value.kind == Kind::scalar || value.kind == Kind::series;
}

MathValue choose(const MathEnvironment&, const Arguments& arguments) {
  if (!std::ranges::all_of(arguments, is_one)) {
    throw ExpressionProblem("IF expects time series or numbers");
  }
  const MathValue none = MathValue::of(kNothing);
  const MathValue& condition = arguments[0];
  const MathValue& chosen = arguments[1];
  const MathValue& otherwise = arguments.size() > 2 ? arguments[2] : none;
  if (condition.kind == Kind::scalar) return condition.scalar != 0 ? chosen : otherwise;
  for (std::size_t index = 1; index < arguments.size(); ++index) {
    if (arguments[index].kind != Kind::series) continue;
    require_same_period(condition.series[0], arguments[index].series[0]);
  }
  TimeSeries result = condition.series[0];
  result.points.clear();
  for (const auto& [time, value] : condition.series[0].points) {
    const auto picked = value_at(value != 0 ? chosen : otherwise, time);
    if (picked) result.points.emplace(time, *picked);
  }
  return MathValue::of(std::move(result));
}

/// The value of a missing datapoint of `known`; none where the filler has none.
std::optional<double> filler_at(const MathValue& filler, const std::map<Time, double>& known,
                                Time time) {
  if (filler.kind != Kind::text) return value_at(filler, time);
  const auto after = known.upper_bound(time);
  if (after == known.begin()) return {};
  const auto before = std::prev(after);
  if (filler.text == "REPEAT") return before->second;
  if (after == known.end()) return {};
  const double part =
      double((time - before->first).count()) / double((after->first - before->first).count());
  return before->second + (after->second - before->second) * part;
}

/// Chosen: as many datapoints as GetMetricData returns at most.
constexpr std::int64_t kMostFilled = 100'800;

MathValue fill(const MathEnvironment& environment, const Arguments& arguments) {
  const MathValue& filler = arguments[1];
  const bool is_word = filler.kind == Kind::text;
  if (is_word ? filler.text != "REPEAT" && filler.text != "LINEAR" : !is_one(filler)) {
    throw ExpressionProblem("FILL expects a number, a time series, REPEAT or LINEAR");
  }
  return for_each_series(arguments, [&](TimeSeries& series) {
    if ((environment.end - series.start) / Duration(series.period) > kMostFilled) {
      throw ExpressionProblem("FILL over more than 100,800 periods");
    }
    std::map<Time, double> filled = series.points;
    for (Time time = series.start; time < environment.end; time += series.period) {
      if (series.points.contains(time)) continue;
      if (const auto value = filler_at(filler, series.points, time)) filled.emplace(time, *value);
    }
    series.points = std::move(filled);
  });
}

constexpr std::array<MathFunction, 15> kFunctions = {{
    {"ABS", 1, 1, mapped<absolute>},
    {"AVG", 1, 1, reduced<average>},
    {"CEIL", 1, 1, mapped<ceiling>},
    {"DIFF", 1, 1, difference},
    {"FILL", 2, 2, fill},
    {"FLOOR", 1, 1, mapped<floor_of>},
    {"IF", 2, 3, choose},
    {"MAX", 1, 1, reduced<greatest>},
    {"METRICS", 0, 1, metrics},
    {"METRIC_COUNT", 1, 1, metric_count},
    {"MIN", 1, 1, reduced<least>},
    {"PERIOD", 1, 1, period},
    {"RATE", 1, 1, rate},
    {"RUNNING_SUM", 1, 1, running_sum},
    {"SUM", 1, 1, reduced<sum>},
}};

}  // namespace

const MathFunction* find_math_function(std::string_view name) {
  const auto found = std::ranges::find(kFunctions, name, &MathFunction::name);
  return found == kFunctions.end() ? nullptr : &*found;
}

void require_same_period(const TimeSeries& left, const TimeSeries& right) {
  if (left.period != right.period) {
    throw not_implemented("Metric math over metrics of different periods");
  }
}

}  // namespace fallstreak::services::cloudwatch
