#include "services/elbv2/attributes.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "services/elbv2/errors.h"

namespace fallstreak::services::elbv2 {
namespace {

using enum AttributeKind;
using enum AttributeEffect;

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
constexpr AttributeRule kApplicationLoadBalancer[] = {
    // Of what live load balancers serve; simulated traffic writes none.
    {"access_logs.s3.bucket", "", text, implemented},
    {"access_logs.s3.enabled", "false", boolean, implemented},
    {"access_logs.s3.prefix", "", text, implemented},
    {"client_keep_alive.seconds", "3600", number, implemented, 60, 604800},
    {"connection_logs.s3.bucket", "", text},
    {"connection_logs.s3.enabled", "false", boolean},
    {"connection_logs.s3.prefix", "", text},
    {"deletion_protection.enabled", "false", boolean, implemented},
    {"idle_timeout.timeout_seconds", "60", number, implemented, 1, 4000},
    {"health_check_logs.s3.bucket", "", text},
    {"health_check_logs.s3.enabled", "false", boolean},
    {"health_check_logs.s3.prefix", "", text},
    {"ipv6.deny_all_igw_traffic", "false", boolean},
    // AWS: on, and cannot be turned off here; a target group can.
    {"load_balancing.cross_zone.enabled", "true", boolean},
    {"routing.http.desync_mitigation_mode", "defensive", choice, implemented, 0, 0,
     "monitor|defensive|strictest"},
    {"routing.http.drop_invalid_header_fields.enabled", "false", boolean, implemented},
    {"routing.http.preserve_host_header.enabled", "false", boolean, implemented},
    {"routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", boolean, implemented},
    {"routing.http.xff_client_port.enabled", "false", boolean, implemented},
    {"routing.http.xff_header_processing.mode", "append", choice, implemented, 0, 0,
     "append|preserve|remove"},
    {"routing.http2.enabled", "true", boolean, implemented},
    {"waf.fail_open.enabled", "false", boolean},
    {"zonal_shift.config.enabled", "false", boolean, implemented},
};

constexpr AttributeRule kNetworkLoadBalancer[] = {
    {"access_logs.s3.bucket", "", text, implemented},
    {"access_logs.s3.enabled", "false", boolean, implemented},
    {"access_logs.s3.prefix", "", text, implemented},
    {"deletion_protection.enabled", "false", boolean, implemented},
    {"dns_record.client_routing_policy", "any_availability_zone", choice, absent, 0, 0,
     "availability_zone_affinity|partial_availability_zone_affinity|any_availability_zone"},
    {"ipv6.deny_all_igw_traffic", "false", boolean},
    {"load_balancing.cross_zone.enabled", "false", boolean, implemented},
    {"secondary_ips.auto_assigned.per_subnet", "0", number, absent, 0, 7},
    {"zonal_shift.config.enabled", "false", boolean, implemented},
};

/// Of "1 to the maximum number of targets". Chosen: the quota of a load balancer's targets.
constexpr std::int64_t kMostTargets = 1000;

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
// `implemented`: enforced here (the deregistration delay), or read by what routes requests: live
// and simulated traffic read these through the API. Stickiness, slow start, and how Network Load
// Balancers treat connections, are of live load balancers alone; scenarios refuse the first two by
// name.
constexpr AttributeRule kHttpTargetGroup[] = {
    {"deregistration_delay.timeout_seconds", "300", number, implemented, 0, 3600},
    {"load_balancing.algorithm.anomaly_mitigation", "off", choice, implemented, 0, 0, "on|off"},
    {"load_balancing.algorithm.type", "round_robin", choice, implemented, 0, 0,
     "round_robin|least_outstanding_requests|weighted_random"},
    {"load_balancing.cross_zone.enabled", "use_load_balancer_configuration", choice, implemented, 0,
     0, "true|false|use_load_balancer_configuration"},
    {"slow_start.duration_seconds", "0", number, implemented, 30, 900},
    {"stickiness.app_cookie.cookie_name", "", text, implemented},
    {"stickiness.app_cookie.duration_seconds", "86400", number, implemented, 1, 604800},
    {"stickiness.enabled", "false", boolean, implemented},
    {"stickiness.lb_cookie.duration_seconds", "86400", number, implemented, 1, 604800},
    {"stickiness.type", "lb_cookie", choice, implemented, 0, 0, "lb_cookie|app_cookie"},
    {"target_group_health.dns_failover.minimum_healthy_targets.count", "1", number_or_off,
     implemented, 1, kMostTargets},
    {"target_group_health.dns_failover.minimum_healthy_targets.percentage", "off", number_or_off,
     implemented, 1, 100},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", number,
     implemented, 1, kMostTargets},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off",
     number_or_off, implemented, 1, 100},
};

constexpr AttributeRule kTcpTargetGroup[] = {
    {"deregistration_delay.connection_termination.enabled", "false", boolean, implemented},
    {"deregistration_delay.timeout_seconds", "300", number, implemented, 0, 3600},
    {"load_balancing.cross_zone.enabled", "use_load_balancer_configuration", choice, implemented, 0,
     0, "true|false|use_load_balancer_configuration"},
    // Whose address the groups of targets see; on this machine all have one.
    {"preserve_client_ip.enabled", "true", boolean, implemented},
    {"proxy_protocol_v2.enabled", "false", boolean, implemented},
    {"stickiness.enabled", "false", boolean, implemented},
    {"stickiness.type", "source_ip", choice, absent, 0, 0, "source_ip"},
    {"target_group_health.dns_failover.minimum_healthy_targets.count", "1", number_or_off,
     implemented, 1, kMostTargets},
    {"target_group_health.dns_failover.minimum_healthy_targets.percentage", "off", number_or_off,
     implemented, 1, 100},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", number,
     implemented, 1, kMostTargets},
    {"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off",
     number_or_off, implemented, 1, 100},
    {"target_health_state.unhealthy.connection_termination.enabled", "true", boolean, implemented},
    {"target_health_state.unhealthy.draining_interval_seconds", "0", number, absent, 0, 360000},
};

// Whose target is an Application Load Balancer.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
constexpr AttributeRule kAlbTargetGroup[] = {
    {"deregistration_delay.timeout_seconds", "300", number, implemented, 0, 3600},
    {"load_balancing.cross_zone.enabled", "use_load_balancer_configuration", choice, implemented, 0,
     0, "true|false|use_load_balancer_configuration"},
    // AWS: always on.
    {"preserve_client_ip.enabled", "true", boolean},
    {"target_health_state.unhealthy.connection_termination.enabled", "true", boolean, implemented},
};

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html
// What HTTP and HTTPS listeners add to responses comes first; requests that arrived encrypted tell
// more.
constexpr AttributeRule kHttpListener[] = {
    {"routing.http.response.access_control_allow_credentials.header_value", "", choice, implemented,
     0, 0, "true"},
    {"routing.http.response.access_control_allow_headers.header_value", "", header_value,
     implemented},
    {"routing.http.response.access_control_allow_methods.header_value", "", header_value,
     implemented},
    {"routing.http.response.access_control_allow_origin.header_value", "", header_value,
     implemented},
    {"routing.http.response.access_control_expose_headers.header_value", "", header_value,
     implemented},
    {"routing.http.response.access_control_max_age.header_value", "", number, implemented, -1,
     86400},
    {"routing.http.response.content_security_policy.header_value", "", header_value, implemented},
    {"routing.http.response.server.enabled", "true", boolean, implemented},
    {"routing.http.response.strict_transport_security.header_value", "", header_value, implemented},
    {"routing.http.response.x_content_type_options.header_value", "", choice, implemented, 0, 0,
     "nosniff"},
    {"routing.http.response.x_frame_options.header_value", "", header_value, implemented},
    {"routing.http.request.x_amzn_mtls_clientcert.header_name", "X-Amzn-Mtls-Clientcert",
     header_name, implemented},
    {"routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
     "X-Amzn-Mtls-Clientcert-Issuer", header_name, implemented},
    {"routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "X-Amzn-Mtls-Clientcert-Leaf",
     header_name, implemented},
    {"routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
     "X-Amzn-Mtls-Clientcert-Serial-Number", header_name, implemented},
    {"routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
     "X-Amzn-Mtls-Clientcert-Subject", header_name, implemented},
    {"routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
     "X-Amzn-Mtls-Clientcert-Validity", header_name, implemented},
    {"routing.http.request.x_amzn_tls_cipher_suite.header_name", "X-Amzn-Tls-Cipher-Suite",
     header_name, implemented},
    {"routing.http.request.x_amzn_tls_version.header_name", "X-Amzn-Tls-Version", header_name,
     implemented},
};
constexpr std::size_t kResponseHeaders = 11;

constexpr AttributeRule kTcpListener[] = {
    {"tcp.idle_timeout.seconds", "350", number, implemented, 60, 6000},
};

const AttributeRule* find_rule(std::span<const AttributeRule> rules, std::string_view key) {
  const auto found = std::ranges::find(rules, key, &AttributeRule::key);
  return found == rules.end() ? nullptr : &*found;
}

/// Groups that have no such attributes have the defaults of those that do.
HealthyMinimum minimum_of(const TargetGroupRecord& group, const std::string& action) {
  const auto value = [&](const char* key, std::size_t fallback) {
    const auto found = group.attributes.find(action + "minimum_healthy_targets." + key);
    if (found == group.attributes.end()) return fallback;
    return found->second == "off" ? 0 : std::size_t(std::stoul(found->second));
  };
  return {.count = value("count", 1), .percentage = value("percentage", 0)};
}

bool is_choice(std::string_view choices, std::string_view value) {
  const std::string bounded = "|" + std::string(choices) + "|";
  return value.find('|') == std::string_view::npos &&
         bounded.find("|" + std::string(value) + "|") != std::string::npos;
}

bool is_token_character(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

/// AWS: the name of a header field has letters, digits and the marks of RFC 7230; Chosen: 40
/// characters at most, as in a rule's condition.
bool is_header_name(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, is_token_character);
}

/// AWS: up to 1,024 characters. Nothing that would end the line.
bool is_header_value(std::string_view text) {
  return text.size() <= 1024 &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool fits(const AttributeRule& rule, std::string_view value) {
  switch (rule.kind) {
    case boolean:
      return value == "true" || value == "false";
    case choice:
      return is_choice(rule.choices, value);
    case text:
      return true;
    case header_name:
      return is_header_name(value);
    case header_value:
      return is_header_value(value);
    case number_or_off:
      if (value == "off") return true;
      [[fallthrough]];
    case number: {
      std::int64_t parsed = 0;
      const char* const last = value.data() + value.size();
      const auto [end, error] = std::from_chars(value.data(), last, parsed);
      return error == std::errc() && end == last && rule.lowest <= parsed && parsed <= rule.highest;
    }
  }
  return false;
}

}  // namespace

std::span<const AttributeRule> load_balancer_attribute_rules(std::string_view type) {
  if (type == "network") return kNetworkLoadBalancer;
  return kApplicationLoadBalancer;
}

std::span<const AttributeRule> listener_attribute_rules(std::string_view protocol) {
  if (protocol == "HTTPS") return kHttpListener;
  if (protocol == "HTTP") return std::span(kHttpListener).first(kResponseHeaders);
  // AWS: the idle timeout of a TLS listener is 350 seconds and stays so.
  if (protocol == "TCP") return kTcpListener;
  return {};
}

std::span<const AttributeRule> attribute_rules_of(const api::elbv2::TargetGroup& group) {
  if (group.TargetType == "alb") return kAlbTargetGroup;
  if (group.Protocol == "TCP" || group.Protocol == "TLS") return kTcpTargetGroup;
  return kHttpTargetGroup;
}

void set_attribute(std::span<const AttributeRule> rules, std::string_view owner,
                   const std::string& key, const std::string& value, Attributes& attributes) {
  const AttributeRule* rule = find_rule(rules, key);
  if (rule == nullptr) {
    std::string capital(owner);
    capital.front() = char(capital.front() - 'a' + 'A');
    throw validation_error(capital + " attribute key '" + key + "' is not recognized");
  }
  // A default may be outside the range, where it means that something is off.
  if (value != rule->default_value && !fits(*rule, value)) {
    throw validation_error("The value '" + value + "' is not valid for the " + std::string(owner) +
                           " attribute '" + key + "'");
  }
  if (value == rule->default_value) {
    attributes.erase(key);
    return;
  }
  if (rule->effect == absent) {
    throw not_implemented("Value '" + value + "' of the " + std::string(owner) + " attribute " +
                          key);
  }
  attributes[key] = value;
}

std::string attribute(std::span<const AttributeRule> rules, const Attributes& attributes,
                      std::string_view key) {
  const auto found = attributes.find(std::string(key));
  if (found != attributes.end()) return found->second;
  const AttributeRule* rule = find_rule(rules, key);
  CHECK(rule != nullptr) << "no attribute " << key;
  return std::string(rule->default_value);
}

HealthyMinimum dns_minimum(const TargetGroupRecord& group) {
  return minimum_of(group, "target_group_health.dns_failover.");
}

HealthyMinimum routing_minimum(const TargetGroupRecord& group) {
  return minimum_of(group, "target_group_health.unhealthy_state_routing.");
}

// AWS: with thresholds for both actions that of DNS must not be the lower one. Chosen: the default
// of one counts for none, because whoever raises the other alone names no second threshold.
void check_healthy_minimums(const TargetGroupRecord& group) {
  const HealthyMinimum dns = dns_minimum(group);
  const HealthyMinimum routing = routing_minimum(group);
  const bool is_count_lower = dns.count > 1 && dns.count < routing.count;
  const bool is_percentage_lower = dns.percentage > 0 && dns.percentage < routing.percentage;
  if (is_count_lower || is_percentage_lower) throw dns_minimum_below_routing_minimum();
}

}  // namespace fallstreak::services::elbv2
