#pragma once

#include <string>
#include <string_view>

#include "services/elbv2/state.h"

/// How handlers find what an ARN names, and what follows from several records together.
namespace fallstreak::services::elbv2 {

enum class ArnKind { load_balancer, listener, rule, target_group, trust_store, other };
ArnKind arn_kind(std::string_view arn);

/// Each throws AWS's error when the text is no ARN of the kind, or nothing has it.
const LoadBalancerRecord& find_load_balancer(const Context& context, const std::string& arn);
const ListenerRecord& find_listener(const Context& context, const std::string& arn);
const RuleRecord& find_rule(const Context& context, const std::string& arn);
const TargetGroupRecord& find_target_group(const Context& context, const std::string& arn);

/// Of a listener or a target group of a Network Load Balancer.
inline bool is_network_protocol(std::string_view protocol) {
  return protocol == "TCP" || protocol == "TLS";
}

/// What the ARNs of a load balancer's listeners begin with.
std::string listeners_prefix(std::string_view load_balancer_arn);
/// What the ARNs of the rules of all its listeners begin with.
std::string rules_prefix(std::string_view load_balancer_arn);

/// The load balancer that checks and feeds the group's targets; null while there is none that is
/// active.
const LoadBalancerRecord* active_load_balancer(const Context& context,
                                               const TargetGroupRecord& group);
/// The listener of a load balancer at a port, or null.
const ListenerRecord* find_listener_at(const Context& context, std::string_view load_balancer_arn,
                                       std::int32_t port);
bool is_zone_enabled(const LoadBalancerRecord& load_balancer, std::string_view zone);

/// The group as Describe shows it, with its load balancer.
api::elbv2::TargetGroup wire_target_group(const TargetGroupRecord& record);

/// A new resource's tags. Throws when a key comes twice or there are too many.
Tags checked_tags(const std::optional<Tags>& tags);

/// AWS: 1 to 32 letters, digits and hyphens, none of these first or last. `owner` begins the
/// message.
void check_name(std::string_view owner, const std::string& name);

}  // namespace fallstreak::services::elbv2
