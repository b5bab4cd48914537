#include "front/load_balancer_settings.h"

#include <charconv>
#include <utility>

namespace fallstreak::front {

namespace alb = dataplane::alb;

std::int64_t whole_number(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

alb::Algorithm algorithm_of(std::string_view text) {
  using enum alb::Algorithm;
  if (text == "least_outstanding_requests") return least_outstanding_requests;
  return text == "weighted_random" ? weighted_random : round_robin;
}

alb::ProtocolVersion protocol_version_of(std::string_view text) {
  using enum alb::ProtocolVersion;
  if (text == "HTTP2") return http2;
  return text == "GRPC" ? grpc : http1;
}

alb::HttpSettings settings_of(const LoadBalancerAttributes& attributes) {
  const auto is_on = [&](std::string_view key) { return value_of(attributes, key) == "true"; };
  alb::HttpSettings settings;
  settings.idle_timeout =
      std::chrono::seconds(whole_number(value_of(attributes, "idle_timeout.timeout_seconds")));
  settings.client_keep_alive =
      std::chrono::seconds(whole_number(value_of(attributes, "client_keep_alive.seconds")));
  settings.preserves_host = is_on("routing.http.preserve_host_header.enabled");
  settings.tells_tls = is_on("routing.http.x_amzn_tls_version_and_cipher_suite.enabled");
  settings.has_client_port = is_on("routing.http.xff_client_port.enabled");
  settings.drops_invalid_fields = is_on("routing.http.drop_invalid_header_fields.enabled");
  const auto mode = value_of(attributes, "routing.http.xff_header_processing.mode");
  if (mode == "preserve") settings.forwarded_for = alb::ForwardedFor::preserve;
  if (mode == "remove") settings.forwarded_for = alb::ForwardedFor::remove;
  const auto desync = value_of(attributes, "routing.http.desync_mitigation_mode");
  if (desync == "monitor") settings.mitigation = alb::Mitigation::monitor;
  if (desync == "strictest") settings.mitigation = alb::Mitigation::strictest;
  return settings;
}

HealthyMinimum healthy_minimum(const TargetGroupAttributes& attributes, const std::string& action) {
  const std::string key = "target_group_health." + action + ".minimum_healthy_targets.";
  const auto number = [&](const std::string& text, std::size_t fallback) {
    // Of `off` it is 0.
    return text.empty() ? fallback : static_cast<std::size_t>(whole_number(text));
  };
  return {.count = number(value_of(attributes, key + "count"), 1),
          .percentage = number(value_of(attributes, key + "percentage"), 0)};
}

alb::Stickiness stickiness_of(const TargetGroupAttributes& attributes) {
  alb::Stickiness stickiness;
  if (value_of(attributes, "stickiness.enabled") != "true") return stickiness;
  const bool is_own = value_of(attributes, "stickiness.type") == "lb_cookie";
  stickiness.kind = is_own ? alb::Stickiness::Kind::lb_cookie : alb::Stickiness::Kind::app_cookie;
  stickiness.duration = std::chrono::seconds(
      whole_number(value_of(attributes, is_own ? "stickiness.lb_cookie.duration_seconds"
                                               : "stickiness.app_cookie.duration_seconds")));
  stickiness.app_cookie_name = value_of(attributes, "stickiness.app_cookie.cookie_name");
  return stickiness;
}

alb::HeaderChanges changes_of(const ListenerAttributes& attributes) {
  constexpr std::pair<std::string_view, std::string_view> kAdded[] = {
      {"access_control_allow_credentials", "Access-Control-Allow-Credentials"},
      {"access_control_allow_headers", "Access-Control-Allow-Headers"},
      {"access_control_allow_methods", "Access-Control-Allow-Methods"},
      {"access_control_allow_origin", "Access-Control-Allow-Origin"},
      {"access_control_expose_headers", "Access-Control-Expose-Headers"},
      {"access_control_max_age", "Access-Control-Max-Age"},
      {"content_security_policy", "Content-Security-Policy"},
      {"strict_transport_security", "Strict-Transport-Security"},
      {"x_content_type_options", "X-Content-Type-Options"},
      {"x_frame_options", "X-Frame-Options"}};
  alb::HeaderChanges changes;
  const auto set = [&](std::string_view key, std::string& name) {
    const std::string given = value_of(attributes, "routing.http.request." + std::string(key));
    if (!given.empty()) name = given;
  };
  set("x_amzn_tls_version.header_name", changes.tls_version_name);
  set("x_amzn_tls_cipher_suite.header_name", changes.tls_cipher_name);
  auto& names = changes.client_certificate;
  set("x_amzn_mtls_clientcert.header_name", names.chain);
  set("x_amzn_mtls_clientcert_leaf.header_name", names.leaf);
  set("x_amzn_mtls_clientcert_serial_number.header_name", names.serial_number);
  set("x_amzn_mtls_clientcert_issuer.header_name", names.issuer);
  set("x_amzn_mtls_clientcert_subject.header_name", names.subject);
  set("x_amzn_mtls_clientcert_validity.header_name", names.validity);
  changes.names_server = value_of(attributes, "routing.http.response.server.enabled") != "false";
  for (const auto& [key, name] : kAdded) {
    std::string value =
        value_of(attributes, "routing.http.response." + std::string(key) + ".header_value");
    if (!value.empty()) changes.added.emplace_back(name, std::move(value));
  }
  return changes;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/listener-update-alpn.html
std::vector<std::string> protocols_of(std::string_view alpn_policy) {
  if (alpn_policy == "HTTP1Only") return {"http/1.1", "http/1.0"};
  if (alpn_policy == "HTTP2Only") return {"h2"};
  if (alpn_policy == "HTTP2Optional") return {"http/1.1", "http/1.0", "h2"};
  if (alpn_policy == "HTTP2Preferred") return {"h2", "http/1.1", "http/1.0"};
  return {};
}

std::optional<std::chrono::seconds> idle_timeout_of(const ListenerAttributes& attributes) {
  const std::string value = value_of(attributes, "tcp.idle_timeout.seconds");
  if (value.empty()) return std::nullopt;
  return std::chrono::seconds(whole_number(value));
}

}  // namespace fallstreak::front
