#include "world/portable_math.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace fallstreak::world {
namespace {

// ln 2 in two parts: the first has zeros at its end, so that a small integer times it is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kInverseLn2 = 1.4426950408889634;
constexpr double kSqrtHalf = 0.70710678118654752;

template <int count>
double polynomial(const double (&coefficients)[count], double x) {
  double sum = coefficients[0];
  for (int index = 1; index < count; ++index) sum = sum * x + coefficients[index];
  return sum;
}

}  // namespace

double portable_log(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  int exponent = static_cast<int>((bits >> 52U) & 0x7ffU) - 1022;
  // The significand, between 1/2 and 1.
  double part = std::bit_cast<double>((bits & 0x000fffffffffffffU) | (std::uint64_t{1022} << 52U));
  if (part < kSqrtHalf) {
    part *= 2;
    --exponent;
  }
  // ln m = 2 artanh((m-1)/(m+1)), whose series converges fast as the argument is below 0.172.
  const double s = (part - 1) / (part + 1);
  const double square = s * s;
  double sum = 0;
  for (int odd = 23; odd >= 3; odd -= 2) sum = (sum + 1.0 / odd) * square;
  const double logarithm = 2 * s + 2 * s * sum;
  return exponent * kLn2High + (logarithm + exponent * kLn2Low);
}

double portable_exp(double exponent) {
  const double x = std::clamp(exponent, -700.0, 700.0);
  const double scaled = x * kInverseLn2;
  const auto power = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  const auto whole = static_cast<double>(power);
  const double rest = (x - whole * kLn2High) - whole * kLn2Low;
  // Taylor's series; the rest is below 0.347, so the term of degree 14 is below 1e-17.
  double sum = 1;
  for (int degree = 14; degree >= 1; --degree) sum = 1 + sum * rest / degree;
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(power + 1023) << 52U);
}

double portable_normal_quantile(double probability) {
  // Peter Acklam's rational approximation.
  static constexpr double kCentral[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                                        -2.759285104469687e+02, 1.383577518672690e+02,
                                        -3.066479806614716e+01, 2.506628277459239e+00};
  static constexpr double kCentralBelow[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                                             -1.556989798598866e+02, 6.680131188771972e+01,
                                             -1.328068155288572e+01, 1.0};
  static constexpr double kTail[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                                     -2.400758277161838e+00, -2.549732539343734e+00,
                                     4.374664141464968e+00,  2.938163982698783e+00};
  static constexpr double kTailBelow[] = {7.784695709041462e-03, 3.224671290700398e-01,
                                          2.445134137142996e+00, 3.754408661907416e+00, 1.0};
  constexpr double kTailStart = 0.02425;
  if (probability < kTailStart || probability > 1 - kTailStart) {
    const double tail = std::min(probability, 1 - probability);
    const double q = std::sqrt(-2 * portable_log(tail));
    const double quantile = polynomial(kTail, q) / polynomial(kTailBelow, q);
    return probability < kTailStart ? quantile : -quantile;
  }
  const double q = probability - 0.5;
  const double square = q * q;
  return q * polynomial(kCentral, square) / polynomial(kCentralBelow, square);
}

}  // namespace fallstreak::world
