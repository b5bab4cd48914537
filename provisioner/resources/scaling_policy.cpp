#include <algorithm>

#include "api/autoscaling/policies.h"
#include "client/call.h"
#include "provisioner/resources/numbers.h"
#include "provisioner/resources/property_text.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace autoscaling = api::autoscaling;
using client::call;

constexpr Property kProperties[] = {
    {.name = "group", .kind = Property::Kind::reference, .required = true, .immutable = true},
    {.name = "track",
     .default_value = "",
     .help = "`ASGAverageCPUUtilization 50`, or `ALBRequestCountPerTarget 600` with the next two"},
    {.name = "load-balancer", .kind = Property::Kind::reference, .default_value = ""},
    {.name = "target-group", .kind = Property::Kind::reference, .default_value = ""},
    {.name = "scale-in", .kind = Property::Kind::boolean, .default_value = "yes"},
    {.name = "steps",
     .kind = Property::Kind::list,
     .default_value = "",
     .help =
         "instead of `track`: `0..20 +2`, `20.. +4`, by how far the alarm's threshold is passed"},
    {.name = "adjustment",
     .default_value = "ChangeInCapacity",
     .help = "what the steps mean; or PercentChangeInCapacity, ExactCapacity"},
    {.name = "warmup",
     .kind = Property::Kind::number,
     .default_value = "",
     .help = "seconds; the group's when not given"}};

/// `app/edge/50dc6c495c0c9188` or `targetgroup/web/73e2d6bc24d8a067`, as metrics call them.
std::string_view resource_of(std::string_view arn, std::string_view kind) {
  const auto at = arn.find(kind);
  return at == std::string_view::npos ? std::string_view() : arn.substr(at);
}

autoscaling::TargetTrackingConfiguration tracking_of(const Desired& desired) {
  const auto [metric, target] = halves(desired["track"], " ");
  autoscaling::PredefinedMetricSpecification specification{.PredefinedMetricType =
                                                               std::string(metric)};
  if (!desired["target-group"].empty()) {
    const auto balancer = resource_of(desired["load-balancer"], "app/");
    const auto group = resource_of(desired["target-group"], "targetgroup/");
    specification.ResourceLabel = std::string(balancer) + "/" + std::string(group);
  }
  return {.PredefinedMetricSpecification = std::move(specification),
          .TargetValue = number_in(target, desired["track"]),
          .DisableScaleIn = desired["scale-in"] == "no"};
}

autoscaling::StepAdjustment step_of(std::string_view text) {
  const auto [interval, adjustment] = halves(text, " ");
  const auto [lower, upper] = halves(interval, "..");
  autoscaling::StepAdjustment step{.ScalingAdjustment =
                                       static_cast<std::int32_t>(number_in(adjustment, text))};
  if (!lower.empty()) step.MetricIntervalLowerBound = number_in(lower, text);
  if (!upper.empty()) step.MetricIntervalUpperBound = number_in(upper, text);
  return step;
}

std::string step_text(const autoscaling::StepAdjustment& step) {
  const std::int32_t change = step.ScalingAdjustment.value_or(0);
  const auto bound = [](const std::optional<double>& value) {
    return value ? number_text(*value) : std::string();
  };
  return bound(step.MetricIntervalLowerBound) + ".." + bound(step.MetricIntervalUpperBound) + " " +
         (change >= 0 ? "+" : "") + std::to_string(change);
}

void add_tracking(const autoscaling::ScalingPolicy& policy, Properties& properties) {
  const auto& tracking = *policy.TargetTrackingConfiguration;
  properties["scale-in"] = tracking.DisableScaleIn.value_or(false) ? "no" : "yes";
  if (!tracking.PredefinedMetricSpecification) return;
  const auto& metric = *tracking.PredefinedMetricSpecification;
  properties["track"] = metric.PredefinedMetricType.value_or("") + " " +
                        number_text(tracking.TargetValue.value_or(0));
  const std::string label = metric.ResourceLabel.value_or("");
  const auto middle = label.find("/targetgroup/");
  if (middle == std::string::npos) return;
  // "arn:aws:autoscaling:eu-central-1:000000000000:..." tells where the two are.
  const std::string arn = policy.PolicyARN.value_or("");
  std::size_t end = arn.find(":autoscaling:");
  if (end == std::string::npos) return;
  const std::string partition = arn.substr(0, end);
  const std::string rest = arn.substr(end + std::string_view(":autoscaling:").size());
  const std::string place = rest.substr(0, rest.find(':', rest.find(':') + 1));
  const std::string prefix = partition + ":elasticloadbalancing:" + place + ":";
  properties["load-balancer"] = prefix + "loadbalancer/" + label.substr(0, middle);
  properties["target-group"] = prefix + label.substr(middle + 1);
}

Observed observe(const Destination& where, const autoscaling::ScalingPolicy& policy) {
  Observed one{.name = policy.PolicyName->substr(where.physical_name("").size()),
               .type = "scaling-policy",
               .id = policy.PolicyARN.value_or("")};
  one.properties = {{"group", policy.AutoScalingGroupName.value_or("")},
                    {"track", ""},
                    {"load-balancer", ""},
                    {"target-group", ""},
                    {"scale-in", "yes"},
                    {"steps", ""},
                    {"adjustment", policy.AdjustmentType.value_or("ChangeInCapacity")},
                    {"warmup", number_text(policy.EstimatedInstanceWarmup)}};
  if (policy.TargetTrackingConfiguration) add_tracking(policy, one.properties);
  std::vector<std::string> steps;
  for (const auto& step : api::each(policy.StepAdjustments)) steps.push_back(step_text(step));
  one.properties["steps"] = join(std::move(steps));
  return one;
}

/// Chosen: policies have no tags, so they are found by name, `<stack>-<name>`.
std::vector<Observed> list(const Destination& where) {
  const std::string prefix = where.physical_name("");
  std::vector<Observed> found;
  value_of(client::paginate<autoscaling::DescribePolicies>(
      *where.transport, {}, [&](const autoscaling::PoliciesType& page) {
        for (const auto& policy : api::each(page.ScalingPolicies)) {
          const bool is_ours = policy.PolicyName && policy.PolicyName->starts_with(prefix) &&
                               policy.AutoScalingGroupName.value_or("").starts_with(prefix);
          if (is_ours) found.push_back(observe(where, policy));
        }
      }));
  return found;
}

std::string put(const Destination& where, const Desired& desired) {
  if (desired["track"].empty() == desired["steps"].empty()) {
    refuse("the scaling policy '" + desired.name + "' needs either `track` or `steps`");
  }
  autoscaling::PutScalingPolicyType request{.AutoScalingGroupName = desired["group"],
                                            .PolicyName = where.physical_name(desired.name)};
  if (!desired["warmup"].empty()) request.EstimatedInstanceWarmup = number_of(desired, "warmup");
  if (!desired["track"].empty()) {
    request.PolicyType = "TargetTrackingScaling";
    request.TargetTrackingConfiguration = tracking_of(desired);
  } else {
    request.PolicyType = "StepScaling";
    request.AdjustmentType = desired["adjustment"];
    request.StepAdjustments.emplace();
    for (const auto& step : desired.list("steps"))
      request.StepAdjustments->push_back(step_of(step));
  }
  const auto made = value_of(call<autoscaling::PutScalingPolicy>(*where.transport, request));
  return made.PolicyARN.value();
}

void update(const Destination& where, const Observed&, const Desired& desired) {
  put(where, desired);
}

void destroy(const Destination& where, const Observed& policy) {
  const auto gone = call<autoscaling::DeletePolicy>(*where.transport, {.PolicyName = policy.id});
  // AWS: a ValidationError says that the policy, or the group with it, is not there.
  if (!gone && gone.error().code != "ValidationError") throw gone.error();
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kScalingPolicy{"scaling-policy", kProperties, list,   put,
                                      update,           destroy,     always, always};

}  // namespace fallstreak::provisioner
