#include <fmt/format.h>

#include <algorithm>

#include "scenarios/report/report.h"

namespace fallstreak::scenarios {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string painted(std::string text, std::string_view paint, Colour colour) {
  if (colour == Colour::off || paint.empty()) return text;
  return std::string(paint) + text + std::string(kPlain);
}

std::string_view paint_of(RunEvent::Kind kind) {
  switch (kind) {
    case RunEvent::Kind::fault:
      return kRed;
    case RunEvent::Kind::recovery:
      return kGreen;
    case RunEvent::Kind::health:
      return kYellow;
    case RunEvent::Kind::say:
      return kBold;
    default:
      return {};
  }
}

struct Mark {
  std::string_view text;
  std::string_view paint;
};
Mark mark_of(Held held) {
  switch (held) {
    case Held::yes:
      return {"held   ", kGreen};
    case Held::no:
      return {"MISSED ", kRed};
    case Held::unknown:
      return {"UNKNOWN", kYellow};
  }
  return {"UNKNOWN", kYellow};
}

/// The text with every instance id made alike.
std::string without_ids(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string shape;
  while (!text.empty()) {
    const std::size_t id = text.find("i-");
    shape += text.substr(0, id);
    if (id == std::string_view::npos) break;
    shape += "i-";
    text.remove_prefix(id + 2);
    text.remove_prefix(std::min(text.find_first_not_of(kHex), text.size()));
  }
  return shape;
}

}  // namespace

std::string_view event_kind_name(RunEvent::Kind kind) {
  switch (kind) {
    case RunEvent::Kind::information:
      return "info";
    case RunEvent::Kind::fault:
      return "break";
    case RunEvent::Kind::recovery:
      return "recovery";
    case RunEvent::Kind::action:
      return "action";
    case RunEvent::Kind::health:
      return "health";
    case RunEvent::Kind::capacity:
      return "capacity";
    case RunEvent::Kind::say:
      return "say";
  }
  return "info";
}

std::string timeline_line(const Scenario& scenario, const RunEvent& event, Colour colour) {
  const std::string kind = fmt::format("{:<8}", event_kind_name(event.kind));
  return scenario.clock_text(event.at) + "  " + painted(kind, paint_of(event.kind), colour) + "  " +
         event.text;
}

void Timeline::add(const RunEvent& event) {
  if (!moment_.empty() && moment_.front().first.at != event.at) finish();
  std::string shape = without_ids(event.text);
  const auto alike = std::ranges::find_if(moment_, [&](const Line& line) {
    return line.first.kind == event.kind && line.shape == shape;
  });
  if (alike == moment_.end()) {
    moment_.push_back({event, std::move(shape)});
  } else {
    ++alike->more;
  }
}

void Timeline::finish() {
  for (const Line& line : moment_) {
    std::string text = timeline_line(*scenario_, line.first, colour_);
    if (line.more > 0) text += fmt::format(" (and {} more)", line.more);
    print_(text);
  }
  moment_.clear();
}

std::string verdict_text(const RunResult& result, Colour colour) {
  std::size_t width = 0;
  for (const ExpectationResult& one : result.expectations) width = std::max(width, one.text.size());
  std::string text;
  for (const ExpectationResult& one : result.expectations) {
    const Mark mark = mark_of(one.verdict.held);
    text += fmt::format("  {}  {:<{}}  {}", painted(std::string(mark.text), mark.paint, colour),
                        one.text, width, one.verdict.observed);
    if (one.verdict.at) text += " (" + result.scenario.clock_text(*one.verdict.at) + ")";
    text += "\n";
  }
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  for (const auto& [name, series] : result.recording.sources) {
    requests += series.requests();
    failed += series.failed();
  }
  const bool has_passed = result.verdict == RunVerdict::passed;
  text += "\n  " +
          painted(std::string(verdict_name(result.verdict)), has_passed ? kGreen : kRed, colour);
  if (!result.scenario.variant.empty()) text += "  variant " + result.scenario.variant;
  text += fmt::format("  seed {}  hash {:016x}  {} simulated in {:.2f}s  {} requests, {} failed\n",
                      result.seed, result.hash, duration_text(result.virtual_time),
                      result.wall_seconds, requests, failed);
  if (!result.reason.empty()) text += "  " + result.reason + "\n";
  return text;
}

}  // namespace fallstreak::scenarios
