#include "scenarios/run/cloud_view.h"

#include <algorithm>

#include "scenarios/run/stack_of.h"

namespace fallstreak::scenarios {
namespace {

/// The cloud refused to tell: the run cannot go on.
template <class Value>
Value must(Outcome<Value> outcome) {
  if (!outcome) throw std::move(outcome.error());
  return std::move(*outcome);
}

dataplane::alb::TargetState state_of(std::string_view state) {
  using dataplane::alb::TargetState;
  if (state == "healthy") return TargetState::healthy;
  if (state == "initial") return TargetState::initial;
  if (state == "draining") return TargetState::draining;
  return TargetState::unhealthy;
}

traffic::ServiceTime service_time(const Distribution& distribution) {
  const auto scale = static_cast<double>(distribution.scale.count());
  switch (distribution.kind) {
    case Distribution::Kind::fixed: return {traffic::ServiceTime::Kind::fixed, scale, 0};
    case Distribution::Kind::exponential: return {traffic::ServiceTime::Kind::exponential, scale, 0};
    case Distribution::Kind::lognormal:
      return traffic::lognormal(scale, static_cast<double>(distribution.p99.count()));
  }
  return {};
}

/// AWS repeats itself at length; a line of a timeline has room for the first of it.
std::string first_sentence(const std::string& text) { return text.substr(0, text.find(". ")); }

constexpr std::string_view kGroupTag = "aws:autoscaling:groupName";
/// How late a change of an instance that neither its group nor a health check shows may be seen.
constexpr Duration kInstancesPeriod = std::chrono::seconds(10);

}  // namespace

CloudView::CloudView(const Scenario& scenario, client::Transport& transport, Workload& workload,
                     Meter& meter, std::function<void(RunEvent)> tell)
    : scenario_(&scenario),
      ec2_(transport),
      elbv2_(transport),
      autoscaling_(transport),
      workload_(&workload),
      meter_(&meter),
      tell_(std::move(tell)) {
  for (const auto& group : scenario.cloud.groups) groups_[group.name];
}

Outcome<void> CloudView::refresh(Time now, Duration at) {
  try {
    auto targets = look_at_targets();
    const bool has_group_changed = look_at_groups(at);
    // Instances are the dearest look, and they change together with the rest or in their own good time.
    if (has_group_changed || targets != targets_ || now >= next_look_at_instances_) {
      look_at_instances(now, at);
      next_look_at_instances_ = now + kInstancesPeriod;
    }
    for (const auto& load_balancer : scenario_->cloud.load_balancers) {
      if (is_first_look_) break;
      tell_changes(load_balancer.name, targets_[load_balancer.name], targets[load_balancer.name], at);
    }
    targets_ = std::move(targets);
    is_first_look_ = now < scenario_->start;  // how the stack came up is no part of the story
    return {};
  } catch (ApiError& error) {
    return tl::unexpected(std::move(error));
  }
}

void CloudView::look_at_instances(Time now, Duration at) {
  api::ec2::Filter mine{.Name = "tag:" + std::string(kGroupTag), .Values = std::vector<std::string>()};
  for (const auto& group : scenario_->cloud.groups) mine.Values->push_back(physical_name(group.name));
  if (mine.Values->empty()) return;
  std::map<std::string, Instance> seen;
  api::ec2::DescribeInstancesRequest request{.Filters = {{mine}}, .MaxResults = 1000};
  do {
    const auto page = must(ec2_.describe_instances(request));
    for (const auto& reservation : api::each(page.Reservations)) {
      for (const auto& instance : api::each(reservation.Instances)) {
        Instance& one = seen[*instance.InstanceId];
        one.zone = instance.Placement->AvailabilityZone->substr(scenario_->cloud.region.size());
        one.state = *instance.State->Name;
        one.type = *instance.InstanceType;
        one.launched = *instance.LaunchTime;
        for (const auto& tag : api::each(instance.Tags)) {
          if (tag.Key == kGroupTag) one.group = tag.Value->substr(kStackName.size() + 1);
        }
      }
    }
    request.NextToken = page.NextToken;
  } while (request.NextToken);

  for (auto& [id, instance] : seen) {
    if (const auto* group = scenario_->find_group(instance.group)) workload_->belongs(id, *group);
    const auto ready = workload_->ready_at(id, instance.launched);
    instance.answers = ready && now >= *ready;
    if (instance.state == "running") {
      meter_->running(id, instance.type, at);
    } else {
      meter_->not_running(id, at);
    }
  }
  instances_ = std::move(seen);
}

bool CloudView::look_at_groups(Duration at) {
  bool has_any_changed = false;
  for (auto& [name, group] : groups_) {
    const auto found = must(autoscaling_.describe_auto_scaling_groups(
        {.AutoScalingGroupNames = {{physical_name(name)}}}));
    std::map<std::string, std::string> instances;
    for (const auto& one : api::each(found.AutoScalingGroups)) {
      for (const auto& instance : api::each(one.Instances)) {
        instances[*instance.InstanceId] = *instance.LifecycleState;
      }
    }
    if (instances == group.instances) continue;
    has_any_changed = true;
    group.instances = std::move(instances);
    look_at_activities(name, at);
  }
  return has_any_changed;
}

void CloudView::look_at_activities(const std::string& name, Duration at) {
  const auto found = must(autoscaling_.describe_scaling_activities(
      {.AutoScalingGroupName = physical_name(name), .MaxRecords = 50}));
  const auto activities = api::each(found.Activities);
  // AWS lists the newest first; a timeline runs the other way.
  for (auto activity = activities.rbegin(); activity != activities.rend(); ++activity) {
    const std::string key = *activity->ActivityId + "/" + *activity->StatusCode;
    if (!groups_[name].activities.insert(key).second || is_first_look_) continue;
    if (activity->StatusCode != "Successful" && activity->StatusCode != "Failed") continue;
    tell_({at, RunEvent::Kind::capacity, name + ": " + first_sentence(activity->Description.value_or("")) +
                                             (activity->StatusCode == "Failed"
                                                  ? " Failed: " + first_sentence(activity->StatusMessage.value_or(""))
                                                  : std::string())});
  }
}

CloudView::TargetsByLoadBalancer CloudView::look_at_targets() {
  TargetsByLoadBalancer seen;
  for (const auto& load_balancer : scenario_->cloud.load_balancers) {
    std::string& arn = target_group_arns_[load_balancer.name];
    if (arn.empty()) {
      const auto found = must(elbv2_.describe_target_groups(
          {.Names = {{physical_name(target_group_of(load_balancer.name))}}}));
      arn = *found.TargetGroups->front().TargetGroupArn;
    }
    const auto found = must(elbv2_.describe_target_health({.TargetGroupArn = arn}));
    auto& targets = seen[load_balancer.name];
    for (const auto& one : api::each(found.TargetHealthDescriptions)) {
      targets.push_back({*one.Target->Id, *one.TargetHealth->State,
                         one.TargetHealth->Description.value_or("")});
    }
  }
  return seen;
}

void CloudView::tell_changes(const std::string& load_balancer, const std::vector<Target>& before,
                             const std::vector<Target>& after, Duration at) {
  for (const Target& target : after) {
    const auto known = std::ranges::find(before, target.instance_id, &Target::instance_id);
    const std::string old = known == before.end() ? std::string() : known->state;
    if (old == target.state) continue;
    const auto instance = instances_.find(target.instance_id);
    std::string text = load_balancer + ": " + target.instance_id;
    if (instance != instances_.end()) text += " in " + instance->second.zone;
    text += " is " + target.state;
    if (!target.reason.empty()) text += ": " + target.reason;
    const bool is_good = target.state == "healthy";
    tell_({at, is_good ? RunEvent::Kind::recovery : RunEvent::Kind::health, std::move(text)});
  }
}

std::uint64_t CloudView::number_of(const std::string& instance_id) const {
  return numbers_.try_emplace(instance_id, numbers_.size()).first->second;
}

std::uint32_t CloudView::zone_index(const std::string& letter) const {
  const auto& zones = scenario_->cloud.azs;
  return static_cast<std::uint32_t>(std::ranges::find(zones, letter) - zones.begin());
}

traffic::Answer CloudView::answer_of(const Instance& instance,
                                     const std::map<std::string, ZoneState>& zones) const {
  const auto zone = zones.find(instance.zone);
  if (zone != zones.end() && !zone->second.has_power) return traffic::Answer::silent;
  if (instance.state != "running") return traffic::Answer::silent;
  return instance.answers ? traffic::Answer::answers : traffic::Answer::refuses;
}

traffic::LoadBalancerView CloudView::view(const LoadBalancer& load_balancer,
                                          const std::map<std::string, ZoneState>& zones) const {
  traffic::LoadBalancerView view;
  for (const auto& letter : scenario_->cloud.azs) {
    const auto zone = zones.find(letter);
    const ZoneState state = zone == zones.end() ? ZoneState{} : zone->second;
    view.nodes.push_back({zone_index(letter),
                          state.has_power ? traffic::Answer::answers : traffic::Answer::silent,
                          state.is_in_dns});
  }
  view.cross_zone =
      load_balancer.cross_zone ? dataplane::alb::CrossZone::on : dataplane::alb::CrossZone::off;
  view.algorithm = load_balancer.algorithm == BalancingAlgorithm::round_robin
                       ? dataplane::alb::Algorithm::round_robin
                       : dataplane::alb::Algorithm::least_outstanding_requests;
  view.idle_timeout = load_balancer.idle_timeout.count();
  const auto targets = targets_.find(load_balancer.name);
  const AutoScalingGroup* group = scenario_->find_group(load_balancer.to);
  if (targets == targets_.end() || group == nullptr) return view;
  for (const Target& target : targets->second) {
    const auto instance = instances_.find(target.instance_id);
    // AWS: unused targets get no traffic.
    if (target.state == "unused" || instance == instances_.end()) continue;
    traffic::TargetView one;
    one.id = number_of(target.instance_id);
    one.zone = zone_index(instance->second.zone);
    one.state = state_of(target.state);
    one.answer = answer_of(instance->second, zones);
    one.workers = static_cast<std::uint32_t>(group->serve.workers);
    one.service = service_time(group->serve.cpu);
    if (group->serve.queue) one.queue_limit = group->serve.queue->count();
    view.targets.push_back(one);
  }
  return view;
}

void CloudView::sample(Recording& recording, std::size_t second) const {
  for (const auto& [name, group] : groups_) {
    recording.sample({"size", name}, second, static_cast<double>(group.instances.size()));
    std::map<std::string, int> by_zone;
    for (const auto& letter : scenario_->find_group(name)->azs) by_zone[letter] = 0;
    int in_service = 0;
    for (const auto& [id, lifecycle] : group.instances) {
      const auto instance = instances_.find(id);
      if (lifecycle != "InService" || instance == instances_.end()) continue;
      ++by_zone[instance->second.zone];
      ++in_service;
    }
    const auto [least, most] = std::ranges::minmax_element(
        by_zone, {}, [](const auto& zone) { return zone.second; });
    if (least != by_zone.end()) {
      recording.sample({"spread", name}, second, most->second - least->second);
    }
    std::set<std::string> healthy;
    bool is_balanced = false;
    for (const auto& load_balancer : scenario_->cloud.load_balancers) {
      if (load_balancer.to != name) continue;
      is_balanced = true;
      const auto targets = targets_.find(load_balancer.name);
      if (targets == targets_.end()) continue;
      for (const Target& target : targets->second) {
        if (target.state == "healthy") healthy.insert(target.instance_id);
      }
    }
    recording.sample({"healthy", name}, second,
                     is_balanced ? static_cast<double>(healthy.size()) : in_service);
  }
}

std::vector<std::string> CloudView::in_service(const std::string& name,
                                               const std::optional<std::string>& zone) const {
  std::vector<std::string> ids;
  const auto group = groups_.find(name);
  if (group == groups_.end()) return ids;
  for (const auto& [id, lifecycle] : group->second.instances) {
    const auto instance = instances_.find(id);
    if (lifecycle == "InService" && instance != instances_.end() &&
        (!zone || instance->second.zone == *zone)) {
      ids.push_back(id);
    }
  }
  return ids;
}

}  // namespace fallstreak::scenarios
