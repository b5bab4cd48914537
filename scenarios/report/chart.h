#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/language/scenario.h"
#include "scenarios/recording/recording.h"

namespace fallstreak::scenarios {

/// One line of a chart; a gap where there is no value.
struct ChartLine {
  std::string name;
  std::string colour;                         // a CSS class: `blue`, `red`, ...
  std::vector<std::optional<double>> values;  // one per column
  bool is_step = false;
};

/// A chart over the time of a run, drawn as SVG.
struct Chart {
  enum class Kind { lines, stacked };
  std::string title;
  std::string unit;  // behind the values: `ms`, `/s`; without one they are whole numbers
  Kind kind = Kind::lines;
  bool is_logarithmic = false;
  std::vector<ChartLine> lines;
};

/// How seconds become columns: the run's length cut into at most about three hundred.
struct Columns {
  std::size_t seconds_each = 1;
  std::size_t count = 0;
  [[nodiscard]] std::size_t begin(std::size_t column) const { return column * seconds_each; }
};
Columns columns_for(std::size_t seconds);

/// A figure with title, legend and plot; faults are shaded, and the pointer shows the values of a
/// moment.
std::string draw(const Chart& chart, const Columns& columns, const Scenario& scenario,
                 const Recording& recording);

/// The charts that a recording has data for.
std::vector<Chart> charts_of(const Recording& recording, const Columns& columns);

}  // namespace fallstreak::scenarios
