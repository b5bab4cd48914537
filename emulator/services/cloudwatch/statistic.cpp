#include "services/cloudwatch/statistic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace fallstreak::services::cloudwatch {
namespace {

using StatisticKind = Statistic::Kind;

constexpr std::array<std::pair<std::string_view, StatisticKind>, 5> kSimple = {{
    {"SampleCount", StatisticKind::sample_count},
    {"Average", StatisticKind::average},
    {"Sum", StatisticKind::sum},
    {"Minimum", StatisticKind::minimum},
    {"Maximum", StatisticKind::maximum},
}};
/// Each has the form `tm99` and, but for PR, `TM(1%:99%)`.
constexpr std::array<std::pair<std::string_view, StatisticKind>, 4> kTrimmed = {{
    {"tm", StatisticKind::trimmed_mean},
    {"wm", StatisticKind::winsorized_mean},
    {"tc", StatisticKind::trimmed_count},
    {"ts", StatisticKind::trimmed_sum},
}};

/// Decimal digits with at most one point, as CloudWatch takes them: no sign, no exponent.
std::optional<double> parse_number(std::string_view text) {
  const bool is_decimal = !text.empty() && text.front() != '.' &&
                          text.find_first_not_of("0123456789.") == std::string_view::npos;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!is_decimal || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// AWS: up to ten decimal places are allowed; from 0.0 to 100.
std::optional<double> parse_percentage(std::string_view text) {
  const auto value = parse_number(text);
  return value && *value <= 100 ? value : std::nullopt;
}

bool starts_with_name(std::string_view text, std::string_view lower_case) {
  if (text.size() < 2) return false;
  const std::array<char, 2> upper = {char(lower_case[0] - 32), char(lower_case[1] - 32)};
  return text.substr(0, 2) == lower_case || text.substr(0, 2) == std::string_view(upper.data(), 2);
}

/// `10%:90%`, `:95%`, `100:2000`, `150:`.
bool parse_bounds(std::string_view text, Statistic& statistic) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view from = text.substr(0, colon);
  const std::string_view to = text.substr(colon + 1);
  if (from.empty() && to.empty()) return false;
  const bool is_percent =
      (from.empty() || from.ends_with('%')) && (to.empty() || to.ends_with('%'));
  statistic.by_value = !is_percent;
  statistic.lower = is_percent ? 0 : -std::numeric_limits<double>::infinity();
  statistic.upper = is_percent ? 100 : std::numeric_limits<double>::infinity();
  const auto parse = [&](std::string_view bound, double& out) {
    if (bound.empty()) return true;
    const auto value =
        is_percent ? parse_percentage(bound.substr(0, bound.size() - 1)) : parse_number(bound);
    if (value) out = *value;
    return value.has_value();
  };
  return parse(from, statistic.lower) && parse(to, statistic.upper) &&
         statistic.lower < statistic.upper;
}

std::optional<Statistic> parse_bounded(std::string_view text, StatisticKind kind) {
  if (!text.starts_with('(') || !text.ends_with(')')) return {};
  Statistic statistic{.kind = kind};
  if (!parse_bounds(text.substr(1, text.size() - 2), statistic)) return {};
  // AWS: a percentile rank takes values, for percentages are what it gives.
  if (kind == StatisticKind::percentile_rank && !statistic.by_value) return {};
  return statistic;
}

/// The samples from one rank to another, a part of a sample where the cut goes through it.
struct Cut {
  double count = 0;
  double sum = 0;
};

Cut cut(const Statistic& statistic, const Aggregate& aggregate) {
  Cut kept;
  const double first = statistic.lower / 100 * aggregate.count;
  const double last = statistic.upper / 100 * aggregate.count;
  double before = 0;
  for (const auto& [value, count] : samples_of(aggregate)) {
    double weight = 0;
    if (statistic.by_value) {
      // AWS: the lower bound is exclusive, the upper inclusive.
      weight = value > statistic.lower && value <= statistic.upper ? count : 0;
    } else {
      weight = std::max(0.0, std::min(before + count, last) - std::max(before, first));
    }
    kept.count += weight;
    kept.sum += weight * value;
    before += count;
  }
  return kept;
}

/// Chosen: the smallest value that at least so many percent of the values do not exceed (nearest
/// rank), so that a percentile of few values is one of them.
double value_at(const Aggregate& aggregate, double percentage) {
  if (percentage <= 0) return aggregate.minimum;
  if (percentage >= 100) return aggregate.maximum;
  const double rank = percentage / 100 * aggregate.count;
  double before = 0;
  for (const auto& [value, count] : samples_of(aggregate)) {
    before += count;
    // A hair of tolerance: 0.95 * 20 is a little more than 19.
    if (before >= rank * (1 - 1e-12)) {
      return std::clamp(value, aggregate.minimum, aggregate.maximum);
    }
  }
  return aggregate.maximum;
}

double winsorized_sum(const Statistic& statistic, const Aggregate& aggregate) {
  const bool by_value = statistic.by_value;
  const double low = by_value ? statistic.lower : value_at(aggregate, statistic.lower);
  const double high = by_value ? statistic.upper : value_at(aggregate, statistic.upper);
  double sum = 0;
  for (const auto& [value, count] : samples_of(aggregate))
    sum += std::clamp(value, low, high) * count;
  return sum;
}

}  // namespace

std::optional<Statistic> parse_statistic(std::string_view text) {
  for (const auto& [name, kind] : kSimple) {
    if (text == name) return Statistic{.kind = kind};
  }
  // AWS: the interquartile mean.
  if (text == "IQM" || text == "iqm") {
    return Statistic{.kind = StatisticKind::trimmed_mean, .lower = 25, .upper = 75};
  }
  if (starts_with_name(text, "pr"))
    return parse_bounded(text.substr(2), StatisticKind::percentile_rank);
  for (const auto& [name, kind] : kTrimmed) {
    if (!starts_with_name(text, name)) continue;
    if (const auto upper = parse_percentage(text.substr(2))) {
      return Statistic{.kind = kind, .upper = *upper};
    }
    return parse_bounded(text.substr(2), kind);
  }
  if (text.starts_with('p') || text.starts_with('P')) {
    if (const auto upper = parse_percentage(text.substr(1))) {
      return Statistic{.kind = StatisticKind::percentile, .upper = *upper};
    }
  }
  return {};
}

bool is_simple(const Statistic& statistic) { return statistic.kind <= StatisticKind::maximum; }

std::optional<double> value_of(const Statistic& statistic, const Aggregate& aggregate) {
  if (aggregate.count <= 0) return {};
  switch (statistic.kind) {
    case StatisticKind::sample_count:
      return aggregate.count;
    case StatisticKind::average:
      return aggregate.sum / aggregate.count;
    case StatisticKind::sum:
      return aggregate.sum;
    case StatisticKind::minimum:
      return aggregate.minimum;
    case StatisticKind::maximum:
      return aggregate.maximum;
    default:
      break;
  }
  if (!aggregate.has_distribution) return {};
  if (statistic.kind == StatisticKind::percentile) return value_at(aggregate, statistic.upper);
  if (statistic.kind == StatisticKind::winsorized_mean) {
    return winsorized_sum(statistic, aggregate) / aggregate.count;
  }
  const Cut kept = cut(statistic, aggregate);
  switch (statistic.kind) {
    case StatisticKind::trimmed_count:
      return kept.count;
    case StatisticKind::trimmed_sum:
      return kept.sum;
    case StatisticKind::percentile_rank:
      return kept.count / aggregate.count * 100;
    default:
      break;
  }
  if (kept.count <= 0) return {};
  return kept.sum / kept.count;
}

}  // namespace fallstreak::services::cloudwatch
