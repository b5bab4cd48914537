#include "scenarios/report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/report/markup.h"

namespace fallstreak::scenarios {
namespace {

// The drawing's own units; the page scales it to its width.
constexpr double kWidth = 960;
constexpr double kHeight = 230;
constexpr double kLeft = 58;
constexpr double kRight = 12;
constexpr double kTop = 22;
constexpr double kBottom = 26;
constexpr double kPlotWidth = kWidth - kLeft - kRight;
constexpr double kPlotHeight = kHeight - kTop - kBottom;

/// Vertical scale with round ticks.
struct Scale {
  bool is_logarithmic = false;
  double low = 0;
  double high = 1;
  std::vector<double> ticks;

  [[nodiscard]] double y(double value) const {
    const auto position = [&](double number) {
      return is_logarithmic ? std::log10(std::max(number, low)) : number;
    };
    const double share = (position(value) - position(low)) / (position(high) - position(low));
    return kTop + kPlotHeight * (1 - std::clamp(share, 0.0, 1.0));
  }
};

Scale linear_scale(double highest, bool is_whole) {
  Scale scale;
  if (highest <= 0) highest = 1;
  const double rough = highest / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
    step = power * factor;
    if (step >= rough && !(is_whole && step != std::floor(step))) break;
  }
  scale.high = step * std::ceil(highest / step * 1.0001);
  for (int tick = 0; tick * step <= scale.high * 1.0001; ++tick) scale.ticks.push_back(tick * step);
  return scale;
}

Scale logarithmic_scale(double lowest, double highest) {
  Scale scale{.is_logarithmic = true};
  if (!(highest > 0)) lowest = highest = 1;
  scale.low = std::pow(10, std::floor(std::log10(lowest)));
  scale.high = std::pow(10, std::ceil(std::log10(highest * 1.0001)));
  if (scale.high <= scale.low) scale.high = scale.low * 10;
  for (double tick = scale.low; tick <= scale.high * 1.0001; tick *= 10)
    scale.ticks.push_back(tick);
  return scale;
}

std::string short_number(double value) {
  if (value >= 1'000'000) return fmt::format("{:.4g}M", value / 1e6);
  if (value >= 10'000) return fmt::format("{:.4g}k", value / 1e3);
  return fmt::format("{:.4g}", value);
}

/// Each line's values on top of those before it, for a stacked chart; the values themselves for
/// lines.
std::vector<std::vector<std::optional<double>>> tops_of(const Chart& chart) {
  std::vector<std::vector<std::optional<double>>> tops;
  for (const ChartLine& line : chart.lines) {
    tops.push_back(line.values);
    if (chart.kind != Chart::Kind::stacked || tops.size() < 2) continue;
    for (std::size_t column = 0; column < line.values.size(); ++column) {
      tops.back()[column] =
          tops.back()[column].value_or(0) + tops[tops.size() - 2][column].value_or(0);
    }
  }
  return tops;
}

Scale scale_of(const Chart& chart, const std::vector<std::vector<std::optional<double>>>& tops) {
  double lowest = HUGE_VAL;
  double highest = 0;
  for (const auto& line : tops) {
    for (const auto& value : line) {
      if (!value) continue;
      highest = std::max(highest, *value);
      if (*value > 0) lowest = std::min(lowest, *value);
    }
  }
  return chart.is_logarithmic ? logarithmic_scale(lowest, highest)
                              : linear_scale(highest, chart.unit.empty());
}

class Drawing {
 public:
  Drawing(const Chart& chart, const Columns& columns, const Scenario& scenario,
          const Recording& recording)
      : chart_(chart),
        columns_(columns),
        scenario_(scenario),
        recording_(recording),
        tops_(tops_of(chart)),
        scale_(scale_of(chart, tops_)) {
    length_ = static_cast<double>(std::max<std::size_t>(1, columns.count * columns.seconds_each));
  }

  std::string figure() {
    draw_bands();
    draw_grid();
    draw_time_axis();
    for (std::size_t line = 0; line < chart_.lines.size(); ++line) {
      if (chart_.kind == Chart::Kind::stacked) {
        draw_area(line);
      } else {
        draw_line(line);
      }
    }
    return fmt::format(
        "<figure class=\"chart\">\n<figcaption><h3>{}{}</h3>{}</figcaption>\n"
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" data-left=\"{}\" "
        "data-width=\"{}\" "
        "data-columns=\"{}\">\n{}<line class=\"cursor\" y1=\"{}\" y2=\"{}\" x1=\"0\" x2=\"0\" "
        "hidden></line>\n</svg>\n"
        "<div class=\"tip\" hidden></div>\n<script "
        "type=\"application/json\">{}</script>\n</figure>\n",
        escaped(chart_.title), unit_suffix(), legend(), kWidth, kHeight, escaped(chart_.title),
        kLeft, kPlotWidth, columns_.count, svg_, kTop, kTop + kPlotHeight, data());
  }

 private:
  [[nodiscard]] std::string unit_suffix() const {
    return chart_.unit.empty() ? std::string() : " <small>" + escaped(chart_.unit) + "</small>";
  }
  [[nodiscard]] double x(double second) const { return kLeft + kPlotWidth * second / length_; }
  [[nodiscard]] double column_x(std::size_t column) const {
    return x((static_cast<double>(column) + 0.5) * static_cast<double>(columns_.seconds_each));
  }

  [[nodiscard]] std::string legend() const {
    std::string text = "<ul class=\"legend\">";
    for (const ChartLine& line : chart_.lines) {
      text += fmt::format("<li><i class=\"key {}\"></i>{}</li>", line.colour, escaped(line.name));
    }
    return text + "</ul>";
  }

  void draw_bands() {
    std::size_t row = 0;
    for (const BreakRecord& fault : recording_.breaks) {
      const double from = static_cast<double>(fault.at.count()) * 1e-9;
      const double until = fault.until ? static_cast<double>(fault.until->count()) * 1e-9 : length_;
      const double left = x(std::min(from, length_));
      const double width = std::max(1.0, x(std::min(until, length_)) - left);
      svg_ += fmt::format(
          "<rect class=\"band\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\"/>\n", left,
          kTop, width, kPlotHeight);
      svg_ += fmt::format(
          "<line class=\"edge\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"/>\n", left,
          kTop, kTop + kPlotHeight);
      // Labels of faults that lie close together alternate between two rows.
      const double label_y = kTop - 6 - 9 * static_cast<double>(row++ % 2);
      const bool is_right = left > kLeft + kPlotWidth * 0.75;
      svg_ += fmt::format("<text class=\"fault\" x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>\n", left,
                          label_y, is_right ? " text-anchor=\"end\"" : "", escaped(fault.label));
    }
  }

  void draw_grid() {
    for (const double tick : scale_.ticks) {
      const double y = scale_.y(tick);
      svg_ +=
          fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
                      kLeft, kWidth - kRight, y, y);
      svg_ +=
          fmt::format("<text class=\"axis\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                      kLeft - 8, y + 3.5, short_number(tick));
    }
  }

  void draw_time_axis() {
    constexpr std::array<int, 13> kSteps{10,   30,   60,   120,   300,   600,  900,
                                         1800, 3600, 7200, 10800, 21600, 86400};
    int step = kSteps.back();
    for (const int candidate : kSteps) {
      if (length_ / candidate <= 10) {
        step = candidate;
        break;
      }
    }
    const std::int64_t start = to_epoch_seconds(scenario_.zone.to_local(scenario_.start));
    for (std::int64_t at = (step - start % step) % step; static_cast<double>(at) <= length_;
         at += step) {
      std::string label = scenario_.clock_text(std::chrono::seconds(at));
      if (step >= 60) label.erase(5, 3);
      svg_ += fmt::format(
          "<text class=\"axis\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
          x(static_cast<double>(at)), kHeight - 8, label);
    }
  }

  void draw_line(std::size_t index) {
    const ChartLine& line = chart_.lines[index];
    std::string path;
    bool is_open = false;
    for (std::size_t column = 0; column < line.values.size(); ++column) {
      if (!line.values[column]) {
        is_open = false;
        continue;
      }
      const double y = scale_.y(*line.values[column]);
      if (is_open && line.is_step) path += fmt::format("H{:.1f}", column_x(column));
      path += fmt::format("{}{:.1f} {:.1f}", is_open ? 'L' : 'M', column_x(column), y);
      is_open = true;
    }
    svg_ += fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", line.colour, path);
  }

  void draw_area(std::size_t index) {
    const auto& top = tops_[index];
    if (top.empty()) return;
    std::string path;
    for (std::size_t column = 0; column < top.size(); ++column) {
      path += fmt::format("{}{:.1f} {:.1f}", column == 0 ? 'M' : 'L', column_x(column),
                          scale_.y(top[column].value_or(0)));
    }
    for (std::size_t column = top.size(); column-- > 0;) {
      const double below = index == 0 ? 0 : tops_[index - 1][column].value_or(0);
      path += fmt::format("L{:.1f} {:.1f}", column_x(column), scale_.y(below));
    }
    svg_ += fmt::format("<path class=\"area {}\" d=\"{}Z\"/>\n", chart_.lines[index].colour, path);
  }

  /// What the page's script shows at the pointer: a label and the values of each column.
  [[nodiscard]] std::string data() const {
    std::string text = "{\"at\":[";
    for (std::size_t column = 0; column < columns_.count; ++column) {
      text += (column == 0 ? "\"" : ",\"") +
              scenario_.clock_text(std::chrono::seconds(columns_.begin(column))) + "\"";
    }
    text += "],\"lines\":[";
    for (std::size_t line = 0; line < chart_.lines.size(); ++line) {
      text += line == 0 ? "[" : ",[";
      for (std::size_t column = 0; column < chart_.lines[line].values.size(); ++column) {
        const auto& value = chart_.lines[line].values[column];
        text += (column == 0 ? "" : ",") +
                (value ? fmt::format("{:.4g}", *value) : std::string("null"));
      }
      text += "]";
    }
    return text + "]}";
  }

  const Chart& chart_;
  const Columns& columns_;
  const Scenario& scenario_;
  const Recording& recording_;
  std::vector<std::vector<std::optional<double>>> tops_;
  Scale scale_;
  double length_ = 1;
  std::string svg_;
};

}  // namespace

std::string draw(const Chart& chart, const Columns& columns, const Scenario& scenario,
                 const Recording& recording) {
  return Drawing(chart, columns, scenario, recording).figure();
}

}  // namespace fallstreak::scenarios
