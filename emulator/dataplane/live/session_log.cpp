#include "dataplane/live/session.h"

/// The part of a session that keeps its load balancer's access log, and counts for CloudWatch.
namespace fallstreak::dataplane::live {
namespace {

constexpr std::string_view kLoadBalancer = ":loadbalancer/";

std::string url_of(const alb::RequestHead& request, const alb::Hop& hop) {
  const std::string scheme = hop.protocol == "HTTPS" ? "https" : "http";
  if (!request.target.starts_with('/')) return std::string(request.target);
  const auto* host = alb::find_field(request.fields, "host");
  std::string authority(host == nullptr ? std::string_view("-") : host->value);
  const auto bracket = authority.rfind(']');
  if (authority.find(':', bracket == std::string::npos ? 0 : bracket) == std::string::npos) {
    authority += ":" + std::to_string(hop.port);
  }
  return scheme + "://" + authority + std::string(request.target);
}

}  // namespace

void Session::begin_log(const alb::LoadBalancerView& load_balancer) {
  log_.reset();
  if (!load_balancer.access_logs.is_enabled) return;
  log_settings_ = load_balancer.access_logs;
  auto& log = log_.emplace();
  const bool is_encrypted = client_.is_encrypted;
  log.type = client_.speaks_http2 ? "h2" : is_encrypted ? "https" : "http";
  log.created = now_;
  const std::string& arn = load_balancer.arn;
  log.load_balancer = arn.substr(arn.find(kLoadBalancer) + kLoadBalancer.size());
  log.client = client_.hop.client_address + ":" + std::to_string(client_.hop.client_port);
  log.received_bytes = head_text_.size();
  log.tls_cipher = client_.hop.tls_cipher;
  log.tls_version = client_.hop.tls_version;
  log.connection_id = client_.connection_id;
  if (!is_encrypted) return;
  log.domain_name = client_.server_name;
  log.certificate_arn = client_.certificate_arn;
}

void Session::log_request() {
  if (!log_) return;
  const auto value = [&](std::string_view name) {
    const auto* field = alb::find_field(request_.fields, name);
    return field == nullptr ? std::string() : std::string(field->value);
  };
  if (is_grpc()) log_->type = "grpcs";
  // AWS: what cannot be read of a request is a hyphen.
  const bool is_read = !request_.method.empty();
  const std::string version = client_.speaks_http2   ? " HTTP/2.0"
                              : request_.is_http_1_0 ? " HTTP/1.0"
                                                     : " HTTP/1.1";
  log_->request = is_read
                      ? std::string(request_.method) + " " + url_of(request_, client_.hop) + version
                      : "- " + std::string(client_.is_encrypted ? "https" : "http") +
                            "://-:" + std::to_string(client_.hop.port) + "- -";
  log_->user_agent = value("user-agent");
  log_->trace_id = value("x-amzn-trace-id");
  if (!request_.upgrade.empty()) log_->type = client_.is_encrypted ? "wss" : "ws";
  if (request_.danger == alb::Danger::compliant) return;
  log_->classification = request_.danger == alb::Danger::severe ? "Severe" : "Ambiguous";
  // Chosen: of a severe request no reason is told.
  if (request_.danger == alb::Danger::severe) return;
  const bool has_chunks = request_.body.kind == alb::Framing::Kind::chunked;
  log_->reason = has_chunks ? "BothTeClPresent" : "DuplicateContentLength";
}

void Session::log_action(std::string_view action) {
  if (!log_) return;
  if (!log_->actions.empty()) log_->actions += ",";
  log_->actions += action;
}

void Session::write_log() {
  if (!log_) return;
  log_->ended = host_.now();
  host_.log(entry_.load_balancer_arn, log_settings_, log_->ended, alb::access_log_line(*log_));
  log_.reset();
}

/// AWS: the heads and bodies of what passes between the load balancer and its clients. Chosen: of
/// HTTP/2 as HTTP/1.1 would have them; providers of users are not counted.
void Session::count_bytes(std::size_t bytes) {
  tab_.book->write(tab_.place, [&](TrafficCounts& counts) {
    counts[Counted::processed_bytes] += bytes;
    if (client_.hop.is_ipv6()) counts[Counted::ipv6_processed_bytes] += bytes;
  });
}

/// Chosen: what a rule answers originates from the load balancer too.
void Session::count_own(int status) {
  tab_.book->write(tab_.place,
                   [&](TrafficCounts& counts) { fallstreak::count_own_answer(counts, status); });
}

void Session::count_chosen(const alb::TargetGroupView& group, const alb::Nodes::Choice& choice,
                           const alb::HttpSettings& settings) {
  const bool is_sticky = group.stickiness.kind != alb::Stickiness::Kind::off;
  const bool has_invalid = alb::has_invalid_fields(request_.fields);
  group_tab_.book->write(group_tab_.place, [&](TrafficCounts& counts) {
    ++counts[Counted::request];
    if (is_grpc()) ++counts[Counted::grpc_request];
    if (is_sticky && !choice.is_bound) ++counts[Counted::non_sticky_request];
    if (choice.fails_open) ++counts[Counted::unhealthy_routing_request];
    if (!has_invalid) return;
    ++counts[settings.drops_invalid_fields ? Counted::dropped_invalid_header_request
                                           : Counted::forwarded_invalid_header_request];
  });
}

void Session::count_target_answer(int status) {
  // AWS: as target_processing_time of the access log, which has milliseconds.
  const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(host_.now() - sent_);
  group_tab_.book->write(group_tab_.place, [&](TrafficCounts& counts) {
    fallstreak::count_target_answer(counts, status);
    ++counts.response_times[static_cast<double>(taken.count()) / 1000];
  });
}

}  // namespace fallstreak::dataplane::live
