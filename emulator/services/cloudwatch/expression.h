#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The syntax of metric math.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
namespace fallstreak::services::cloudwatch {

/// A part of an expression, with the parts it is made of.
struct Term {
  enum class Kind {
    number,     // 0.5
    text,       // "errors"
    reference,  // m1: another query of the request
    keyword,    // REPEAT
    call,       // SUM(...)
    array,      // [m1, m2]
    negation,   // -m1
    operation,  // m1 + m2
  };
  Kind kind = Kind::number;
  double number = 0;
  /// The text, the name, or the operator: `+`, `<=`, `&&`.
  std::string name;
  std::vector<Term> operands;
};

/// What is wrong with an expression, in words.
struct ExpressionProblem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws ExpressionProblem.
Term parse_expression(std::string_view text);

/// Whether the function is called anywhere in the expression.
bool calls(const Term& term, std::string_view function);

}  // namespace fallstreak::services::cloudwatch
