#include "dispatch/metric_publisher.h"

namespace fallstreak::dispatch {
namespace {

/// AWS: as many data in one PutMetricData.
constexpr std::size_t kMostData = 1000;

void assign(std::optional<std::string>& text, std::string_view value) {
  if (text) {
    text->assign(value);
  } else {
    text.emplace(value);
  }
}

}  // namespace

Time next_minute(Time now) {
  const Duration minute = std::chrono::minutes(1);
  return now + minute - now.time_since_epoch() % minute;
}

void schedule_publication(ContextBase& context, std::string_view service) {
  world::Event event;
  event.due = next_minute(context.now());
  event.event_class = world::EventClass::metrics;
  event.entity = std::string(service) + "-metrics";
  event.kind = std::string(service) + ".metrics-due";
  event.scope = context.caller().scope(Scope::regional);
  context.world().events().schedule(std::move(event));
}

MetricPublisher::MetricPublisher(ContextBase& context, std::string metric_namespace)
    : context_(&context), request_{.Namespace = std::move(metric_namespace), .MetricData = {{}}} {}

void MetricPublisher::send() {
  if (count_ == 0) return;
  request_.MetricData->resize(count_);
  static_cast<void>(context_->try_call<api::cloudwatch::PutMetricData>(request_));
  count_ = 0;
}

api::cloudwatch::MetricDatum& MetricPublisher::next(std::string_view name, Time timestamp,
                                                    std::string_view unit) {
  if (count_ == kMostData) send();
  auto& data = *request_.MetricData;
  if (count_ == data.size()) data.emplace_back();
  auto& datum = data[count_++];
  assign(datum.MetricName, name);
  datum.Timestamp = timestamp;
  assign(datum.Unit, unit);
  datum.Value.reset();
  datum.StatisticValues.reset();
  datum.Values.reset();
  datum.Counts.reset();
  return datum;
}

void MetricPublisher::set_dimension(api::cloudwatch::MetricDatum& datum, std::size_t index,
                                    std::string_view name, std::string_view value) {
  if (!datum.Dimensions) datum.Dimensions.emplace();
  if (index == datum.Dimensions->size()) datum.Dimensions->emplace_back();
  auto& dimension = (*datum.Dimensions)[index];
  assign(dimension.Name, name);
  assign(dimension.Value, value);
}

}  // namespace fallstreak::dispatch
