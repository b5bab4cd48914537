#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "services/cloudwatch/expression.h"
#include "services/cloudwatch/metric_search.h"

/// The meaning of metric math: a pure function of the series it is given.
namespace fallstreak::services::cloudwatch {

struct TimeSeries {
  std::string label;
  std::chrono::seconds period{60};
  /// Where its first period begins.
  Time start{};
  std::map<Time, double> points;
  /// What a dynamic label can name of the metric: `MetricName`, `Dim.InstanceId`. Only where one
  /// asks for it.
  std::map<std::string, std::string, std::less<>> properties = {};
  /// The values of what a Metrics Insights query groups by.
  std::vector<std::string> group = {};
};

/// What an expression gives.
struct MathValue {
  enum class Kind { scalar, series, array, text };
  Kind kind = Kind::scalar;
  /// Not a number: there is none, as in the sum of nothing.
  double scalar = 0;
  /// One of a series, any number of an array.
  std::vector<TimeSeries> series;
  std::string text;

  static MathValue of(double scalar) { return {.kind = Kind::scalar, .scalar = scalar}; }
  static MathValue of(TimeSeries one) {
    MathValue value{.kind = Kind::series};
    value.series.push_back(std::move(one));
    return value;
  }
};

/// Where an expression is evaluated.
struct MathEnvironment {
  Time end{};
  /// The value of another query; throws ExpressionProblem when there is none of that id.
  std::function<MathValue(std::string_view id)> lookup;
  /// The series of all queries that are metrics and whose id contains the text.
  std::function<std::vector<TimeSeries>(std::string_view text)> metrics;
  /// The series of all metrics that a search finds. Without a period, the query's own.
  std::function<std::vector<TimeSeries>(const MetricSearch& search, std::string_view statistic,
                                        std::optional<double> period)>
      search;
  /// The upper and the lower end of what another query is expected to be.
  std::function<std::vector<TimeSeries>(std::string_view id, double deviations)> band;
};

/// How many standard deviations a band has to each side when its expression does not say.
/// AWS's example has two; the console offers them.
constexpr double kUsualDeviations = 2;

/// Throws ExpressionProblem, and the 501 of a function that this version does not have.
MathValue evaluate(const Term& term, const MathEnvironment& environment);

}  // namespace fallstreak::services::cloudwatch
