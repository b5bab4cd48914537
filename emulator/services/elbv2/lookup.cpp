#include "services/elbv2/lookup.h"

#include <algorithm>
#include <set>

#include "base/arn.h"
#include "services/elbv2/errors.h"

namespace fallstreak::services::elbv2 {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// A load balancer's ARN with another kind of resource in it.
std::string with_resource(std::string_view load_balancer_arn, std::string_view resource) {
  constexpr std::string_view kResource = ":loadbalancer/";
  std::string arn(load_balancer_arn);
  return arn.replace(arn.find(kResource), kResource.size(), resource);
}

}  // namespace

ArnKind arn_kind(std::string_view text) {
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "elasticloadbalancing") return ArnKind::other;
  if (arn->resource.starts_with("loadbalancer/")) return ArnKind::load_balancer;
  if (arn->resource.starts_with("listener/")) return ArnKind::listener;
  if (arn->resource.starts_with("listener-rule/")) return ArnKind::rule;
  if (arn->resource.starts_with("targetgroup/")) return ArnKind::target_group;
  if (arn->resource.starts_with("truststore/")) return ArnKind::trust_store;
  return ArnKind::other;
}

const LoadBalancerRecord& find_load_balancer(const Context& context, const std::string& arn) {
  if (arn_kind(arn) != ArnKind::load_balancer) throw invalid_load_balancer_arn(arn);
  const auto* found = context.state.load_balancers.find(arn);
  if (found == nullptr) throw load_balancer_not_found(arn);
  return *found;
}

const ListenerRecord& find_listener(const Context& context, const std::string& arn) {
  if (arn_kind(arn) != ArnKind::listener) throw invalid_listener_arn(arn);
  const auto* found = context.state.listeners.find(arn);
  if (found == nullptr) throw listener_not_found(arn);
  return *found;
}

const RuleRecord& find_rule(const Context& context, const std::string& arn) {
  if (arn_kind(arn) != ArnKind::rule) throw invalid_rule_arn(arn);
  const auto* found = context.state.rules.find(arn);
  if (found == nullptr) throw rule_not_found(arn);
  return *found;
}

const TargetGroupRecord& find_target_group(const Context& context, const std::string& arn) {
  if (arn_kind(arn) != ArnKind::target_group) throw invalid_target_group_arn(arn);
  const auto* found = context.state.target_groups.find(arn);
  if (found == nullptr) throw target_group_not_found(arn);
  return *found;
}

std::string listeners_prefix(std::string_view load_balancer_arn) {
  return with_resource(load_balancer_arn, ":listener/") + "/";
}

std::string rules_prefix(std::string_view load_balancer_arn) {
  return with_resource(load_balancer_arn, ":listener-rule/") + "/";
}

const LoadBalancerRecord* active_load_balancer(const Context& context,
                                               const TargetGroupRecord& group) {
  if (group.load_balancer_arn.empty()) return nullptr;
  const auto* found = context.state.load_balancers.find(group.load_balancer_arn);
  return found != nullptr && found->load_balancer.State->Code == "active" ? found : nullptr;
}

const ListenerRecord* find_listener_at(const Context& context, std::string_view load_balancer_arn,
                                       std::int32_t port) {
  for (const auto& row : context.state.listeners.range(listeners_prefix(load_balancer_arn))) {
    if (row.second.listener.Port == port) return &row.second;
  }
  return nullptr;
}

bool is_zone_enabled(const LoadBalancerRecord& load_balancer, std::string_view zone) {
  const auto zones = api::each(load_balancer.load_balancer.AvailabilityZones);
  return zone == "all" ||
         std::ranges::any_of(zones, [&](const auto& enabled) { return enabled.ZoneName == zone; });
}

api::elbv2::TargetGroup wire_target_group(const TargetGroupRecord& record) {
  api::elbv2::TargetGroup group = record.target_group;
  group.LoadBalancerArns.emplace();
  if (!record.load_balancer_arn.empty()) {
    group.LoadBalancerArns->push_back(record.load_balancer_arn);
  }
  return group;
}

Tags checked_tags(const std::optional<Tags>& tags) {
  constexpr std::size_t kMostTags = 50;
  std::set<std::string> keys;
  for (const auto& tag : api::each(tags)) {
    if (!keys.insert(*tag.Key).second) throw duplicate_tag_keys();
  }
  if (keys.size() > kMostTags) throw too_many_tags();
  return tags.value_or(Tags());
}

void check_name(std::string_view owner, const std::string& name) {
  const std::string what = std::string(owner) + " name '" + name + "' ";
  if (name.size() > 32) throw validation_error(what + "cannot be longer than '32' characters");
  const bool is_plain =
      std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-'; });
  if (name.empty() || !is_plain) {
    throw validation_error(
        what + "can only contain characters that are alphanumeric characters or hyphens(-)");
  }
  if (name.front() == '-' || name.back() == '-') {
    throw validation_error(what + "cannot begin or end with '-'");
  }
}

}  // namespace fallstreak::services::elbv2
