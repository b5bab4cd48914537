#include "services/cloudwatch/metric_identity.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace fallstreak::services::cloudwatch {
namespace {

/// As long as keys of metrics with a dimension or two are: most grow no more.
constexpr std::size_t kUsualKey = 128;

bool comes_before(const api::cloudwatch::Dimension& left, const api::cloudwatch::Dimension& right) {
  return std::tie(left.Name, left.Value) < std::tie(right.Name, right.Value);
}

std::span<const std::string_view> units() {
  return api::shape_of<api::cloudwatch::MetricStat>().member("Unit")->shape->values;
}

}  // namespace

void append_part(std::string& key, std::string_view part) {
  // A zero byte within the part is escaped; two end it.
  if (part.find('\0') == std::string_view::npos) {
    key += part;
  } else {
    for (const char byte : part) {
      key += byte;
      if (byte == 0) key += char(0xff);
    }
  }
  key.append(2, '\0');
}

std::string prefix_of(std::string_view part) {
  std::string key;
  key.reserve(kUsualKey);
  append_part(key, part);
  return key;
}

std::string name_prefix(std::string_view metric_namespace, std::string_view name) {
  std::string key = prefix_of(metric_namespace);
  append_part(key, name);
  return key;
}

std::string metric_key(std::string_view metric_namespace, std::string_view name,
                       const std::optional<Dimensions>& dimensions) {
  std::string key = name_prefix(metric_namespace, name);
  if (!dimensions) return key;
  const auto append = [&](const Dimensions& ordered) {
    for (const auto& dimension : ordered) {
      append_part(key, *dimension.Name);
      append_part(key, *dimension.Value);
    }
  };
  // Callers mostly send dimensions in order; then nothing is copied.
  if (std::ranges::is_sorted(*dimensions, comes_before)) {
    append(*dimensions);
  } else {
    append(sorted(dimensions));
  }
  return key;
}

Dimensions sorted(const std::optional<Dimensions>& dimensions) {
  Dimensions ordered = dimensions.value_or(Dimensions{});
  std::ranges::sort(ordered, comes_before);
  return ordered;
}

std::uint8_t unit_number(std::string_view unit) {
  const auto values = units();
  const auto found = std::ranges::find(values, unit);
  CHECK(found != values.end()) << "unit " << unit << " is not of the model";
  return std::uint8_t(found - values.begin());
}

std::string_view unit_name(std::uint8_t number) { return units()[number]; }

std::uint8_t unit_none() {
  static const std::uint8_t number = unit_number("None");
  return number;
}

}  // namespace fallstreak::services::cloudwatch
