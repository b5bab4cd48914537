#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/healthy_minimum.h"
#include "services/elbv2/records.h"

/// The attributes of load balancers, listeners and target groups: text under a key, each with AWS's
/// default and its own rule.
namespace fallstreak::services::elbv2 {

/// `header_name` and `header_value` are of the headers that a listener writes.
enum class AttributeKind {
  boolean,
  number,
  number_or_off,
  choice,
  text,
  header_name,
  header_value
};

/// Whether a value other than the default does what AWS says. Where it does not, such a value is
/// refused.
enum class AttributeEffect { implemented, absent };

struct AttributeRule {
  std::string_view key;
  std::string_view default_value;
  AttributeKind kind = AttributeKind::text;
  AttributeEffect effect = AttributeEffect::absent;
  std::int64_t lowest = 0, highest = 0;
  /// Values of a choice, with a bar between them.
  std::string_view choices;
};

std::span<const AttributeRule> load_balancer_attribute_rules(std::string_view type);
/// None where AWS knows none for the protocol.
std::span<const AttributeRule> listener_attribute_rules(std::string_view protocol);
std::span<const AttributeRule> attribute_rules_of(const api::elbv2::TargetGroup& group);

/// Checks a value and stores it, or forgets it when it is the default. `owner` is "load balancer",
/// "listener" or "target group".
void set_attribute(std::span<const AttributeRule> rules, std::string_view owner,
                   const std::string& key, const std::string& value, Attributes& attributes);
/// The value that holds.
std::string attribute(std::span<const AttributeRule> rules, const Attributes& attributes,
                      std::string_view key);

/// What a target group wants of its targets' health: in DNS, and in routing.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
HealthyMinimum dns_minimum(const TargetGroupRecord& group);
HealthyMinimum routing_minimum(const TargetGroupRecord& group);
/// Throws AWS's error when the two do not go together.
void check_healthy_minimums(const TargetGroupRecord& group);

/// All attributes of a resource as the wire's list of Key and Value.
template <class WireAttribute>
std::vector<WireAttribute> all_attributes(std::span<const AttributeRule> rules,
                                          const Attributes& attributes) {
  std::vector<WireAttribute> list;
  for (const auto& rule : rules) {
    list.push_back({.Key = std::string(rule.key), .Value = attribute(rules, attributes, rule.key)});
  }
  return list;
}

}  // namespace fallstreak::services::elbv2
