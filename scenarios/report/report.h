#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/report/run_result.h"

namespace fallstreak::scenarios {

std::string report_json(const RunResult& result);
std::string junit_xml(const RunResult& result);
/// One page without any outside resource.
std::string report_html(const RunResult& result);

/// `break`, `health` and so on.
std::string_view event_kind_name(RunEvent::Kind kind);

enum class Colour { off, on };

/// One line of the timeline while a run goes on: `14:00:00  break  az-power a for 30m`.
std::string timeline_line(const Scenario& scenario, const RunEvent& event,
                          Colour colour = Colour::off);

/// The timeline while a run goes on. What happens to several instances at one moment is one line,
/// which tells of the first and how many more there are; the reports name them all.
class Timeline {
 public:
  using Print = std::function<void(const std::string& line)>;
  Timeline(const Scenario& scenario, Colour colour, Print print)
      : scenario_(&scenario), colour_(colour), print_(std::move(print)) {}
  void add(const RunEvent& event);
  /// Prints what has not been printed yet: the last moment.
  void finish();

 private:
  struct Line {
    RunEvent first;
    std::string shape;
    std::size_t more = 0;
  };
  const Scenario* scenario_;
  Colour colour_;
  Print print_;
  std::vector<Line> moment_;
};

/// The table of expectations and the verdict at the end.
std::string verdict_text(const RunResult& result, Colour colour = Colour::off);

}  // namespace fallstreak::scenarios
