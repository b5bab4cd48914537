#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "scenarios/report/report.h"
#include "tests/scenarios/run_fixture.h"

namespace fallstreak::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

RunResult small_result(const std::string& expectation) {
  RunResult result;
  result.scenario = small_scenario({"error_rate(shoppers) < 0.1% over 1m"},
                                   {expectation, "always: healthy(web) >= 3"});
  result.seed = 7;
  result.hash = 0x1234;
  result.virtual_time = minutes(10);
  result.wall_seconds = 0.25;
  result.recording =
      recording_of([](std::size_t second) { return failing_between(second, 120, 150); });
  fill_gauge(result.recording, {"healthy", "web"},
             [](std::size_t second) { return second > 130 ? 3.0 : 4.0; });
  fill_gauge(result.recording, {"size", "web"}, [](std::size_t) { return 4.0; });
  result.events = {{seconds(120), RunEvent::Kind::fault, "az-power a for 3m"},
                   {seconds(131), RunEvent::Kind::health, "i-1 <unhealthy> & gone"}};
  result.assumptions = assumptions_of(result.scenario);
  judge(result);
  return result;
}

TEST(Verdict, IsPassedOnlyWhenEverythingHeld) {
  EXPECT_EQ(small_result("rto(shoppers) <= 5m").verdict, RunVerdict::passed);
  const RunResult missed = small_result("rto(shoppers) <= 1m");
  EXPECT_EQ(missed.verdict, RunVerdict::missed);
  EXPECT_THAT(missed.reason, HasSubstr("`rto(shoppers) <= 1m` did not hold: 1m29s, at 12:02:01"));
  const RunResult unknown = small_result("cost() < $5");
  EXPECT_EQ(unknown.verdict, RunVerdict::missed);
  EXPECT_THAT(unknown.reason, HasSubstr("is unknown"));
}

TEST(Verdict, KeepsWhatEndedTheRunEarly) {
  RunResult result = small_result("rto(shoppers) <= 5m");
  result.verdict = RunVerdict::stopped;
  judge(result);
  EXPECT_EQ(result.verdict, RunVerdict::stopped);
  EXPECT_EQ(exit_code(result.verdict), ExitCode::stopped);
  EXPECT_EQ(static_cast<int>(exit_code(RunVerdict::missed)), 99);
}

TEST(ReportJson, HasWhatToolsRead) {
  const auto json = nlohmann::json::parse(report_json(small_result("rto(shoppers) <= 1m")));
  EXPECT_EQ(json["scenario"], "Small & <quick>");
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["hash"], "0000000000001234");
  EXPECT_EQ(json["verdict"], "missed");
  EXPECT_EQ(json["virtual_seconds"], 600);
  EXPECT_EQ(json["wall_seconds"], 0.25);
  EXPECT_EQ(json["requests"], 6000);
  EXPECT_EQ(json["expectations"][0]["text"], "rto(shoppers) <= 1m");
  EXPECT_EQ(json["expectations"][0]["held"], false);
  EXPECT_EQ(json["expectations"][0]["observed"], "1m29s");
  EXPECT_EQ(json["expectations"][0]["at"], "12:02:01");
  EXPECT_EQ(json["expectations"][1]["held"], true);
  EXPECT_EQ(json["events"][0]["at"], "12:02:00");
  EXPECT_EQ(json["sources"]["shoppers"]["errors"]["504 gateway timeout"], 300);
}

TEST(ReportJson, ShowsUnknownAsNull) {
  const auto json = nlohmann::json::parse(report_json(small_result("cost() < $5")));
  EXPECT_TRUE(json["expectations"][0]["held"].is_null());
}

TEST(JunitXml, IsWellFormedAndCountsFailures) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit_xml(small_result("rto(shoppers) <= 1m")).c_str()));
  const auto suite = document.child("testsuites").child("testsuite");
  EXPECT_STREQ(suite.attribute("name").value(), "Small & <quick>");
  EXPECT_EQ(suite.attribute("tests").as_int(), 3);
  EXPECT_EQ(suite.attribute("failures").as_int(), 1);
  const auto failure = suite.child("testcase").child("failure");
  EXPECT_THAT(failure.attribute("message").value(), HasSubstr("1m29s"));
}

TEST(JunitXml, HasAnErrorWhenTheRunDidNotEndWell) {
  RunResult result = small_result("rto(shoppers) <= 5m");
  result.verdict = RunVerdict::unsteady;
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit_xml(result).c_str()));
  EXPECT_EQ(document.child("testsuites").attribute("errors").as_int(), 1);
}

TEST(ReportHtml, LoadsNothingAndEscapesEverything) {
  const std::string page = report_html(small_result("rto(shoppers) <= 1m"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("<quick>")));
  EXPECT_THAT(page, HasSubstr("Small &amp; &lt;quick&gt;"));
  EXPECT_THAT(page, HasSubstr("i-1 &lt;unhealthy&gt; &amp; gone"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme:dark"));
  for (const char* title : {"Requests", "Errors by kind", "Latency of answered requests",
                            "Healthy targets and capacity"}) {
    EXPECT_THAT(page, HasSubstr(title));
  }
  EXPECT_THAT(page, HasSubstr(">az-power a</text>"));
}

TEST(ReportHtml, HasOneWellFormedDrawingPerChart) {
  const std::string page = report_html(small_result("rto(shoppers) <= 1m"));
  std::size_t drawings = 0;
  for (auto begin = page.find("<svg"); begin != std::string::npos;
       begin = page.find("<svg", begin + 1)) {
    const auto end = page.find("</svg>", begin) + 6;
    std::string drawing = page.substr(begin, end - begin);
    // HTML's attribute without a value is no XML.
    for (auto place = drawing.find(" hidden>"); place != std::string::npos;
         place = drawing.find(" hidden>")) {
      drawing.erase(place, 7);
    }
    pugi::xml_document document;
    const auto parsed = document.load_string(drawing.c_str());
    ASSERT_TRUE(parsed) << parsed.description();
    EXPECT_EQ(drawing.find("nan"), std::string::npos);
    EXPECT_EQ(drawing.find("inf"), std::string::npos);
    ++drawings;
  }
  EXPECT_EQ(drawings, 4u);
}

TEST(ReportHtml, CanShowARunThatNeverBegan) {
  RunResult result;
  result.scenario = small_scenario({}, {"cost() < $5"});
  result.verdict = RunVerdict::failed;
  result.reason = "the stack could not be made";
  EXPECT_THAT(report_html(result), HasSubstr("the stack could not be made"));
}

TEST(Console, ShowsTheTimelineAndTheVerdict) {
  const RunResult result = small_result("rto(shoppers) <= 1m");
  EXPECT_EQ(timeline_line(result.scenario, result.events[0]),
            "12:02:00  break     az-power a for 3m");
  const std::string text = verdict_text(result);
  EXPECT_THAT(text, HasSubstr("MISSED   rto(shoppers) <= 1m"));
  EXPECT_THAT(text, HasSubstr("1m29s (12:02:01)"));
  EXPECT_THAT(text, HasSubstr("missed  seed 7  hash 0000000000001234"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(verdict_text(result, Colour::on), HasSubstr("\x1b[31m"));
}

TEST(Console, WhatHappensToSeveralInstancesAtOnceIsOneLine) {
  const RunResult result = small_result("rto(shoppers) <= 1m");
  std::vector<std::string> lines;
  Timeline timeline(result.scenario, Colour::off,
                    [&](const std::string& line) { lines.push_back(line); });
  using Kind = RunEvent::Kind;
  const Duration at = std::chrono::minutes(1);
  timeline.add({at, Kind::health, "edge: i-0aa in a is unhealthy: Request timed out"});
  timeline.add({at, Kind::health, "edge: i-0ab in a is unhealthy: Request timed out"});
  timeline.add({at, Kind::health, "edge: i-0ac in b is unhealthy: Request timed out"});
  timeline.add({at, Kind::health, "edge: i-0ad in a is unhealthy: Request timed out"});
  EXPECT_TRUE(lines.empty());
  timeline.add({2 * at, Kind::health, "edge: i-0ae in a is unhealthy: Request timed out"});
  timeline.finish();
  EXPECT_THAT(lines,
              ElementsAre("12:01:00  health    edge: i-0aa in a is unhealthy: Request timed out "
                          "(and 2 more)",
                          "12:01:00  health    edge: i-0ac in b is unhealthy: Request timed out",
                          "12:02:00  health    edge: i-0ae in a is unhealthy: Request timed out"));
}

}  // namespace
}  // namespace fallstreak::scenarios
