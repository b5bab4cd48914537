#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "api/cloudwatch/metrics.h"
#include "dispatch/context.h"

namespace fallstreak::dispatch {

/// AWS: services publish by the minute. This is when the one that is under way is over.
Time next_minute(Time now);
/// Has `service`'s event `metrics-due` come then, to the caller's account and region.
void schedule_publication(ContextBase& context, std::string_view service);

/// Sends the data of a service's moment to CloudWatch, as full requests. What CloudWatch refuses,
/// as under an injected fault, is lost, as on AWS.
class MetricPublisher {
 public:
  MetricPublisher(ContextBase& context, std::string metric_namespace);

  /// A datum that has no value yet; it holds until the next call. `dimensions` are pairs of text.
  /// The memory of data that were sent is used again.
  template <class Dimensions = std::initializer_list<std::pair<std::string_view, std::string_view>>>
  api::cloudwatch::MetricDatum& add(std::string_view name, const Dimensions& dimensions,
                                    Time timestamp, std::string_view unit) {
    auto& datum = next(name, timestamp, unit);
    std::size_t count = 0;
    for (const auto& [key, value] : dimensions) set_dimension(datum, count++, key, value);
    if (count == 0) {
      datum.Dimensions.reset();
    } else {
      datum.Dimensions->resize(count);
    }
    return datum;
  }
  void send();

 private:
  api::cloudwatch::MetricDatum& next(std::string_view name, Time timestamp, std::string_view unit);
  static void set_dimension(api::cloudwatch::MetricDatum& datum, std::size_t index,
                            std::string_view name, std::string_view value);

  ContextBase* context_;
  api::cloudwatch::PutMetricDataInput request_;
  std::size_t count_ = 0;
};

}  // namespace fallstreak::dispatch
