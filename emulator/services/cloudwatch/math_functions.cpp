#include "services/cloudwatch/math_functions.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "services/cloudwatch/errors.h"

namespace fallstreak::services::cloudwatch {
namespace {

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
double number_of(const std::vector<double>& values) { return double(values.size()); }
/// Chosen: of the population; AWS does not say which.
double deviation(const std::vector<double>& values) {
  const double middle = average(values);
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / double(values.size()));
}
double greatest(const std::vector<double>& values) { return *std::ranges::max_element(values); }

/// AWS: of one series a scalar, over all its datapoints; of an array a series, over those of each
/// moment.
template <Reduce reduce>
MathValue reduced(const MathEnvironment&, const Arguments& arguments) {
  const MathValue& value = arguments[0];
  if (value.kind == MathValue::Kind::series) {
    std::vector<double> values;
    for (const auto& [time, number] : value.series[0].points) values.push_back(number);
    return MathValue::of(values.empty() ? kNothing : reduce(values));
  }
  if (value.kind != MathValue::Kind::array)
    throw ExpressionProblem("a time series or an array is expected");
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
  if (value.kind != MathValue::Kind::series && value.kind != MathValue::Kind::array) {
    throw ExpressionProblem("a time series or an array is expected");
  }
  for (auto& series : value.series) change(series);
  return value;
}

template <double (*function)(double)>
MathValue mapped(const MathEnvironment&, const Arguments& arguments) {
  if (arguments[0].kind == MathValue::Kind::scalar)
    return MathValue::of(function(arguments[0].scalar));
  return for_each_series(arguments, [](TimeSeries& series) {
    for (auto& [time, value] : series.points) value = function(value);
    // A result that is no number, as the logarithm of zero, gives no datapoint.
    std::erase_if(series.points, [](const auto& point) { return !std::isfinite(point.second); });
  });
}
double absolute(double value) { return std::abs(value); }
double ceiling(double value) { return std::ceil(value); }
double floor_of(double value) { return std::floor(value); }
double natural_log(double value) { return std::log(value); }
double decimal_log(double value) { return std::log10(value); }

/// The datapoints' values become a part of their moments, in UTC.
template <double (*part)(Time)>
MathValue of_time(const MathEnvironment&, const Arguments& arguments) {
  return for_each_series(arguments, [](TimeSeries& series) {
    for (auto& [time, value] : series.points) value = part(time);
  });
}
std::chrono::sys_days day_at(Time time) {
  return std::chrono::sys_days(std::chrono::floor<std::chrono::days>(time).time_since_epoch());
}
std::chrono::year_month_day date_at(Time time) { return day_at(time); }
double epoch_of(Time time) { return double(to_epoch_seconds(time)); }
double minute_of(Time time) { return double(to_epoch_seconds(time) / 60 % 60); }
double hour_of(Time time) { return double(to_epoch_seconds(time) / 3600 % 24); }
double date_of(Time time) { return double(unsigned(date_at(time).day())); }
double month_of(Time time) { return double(unsigned(date_at(time).month())); }
double year_of(Time time) { return double(int(date_at(time).year())); }
/// AWS: Monday is 1, Sunday is 7.
double day_of(Time time) { return double(std::chrono::weekday(day_at(time)).iso_encoding()); }

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
  if (arguments[0].kind != MathValue::Kind::series)
    throw ExpressionProblem("a time series is expected");
  return MathValue::of(double(arguments[0].series[0].period.count()));
}

MathValue metrics(const MathEnvironment& environment, const Arguments& arguments) {
  if (!arguments.empty() && arguments[0].kind != MathValue::Kind::text) {
    throw ExpressionProblem("METRICS expects a text");
  }
  MathValue value{.kind = MathValue::Kind::array};
  value.series = environment.metrics(arguments.empty() ? "" : arguments[0].text);
  return value;
}

/// AWS: the newer syntax has no period.
MathValue search(const MathEnvironment& environment, const Arguments& arguments) {
  if (arguments[0].kind != MathValue::Kind::text || arguments[1].kind != MathValue::Kind::text) {
    throw ExpressionProblem("SEARCH expects a search and a statistic in quotes");
  }
  std::optional<double> period;
  if (arguments.size() > 2) {
    if (arguments[2].kind != MathValue::Kind::scalar)
      throw ExpressionProblem("SEARCH expects a period");
    period = arguments[2].scalar;
  }
  MathValue value{.kind = MathValue::Kind::array};
  value.series = environment.search(parse_search(arguments[0].text), arguments[1].text, period);
  return value;
}

MathValue metric_count(const MathEnvironment&, const Arguments& arguments) {
  if (arguments[0].kind != MathValue::Kind::array) throw ExpressionProblem("an array is expected");
  return MathValue::of(double(arguments[0].series.size()));
}

const MathValue& array_argument(const Arguments& arguments) {
  if (arguments[0].kind != MathValue::Kind::array) throw ExpressionProblem("an array is expected");
  return arguments[0];
}

MathValue first(const MathEnvironment&, const Arguments& arguments) {
  const auto& series = array_argument(arguments).series;
  if (series.empty()) throw ExpressionProblem("FIRST expects an array that is not empty");
  return MathValue::of(series.front());
}

MathValue last(const MathEnvironment&, const Arguments& arguments) {
  const auto& series = array_argument(arguments).series;
  if (series.empty()) throw ExpressionProblem("LAST expects an array that is not empty");
  return MathValue::of(series.back());
}

/// AWS: from a position to before another, counted from 0; to the end without the other.
MathValue slice(const MathEnvironment&, const Arguments& arguments) {
  MathValue array = array_argument(arguments);
  const auto position = [&](std::size_t index) {
    if (arguments[index].kind != MathValue::Kind::scalar)
      throw ExpressionProblem("SLICE expects positions");
    const double bounded = std::clamp(arguments[index].scalar, 0.0, double(array.series.size()));
    return std::ptrdiff_t(bounded);
  };
  const std::ptrdiff_t begin = position(1);
  const std::ptrdiff_t end = arguments.size() > 2 ? position(2) : std::ssize(array.series);
  if (begin > end) throw ExpressionProblem("SLICE begins after its end");
  std::vector<TimeSeries> kept(array.series.begin() + begin, array.series.begin() + end);
  array.series = std::move(kept);
  return array;
}

MathValue remove_empty(const MathEnvironment&, const Arguments& arguments) {
  MathValue array = array_argument(arguments);
  std::erase_if(array.series, [](const TimeSeries& series) { return series.points.empty(); });
  return array;
}

Reduce statistic_for_sorting(const MathValue& name) {
  if (name.kind == MathValue::Kind::text) {
    if (name.text == "AVG") return average;
    if (name.text == "MAX") return greatest;
    if (name.text == "MIN") return least;
    if (name.text == "SUM") return sum;
  }
  throw ExpressionProblem("SORT expects AVG, MAX, MIN or SUM");
}

/// AWS: by a statistic over all datapoints, ascending or descending; at most so many series.
MathValue sort(const MathEnvironment&, const Arguments& arguments) {
  MathValue array = array_argument(arguments);
  const Reduce statistic = statistic_for_sorting(arguments[1]);
  const MathValue& order = arguments[2];
  if (order.kind != MathValue::Kind::text || (order.text != "ASC" && order.text != "DESC")) {
    throw ExpressionProblem("SORT expects ASC or DESC");
  }
  const auto rank = [&](const TimeSeries& series) {
    std::vector<double> values;
    for (const auto& [time, number] : series.points) values.push_back(number);
    const double value = values.empty() ? 0 : statistic(values);
    return order.text == "ASC" ? value : -value;
  };
  std::ranges::stable_sort(array.series, {}, rank);
  if (arguments.size() > 3 && arguments[3].kind == MathValue::Kind::scalar) {
    const double most = std::clamp(arguments[3].scalar, 0.0, double(array.series.size()));
    array.series.resize(std::size_t(most));
  }
  return array;
}

/// The value of a branch of IF or of a filler at a moment; none where its series has none.
std::optional<double> value_at(const MathValue& value, Time time) {
  if (value.kind == MathValue::Kind::scalar) {
    return std::isnan(value.scalar) ? std::nullopt : std::optional(value.scalar);
  }
  const auto point = value.series[0].points.find(time);
  return point == value.series[0].points.end() ? std::nullopt : std::optional(point->second);
}

bool is_one(const MathValue& value) {
  return value.kind == MathValue::Kind::scalar || value.kind == MathValue::Kind::series;
}

MathValue choose(const MathEnvironment&, const Arguments& arguments) {
  if (!std::ranges::all_of(arguments, is_one)) {
    throw ExpressionProblem("IF expects time series or numbers");
  }
  const MathValue none = MathValue::of(kNothing);
  const MathValue& condition = arguments[0];
  const MathValue& chosen = arguments[1];
  const MathValue& otherwise = arguments.size() > 2 ? arguments[2] : none;
  if (condition.kind == MathValue::Kind::scalar) return condition.scalar != 0 ? chosen : otherwise;
  for (std::size_t index = 1; index < arguments.size(); ++index) {
    if (arguments[index].kind != MathValue::Kind::series) continue;
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
  if (filler.kind != MathValue::Kind::text) return value_at(filler, time);
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
  const bool is_word = filler.kind == MathValue::Kind::text;
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

constexpr std::array<MathFunction, 32> kFunctions = {{
    {"ABS", 1, 1, mapped<absolute>},
    {"AVG", 1, 1, reduced<average>},
    {"CEIL", 1, 1, mapped<ceiling>},
    {"DATAPOINT_COUNT", 1, 1, reduced<number_of>},
    {"DATE", 1, 1, of_time<date_of>},
    {"DAY", 1, 1, of_time<day_of>},
    {"DIFF", 1, 1, difference},
    {"EPOCH", 1, 1, of_time<epoch_of>},
    {"FILL", 2, 2, fill},
    {"FIRST", 1, 1, first},
    {"FLOOR", 1, 1, mapped<floor_of>},
    {"HOUR", 1, 1, of_time<hour_of>},
    {"IF", 2, 3, choose},
    {"LAST", 1, 1, last},
    {"LOG", 1, 1, mapped<natural_log>},
    {"LOG10", 1, 1, mapped<decimal_log>},
    {"MAX", 1, 1, reduced<greatest>},
    {"METRICS", 0, 1, metrics},
    {"METRIC_COUNT", 1, 1, metric_count},
    {"MIN", 1, 1, reduced<least>},
    {"MINUTE", 1, 1, of_time<minute_of>},
    {"MONTH", 1, 1, of_time<month_of>},
    {"PERIOD", 1, 1, period},
    {"RATE", 1, 1, rate},
    {"REMOVE_EMPTY", 1, 1, remove_empty},
    {"RUNNING_SUM", 1, 1, running_sum},
    {"SEARCH", 2, 3, search},
    {"SLICE", 2, 3, slice},
    {"SORT", 3, 4, sort},
    {"STDDEV", 1, 1, reduced<deviation>},
    {"SUM", 1, 1, reduced<sum>},
    {"YEAR", 1, 1, of_time<year_of>},
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
