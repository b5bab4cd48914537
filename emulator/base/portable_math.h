#pragma once

/// Functions whose results are the same bits on every machine and with every compiler. The C
/// library's are not, and a last bit that differs can decide which of two events comes first. Made
/// of +, -, *, / and square root alone, which IEEE 754 defines exactly. Relative error of
/// about 1e-16.
namespace fallstreak {

/// The natural logarithm of a positive, finite, normal number.
double portable_log(double value);
/// e to the power of a number between -700 and 700; beyond that, as at the bound.
double portable_exp(double exponent);
/// The number below which a standard normal variable stays with this probability, which lies
/// strictly between 0 and 1 (Wichura's algorithm AS 241).
double portable_normal_quantile(double probability);

}  // namespace fallstreak
