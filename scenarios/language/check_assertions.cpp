// That what assertions speak of exists and can be measured.
#include <algorithm>

#include "scenarios/language/schema_reader.h"

namespace fallstreak::scenarios {
namespace {

class AssertionChecker {
 public:
  AssertionChecker(ReadContext& context, const Scenario& scenario)
      : context_(context), scenario_(scenario) {}

  void check(const Assertion& assertion) {
    check_subject(assertion);
    check_times(assertion);
  }

 private:
  void check_subject(const Assertion& assertion) {
    const std::string& subject = assertion.subject;
    const bool is_source = scenario_.find_source(subject) != nullptr;
    const bool is_table = scenario_.find_table(subject) != nullptr;
    switch (assertion.function) {
      case Function::cost:
      case Function::vpcs:
        return;
      case Function::percentile:
      case Function::slow:
        need(assertion, is_source, "load source");
        return;
      case Function::error_rate:
        need(assertion, is_source || is_table, "load source or table");
        return;
      case Function::rto:
        if (need(assertion, is_source || is_table, "load source or table")) check_rto(assertion);
        return;
      case Function::rpo:
      case Function::throttles:
        need(assertion, is_table, "table");
        return;
      case Function::healthy:
      case Function::size:
      case Function::spread:
      case Function::flapping:
        need(assertion, scenario_.find_group(subject) != nullptr, "Auto Scaling group");
        return;
      case Function::rows:
        error(assertion, "`rows()` is part of the language but not implemented yet");
        return;
      case Function::writers:
        error(assertion,
              "`writers()` is about an Aurora cluster, and those are part of the language but not "
              "implemented yet");
        return;
    }
  }

  bool need(const Assertion& assertion, bool is_there, std::string_view kind) {
    if (!is_there)
      error(assertion, "there is no " + std::string(kind) + " `" + assertion.subject + "`");
    return is_there;
  }

  void check_rto(const Assertion& assertion) {
    const bool has_check = std::ranges::find(scenario_.steady, assertion.subject,
                                             &Assertion::subject) != scenario_.steady.end();
    if (!has_check) {
      error(assertion, "`rto(" + assertion.subject + ")` needs a `steady` check on `" +
                           assertion.subject + "`");
    }
    const bool has_break = std::ranges::any_of(scenario_.timeline, &TimelineItem::is_break);
    if (!has_break) error(assertion, "`rto()` needs a `break` in the timeline");
  }

  void check_times(const Assertion& assertion) {
    if (scenario_.run <= Duration(0)) return;
    if (assertion.between) {
      const Duration from = scenario_.offset_of(assertion.between->from);
      const Duration to = scenario_.offset_of(assertion.between->to);
      if (from >= to) error(assertion, "`between` needs a time and a later one");
      if (to > scenario_.run) error(assertion, "the end of `between` is after the end of the run");
    }
    if (assertion.within) {
      const Duration of = scenario_.offset_of(assertion.within->of);
      if (of + assertion.within->within > scenario_.run) {
        error(assertion, "the end of `within` is after the end of the run");
      }
    }
    for (const auto& span : {assertion.over, assertion.lasting}) {
      if (span && *span % std::chrono::seconds(1) != Duration(0))
        error(assertion, "a window must be whole seconds");
      if (span && *span > scenario_.run)
        error(assertion, "a window must not be longer than the run");
    }
  }

  void error(const Assertion& assertion, std::string message) {
    context_.error(assertion.place, std::move(message));
  }

  ReadContext& context_;
  const Scenario& scenario_;
};

}  // namespace

void check_assertions(ReadContext& context, const Scenario& scenario) {
  AssertionChecker checker(context, scenario);
  for (const auto* list : {&scenario.steady, &scenario.expect, &scenario.stop_if}) {
    for (const Assertion& assertion : *list) checker.check(assertion);
  }
  for (const TimelineItem& item : scenario.timeline) {
    if (const auto* when = std::get_if<WhenTrigger>(&item.trigger);
        when != nullptr && !when->condition.text.empty()) {
      checker.check(when->condition);
    }
  }
}

}  // namespace fallstreak::scenarios
