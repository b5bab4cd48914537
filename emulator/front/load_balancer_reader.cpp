#include "front/load_balancer_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/acm/certificates.h"
#include "api/ec2/instances.h"
#include "api/elbv2/listener_attributes.h"
#include "api/elbv2/listener_certificates.h"
#include "api/elbv2/listeners.h"
#include "api/elbv2/load_balancers.h"
#include "api/elbv2/rules.h"
#include "api/elbv2/target_groups.h"
#include "api/elbv2/targets.h"
#include "base/arn.h"
#include "base/check.h"
#include "client/call.h"
#include "dataplane/reachability/admission.h"
#include "front/load_balancer_settings.h"
#include "load_balancer_entry.h"
#include "secrets.h"

namespace fallstreak::front {
namespace {

namespace alb = dataplane::alb;
namespace elbv2 = api::elbv2;

std::string instance_key(std::string_view scope, std::string_view instance_id) {
  return std::string(scope) + "/" + std::string(instance_id);
}

/// The scope that an ARN's resource is in: `123456789012/eu-central-1`.
std::string scope_of(std::string_view text) {
  const auto arn = Arn::parse(text);
  CHECK(arn.has_value()) << text;
  return arn->account_id + "/" + arn->region;
}

/// The ARN of the load balancer that a listener or a rule belongs to, of which `kind` is the word:
/// `:listener/app/web/0123/4567`.
std::string owner_of(std::string_view arn, std::string_view kind) {
  const auto at = arn.find(kind);
  if (at == std::string_view::npos) return {};
  std::string_view path = arn.substr(at + kind.size());
  std::size_t end = 0;
  for (int part = 0; part < 3 && end != std::string_view::npos; ++part) {
    end = path.find('/', end + (part > 0 ? 1 : 0));
  }
  return std::string(arn.substr(0, at)) + ":loadbalancer/" + std::string(path.substr(0, end));
}

bool is_http(std::string_view protocol) { return protocol == "HTTP" || protocol == "HTTPS"; }

/// Empty for a target that gets nothing: AWS calls it unused.
std::optional<alb::TargetState> state_of(std::string_view state) {
  if (state == "healthy") return alb::TargetState::healthy;
  if (state == "unhealthy") return alb::TargetState::unhealthy;
  if (state == "initial") return alb::TargetState::initial;
  if (state == "draining") return alb::TargetState::draining;
  return std::nullopt;
}

/// The groups that a rule's action forwards to.
void add_groups(const elbv2::Action& action, std::vector<std::string>& arns) {
  if (!action.ForwardConfig) return;
  for (const auto& group : api::each(action.ForwardConfig->TargetGroups)) {
    const std::string arn = group.TargetGroupArn.value_or("");
    if (std::ranges::find(arns, arn) == arns.end()) arns.push_back(arn);
  }
}

/// Whether clients may speak HTTP/2. AWS: by HTTPS listeners of Application Load Balancers.
enum class Http2 : std::uint8_t { off, on };

/// What a listener's security policy says; its certificates are read apart.
std::optional<alb::TlsView> tls_of(client::Transport& transport, const elbv2::Listener& listener) {
  if (!listener.SslPolicy) return std::nullopt;
  const auto described =
      client::call<elbv2::DescribeSSLPolicies>(transport, {.Names = {{*listener.SslPolicy}}});
  alb::TlsView tls;
  if (!described) return tls;
  const auto& policy = described->SslPolicies->front();
  for (const auto& protocol : api::each(policy.SslProtocols)) tls.protocols.push_back(protocol);
  for (const auto& cipher : api::each(policy.Ciphers)) tls.ciphers.push_back(*cipher.Name);
  return tls;
}

/// Puts in what Describe does not tell.
void add_secrets(Cloud& fork, elbv2::Rule& rule) {
  if (!rule.Actions) return;
  for (auto& action : *rule.Actions) {
    if (!action.AuthenticateOidcConfig) continue;
    action.AuthenticateOidcConfig->ClientSecret = client_secret(fork, *rule.RuleArn);
  }
}

alb::ClientTrustView clients_of(Cloud& fork, const elbv2::Listener& listener) {
  using Mode = alb::ClientTrustView::Mode;
  alb::ClientTrustView view;
  const auto& asked = listener.MutualAuthentication;
  if (!asked) return view;
  if (asked->Mode == "passthrough") view.mode = Mode::passthrough;
  if (asked->Mode != "verify") return view;
  view.mode = Mode::verify;
  view.trust_store_arn = asked->TrustStoreArn.value_or("");
  view.ignores_expiry = asked->IgnoreClientCertificateExpiry.value_or(false);
  view.advertises = asked->AdvertiseTrustStoreCaNames == "on";
  if (auto found = client_authorities(fork, view.trust_store_arn)) {
    view.authorities = std::move(found->authorities);
    view.revocations = std::move(found->revocations);
  }
  return view;
}

void read_listeners(Cloud& fork, client::Transport& transport, Http2 http2,
                    alb::LoadBalancerView& view) {
  std::vector<elbv2::Listener> listeners;
  const auto read = client::paginate<elbv2::DescribeListeners>(
      transport, {.LoadBalancerArn = view.arn}, [&](const auto& page) {
        for (const auto& listener : api::each(page.Listeners)) listeners.push_back(listener);
      });
  if (!read) return;
  for (const auto& listener : listeners) {
    std::vector<elbv2::Rule> rules;
    const auto described = client::paginate<elbv2::DescribeRules>(
        transport, {.ListenerArn = listener.ListenerArn}, [&](const auto& page) {
          for (const auto& rule : api::each(page.Rules)) rules.push_back(rule);
        });
    const auto attributes = client::call<elbv2::DescribeListenerAttributes>(
        transport, {.ListenerArn = listener.ListenerArn});
    if (!described || !attributes) continue;
    for (auto& rule : rules) {
      add_secrets(fork, rule);
      for (const auto& action : api::each(rule.Actions)) {
        add_groups(action, view.target_group_arns);
      }
    }
    auto tls = tls_of(transport, listener);
    if (tls) tls->clients = clients_of(fork, listener);
    if (tls && http2 == Http2::on) tls->alpn = {"h2", "http/1.1"};
    for (const auto& policy : api::each(listener.AlpnPolicy)) {
      if (tls) tls->alpn = protocols_of(policy);
    }
    view.listeners.emplace(
        *listener.ListenerArn,
        alb::ListenerView{.arn = *listener.ListenerArn,
                          .protocol = *listener.Protocol,
                          .port = *listener.Port,
                          .tls = std::move(tls),
                          .rules = alb::RuleSet(rules),
                          .header_changes = changes_of(attributes->Attributes),
                          .idle_timeout = idle_timeout_of(attributes->Attributes)});
  }
}

/// An instance as a target: its zone, and where its workload listens, as its tag says.
struct Host {
  std::string zone;
  std::optional<alb::Endpoint> endpoint;
};
Host host_of(client::Transport& transport, const std::string& instance_id) {
  Host host;
  const auto described =
      client::call<api::ec2::DescribeInstances>(transport, {.InstanceIds = {{instance_id}}});
  if (!described) return host;
  const auto& instance = described->Reservations->front().Instances->front();
  host.zone = *instance.Placement->AvailabilityZone;
  // What does not run listens to nobody.
  if (instance.State->Name != "running") return host;
  for (const auto& tag : api::each(instance.Tags)) {
    if (tag.Key == kAddressTag) host.endpoint = parse_endpoint(tag.Value.value_or(""));
  }
  return host;
}

alb::TargetGroupView group_view(
    const elbv2::TargetGroup& group,
    const std::optional<std::vector<elbv2::TargetGroupAttribute>>& attributes) {
  const auto cross_zone = value_of(attributes, "load_balancing.cross_zone.enabled");
  const auto is_on = [&](std::string_view key) { return value_of(attributes, key) == "true"; };
  const auto mitigation = value_of(attributes, "load_balancing.algorithm.anomaly_mitigation");
  alb::TargetGroupView view{
      .arn = *group.TargetGroupArn,
      .protocol = *group.Protocol,
      .version = protocol_version_of(group.ProtocolVersion.value_or("")),
      .algorithm = algorithm_of(value_of(attributes, "load_balancing.algorithm.type")),
      .mitigates_anomalies = mitigation == "on",
      .cross_zone = cross_zone == "false" ? alb::CrossZone::off : alb::CrossZone::on,
      .inherits_cross_zone = cross_zone == "use_load_balancer_configuration",
      .stickiness = stickiness_of(attributes),
      .slow_start =
          std::chrono::seconds(whole_number(value_of(attributes, "slow_start.duration_seconds"))),
      .routing_minimum = healthy_minimum(attributes, "unhealthy_state_routing"),
      .dns_minimum = healthy_minimum(attributes, "dns_failover"),
      .health_check = {
          .protocol = group.HealthCheckProtocol.value_or("HTTP"),
          .path = group.HealthCheckPath.value_or(""),
          .timeout = std::chrono::seconds(group.HealthCheckTimeoutSeconds.value_or(5))}};
  if (!is_http(view.protocol)) {
    view.stickiness = {};
    const bool is_sticky = is_on("stickiness.enabled");
    view.affinity = is_sticky ? alb::Affinity::source_ip : alb::Affinity::connection;
    view.sends_proxy_header = is_on("proxy_protocol_v2.enabled");
    view.ends_with_delay = is_on("deregistration_delay.connection_termination.enabled");
    view.ends_with_health = is_on("target_health_state.unhealthy.connection_termination.enabled");
  }
  // Chosen: a workload has one address on this machine, so an instance's checks go there.
  const std::string port = group.HealthCheckPort.value_or("traffic-port");
  if (group.TargetType != "instance" && port != "traffic-port") {
    view.health_check.port = static_cast<std::uint16_t>(whole_number(port));
  }
  return view;
}

/// The group with its targets; `hosts` gets those that are instances. Empty when it was deleted.
std::optional<alb::TargetGroupView> describe_group(client::Transport& transport,
                                                   const std::string& arn,
                                                   std::map<std::string, Host>& hosts) {
  const auto described =
      client::call<elbv2::DescribeTargetGroups>(transport, {.TargetGroupArns = {{arn}}});
  const auto attributes =
      client::call<elbv2::DescribeTargetGroupAttributes>(transport, {.TargetGroupArn = arn});
  const auto health = client::call<elbv2::DescribeTargetHealth>(transport, {.TargetGroupArn = arn});
  if (!described || !attributes || !health) return std::nullopt;
  const auto& group = described->TargetGroups->front();
  auto view = group_view(group, attributes->Attributes);
  for (const auto& one : api::each(health->TargetHealthDescriptions)) {
    const std::string& id = *one.Target->Id;
    const std::string name = id + ":" + std::to_string(*one.Target->Port);
    Host host{one.Target->AvailabilityZone.value_or(""), parse_endpoint(name)};
    if (group.TargetType == "instance") host = hosts[id] = host_of(transport, id);
    const auto state = state_of(*one.TargetHealth->State);
    if (!state) continue;
    auto& target =
        view.targets.emplace_back(alb::LiveTarget{name, host.zone, *state, host.endpoint});
    if (one.AdministrativeOverride && one.AdministrativeOverride->State == "zonal_shift_active") {
      target.override_state = alb::Override::zonal_shift;
    }
    if (group.TargetType == "alb") {
      target.zone = "all";
      target.listener = alb::ListenerPlace{id, *one.Target->Port};
    }
    view.target_names.push_back(arn + "|" + name);
  }
  return view;
}

/// Chosen: a client of this machine may stand for anybody, so what lets some clients through lets
/// it through.
void add_stopped_paths(Cloud& fork, alb::TargetGroupView& view) {
  const auto stopped = stopped_paths(fork, view.arn);
  if (stopped.empty()) return;
  for (auto& target : view.targets) {
    const auto path = stopped.find(target.id);
    if (path != stopped.end()) target.stopped_zones = path->second.zones;
  }
}

}  // namespace

std::optional<alb::Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool is_ipv6 = text.starts_with("[::1]:");
  if (colon == std::string_view::npos || !(is_ipv6 || text.starts_with("127."))) return {};
  const std::string_view address = is_ipv6 ? "::1" : text.substr(0, colon);
  if (!IpAddress::parse(address)) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return {};
  return alb::Endpoint{std::string(address), port};
}

LoadBalancerReader::LoadBalancerReader(Cloud& cloud, std::function<void()> touched)
    : cloud_(cloud), on_touch_(std::move(touched)) {
  const std::lock_guard held(cloud_.lock());
  cloud_.world().add_observer(*this);
}

LoadBalancerReader::~LoadBalancerReader() {
  const std::lock_guard held(cloud_.lock());
  cloud_.world().remove_observer(*this);
}

void LoadBalancerReader::note(std::string_view table, std::string_view key, Time now) {
  const std::string_view kind = table.substr(table.rfind('/') + 1);
  if (table.starts_with("ec2/")) {
    const auto scope = table.substr(4, table.size() - 4 - kind.size() - 1);
    if (kind == "security_groups") {
      const auto users = users_of_group_.find(instance_key(scope, key));
      if (users == users_of_group_.end()) return;
      touched_.load_balancers.insert(users->second.begin(), users->second.end());
      return;
    }
    if (kind == "region" || kind == "public_access_exclusions") {
      const auto there = in_scope_.find(scope);
      if (there == in_scope_.end()) return;
      touched_.load_balancers.insert(there->second.begin(), there->second.end());
      return;
    }
    if (kind != "instances") return;
    const auto known = workloads_.find(instance_key(scope, key));
    if (known != workloads_.end()) {
      touched_.target_groups.insert(known->second.target_groups.begin(),
                                    known->second.target_groups.end());
    }
  } else if (table.starts_with("target-paths/")) {
    if (kind == "stopped") touched_.target_groups.emplace(key.substr(0, key.find('|')));
  } else if (table.starts_with("zonal-shifts/")) {
    touched_.load_balancers.emplace(key);
    touched_.shifted.emplace(key);
  } else if (table.starts_with("acm/")) {
    const auto users = users_of_certificate_.find(std::string(key));
    if (kind != "certificates" || users == users_of_certificate_.end()) return;
    touched_.load_balancers.insert(users->second.begin(), users->second.end());
  } else if (!table.starts_with("elbv2/")) {
    return;
  } else if (kind == "trust_stores" || kind == "revocations") {
    const auto users = users_of_certificate_.find(std::string(key.substr(0, key.find('|'))));
    if (users == users_of_certificate_.end()) return;
    touched_.load_balancers.insert(users->second.begin(), users->second.end());
  } else if (kind == "listener_certificates") {
    touched_.load_balancers.insert(owner_of(key, ":listener/"));
  } else if (kind == "load_balancers") {
    touched_.load_balancers.emplace(key);
  } else if (kind == "listeners") {
    touched_.load_balancers.insert(owner_of(key, ":listener/"));
  } else if (kind == "rules") {
    touched_.load_balancers.insert(owner_of(key, ":listener-rule/"));
  } else if (kind == "target_groups") {
    touched_.target_groups.emplace(key);
  } else if (kind == "targets") {
    const auto bar = key.find('|');
    touched_.target_groups.emplace(key.substr(0, bar));
    target_changes_[std::string(key.substr(0, bar))][std::string(key.substr(bar + 1))] = now;
  }
}

void LoadBalancerReader::committed(Time now, std::span<const world::Change> changes) {
  {
    const std::lock_guard held(mutex_);
    for (const auto& change : changes) note(change.table->name(), change.key, now);
    if (touched_.empty()) return;
  }
  on_touch_();
}

LoadBalancerReader::Touched LoadBalancerReader::take_touched() {
  const std::lock_guard held(mutex_);
  return std::exchange(touched_, {});
}

bool LoadBalancerReader::refresh(alb::View& view) {
  const Touched touched = take_touched();
  if (touched.empty()) return false;
  const auto fork = cloud_.fork();
  {
    const std::lock_guard held(fork->lock());
    world::Transaction transaction(fork->world());
    auto& active = fork->world().state<faults::FaultState>("faults", "world").active;
    std::vector<std::string> ids;
    for (const auto& [id, fault] : active) ids.emplace_back(id);
    for (const auto& id : ids) active.erase(id);
    transaction.commit();
  }
  if (touched.everything) {
    read_all(*fork, view);
    return true;
  }
  std::set<std::string> groups = touched.target_groups;
  for (const auto& arn : touched.load_balancers) {
    read_load_balancer(*fork, arn, view);
    const auto read = view.load_balancers.find(arn);
    if (!touched.shifted.contains(arn) || read == view.load_balancers.end()) continue;
    groups.insert(read->second.target_group_arns.begin(), read->second.target_group_arns.end());
  }
  for (const auto& arn : groups) read_group(*fork, arn, view);
  return true;
}

void LoadBalancerReader::read_all(Cloud& fork, alb::View& view) {
  view = {};
  for (const auto& scope : fork.world().scopes("elbv2")) {
    InProcessTransport transport(fork, dispatch::Caller::of_scope(scope));
    std::vector<std::string> balancers;
    const auto read =
        client::paginate<elbv2::DescribeLoadBalancers>(transport, {}, [&](const auto& page) {
          for (const auto& one : api::each(page.LoadBalancers)) {
            balancers.push_back(*one.LoadBalancerArn);
          }
        });
    if (!read) continue;
    std::vector<std::string> groups;
    const auto read_groups =
        client::paginate<elbv2::DescribeTargetGroups>(transport, {}, [&](const auto& page) {
          for (const auto& one : api::each(page.TargetGroups))
            groups.push_back(*one.TargetGroupArn);
        });
    for (const auto& arn : balancers) read_load_balancer(fork, arn, view);
    if (!read_groups) continue;
    for (const auto& arn : groups) read_group(fork, arn, view);
  }
}

void LoadBalancerReader::read_load_balancer(Cloud& fork, const std::string& arn, alb::View& view) {
  // Held until the end, so that its certificates are known.
  const auto before = view.load_balancers.extract(arn);
  InProcessTransport transport(fork, dispatch::Caller::of_scope(scope_of(arn)));
  const auto described =
      client::call<elbv2::DescribeLoadBalancers>(transport, {.LoadBalancerArns = {{arn}}});
  if (!described) return;  // it was deleted
  const auto& load_balancer = described->LoadBalancers->front();
  const auto attributes =
      client::call<elbv2::DescribeLoadBalancerAttributes>(transport, {.LoadBalancerArn = arn});
  if (!attributes) return;
  alb::LoadBalancerView read{.arn = arn,
                             .name = *load_balancer.LoadBalancerName,
                             .dns_name = *load_balancer.DNSName,
                             .is_active = load_balancer.State->Code == "active",
                             .is_network = load_balancer.Type == "network",
                             .is_dualstack = load_balancer.IpAddressType != "ipv4",
                             .settings = settings_of(attributes->Attributes)};
  const auto value = [&](std::string_view key) { return value_of(attributes->Attributes, key); };
  read.access_logs = {.is_enabled = value("access_logs.s3.enabled") == "true",
                      .bucket = value("access_logs.s3.bucket"),
                      .prefix = value("access_logs.s3.prefix")};
  if (read.is_network) {
    // AWS: 350 seconds, unless a listener says otherwise.
    read.settings.idle_timeout = std::chrono::seconds(350);
    const auto own = value_of(attributes->Attributes, "load_balancing.cross_zone.enabled");
    read.cross_zone = own == "true" ? alb::CrossZone::on : alb::CrossZone::off;
  }
  for (const auto& zone : api::each(load_balancer.AvailabilityZones)) {
    read.zones.push_back(*zone.ZoneName);
  }
  if (value("zonal_shift.config.enabled") == "true") {
    read.shifted_zone = shifted_zone(transport, arn);
  }
  const bool has_http2 = !read.is_network && value("routing.http2.enabled") == "true";
  read_listeners(fork, transport, has_http2 ? Http2::on : Http2::off, read);
  read_certificates(fork, transport, read);
  read_admission(transport, load_balancer.SecurityGroups, read);
  close_blocked_zones(transport, load_balancer, read);
  view.load_balancers.emplace(arn, std::move(read));
}

void LoadBalancerReader::read_admission(client::Transport& transport,
                                        const std::optional<std::vector<std::string>>& group_ids,
                                        alb::LoadBalancerView& view) {
  if (api::each(group_ids).empty()) return;
  const auto rules = rules_of_groups(transport, *group_ids);
  // Chosen: a client of this machine may stand for anybody, so a listener serves when somebody
  // would get in.
  using dataplane::reachability::Family;
  for (auto& [arn, listener] : view.listeners) {
    const auto lets_in = [&, port = listener.port](Family family) {
      return !rules || dataplane::reachability::admission(*rules, port, family) !=
                           dataplane::reachability::Admission::nobody;
    };
    listener.is_admitted = lets_in(Family::ipv4);
    listener.is_admitted_by_ipv6 = lets_in(Family::ipv6);
  }
  const std::lock_guard held(mutex_);
  for (const auto& id : api::each(group_ids)) {
    users_of_group_[instance_key(scope_of(view.arn), id)].insert(view.arn);
  }
}

void LoadBalancerReader::close_blocked_zones(client::Transport& transport,
                                             const elbv2::LoadBalancer& load_balancer,
                                             alb::LoadBalancerView& view) {
  {
    const std::lock_guard held(mutex_);
    in_scope_[scope_of(view.arn)].insert(view.arn);
  }
  const auto blocked = blocked_zones(transport, load_balancer);
  if (!blocked || blocked->empty()) return;
  // Chosen: a client that gets no answer at one address of a name asks at the next.
  std::erase_if(view.zones, [&](const std::string& zone) {
    return std::ranges::find(*blocked, zone) != blocked->end();
  });
  if (!view.zones.empty()) return;
  for (auto& [arn, listener] : view.listeners) {
    listener.is_admitted = listener.is_admitted_by_ipv6 = false;
  }
}

/// No operation of AWS says since when a target is healthy: it is when its record changed to that.
void LoadBalancerReader::date_health(const alb::TargetGroupView& before,
                                     alb::TargetGroupView& after) {
  const std::lock_guard held(mutex_);
  const auto changes = target_changes_.extract(after.arn);
  for (auto& target : after.targets) {
    if (target.state != alb::TargetState::healthy) continue;
    const auto known = std::ranges::find(before.targets, target.id, &alb::LiveTarget::id);
    if (known != before.targets.end() && known->state == alb::TargetState::healthy) {
      target.healthy_since = known->healthy_since;
    } else if (!changes.empty() && changes.mapped().contains(target.id)) {
      target.healthy_since = changes.mapped().at(target.id);
    }
  }
}

void LoadBalancerReader::read_certificates(Cloud& fork, client::Transport& transport,
                                           alb::LoadBalancerView& view) {
  for (auto& [listener_arn, listener] : view.listeners) {
    if (!listener.tls) continue;
    if (const auto& arn = listener.tls->clients.trust_store_arn; !arn.empty()) {
      const std::lock_guard held(mutex_);
      users_of_certificate_[arn].insert(view.arn);
    }
    std::vector<std::string> arns;
    const auto read = client::paginate<elbv2::DescribeListenerCertificates>(
        transport, {.ListenerArn = listener_arn}, [&](const auto& page) {
          for (const auto& one : api::each(page.Certificates)) arns.push_back(*one.CertificateArn);
        });
    if (!read) continue;
    for (const auto& arn : arns) {
      auto certificate = read_certificate(fork, transport, arn);
      if (certificate) listener.tls->certificates.push_back(std::move(certificate));
      const std::lock_guard held(mutex_);
      users_of_certificate_[arn].insert(view.arn);
    }
  }
}

std::shared_ptr<const alb::CertificateView> LoadBalancerReader::read_certificate(
    Cloud& fork, client::Transport& transport, const std::string& arn) {
  const auto described =
      client::call<api::acm::DescribeCertificate>(transport, {.CertificateArn = arn});
  if (!described) return nullptr;
  const auto& detail = *described->Certificate;
  auto& known = certificates_[arn];
  if (auto same = known.lock(); same && same->serial == detail.Serial) return same;
  auto material = certificate_material(fork, arn);
  if (!material) return nullptr;
  auto made = std::make_shared<const alb::CertificateView>(
      alb::CertificateView{.arn = arn,
                           .serial = *detail.Serial,
                           .domain_names = *detail.SubjectAlternativeNames,
                           .key_algorithm = *detail.KeyAlgorithm,
                           .not_before = *detail.NotBefore,
                           .not_after = *detail.NotAfter,
                           .certificate = std::move(material->certificate),
                           .chain = std::move(material->chain),
                           .private_key = std::move(material->private_key)});
  known = made;
  return made;
}

void LoadBalancerReader::read_group(Cloud& fork, const std::string& arn, alb::View& view) {
  const std::string scope = scope_of(arn);
  InProcessTransport transport(fork, dispatch::Caller::of_scope(scope));
  std::map<std::string, Host> hosts;
  auto read = describe_group(transport, arn, hosts);
  if (read) {
    add_stopped_paths(fork, *read);
    auto& known = view.target_groups[arn];
    date_health(known, *read);
    known = std::move(*read);
  } else {
    view.target_groups.erase(arn);
  }

  const std::lock_guard held(mutex_);
  std::set<std::string>& instances = instances_of_group_[arn];
  for (const auto& key : std::exchange(instances, {})) {
    const auto workload = workloads_.find(key);
    workload->second.target_groups.erase(arn);
    if (workload->second.target_groups.empty()) workloads_.erase(workload);
  }
  for (const auto& [id, host] : hosts) {
    const std::string key = instance_key(scope, id);
    workloads_[key].target_groups.insert(arn);
    workloads_[key].endpoint = host.endpoint;
    instances.insert(key);
  }
  if (instances.empty()) instances_of_group_.erase(arn);
}

std::optional<alb::Endpoint> LoadBalancerReader::endpoint_of(const std::string& account_id,
                                                             const std::string& region,
                                                             const std::string& instance_id) const {
  const std::lock_guard held(mutex_);
  const auto known = workloads_.find(instance_key(account_id + "/" + region, instance_id));
  return known == workloads_.end() ? std::nullopt : known->second.endpoint;
}

}  // namespace fallstreak::front
