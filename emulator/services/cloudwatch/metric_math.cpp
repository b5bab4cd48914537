#include "services/cloudwatch/metric_math.h"

#include <cmath>

#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/math_functions.h"

namespace fallstreak::services::cloudwatch {
namespace {

using Kind = MathValue::Kind;

double apply(std::string_view name, double left, double right) {
  if (name == "+") return left + right;
  if (name == "-") return left - right;
  if (name == "*") return left * right;
  if (name == "/") return left / right;
  if (name == "^") return std::pow(left, right);
  if (name == "==") return left == right;
  if (name == "!=") return left != right;
  if (name == "<=") return left <= right;
  if (name == ">=") return left >= right;
  if (name == "<") return left < right;
  if (name == ">") return left > right;
  if (name == "&&") return left != 0 && right != 0;
  return left != 0 || right != 0;
}

/// AWS: two series give a datapoint where both have one, and a result that is no number, as of a
/// division by zero, gives none.
TimeSeries combine(std::string_view name, const TimeSeries& left, const TimeSeries& right) {
  require_same_period(left, right);
  TimeSeries result{.label = left.label, .period = left.period, .start = left.start};
  for (const auto& [time, value] : left.points) {
    const auto other = right.points.find(time);
    if (other == right.points.end()) continue;
    const double combined = apply(name, value, other->second);
    if (std::isfinite(combined)) result.points.emplace(time, combined);
  }
  return result;
}

MathValue for_each_point(MathValue value, const std::function<double(double)>& change) {
  if (value.kind == Kind::scalar) value.scalar = change(value.scalar);
  for (auto& series : value.series) {
    for (auto point = series.points.begin(); point != series.points.end();) {
      point->second = change(point->second);
      point = std::isfinite(point->second) ? std::next(point) : series.points.erase(point);
    }
  }
  return value;
}

MathValue operate(std::string_view name, MathValue left, MathValue right) {
  if (left.kind == Kind::text || right.kind == Kind::text) {
    throw ExpressionProblem("a text cannot be calculated with");
  }
  if (right.kind == Kind::scalar) {
    return for_each_point(std::move(left),
                          [&](double value) { return apply(name, value, right.scalar); });
  }
  if (left.kind == Kind::scalar) {
    return for_each_point(std::move(right),
                          [&](double value) { return apply(name, left.scalar, value); });
  }
  const bool both_arrays = left.kind == Kind::array && right.kind == Kind::array;
  if (both_arrays && left.series.size() != right.series.size()) {
    throw ExpressionProblem("the arrays have different lengths");
  }
  const bool is_array = left.kind == Kind::array || right.kind == Kind::array;
  const bool follows_left = left.kind == Kind::array || right.kind == Kind::series;
  MathValue result{.kind = is_array ? Kind::array : Kind::series};
  const std::size_t size = follows_left ? left.series.size() : right.series.size();
  for (std::size_t index = 0; index < size; ++index) {
    const TimeSeries& one = left.series[left.kind == Kind::array ? index : 0];
    const TimeSeries& other = right.series[right.kind == Kind::array ? index : 0];
    result.series.push_back(combine(name, one, other));
    // The parts of an array are told apart by their labels.
    if (!follows_left) result.series.back().label = other.label;
  }
  return result;
}

MathValue array_of(const Term& term, const MathEnvironment& environment) {
  MathValue array{.kind = Kind::array};
  for (const auto& operand : term.operands) {
    MathValue value = evaluate(operand, environment);
    if (value.series.empty() && value.kind != Kind::array) {
      throw ExpressionProblem("an array is made of time series");
    }
    for (auto& series : value.series) array.series.push_back(std::move(series));
  }
  return array;
}

/// AWS: of a metric or an expression, with so many standard deviations to each side.
MathValue band(const Term& term, const MathEnvironment& environment) {
  const auto& operands = term.operands;
  if (operands.empty() || operands.size() > 2 || operands[0].kind != Term::Kind::reference) {
    throw ExpressionProblem("ANOMALY_DETECTION_BAND expects the id of a metric or an expression");
  }
  double deviations = kUsualDeviations;
  if (operands.size() == 2) {
    const MathValue given = evaluate(operands[1], environment);
    if (given.kind != Kind::scalar || !std::isfinite(given.scalar) || given.scalar <= 0) {
      throw ExpressionProblem("ANOMALY_DETECTION_BAND expects a positive number of deviations");
    }
    deviations = given.scalar;
  }
  MathValue value{.kind = Kind::array};
  value.series = environment.band(operands[0].name, deviations);
  return value;
}

MathValue call(const Term& term, const MathEnvironment& environment) {
  // It alone looks at what its argument is, not only at what the argument gives.
  if (term.name == "ANOMALY_DETECTION_BAND") return band(term, environment);
  const MathFunction* function = find_math_function(term.name);
  if (function == nullptr) throw not_implemented("Function " + term.name + " of metric math");
  if (term.operands.size() < function->fewest || term.operands.size() > function->most) {
    throw ExpressionProblem("the function " + term.name + " has a wrong number of arguments");
  }
  std::vector<MathValue> arguments;
  for (const auto& operand : term.operands) arguments.push_back(evaluate(operand, environment));
  return function->apply(environment, arguments);
}

/// `a + b + c ...` from left to right. A loop, because there may be hundreds of them.
MathValue chain(const Term& term, const MathEnvironment& environment) {
  std::vector<const Term*> operations;
  const Term* first = &term;
  for (; first->kind == Term::Kind::operation; first = &first->operands[0]) {
    operations.push_back(first);
  }
  MathValue value = evaluate(*first, environment);
  for (std::size_t left = operations.size(); left > 0; --left) {
    const Term& operation = *operations[left - 1];
    value = operate(operation.name, std::move(value), evaluate(operation.operands[1], environment));
  }
  return value;
}

}  // namespace

MathValue evaluate(const Term& term, const MathEnvironment& environment) {
  switch (term.kind) {
    case Term::Kind::number:
      return MathValue::of(term.number);
    case Term::Kind::text:
    case Term::Kind::keyword:
      return {.kind = Kind::text, .text = term.name};
    case Term::Kind::reference:
      return environment.lookup(term.name);
    case Term::Kind::call:
      return call(term, environment);
    case Term::Kind::array:
      return array_of(term, environment);
    case Term::Kind::negation:
      return operate("-", MathValue::of(0.0), evaluate(term.operands[0], environment));
    case Term::Kind::operation:
      return chain(term, environment);
  }
  return {};
}

}  // namespace fallstreak::services::cloudwatch
