#include "scenarios/assertions/evaluate.h"

#include <algorithm>
#include <cmath>

#include "scenarios/assertions/recovery.h"
#include "scenarios/assertions/sampler.h"

namespace fallstreak::scenarios {
namespace {

Duration end_of(std::size_t second) { return std::chrono::seconds(second + 1); }
std::size_t second_of(Duration offset) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, offset / std::chrono::seconds(1)));
}

Verdict no_data(std::string why) {
  return {Held::unknown, "no data: " + std::move(why), std::nullopt};
}

/// Judges one assertion over the seconds that it speaks of.
class Judge {
 public:
  Judge(const Assertion& assertion, const Scenario& scenario, const Recording& recording)
      : assertion_(assertion), recording_(recording), sampler_(assertion, recording) {
    end_ = recording.seconds;
    if (assertion.between) {
      begin_ = second_of(scenario.offset_of(assertion.between->from));
      end_ = second_of(scenario.offset_of(assertion.between->to));
    } else if (assertion.within) {
      begin_ = second_of(scenario.offset_of(assertion.within->of));
      end_ = begin_ + second_of(assertion.within->within);
    }
    is_cut_short_ = end_ > recording.seconds;
    end_ = std::min(end_, recording.seconds);
  }

  Verdict judge() {
    switch (assertion_.temporal) {
      case Temporal::none:
        break;
      case Temporal::always:
        return throughout(true);
      case Temporal::never:
        return throughout(false);
      case Temporal::sometimes:
      case Temporal::eventually:
        return once();
    }
    if (assertion_.at_end || (!sampler_.is_aggregate() && !assertion_.between)) return at_the_end();
    if (!sampler_.is_aggregate() || assertion_.over) return throughout(true);
    return whole();
  }

 private:
  [[nodiscard]] bool holds(double value) const {
    return compare(value, assertion_.comparison, assertion_.value);
  }
  [[nodiscard]] std::string text_of(double value) const {
    return quantity_text(value, assertion_.quantity);
  }

  Verdict whole() {
    const auto value = sampler_.over(begin_, end_);
    if (!value) return no_data("no request ended in that time");
    Verdict verdict{holds(*value) ? Held::yes : Held::no, text_of(*value), end_of(end_ - 1)};
    if (is_cut_short_ && assertion_.between) verdict.held = Held::unknown;
    return verdict;
  }

  Verdict at_the_end() {
    if (recording_.seconds == 0) return no_data("nothing was simulated");
    const std::size_t last = recording_.seconds - 1;
    const auto value = sampler_.at(last);
    if (!value) return no_data("nothing was measured at the end");
    return {holds(*value) ? Held::yes : Held::no, text_of(*value), end_of(last)};
  }

  /// Whether the comparison is `wanted` at every second; shows the worst one.
  Verdict throughout(bool wanted) {
    std::optional<double> worst;
    std::optional<std::size_t> worst_at;
    std::optional<std::size_t> violated_at;
    bool has_gap = false;
    const std::size_t begin = std::max(begin_, sampler_.first_second());
    for (std::size_t second = begin; second < end_; ++second) {
      const auto value = sampler_.at(second);
      if (!value) {
        has_gap = true;
        continue;
      }
      const bool is_violation = holds(*value) != wanted;
      if (is_violation && !violated_at) violated_at = second;
      const bool is_worse =
          !worst || (violated_at == second) ||
          (is_violation == (violated_at.has_value()) && worse(*value, *worst, wanted));
      if (is_worse) {
        worst = value;
        worst_at = second;
      }
    }
    if (!worst) return no_data("nothing was measured in that time");
    if (violated_at) return {Held::no, text_of(*worst) + " at worst", end_of(*violated_at)};
    if (has_gap || is_cut_short_) return no_data("it was not measured all the time");
    return {Held::yes, text_of(*worst) + " at worst", end_of(*worst_at)};
  }

  /// Whether `value` is nearer to a violation than `other`.
  [[nodiscard]] bool worse(double value, double other, bool wanted) const {
    const bool is_upper = assertion_.comparison == Comparison::less ||
                          assertion_.comparison == Comparison::less_or_equal;
    const bool is_lower = assertion_.comparison == Comparison::greater ||
                          assertion_.comparison == Comparison::greater_or_equal;
    if (is_upper) return wanted ? value > other : value < other;
    if (is_lower) return wanted ? value < other : value > other;
    return false;
  }

  Verdict once() {
    std::optional<double> nearest;
    const std::size_t begin = std::max(begin_, sampler_.first_second());
    for (std::size_t second = begin; second < end_; ++second) {
      const auto value = sampler_.at(second);
      if (!value) continue;
      if (holds(*value)) return {Held::yes, text_of(*value), end_of(second)};
      if (!nearest || worse(*nearest, *value, true)) nearest = value;
    }
    if (!nearest) return no_data("nothing was measured in that time");
    if (is_cut_short_) return no_data("the run ended before that time was over");
    return {Held::no, "never; " + text_of(*nearest) + " at best",
            end_ > 0 ? std::optional(end_of(end_ - 1)) : std::nullopt};
  }

  const Assertion& assertion_;
  const Recording& recording_;
  Sampler sampler_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool is_cut_short_ = false;
};

}  // namespace

Verdict evaluate(const Assertion& assertion, const Scenario& scenario, const Recording& recording) {
  if (assertion.function == Function::rto) return evaluate_rto(assertion, scenario, recording);
  if (assertion.function == Function::rpo) return evaluate_rpo(assertion, recording);
  return Judge(assertion, scenario, recording).judge();
}

Verdict evaluate_at(const Assertion& assertion, const Scenario&, const Recording& recording,
                    std::size_t second) {
  Sampler sampler(assertion, recording);
  const auto lasting = static_cast<std::size_t>(std::max<std::int64_t>(
      1, assertion.lasting.value_or(std::chrono::seconds(1)) / std::chrono::seconds(1)));
  if (second + 1 < lasting) return {Held::no, "not for so long yet", end_of(second)};
  Verdict verdict;
  for (std::size_t at = second + 1 - lasting; at <= second; ++at) {
    const auto value = sampler.at(at);
    if (!value) return {Held::unknown, "no data", end_of(at)};
    const bool holds = compare(*value, assertion.comparison, assertion.value);
    verdict = {holds ? Held::yes : Held::no, quantity_text(*value, assertion.quantity),
               end_of(second)};
    if (!holds) break;
  }
  return verdict;
}

}  // namespace fallstreak::scenarios
