#pragma once

#include <string>
#include <string_view>

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
/// The table of expectations and the verdict at the end.
std::string verdict_text(const RunResult& result, Colour colour = Colour::off);

}  // namespace fallstreak::scenarios
