#include "services/autoscaling/predictive_scaling.h"

#include <algorithm>
#include <cmath>

#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/policies.h"
#include "services/autoscaling/predictive_history.h"
#include "services/autoscaling/processes.h"
#include "services/autoscaling/timing.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::PredictiveScalingConfiguration;
using api::autoscaling::ScalingPolicy;
using std::chrono::hours;
using std::chrono::seconds;

/// Chosen: forecasts of the past are kept for as long as one request can ask for.
constexpr std::int64_t kKeptHours = 30 * 24;

const PredictiveScalingConfiguration& configuration_of(const PolicyRecord& record) {
  return *record.policy.PredictiveScalingConfiguration;
}

bool scales(const PolicyRecord& record) {
  return *record.policy.Enabled && record.policy.PredictiveScalingConfiguration &&
         configuration_of(record).Mode == "ForecastAndScale";
}

seconds buffer_of(const PolicyRecord& record) {
  return seconds(*configuration_of(record).SchedulingBufferTime);
}

/// What is expected to be needed in an hour; nothing where there is no forecast.
std::int64_t capacity_in(const Context& context, const std::string& policy_key, std::int64_t hour) {
  const ForecastRecord* record = context.state.forecasts.find(policy_key);
  if (record == nullptr) return 0;
  const auto found = std::ranges::lower_bound(record->hours, hour, {}, &ForecastHour::hour);
  return found == record->hours.end() || found->hour != hour ? 0 : found->capacity;
}

/// What is to be there now: for this hour, and for the next once its time of preparation has begun.
std::int64_t capacity_now(const Context& context, const std::string& policy_key,
                          const PolicyRecord& record) {
  const Time now = context.now();
  return std::max(capacity_in(context, policy_key, hour_of(now)),
                  capacity_in(context, policy_key, hour_of(now + buffer_of(record))));
}

void make_forecast(Context& context, const std::string& policy_key) {
  const PolicyRecord& record = *context.state.policies.find(policy_key);
  const auto& metric = configuration_of(record).MetricSpecifications->front();
  const auto history = read_history(context, *record.policy.AutoScalingGroupName, metric);
  const std::int64_t first = hour_of(context.now()) + 1;
  const auto expected = scaling::forecast(history.load, first);
  const double per_load = scaling::demand_per_load(history.load, history.demand);
  const double target = *metric.TargetValue;
  context.state.forecasts.update(policy_key, [&](ForecastRecord& forecast) {
    forecast.updated = context.now();
    std::erase_if(forecast.hours, [&](const ForecastHour& one) {
      return one.hour < first - kKeptHours || (expected && one.hour >= first);
    });
    if (!expected) return;
    for (const auto& [hour, load] : *expected) {
      forecast.hours.push_back({.hour = hour,
                                .load = load,
                                .capacity = scaling::capacity_for_demand(load * per_load, target)});
    }
  });
}

void schedule_update(Context& context, const std::string& policy_key, const std::string& id) {
  context.schedule_periodic(kForecastInterval, "forecast-update", id, policy_key);
}

/// The next moment at which the preparation of an hour begins.
void schedule_hour(Context& context, const std::string& policy_key, const std::string& id) {
  const seconds buffer = buffer_of(*context.state.policies.find(policy_key));
  const Time next = time_of_hour(hour_of(context.now() + buffer) + 1) - buffer;
  context.schedule_periodic(next - context.now(), "forecast-hour", id, policy_key);
}

/// Whether the event is of this life of the policy's forecast.
bool is_current(const Context& context, const world::Event& event) {
  const ForecastRecord* forecast = context.state.forecasts.find(event.payload);
  return forecast != nullptr && forecast->id == event.entity;
}

/// AWS: "the maximum capacity does not automatically decrease back to the original maximum".
void raise_max(Context& context, const std::string& group_name,
               const PredictiveScalingConfiguration& configuration, std::int64_t capacity) {
  if (configuration.MaxCapacityBreachBehavior != "IncreaseMaxCapacity") return;
  const double wanted = double(capacity) * (1 + *configuration.MaxCapacityBuffer / 100.0);
  const auto max_size = std::int32_t(std::min(std::ceil(wanted - 1e-9), 1e9));
  if (max_size <= *context.state.groups.find(group_name)->group.MaxSize) return;
  context.state.groups.update(group_name,
                              [&](GroupRecord& group) { group.group.MaxSize = max_size; });
}

/// AWS: brings a group up to what was predicted, within its bounds, and never takes away.
void scale(Context& context, const std::string& policy_key) {
  const PolicyRecord record = *context.state.policies.find(policy_key);
  const std::string& name = *record.policy.AutoScalingGroupName;
  const std::int64_t capacity = capacity_now(context, policy_key, record);
  raise_max(context, name, configuration_of(record), capacity);
  const auto& group = context.state.groups.find(name)->group;
  const std::int32_t before = *group.DesiredCapacity;
  const auto after =
      std::int32_t(std::clamp<std::int64_t>(capacity, *group.MinSize, *group.MaxSize));
  if (after <= before) return;
  // Chosen: AWS shows no text of an activity that predictive scaling caused.
  change_desired_capacity(context, name, after,
                          "At " + cause_time(context) + " predictive scaling policy " +
                              *record.policy.PolicyName + " forecast a capacity of " +
                              std::to_string(capacity) + changing_text(before, after));
  reconcile_later(context, name, kReaction);
}

}  // namespace

void start_forecasts(Context& context, const std::string& policy_key) {
  const std::string id = context.new_uuid("forecast");
  ForecastRecord forecast{.id = id};
  if (const auto* known = context.state.forecasts.find(policy_key)) forecast.hours = known->hours;
  context.state.forecasts.put(policy_key, std::move(forecast));
  make_forecast(context, policy_key);
  schedule_update(context, policy_key, id);
  schedule_hour(context, policy_key, id);
}

std::int32_t predicted_floor(const Context& context, const std::string& group_name) {
  std::int64_t floor = 0;
  for (const auto& [key, record] : context.state.policies.range(group_prefix(group_name))) {
    if (scales(record)) floor = std::max(floor, capacity_now(context, key, record));
  }
  const std::int32_t max_size = *context.state.groups.find(group_name)->group.MaxSize;
  return std::int32_t(std::min<std::int64_t>(floor, max_size));
}

void on_forecast_update(Context& context, const world::Event& event) {
  if (!is_current(context, event)) return;
  schedule_update(context, event.payload, event.entity);
  make_forecast(context, event.payload);
}

void on_forecast_hour(Context& context, const world::Event& event) {
  if (!is_current(context, event)) return;
  schedule_hour(context, event.payload, event.entity);
  const PolicyRecord& record = *context.state.policies.find(event.payload);
  const GroupRecord& group = *context.state.groups.find(*record.policy.AutoScalingGroupName);
  // Chosen: what predictive scaling does is scheduled; AWS names no process for it.
  const bool may_scale =
      scales(record) && !group.is_deleting && !is_suspended(group, Process::scheduled_actions);
  if (may_scale) scale(context, event.payload);
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_GetPredictiveScalingForecast.html
api::autoscaling::GetPredictiveScalingForecastAnswer get_predictive_scaling_forecast(
    Context& context, const api::autoscaling::GetPredictiveScalingForecastType& request) {
  find_group(context, *request.AutoScalingGroupName);
  const std::string key = policy_key(*request.AutoScalingGroupName, *request.PolicyName);
  const PolicyRecord* record = context.state.policies.find(key);
  if (record == nullptr) throw policy_not_found(*request.PolicyName);
  if (!record->policy.PredictiveScalingConfiguration) {
    throw validation_error("The policy is not a predictive scaling policy");
  }
  if (*request.StartTime >= *request.EndTime) {
    throw validation_error("StartTime must be before EndTime");
  }
  if (*request.EndTime - *request.StartTime > hours(kKeptHours)) {
    throw validation_error("The maximum time duration between the start and end time is 30 days");
  }
  if (*request.StartTime < context.now() - hours(365 * 24)) {
    throw validation_error("StartTime must be at most one year before the current time");
  }
  const ForecastRecord& forecast = *context.state.forecasts.find(key);
  std::vector<Time> timestamps;
  std::vector<double> loads;
  std::vector<double> capacities;
  for (const auto& [hour, load, capacity] : forecast.hours) {
    const Time time = time_of_hour(hour);
    if (time < *request.StartTime || time >= *request.EndTime) continue;
    timestamps.push_back(time);
    loads.push_back(load);
    capacities.push_back(double(capacity));
  }
  return {.LoadForecast = {{{.Timestamps = timestamps,
                             .Values = loads,
                             .MetricSpecification =
                                 configuration_of(*record).MetricSpecifications->front()}}},
          .CapacityForecast = {{.Timestamps = timestamps, .Values = capacities}},
          .UpdateTime = forecast.updated};
}

}  // namespace fallstreak::services::autoscaling
