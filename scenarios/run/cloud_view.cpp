#include "scenarios/run/cloud_view.h"

#include <algorithm>
#include <utility>

#include "load_balancer_entry.h"
#include "scenarios/run/must.h"
#include "scenarios/run/stack_of.h"
#include "scenarios/traffic/random.h"

namespace fallstreak::scenarios {
namespace {

/// Chosen: flapping is how often a group turned from growing to shrinking, or back, in an hour.
constexpr Duration kFlappingWindow = std::chrono::hours(1);

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
    case Distribution::Kind::fixed:
      return {traffic::ServiceTime::Kind::fixed, scale, 0};
    case Distribution::Kind::exponential:
      return {traffic::ServiceTime::Kind::exponential, scale, 0};
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
/// The same for listeners and attributes, which change by calls: the runner's own are seen at once.
constexpr Duration kSettingsPeriod = std::chrono::seconds(10);

/// Whether a Network Load Balancer has a target for connections. AWS: one that fails its checks
/// gets them all the same while there is no other.
bool may_pass_on(const SeenLoadBalancer& seen) {
  std::vector<dataplane::alb::TargetFacts> facts;
  for (const SeenTargetGroup& group : seen.groups) {
    for (const SeenTarget& target : group.targets) {
      if (target.state != "unused") facts.push_back({.zone = 0, .state = state_of(target.state)});
    }
  }
  return !dataplane::alb::routable_targets(facts, 0, dataplane::alb::CrossZone::on).targets.empty();
}

}  // namespace

CloudView::CloudView(const Scenario& scenario, const std::string& region,
                     std::uint64_t first_number, Cloud& cloud, client::Transport& transport,
                     Workload& workload, Meter& meter, std::function<void(RunEvent)> tell)
    : scenario_(&scenario),
      region_(region),
      first_number_(first_number),
      cloud_(&cloud),
      transport_(&transport),
      ec2_(transport),
      elbv2_(transport),
      autoscaling_(transport),
      workload_(&workload),
      meter_(&meter),
      tell_(std::move(tell)) {
  for (const auto& group : scenario.cloud.groups) {
    if (group.region == region_) groups_[group.name];
  }
  for (const auto& load_balancer : scenario.cloud.load_balancers) {
    if (load_balancer.region == region_) load_balancers_[load_balancer.name];
  }
}

Outcome<void> CloudView::refresh(Time now, Duration at) {
  try {
    now_ = now;
    const auto changes = look_at_load_balancers(now, at);
    const bool has_group_changed = look_at_groups(at);
    // Instances are the dearest look, and they change together with the rest or in their own good
    // time.
    if (has_group_changed || !changes.empty() || now >= next_look_at_instances_) {
      look_at_instances(now, at);
      next_look_at_instances_ = now + kInstancesPeriod;
    }
    for (const auto& change : changes) {
      if (!is_first_look_) tell_changes(change, at);
    }
    is_first_look_ = now < scenario_->start;  // how the stack came up is no part of the story
    return {};
  } catch (ApiError& error) {
    return tl::unexpected(std::move(error));
  }
}

std::vector<CloudView::TargetsBefore> CloudView::look_at_load_balancers(Time now, Duration at) {
  const bool has_new_settings = now >= next_look_at_settings_;
  if (has_new_settings) next_look_at_settings_ = now + kSettingsPeriod;
  std::vector<TargetsBefore> changes;
  for (auto& [name, seen] : load_balancers_) {
    if (has_new_settings) look_at_settings(*transport_, physical_name(name), seen);
    if (has_new_settings) look_at_shift(name, at);
    if (seen.certificate) look_at_certificate(name, at);
    for (auto& group : seen.groups) {
      auto targets = look_at_targets(*cloud_, elbv2_, group.arn);
      if (targets == group.targets) continue;
      std::swap(targets, group.targets);
      changes.push_back({&name, &group, std::move(targets)});
    }
  }
  return changes;
}

void CloudView::look_at_shift(const std::string& load_balancer, Duration at) {
  SeenLoadBalancer& seen = load_balancers_[load_balancer];
  seen.shifted_zone = seen.allows_shifts ? shifted_zone(*transport_, seen.arn) : std::string();
  std::string& told = told_shifts_[load_balancer];
  if (told == seen.shifted_zone) return;
  const bool begins = !seen.shifted_zone.empty();
  tell_({at, begins ? RunEvent::Kind::health : RunEvent::Kind::recovery,
         load_balancer + (begins ? ": traffic is shifted away from " + seen.shifted_zone
                                 : ": traffic is no longer shifted away from " + told)});
  told = seen.shifted_zone;
}

void CloudView::look_at_certificate(const std::string& load_balancer, Duration at) {
  const SeenCertificate& certificate = *load_balancers_[load_balancer].certificate;
  Time& told = told_expiries_[load_balancer];
  if (told != certificate.not_after) {
    if (told != Time{}) {
      tell_({at, RunEvent::Kind::recovery,
             load_balancer + ": its certificate is good until " +
                 scenario_->clock_text(certificate.not_after - scenario_->start)});
    }
    told = certificate.not_after;
  }
  if (certificate.is_valid(now_)) {
    distrusted_.erase(load_balancer);
  } else if (distrusted_.insert(load_balancer).second) {
    tell_({at, RunEvent::Kind::health,
           load_balancer + ": its certificate has expired, and clients end the handshake"});
  }
}

void CloudView::look_at_instances(Time now, Duration at) {
  api::ec2::Filter mine{.Name = "tag:" + std::string(kGroupTag),
                        .Values = std::vector<std::string>()};
  for (const auto& [name, group] : groups_) mine.Values->push_back(physical_name(name));
  if (mine.Values->empty()) return;
  // Terminated instances stay in the list for an hour, and are of no use.
  api::ec2::Filter there{
      .Name = "instance-state-name",
      .Values = {{"pending", "running", "shutting-down", "stopping", "stopped"}}};
  std::map<std::string, Instance> seen;
  api::ec2::DescribeInstancesRequest request{.Filters = {{mine, there}}, .MaxResults = 1000};
  do {
    const auto page = must(ec2_.describe_instances(request));
    for (const auto& reservation : api::each(page.Reservations)) {
      for (const auto& instance : api::each(reservation.Instances)) {
        Instance& one = seen[*instance.InstanceId];
        one.zone = instance.Placement->AvailabilityZone->substr(region_.size());
        one.state = *instance.State->Name;
        one.type = *instance.InstanceType;
        one.is_spot = instance.InstanceLifecycle == "spot";
        one.launched = *instance.LaunchTime;
        for (const auto& tag : api::each(instance.Tags)) {
          if (tag.Key == kGroupTag) one.group = tag.Value->substr(kStackName.size() + 1);
        }
      }
    }
    request.NextToken = page.NextToken;
  } while (request.NextToken);

  for (const auto& [id, instance] : instances_) {
    if (!seen.contains(id)) meter_->not_running(id, at);
  }
  for (auto& [id, instance] : seen) {
    if (const auto* group = scenario_->find_group(instance.group)) {
      const Serve* runs = groups_[instance.group].runs[id];
      instance.serve = runs == nullptr ? &group->serve : runs;
      workload_->belongs(id, *group, *instance.serve);
    }
    const auto ready = workload_->ready_at(id, instance.launched);
    instance.answers = ready && now >= *ready;
    if (instance.state == "running") {
      charge(id, instance, now, at);
    } else {
      meter_->not_running(id, at);
    }
  }
  instances_ = std::move(seen);
}

void CloudView::charge(const std::string& id, const Instance& instance, Time now, Duration at) {
  if (!instance.is_spot) return meter_->running(id, instance.type, instance.zone, at);
  if (meter_->is_running(id)) return;
  const auto prices =
      must(ec2_.describe_spot_price_history({.StartTime = now,
                                             .EndTime = now,
                                             .InstanceTypes = {{instance.type}},
                                             .AvailabilityZone = region_ + instance.zone}));
  meter_->running_spot(id, std::stod(*prices.SpotPriceHistory->front().SpotPrice_), at);
}

const Serve& CloudView::serve_of(const AutoScalingGroup& group,
                                 const api::autoscaling::LaunchTemplateSpecification& version) {
  const Serve*& known = groups_[group.name].serves[*version.Version];
  if (known != nullptr) return *known;
  const auto found = must(ec2_.describe_launch_template_versions(
      {.LaunchTemplateId = version.LaunchTemplateId, .Versions = {{*version.Version}}}));
  const auto& description = found.LaunchTemplateVersions->front().VersionDescription;
  const auto named = std::ranges::find(group.versions, description.value_or(""), &Version::name);
  known = named == group.versions.end() ? &group.serve : &named->serve;
  return *known;
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
        const auto [runs, is_new] = group.runs.try_emplace(*instance.InstanceId);
        if (is_new && instance.LaunchTemplate) {
          runs->second = &serve_of(*scenario_->find_group(name), *instance.LaunchTemplate);
        }
      }
      note_desired(name, group, *one.DesiredCapacity, at);
    }
    const bool has_changed = instances != group.instances;
    group.instances = std::move(instances);
    if (has_new_activity(name, group) || has_changed) look_at_activities(name, at);
    has_any_changed = has_any_changed || has_changed;
  }
  return has_any_changed;
}

void CloudView::note_desired(const std::string& name, Group& group, int desired, Duration at) {
  const int before = std::exchange(group.desired, desired);
  if (before == desired || is_first_look_) return;
  const int direction = desired > before ? 1 : -1;
  if (group.direction == -direction) group.turns.push_back(at);
  group.direction = direction;
  tell_({at, RunEvent::Kind::capacity,
         name + ": desired capacity " + std::to_string(before) + " -> " + std::to_string(desired)});
}

bool CloudView::has_new_activity(const std::string& name, Group& group) {
  const auto found = must(autoscaling_.describe_scaling_activities(
      {.AutoScalingGroupName = physical_name(name), .MaxRecords = 1}));
  std::string newest;
  for (const auto& activity : api::each(found.Activities))
    newest = *activity.ActivityId + "/" + *activity.StatusCode;
  if (newest == group.newest_activity) return false;
  group.newest_activity = std::move(newest);
  return true;
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
    tell_({at, RunEvent::Kind::capacity,
           name + ": " + first_sentence(activity->Description.value_or("")) +
               (activity->StatusCode == "Failed"
                    ? " Failed: " + first_sentence(activity->StatusMessage.value_or(""))
                    : std::string())});
  }
}

void CloudView::tell_changes(const TargetsBefore& change, Duration at) {
  for (const SeenTarget& target : change.group->targets) {
    const auto known =
        std::ranges::find(change.targets, target.instance_id, &SeenTarget::instance_id);
    const std::string old = known == change.targets.end() ? std::string() : known->state;
    if (old == target.state) continue;
    const auto instance = instances_.find(target.instance_id);
    std::string text = *change.load_balancer + ": " + name_of_target(target.instance_id);
    if (instance != instances_.end()) text += " in " + instance->second.zone;
    text += " is " + target.state;
    if (!target.reason.empty()) text += ": " + target.reason;
    const bool is_good = target.state == "healthy";
    tell_({at, is_good ? RunEvent::Kind::recovery : RunEvent::Kind::health, std::move(text)});
  }
}

std::string CloudView::name_of_target(const std::string& id) const {
  for (const auto& [name, seen] : load_balancers_) {
    if (seen.arn == id) return name;
  }
  return id;
}

std::uint64_t CloudView::number_of(const std::string& instance_id) const {
  return numbers_.try_emplace(instance_id, first_number_ + numbers_.size()).first->second;
}

std::optional<CloudView::InstancePlace> CloudView::find_instance(std::string_view id) const {
  const auto instance = instances_.find(std::string(id));
  if (instance == instances_.end()) return std::nullopt;
  if (instance->second.serve == nullptr) return std::nullopt;
  return InstancePlace{number_of(instance->first), instance->second.serve};
}

std::string_view CloudView::target_group_of(std::uint64_t number) const {
  const auto found = std::ranges::find(numbers_, number,
                                       &std::map<std::string, std::uint64_t>::value_type::second);
  return found == numbers_.end() ? std::string_view() : std::string_view(found->first);
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

std::optional<traffic::TargetView> CloudView::view_of(
    const SeenTarget& target, const std::map<std::string, ZoneState>& zones) const {
  const auto instance = instances_.find(target.instance_id);
  // AWS: unused targets get no traffic.
  if (target.state == "unused" || instance == instances_.end()) return std::nullopt;
  const Serve* serve = instance->second.serve;
  if (serve == nullptr) return std::nullopt;
  traffic::TargetView view;
  view.id = number_of(target.instance_id);
  view.zone = zone_index(instance->second.zone);
  view.state = dataplane::alb::state_for_choice(state_of(target.state), target.override_state);
  view.answer = answer_of(instance->second, zones);
  for (const auto& name : target.stopped_zones) {
    view.stopped_zones |= 1U << zone_index(name.substr(region_.size()));
  }
  view.workers = static_cast<std::uint32_t>(serve->workers);
  view.service = service_time(serve->cpu);
  if (serve->queue) view.queue_limit = serve->queue->count();
  return view;
}

bool CloudView::is_alone(const SeenLoadBalancer& seen,
                         const std::map<std::string, ZoneState>& zones) const {
  return std::ranges::none_of(seen.zones, [&](const std::string& name) {
    const auto zone = zones.find(name.substr(region_.size()));
    return name != seen.shifted_zone && (zone == zones.end() || zone->second.is_in_dns);
  });
}

bool CloudView::is_healthy_in_dns(const SeenLoadBalancer& seen,
                                  const std::string& zone_name) const {
  return std::ranges::all_of(seen.groups, [&](const SeenTargetGroup& group) {
    std::size_t healthy = 0;
    std::size_t registered = 0;
    for (const SeenTarget& target : group.targets) {
      if (target.state == "unused" || target.state == "draining") continue;
      const auto instance = instances_.find(target.instance_id);
      const bool is_near =
          group.cross_zone == dataplane::alb::CrossZone::on ||
          (instance != instances_.end() && zone_name == region_ + instance->second.zone);
      if (!is_near) continue;
      ++registered;
      if (target.state == "healthy") ++healthy;
    }
    return group.dns_minimum.is_met(healthy, registered);
  });
}

traffic::LoadBalancerView CloudView::view(const LoadBalancer& load_balancer,
                                          const std::map<std::string, ZoneState>& zones) const {
  const SeenLoadBalancer& seen = load_balancers_.at(load_balancer.name);
  traffic::LoadBalancerView view;
  view.idle_timeout = seen.idle_timeout.count();
  view.is_trusted = !seen.certificate || seen.certificate->is_valid(now_);
  // AWS: when no zone is healthy, DNS has all.
  const bool is_any_healthy = std::ranges::any_of(
      seen.zones, [&](const std::string& name) { return is_healthy_in_dns(seen, name); });
  for (const auto& name : seen.zones) {
    const std::string letter = name.substr(region_.size());
    const auto zone = zones.find(letter);
    const bool is_healthy = !is_any_healthy || is_healthy_in_dns(seen, name);
    const ZoneState state = zone == zones.end() ? ZoneState{} : zone->second;
    const bool answers = state.has_power && seen.is_admitted;
    view.nodes.push_back(
        {zone_index(letter), answers ? traffic::Answer::answers : traffic::Answer::silent,
         state.is_in_dns && is_healthy && (name != seen.shifted_zone || is_alone(seen, zones))});
  }
  if (load_balancer.is_network()) {
    view.is_network = true;
    if (may_pass_on(seen)) {
      const auto& all = scenario_->cloud.load_balancers;
      view.passes_to = static_cast<std::uint32_t>(
          std::ranges::find(all, load_balancer.passes_to, &LoadBalancer::name) - all.begin());
    }
    return view;
  }
  for (const SeenTargetGroup& group : seen.groups) {
    auto& one = view.groups.emplace_back();
    one.id = number_of(group.arn);
    one.weight = group.weight;
    one.cross_zone = group.cross_zone;
    one.algorithm = group.algorithm;
    one.mitigates_anomalies = group.mitigates_anomalies;
    one.routing_minimum = group.routing_minimum;
    for (const SeenTarget& target : group.targets) {
      if (const auto seen_target = view_of(target, zones)) one.targets.push_back(*seen_target);
    }
  }
  return view;
}

std::optional<dispatch::ProbeAnswer> CloudView::answer_of_load_balancer(
    const dispatch::Probe& probe, const std::map<std::string, ZoneState>& zones,
    std::uint64_t bits) const {
  using Kind = dispatch::ProbeAnswer::Kind;
  const auto found = std::ranges::find_if(
      load_balancers_, [&](const auto& one) { return one.second.dns_name == probe.host; });
  if (found == load_balancers_.end()) return std::nullopt;
  const auto seen = view(*scenario_->find_load_balancer(found->first), zones);
  std::vector<std::uint32_t> weights;
  for (const auto& group : seen.groups) weights.push_back(group.weight);
  std::vector<traffic::NodeView> nodes;
  for (const auto& node : seen.nodes) {
    if (node.is_in_dns) nodes.push_back(node);
  }
  if (nodes.empty()) return dispatch::ProbeAnswer{.kind = Kind::refused};
  const auto& node = nodes[bits % nodes.size()];
  if (node.answer != traffic::Answer::answers) {
    return dispatch::ProbeAnswer{.kind = Kind::timed_out};
  }
  const auto index = dataplane::alb::weighted_group(weights, bits);
  if (!index) return dispatch::ProbeAnswer{.http_status = 503};
  const auto& group = seen.groups[*index];
  std::vector<dataplane::alb::TargetFacts> facts;
  for (const auto& target : group.targets) facts.push_back({target.zone, target.state});
  const auto routable =
      dataplane::alb::routable_targets(facts, node.zone, group.cross_zone, group.routing_minimum)
          .targets;
  if (routable.empty()) return dispatch::ProbeAnswer{.http_status = 503};
  const auto& target = group.targets[routable[traffic::mix(bits) % routable.size()]];
  const bool is_stopped = (target.stopped_zones >> node.zone & 1U) != 0;
  // The check gives up before the load balancer does.
  if (is_stopped || target.answer == traffic::Answer::silent) {
    return dispatch::ProbeAnswer{.kind = Kind::timed_out};
  }
  const auto instance = std::ranges::find_if(
      instances_, [&](const auto& one) { return number_of(one.first) == target.id; });
  dispatch::Probe passed = probe;
  passed.instance_id = instance->first;
  passed.launch_time = instance->second.launched;
  auto answer = workload_->answer(passed);
  // AWS: a target that refuses the connection is a 502.
  if (answer.kind == Kind::refused) return dispatch::ProbeAnswer{.http_status = 502};
  return answer;
}

void CloudView::sample(Recording& recording, std::size_t second) const {
  for (const auto& [name, group] : groups_) {
    recording.sample({"size", name}, second, static_cast<double>(group.instances.size()));
    const Duration end = std::chrono::seconds(second + 1);
    const auto turns = std::ranges::count_if(
        group.turns, [&](Duration turn) { return turn > end - kFlappingWindow && turn <= end; });
    recording.sample({"flapping", name}, second, static_cast<double>(turns));
    std::map<std::string, int> by_zone;
    for (const auto& letter : scenario_->find_group(name)->azs) by_zone[letter] = 0;
    int in_service = 0;
    for (const auto& [id, lifecycle] : group.instances) {
      const auto instance = instances_.find(id);
      if (lifecycle != "InService" || instance == instances_.end()) continue;
      ++by_zone[instance->second.zone];
      ++in_service;
    }
    const auto [least, most] =
        std::ranges::minmax_element(by_zone, {}, [](const auto& zone) { return zone.second; });
    if (least != by_zone.end()) {
      recording.sample({"spread", name}, second, most->second - least->second);
    }
    std::set<std::string> healthy;
    bool is_balanced = false;
    for (const auto& load_balancer : scenario_->cloud.load_balancers) {
      if (std::ranges::find(load_balancer.to, name, &ForwardTo::group) == load_balancer.to.end())
        continue;  // and what forwards to a group is in its region
      is_balanced = true;
      for (const auto& seen : load_balancers_.at(load_balancer.name).groups) {
        for (const SeenTarget& target : seen.targets) {
          const auto instance = instances_.find(target.instance_id);
          const bool is_own = instance != instances_.end() && instance->second.group == name;
          if (is_own && target.state == "healthy") healthy.insert(target.instance_id);
        }
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

const std::string& CloudView::load_balancer_arn(const std::string& name) const {
  return load_balancers_.at(name).arn;
}

std::vector<std::string> CloudView::target_group_arns(const std::string& load_balancer) const {
  std::vector<std::string> arns;
  for (const auto& group : load_balancers_.at(load_balancer).groups) arns.push_back(group.arn);
  return arns;
}

}  // namespace fallstreak::scenarios
