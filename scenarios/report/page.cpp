#include <fmt/format.h>

#include "scenarios/assertions/evaluate.h"
#include "scenarios/report/chart.h"
#include "scenarios/report/markup.h"
#include "scenarios/report/page_style.h"
#include "scenarios/report/report.h"

namespace fallstreak::scenarios {
namespace {

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3) {
    text.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return text;
}

std::string fact(std::string_view name, const std::string& value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, escaped(value));
}

std::string header(const RunResult& result) {
  const Scenario& scenario = result.scenario;
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  for (const auto& [name, series] : result.recording.sources) {
    requests += series.requests();
    failed += series.failed();
  }
  const bool has_passed = result.verdict == RunVerdict::passed;
  std::string text = fmt::format("<h1>{}</h1>\n<p class=\"why\">{}</p>\n", escaped(scenario.title),
                                 escaped(scenario.why));
  text += fmt::format("<div class=\"verdict {}\"><strong>{} {}</strong><span>{}</span></div>\n",
                      verdict_name(result.verdict), has_passed ? "&#10003;" : "&#10007;",
                      verdict_name(result.verdict),
                      has_passed ? "Every expectation held." : escaped(result.reason));
  text += "<dl class=\"facts\">\n";
  text += fact("from", to_iso8601(scenario.zone.to_local(scenario.start)).substr(0, 10) + " " +
                           scenario.clock_text(Duration(0)) + " " + scenario.zone.name());
  text += fact("simulated", duration_text(result.virtual_time));
  text += fact("in", fmt::format("{:.2f} s", result.wall_seconds));
  text += fact("requests", grouped(requests));
  text += fact("failed", requests == 0 ? "0"
                                       : fmt::format("{} ({:.3f} %)", grouped(failed),
                                                     100.0 * static_cast<double>(failed) /
                                                         static_cast<double>(requests)));
  if (!scenario.variant.empty()) text += fact("variant", scenario.variant);
  text += fact("seed", std::to_string(result.seed));
  text += fact("hash", fmt::format("{:016x}", result.hash));
  return text + "</dl>\n";
}

std::string expectations(const RunResult& result) {
  std::string text =
      "<h2>Expectations</h2>\n<div class=\"card\"><table>\n"
      "<tr><th></th><th>expected</th><th>observed</th><th>at</th></tr>\n";
  for (const ExpectationResult& one : result.expectations) {
    const bool is_known = one.verdict.held != Held::unknown;
    const bool has_held = one.verdict.held == Held::yes;
    text += fmt::format(
        "<tr><td class=\"held {}\">{}</td><td><code>{}</code></td><td>{}</td><td "
        "class=\"time\">{}</td></tr>\n",
        !is_known  ? "unknown"
        : has_held ? "yes"
                   : "no",
        !is_known  ? "? unknown"
        : has_held ? "&#10003; held"
                   : "&#10007; missed",
        escaped(one.text), escaped(one.verdict.observed),
        one.verdict.at ? result.scenario.clock_text(*one.verdict.at) : "");
  }
  return text + "</table></div>\n";
}

std::string timeline(const RunResult& result) {
  if (result.events.empty()) return {};
  std::string text = "<h2>Timeline</h2>\n<div class=\"card\"><table>\n";
  for (const RunEvent& event : result.events) {
    text +=
        fmt::format("<tr><td class=\"time\">{}</td><td class=\"kind {}\">{}</td><td>{}</td></tr>\n",
                    result.scenario.clock_text(event.at), event_kind_name(event.kind),
                    event_kind_name(event.kind), escaped(event.text));
  }
  return text + "</table></div>\n";
}

std::string assumptions(const RunResult& result) {
  if (result.assumptions.empty()) return {};
  std::string text =
      "<h2>What the result rests on</h2>\n<details class=\"card\"><summary>" +
      std::to_string(result.assumptions.size()) +
      " values that the scenario does not set itself, or that nobody publishes</summary>\n<table>\n"
      "<tr><th>value</th><th></th><th>known</th><th>by</th></tr>\n";
  for (const Assumption& one : result.assumptions) {
    text +=
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(one.name),
                    escaped(one.value), escaped(one.confidence), escaped(one.authority));
  }
  return text + "</table></details>\n";
}

}  // namespace

std::string report_html(const RunResult& result) {
  const Columns columns = columns_for(result.recording.seconds);
  std::string charts;
  for (const Chart& chart : charts_of(result.recording, columns)) {
    charts += draw(chart, columns, result.scenario, result.recording);
  }
  if (!charts.empty()) charts = "<h2>What happened</h2>\n" + charts;
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  page += escaped(result.scenario.title) + "</title>\n<style>" + std::string(kPageStyle) +
          "</style>\n</head>\n<body>\n<main>\n";
  page += header(result) + expectations(result) + charts + timeline(result) + assumptions(result);
  page += "<footer><p>" + escaped(kRtoDefinition) + "<br>" + escaped(kRpoDefinition) +
          "<br>Latency is measured from the moment a client meant to send, over answered requests "
          "only.</p></footer>\n";
  page += "</main>\n<script>" + std::string(kPageScript) + "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace fallstreak::scenarios
