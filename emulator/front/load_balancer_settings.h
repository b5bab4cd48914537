#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/elbv2/listener_attributes.h"
#include "api/elbv2/load_balancers.h"
#include "api/elbv2/target_groups.h"
#include "dataplane/alb/view.h"

/// Attributes of load balancers, listeners and target groups as what serves them understands them.
namespace fallstreak::front {

using LoadBalancerAttributes = std::optional<std::vector<api::elbv2::LoadBalancerAttribute>>;
using ListenerAttributes = std::optional<std::vector<api::elbv2::ListenerAttribute>>;
using TargetGroupAttributes = std::optional<std::vector<api::elbv2::TargetGroupAttribute>>;

/// Empty when there is no such attribute.
template <class Attributes>
std::string value_of(const std::optional<Attributes>& attributes, std::string_view key) {
  for (const auto& attribute : api::each(attributes)) {
    if (attribute.Key == key) return attribute.Value.value_or("");
  }
  return {};
}

/// 0 when the text is no number.
std::int64_t whole_number(std::string_view text);

dataplane::alb::Algorithm algorithm_of(std::string_view text);
dataplane::alb::ProtocolVersion protocol_version_of(std::string_view text);
dataplane::alb::HttpSettings settings_of(const LoadBalancerAttributes& attributes);
dataplane::alb::Stickiness stickiness_of(const TargetGroupAttributes& attributes);
/// For `dns_failover` or `unhealthy_state_routing`; AWS's default where a kind of target group has
/// no such attribute.
HealthyMinimum healthy_minimum(const TargetGroupAttributes& attributes, const std::string& action);
/// What a listener writes into heads of its own accord.
dataplane::alb::HeaderChanges changes_of(const ListenerAttributes& attributes);
/// What a TLS listener of a Network Load Balancer agrees on, the preferred protocol first.
std::vector<std::string> protocols_of(std::string_view alpn_policy);
/// Of a Network Load Balancer's listener, where it says one.
std::optional<std::chrono::seconds> idle_timeout_of(const ListenerAttributes& attributes);

}  // namespace fallstreak::front
