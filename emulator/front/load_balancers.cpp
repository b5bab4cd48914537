#include "front/load_balancers.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "anomalies.h"
#include "api/s3/objects.h"
#include "base/arn.h"
#include "base/gzip.h"
#include "client/call.h"
#include "dataplane/alb/forwarding.h"
#include "dataplane/live/health_probes.h"
#include "dataplane/live/proxy.h"
#include "dataplane/live/traffic_book.h"
#include "dispatch/traffic.h"
#include "front/load_balancer_reader.h"
#include "front/load_balancer_settings.h"

namespace fallstreak::front {
namespace {

using Json = nlohmann::ordered_json;
using dataplane::alb::TargetState;
namespace live = dataplane::live;

using Prober = std::function<dispatch::ProbeAnswer(const dispatch::Probe&)>;

std::string_view name_of(TargetState state) {
  switch (state) {
    case TargetState::initial:
      return "initial";
    case TargetState::healthy:
      return "healthy";
    case TargetState::unhealthy:
      return "unhealthy";
    case TargetState::draining:
      return "draining";
  }
  return "";
}

std::string address_of(const dataplane::alb::Endpoint& endpoint) {
  return endpoint.address + ":" + std::to_string(endpoint.port);
}

Json json_of(const live::ShownTarget& target) {
  return {{"id", target.id},
          {"state", name_of(target.state)},
          {"address", target.endpoint ? Json(address_of(*target.endpoint)) : Json()},
          {"last_check", target.last_check.empty() ? Json() : Json(target.last_check)}};
}

Json json_of(const live::Counters& counters) {
  Json by_targets = Json::object();
  for (int digit = 1; digit <= 5; ++digit) {
    const auto count = counters.target_answers[digit];
    if (count > 0) by_targets[std::to_string(digit) + "xx"] = count;
  }
  Json own = Json::object();
  for (const auto& [status, count] : counters.own_answers) own[std::to_string(status)] = count;
  return {{"requests", counters.requests},
          {"target_answers", by_targets},
          {"own_answers", own},
          {"logged", counters.logged}};
}

Json counters_of(const live::Shown& shown) {
  if (!shown.is_network) return json_of(shown.counters);
  const auto& counters = shown.counters;
  return {{"connections", counters.connections},
          {"forgotten", counters.forgotten},
          {"resets", counters.resets}};
}

Json json_of(const live::Shown& shown) {
  Json listeners = Json::array();
  for (const auto& one : shown.listeners) {
    const bool serves = one.local_port != 0;
    const bool by_ipv6 = one.local_ipv6_port != 0;
    listeners.push_back(
        {{"arn", one.arn},
         {"protocol", one.protocol},
         {"port", one.port},
         {"address", serves ? Json(address_of({"127.0.0.1", one.local_port})) : Json()},
         {"ipv6_address", by_ipv6 ? Json(address_of({"[::1]", one.local_ipv6_port})) : Json()}});
  }
  Json groups = Json::array();
  for (const auto& one : shown.target_groups) {
    Json targets = Json::array();
    for (const auto& target : one.targets) targets.push_back(json_of(target));
    groups.push_back({{"arn", one.arn}, {"targets", std::move(targets)}});
  }
  return {{"name", shown.name},
          {"arn", shown.arn},
          {"dns_name", shown.dns_name},
          {"active", shown.is_active},
          {"listeners", std::move(listeners)},
          {"target_groups", std::move(groups)},
          {"counters", counters_of(shown)}};
}

dispatch::ProbeAnswer answer_of(const std::optional<live::ProbeResult>& result) {
  using Kind = dispatch::ProbeAnswer::Kind;
  if (!result) return {Kind::unknown};
  switch (result->kind) {
    case live::ProbeResult::Kind::answered:
      return {Kind::answered, result->grpc_status.value_or(result->status)};
    case live::ProbeResult::Kind::refused:
      return {Kind::refused};
    case live::ProbeResult::Kind::timed_out:
      return {Kind::timed_out};
  }
  return {};
}

}  // namespace

class LoadBalancers::Impl {
 public:
  Impl(ServedCloud& served, LoadBalancerOptions options)
      : served_(served),
        before_(served.cloud.environment().prober),
        proxy_(hooks(), {.first_port = options.first_port,
                         .seed = served.cloud.options().seed,
                         .connect_timeout = options.connect_timeout}),
        reader_(std::make_shared<LoadBalancerReader>(served.cloud, [this] { proxy_.touch(); })) {}
  ~Impl() { stop(); }

  void start() {
    // Forks keep the prober, and may outlive this.
    served_.cloud.set_prober([weak = std::weak_ptr(reader_), board = proxy_.board(),
                              before = before_](const dispatch::Probe& probe) {
      const auto reader = weak.lock();
      const auto subject = reader ? subject_of(*reader, *board, probe) : std::nullopt;
      if (subject) return answer_of(board->last(*subject));
      return before ? before(probe) : dispatch::ProbeAnswer();
    });
    served_.cloud.set_traffic([book = proxy_.book()](const dispatch::TrafficQuestion& question) {
      dispatch::Traffic traffic{.parts = {}, .is_complete = true, .watches_anomalies = true};
      for (auto& [zone, group, counts] : book->take(question.load_balancer_arn)) {
        traffic.parts.push_back({std::move(zone), std::move(group), std::move(counts)});
      }
      return traffic;
    });
    proxy_.start();
    is_running_ = true;
  }
  void stop() {
    if (!std::exchange(is_running_, false)) return;
    served_.cloud.set_prober(before_);
    served_.cloud.set_traffic({});
    proxy_.stop();
  }

  [[nodiscard]] std::string json() {
    Json all = Json::array();
    for (const auto& shown : proxy_.show()) all.push_back(json_of(shown));
    const auto key = proxy_.key();
    return Json{{"load_balancers", std::move(all)},
                {"signing_key", {{"kid", key.id}, {"pem", key.public_pem}}}}
               .dump(-1, ' ', false, Json::error_handler_t::replace) +
           "\n";
  }

 private:
  live::CloudHooks hooks() {
    return {.now = [this] { return served_.pacer.catch_up(); },
            .refresh = [this](dataplane::alb::View& view) { return reader_->refresh(view); },
            .report_anomalies =
                [this](const std::string& arn, const dataplane::alb::Nodes::Anomalies& targets) {
                  report_anomalies(served_.cloud, arn, targets);
                },
            .publish_log =
                [this](const std::string& arn, const dataplane::alb::AccessLogSettings& settings,
                       Time end, const std::string& lines) { publish(arn, settings, end, lines); }};
  }

  /// AWS: logs are delivered as well as may be; what S3 does not take is lost.
  void publish(const std::string& arn, const dataplane::alb::AccessLogSettings& settings, Time end,
               const std::string& lines) {
    const auto parsed = Arn::parse(arn);
    if (!parsed) return;
    InProcessTransport transport(served_.cloud,
                                 dispatch::Caller(parsed->account_id, parsed->region));
    const bool is_network = parsed->resource.starts_with("loadbalancer/net/");
    // Chosen: one file for all nodes, which here have one address.
    const auto stored = client::call<api::s3::PutObject>(
        transport, {.Body = api::Body(gzip(lines)),
                    .Bucket = settings.bucket,
                    .ContentType = "application/x-gzip",
                    .Key = dataplane::alb::access_log_key(
                        settings.prefix, arn, end, is_network ? "" : "127.0.0.1",
                        dataplane::alb::hexadecimal(++files_ * 0x9e3779b97f4a7c15ULL, 8))});
    static_cast<void>(stored);
  }

  /// What the proxy asks for this probe; empty when nothing on this machine listens for it.
  static std::optional<live::ProbeSubject> subject_of(const LoadBalancerReader& reader,
                                                      const live::ProbeBoard& board,
                                                      const dispatch::Probe& probe) {
    // What Route 53's checkers see is not what a load balancer sees.
    if (!probe.checker.empty()) return std::nullopt;
    auto endpoint =
        probe.instance_id.empty()
            ? parse_endpoint(std::string(probe.ip_address) + ":" + std::to_string(probe.port))
            : reader.endpoint_of(std::string(probe.account_id), std::string(probe.region),
                                 std::string(probe.instance_id));
    // A load balancer that is a target is known by its name.
    if (!probe.host.empty()) endpoint = board.listener_at(std::string(probe.host), probe.port);
    if (!endpoint) return std::nullopt;
    // `HTTPS/GRPC` of a target group with that protocol version.
    const auto slash = std::min(probe.protocol.find('/'), probe.protocol.size());
    const auto version = probe.protocol.substr(std::min(slash + 1, probe.protocol.size()));
    return live::ProbeSubject{std::move(*endpoint), std::string(probe.protocol.substr(0, slash)),
                              std::string(probe.path), protocol_version_of(version)};
  }

  ServedCloud& served_;
  const Prober before_;
  live::Proxy proxy_;
  std::shared_ptr<LoadBalancerReader> reader_;
  bool is_running_ = false;
  std::uint64_t files_ = 0;  // of access logs
};

LoadBalancers::LoadBalancers(ServedCloud& served, LoadBalancerOptions options)
    : impl_(std::make_unique<Impl>(served, options)) {}
LoadBalancers::~LoadBalancers() = default;
void LoadBalancers::start() { impl_->start(); }
void LoadBalancers::stop() { impl_->stop(); }
std::string LoadBalancers::json() { return impl_->json(); }

}  // namespace fallstreak::front
