// The reports for machines: JSON and JUnit.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/report/markup.h"
#include "scenarios/report/report.h"

namespace fallstreak::scenarios {
namespace {

using Json = nlohmann::ordered_json;

double seconds_of(Duration duration) { return static_cast<double>(duration.count()) * 1e-9; }

Json source_json(const SourceSeries& series) {
  Json errors = Json::object();
  for (std::size_t error = 0; error < kRequestErrors; ++error) {
    std::uint64_t sum = 0;
    for (const SecondSummary& second : series.seconds) sum += second.errors[error];
    if (sum != 0) errors[std::string(error_name(static_cast<RequestError>(error)))] = sum;
  }
  Json json{{"requests", series.requests()}, {"failed", series.failed()}, {"errors", errors}};
  for (const auto& [name, quantile] :
       {std::pair{"p50_ms", 0.5}, {"p99_ms", 0.99}, {"p999_ms", 0.999}}) {
    const auto value = series.percentile(quantile, 0, series.seconds.size());
    json[name] = value ? Json(static_cast<double>(*value) * 1e-6) : Json(nullptr);
  }
  return json;
}

Json held_json(Held held) {
  return held == Held::unknown ? Json(nullptr) : Json(held == Held::yes);
}

}  // namespace

std::string report_json(const RunResult& result) {
  const Scenario& scenario = result.scenario;
  std::uint64_t requests = 0;
  Json sources = Json::object();
  for (const auto& [name, series] : result.recording.sources) {
    requests += series.requests();
    sources[name] = source_json(series);
  }
  Json expectations = Json::array();
  for (const ExpectationResult& one : result.expectations) {
    expectations.push_back(
        {{"text", one.text},
         {"held", held_json(one.verdict.held)},
         {"observed", one.verdict.observed},
         {"at", one.verdict.at ? Json(scenario.clock_text(*one.verdict.at)) : Json(nullptr)}});
  }
  Json events = Json::array();
  for (const RunEvent& event : result.events) {
    events.push_back({{"at", scenario.clock_text(event.at)},
                      {"seconds", seconds_of(event.at)},
                      {"kind", event_kind_name(event.kind)},
                      {"text", event.text}});
  }
  Json assumptions = Json::array();
  for (const Assumption& one : result.assumptions) {
    assumptions.push_back({{"name", one.name},
                           {"value", one.value},
                           {"confidence", one.confidence},
                           {"authority", one.authority}});
  }
  const Json json{{"scenario", scenario.title},
                  {"file", scenario.file},
                  {"variant", scenario.variant},
                  {"seed", result.seed},
                  {"hash", fmt::format("{:016x}", result.hash)},
                  {"verdict", verdict_name(result.verdict)},
                  {"reason", result.reason},
                  {"start", to_iso8601(scenario.start)},
                  {"virtual_seconds", seconds_of(result.virtual_time)},
                  {"wall_seconds", result.wall_seconds},
                  {"requests", requests},
                  {"sources", sources},
                  {"expectations", expectations},
                  {"events", events},
                  {"assumptions", assumptions}};
  // A title may hold bytes that are not UTF-8; they are replaced rather than thrown over.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string junit_xml(const RunResult& result) {
  std::size_t failures = 0;
  std::string cases;
  for (const ExpectationResult& one : result.expectations) {
    cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
                         escaped(result.scenario.title), escaped(one.text));
    if (one.verdict.held == Held::yes) {
      cases += "/>\n";
      continue;
    }
    ++failures;
    std::string message = one.verdict.observed;
    if (one.verdict.at) message += " at " + result.scenario.clock_text(*one.verdict.at);
    cases += fmt::format(">\n      <failure type=\"{}\" message=\"{}\"/>\n    </testcase>\n",
                         one.verdict.held == Held::no ? "missed" : "unknown", escaped(message));
  }
  const bool ended_well =
      result.verdict == RunVerdict::passed || result.verdict == RunVerdict::missed;
  std::size_t tests = result.expectations.size();
  if (!ended_well) {
    ++tests;
    cases += fmt::format(
        "    <testcase classname=\"{}\" name=\"the run\" time=\"0\">\n      <error type=\"{}\" "
        "message=\"{}\"/>\n"
        "    </testcase>\n",
        escaped(result.scenario.title), verdict_name(result.verdict), escaped(result.reason));
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\"", tests, failures,
                  ended_well ? 0 : 1, result.wall_seconds);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite name=\"{}\" {}>\n"
      "    <properties>\n      <property name=\"seed\" value=\"{}\"/>\n"
      "      <property name=\"hash\" value=\"{:016x}\"/>\n    </properties>\n{}  "
      "</testsuite>\n</testsuites>\n",
      counts, escaped(result.scenario.title), counts, result.seed, result.hash, cases);
}

}  // namespace fallstreak::scenarios
