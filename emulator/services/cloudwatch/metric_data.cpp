#include <cmath>
#include <optional>

#include "services/cloudwatch/datapoints.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/text.h"
#include "services/cloudwatch/timing.h"

namespace fallstreak::services::cloudwatch {
namespace {

constexpr std::size_t kMostData = 1000;
constexpr std::size_t kMostValues = 150;
/// AWS: in a request; their data counts as the other's.
constexpr std::size_t kMostEntities = 2;
// AWS: values are between -2^360 and 2^360.
const double kLargestValue = std::ldexp(1.0, 360);

using api::cloudwatch::MetricDatum;

/// Where a datum stands in its request. Only a refusal needs it as text.
struct Place {
  std::size_t index;
  /// Of which entity's data it is.
  std::optional<std::size_t> entity = {};
  [[nodiscard]] std::string member(std::string_view name) const {
    const std::string list =
        entity ? "EntityMetricData.member." + std::to_string(*entity + 1) + "." : std::string();
    return list + "MetricData.member." + std::to_string(index + 1) + "." + std::string(name);
  }
};

std::string value_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return number_text(value);
}

bool is_storable(double value) { return std::isfinite(value) && std::abs(value) <= kLargestValue; }

void check_value(double value, const Place& place, std::string_view member) {
  if (!is_storable(value)) throw invalid_value(value_text(value), place.member(member));
}

void check_statistic_set(const api::cloudwatch::StatisticSet& set, const Place& place) {
  check_value(*set.SampleCount, place, "StatisticValues.SampleCount");
  check_value(*set.Sum, place, "StatisticValues.Sum");
  check_value(*set.Minimum, place, "StatisticValues.Minimum");
  check_value(*set.Maximum, place, "StatisticValues.Maximum");
  if (*set.SampleCount < 0) {
    throw invalid_value(value_text(*set.SampleCount), place.member("StatisticValues.SampleCount"));
  }
  if (*set.Minimum > *set.Maximum) {
    throw invalid_parameter("The parameter " + place.member("StatisticValues.Maximum") +
                            " must be greater than " + place.member("StatisticValues.Minimum") +
                            ".");
  }
}

void check_values(const MetricDatum& datum, const Place& place) {
  const auto values = api::each(datum.Values);
  if (values.size() > kMostValues) throw too_many_elements(place.member("Values"), kMostValues);
  if (datum.Counts && datum.Counts->size() != values.size()) {
    throw invalid_parameter("The parameters " + place.member("Values") + " and " +
                            place.member("Counts") + " must be of the same size.");
  }
  for (std::size_t index = 0; index < values.size(); ++index) {
    const std::string number = std::to_string(index + 1);
    if (!is_storable(values[index])) {
      throw invalid_value(value_text(values[index]), place.member("Values.member." + number));
    }
    const double count = datum.Counts ? (*datum.Counts)[index] : 1;
    if (!is_storable(count) || count < 0) {
      throw invalid_value(value_text(count), place.member("Counts.member." + number));
    }
  }
}

void check_what_is_given(const MetricDatum& datum, const Place& place) {
  const bool has_values = datum.Values && !datum.Values->empty();
  if (datum.Value && datum.Values) {
    throw both_specified(place.member("Value"), place.member("Values"));
  }
  if (datum.Value && datum.StatisticValues) {
    throw both_specified(place.member("Value"), place.member("StatisticValues"));
  }
  if (datum.StatisticValues && datum.Values) {
    throw both_specified(place.member("StatisticValues"), place.member("Values"));
  }
  if (!datum.Value && !datum.StatisticValues && !has_values) {
    throw missing_parameter(place.member(datum.Counts ? "Values" : "Value"));
  }
}

void check(const Context& context, const MetricDatum& datum, const Place& place) {
  check_what_is_given(datum, place);
  if (datum.Value) check_value(*datum.Value, place, "Value");
  if (datum.StatisticValues) check_statistic_set(*datum.StatisticValues, place);
  if (datum.Values) check_values(datum, place);
  if (datum.StorageResolution && *datum.StorageResolution != 1 && *datum.StorageResolution != 60) {
    throw invalid_value(std::to_string(*datum.StorageResolution),
                        place.member("StorageResolution"));
  }
  if (!datum.Timestamp) return;
  if (*datum.Timestamp < context.now() - kOldestDatum) {
    throw invalid_parameter("The parameter " + place.member("Timestamp") +
                            " must specify a time no more than two weeks in the past.");
  }
  if (*datum.Timestamp > context.now() + kNewestDatum) {
    throw invalid_parameter("The parameter " + place.member("Timestamp") +
                            " must specify a time no more than two hours in the future.");
  }
}

Aggregate aggregate_of(const MetricDatum& datum) {
  Aggregate aggregate;
  if (datum.Value) {
    add_value(aggregate, *datum.Value, 1);
  } else if (datum.StatisticValues) {
    const auto& set = *datum.StatisticValues;
    add_statistic_set(aggregate, *set.SampleCount, *set.Sum, *set.Minimum, *set.Maximum);
  } else {
    const auto values = api::each(datum.Values);
    for (std::size_t index = 0; index < values.size(); ++index) {
      add_value(aggregate, values[index], datum.Counts ? (*datum.Counts)[index] : 1);
    }
  }
  return aggregate;
}

void store(Context& context, const std::string& metric_namespace, const MetricDatum& datum) {
  const Stream stream = open_stream(context.state, metric_namespace, datum);
  // AWS: without a timestamp a datum is of the time it was received.
  publish(context.state, context.now(), stream,
          datum.StorageResolution == 1 ? Resolution::high : Resolution::standard,
          datum.Timestamp.value_or(context.now()), aggregate_of(datum));
}

}  // namespace

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
api::cloudwatch::PutMetricDataResponse put_metric_data(
    Context& context, const api::cloudwatch::PutMetricDataInput& request) {
  // AWS: namespaces that begin with AWS/ are its services' own. Chosen: who has no access key is
  // one of them, or a test that plays one; callers over the wire always have one.
  if (request.Namespace->starts_with("AWS/") && !context.caller().access_key_id.empty()) {
    throw invalid_value(*request.Namespace, "Namespace");
  }
  const auto data = api::each(request.MetricData);
  const auto entities = api::each(request.EntityMetricData);
  std::size_t count = data.size();
  for (const auto& entity : entities) count += api::each(entity.MetricData).size();
  if (count == 0) throw missing_parameter("MetricData");
  if (entities.size() > kMostEntities) throw too_many_elements("EntityMetricData", kMostEntities);
  if (count > kMostData) throw too_many_elements("MetricData", kMostData);
  for (std::size_t index = 0; index < data.size(); ++index) check(context, data[index], {index});
  for (std::size_t number = 0; number < entities.size(); ++number) {
    const auto list = api::each(entities[number].MetricData);
    for (std::size_t index = 0; index < list.size(); ++index) {
      check(context, list[index], {index, number});
    }
  }
  for (const auto& datum : data) store(context, *request.Namespace, datum);
  for (const auto& entity : entities) {
    for (const auto& datum : api::each(entity.MetricData)) {
      store(context, *request.Namespace, datum);
    }
  }
  return {};
}

}  // namespace fallstreak::services::cloudwatch
