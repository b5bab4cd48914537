#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "services/cloudwatch/metric_math.h"

using namespace fallstreak;
using namespace fallstreak::services::cloudwatch;

namespace {

constexpr Time kStart = from_nanoseconds(1'767'225'600'000'000'000);

TimeSeries series(const char* label, std::initializer_list<int> minutes) {
  TimeSeries made{.label = label, .start = kStart};
  for (const int minute : minutes) made.points[kStart + std::chrono::minutes(minute)] = minute;
  return made;
}

MathEnvironment environment() {
  MathEnvironment made;
  made.end = kStart + std::chrono::minutes(5);
  made.lookup = [](std::string_view id) {
    if (id == "m1") return MathValue::of(series("m1", {0, 1, 3}));
    if (id == "m2") return MathValue::of(series("m2", {0, 2, 4}));
    throw ExpressionProblem("unknown id");
  };
  made.search = [](const MetricSearch&, std::string_view, std::optional<double>) {
    return std::vector{series("found", {0, 4})};
  };
  made.band = [](std::string_view, double) {
    return std::vector{series("High", {0, 1}), series("Low", {0, 1})};
  };
  made.metrics = [](std::string_view) {
    return std::vector{series("m1", {0, 1, 3}), series("m2", {0, 2, 4})};
  };
  return made;
}

}  // namespace

/// Whatever an expression is, it is refused or has a value, and a series has as many parts as its
/// kind says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The model admits no longer ones.
  if (size > 2048) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const MathValue value = evaluate(parse_expression(text), environment());
    CHECK(value.kind != MathValue::Kind::series || value.series.size() == 1) << "no single series";
  } catch (const ExpressionProblem&) {
    // Refused, which is an answer.
  } catch (const ApiError&) {
    // A function that is not there.
  }
  return 0;
}
