#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "scenarios/language/parse_error.h"
#include "scenarios/language/values.h"

namespace fallstreak::scenarios {

enum class Function {
  rto,
  rpo,
  error_rate,
  percentile,
  slow,
  cost,
  healthy,
  size,
  spread,
  flapping,
  writers,
  throttles,
  rows,
  vpcs,
};
enum class Comparison { less, less_or_equal, equal, not_equal, greater_or_equal, greater };
enum class Temporal { none, always, never, sometimes, eventually };
/// What the number on the right of a comparison is: nanoseconds, a fraction, dollars, or a count.
enum class Quantity { duration, fraction, money, count };

/// One line of `steady`, `expect`, `stop_if` or `when`: `[always:] function(arguments) < value
/// [modifiers]`.
struct Assertion {
  std::string text;  // as written, with its temporal word
  Place place;
  Temporal temporal = Temporal::none;
  Function function = Function::error_rate;
  double percentile = 0;    // `p99.9` is 0.999
  std::string subject;      // the first argument: a source, group, table or load balancer
  Duration slower_than{0};  // `slow(x, 500ms)`
  Comparison comparison = Comparison::less;
  Quantity quantity = Quantity::count;
  double value = 0;

  std::optional<Duration> over;     // sliding window
  std::optional<Duration> lasting;  // `for 5m`
  struct Interval {
    ClockTime from, to;
  };
  std::optional<Interval> between;
  struct Deadline {
    Duration within{0};
    ClockTime of;
  };
  std::optional<Deadline> within;
  bool at_end = false;
};

/// Parses an assertion. What is wrong is added to `errors` with a column inside the text, and
/// nothing is returned.
std::optional<Assertion> parse_assertion(std::string_view text, Place place,
                                         const std::string& file, ParseErrors& errors);

}  // namespace fallstreak::scenarios
