#include <algorithm>
#include <charconv>

#include "api/elbv2/listeners.h"
#include "api/elbv2/load_balancers.h"
#include "client/call.h"
#include "provisioner/resources/elb_tags.h"
#include "provisioner/resources/numbers.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace elbv2 = api::elbv2;
using client::call;

constexpr Property kProperties[] = {
    {.name = "subnets", .kind = Property::Kind::references, .required = true, .immutable = true},
    {.name = "security-groups",
     .kind = Property::Kind::references,
     .default_value = "",
     .immutable = true},
    {.name = "type", .default_value = "application", .immutable = true},
    {.name = "scheme", .default_value = "internet-facing", .immutable = true},
    {.name = "idle-timeout",
     .kind = Property::Kind::number,
     .default_value = "60",
     .help = "seconds"},
    {.name = "listeners",
     .kind = Property::Kind::list,
     .default_value = "",
     .help = "`HTTP 80 to @web-targets`, with weights `HTTP 80 to @blue 90 and @green 10`, or "
             "with the ARN of a certificate `HTTPS 443 with arn:... to @web-targets`"}};
constexpr std::string_view kIdleTimeout = "idle_timeout.timeout_seconds";
constexpr std::string_view kAnd = " and ";
constexpr std::string_view kTo = " to ";
constexpr std::string_view kWith = " with ";

struct ListenerText {
  std::string protocol;
  std::int32_t port = 0;
  std::string certificate_arn;  // of HTTPS and TLS
  std::vector<elbv2::TargetGroupTuple> to;

  [[nodiscard]] std::optional<std::vector<elbv2::Certificate>> certificates() const {
    if (certificate_arn.empty()) return std::nullopt;
    return std::vector<elbv2::Certificate>{{.CertificateArn = certificate_arn}};
  }
};

/// `HTTPS 443`, by which a listener is known whatever it serves with and forwards to.
std::string_view place_of(std::string_view listener) {
  return listener.substr(0, std::min(listener.find(kWith), listener.find(kTo)));
}

std::int32_t number_in(std::string_view text, std::string_view what) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw ApiError("InvalidManifest", "'" + std::string(text) + "' is not a " + std::string(what));
  }
  return number;
}

/// `@blue 90 and @green 10`, or one group without a weight.
std::vector<elbv2::TargetGroupTuple> parse_target_groups(std::string_view text) {
  std::vector<elbv2::TargetGroupTuple> to;
  while (!text.empty()) {
    const auto end = text.find(kAnd);
    const std::string_view one = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + kAnd.size());
    const auto space = one.find(' ');
    to.push_back({.TargetGroupArn = std::string(one.substr(0, space))});
    if (space != std::string_view::npos)
      to.back().Weight = number_in(one.substr(space + 1), "weight");
  }
  return to;
}

std::string target_groups_text(const elbv2::Action& action) {
  if (!action.ForwardConfig) return action.TargetGroupArn.value_or(action.Type.value_or(""));
  const auto to = api::each(action.ForwardConfig->TargetGroups);
  std::string text;
  for (const auto& group : to) {
    if (!text.empty()) text += kAnd;
    text += group.TargetGroupArn.value_or("");
    if (to.size() > 1 || group.Weight.value_or(1) != 1) text += " " + number_text(group.Weight);
  }
  return text;
}

ListenerText parse_listener(std::string_view text) {
  ListenerText listener;
  const auto space = text.find(' ');
  const auto to = text.find(kTo);
  if (space == std::string_view::npos || to == std::string_view::npos || to <= space) {
    throw ApiError("InvalidManifest",
                   "listener '" + std::string(text) + "' is not of the form `HTTP 80 to @group`");
  }
  listener.protocol = text.substr(0, space);
  const std::string_view place = place_of(text);
  listener.port = number_in(place.substr(std::min(space + 1, place.size())), "port");
  if (const auto with = text.find(kWith); with < to) {
    listener.certificate_arn = text.substr(with + kWith.size(), to - with - kWith.size());
  }
  listener.to = parse_target_groups(text.substr(to + kTo.size()));
  return listener;
}

struct PresentListener {
  std::string arn, text;
};

std::vector<PresentListener> listeners_of(const Destination& where,
                                          const std::string& load_balancer_arn) {
  std::vector<PresentListener> present;
  value_of(client::paginate<elbv2::DescribeListeners>(
      *where.transport, {.LoadBalancerArn = load_balancer_arn},
      [&](const elbv2::DescribeListenersOutput& page) {
        for (const auto& listener : api::each(page.Listeners)) {
          std::string text =
              listener.Protocol.value_or("") + " " + std::to_string(listener.Port.value_or(0));
          for (const auto& certificate : api::each(listener.Certificates)) {
            text += std::string(kWith) + certificate.CertificateArn.value_or("");
          }
          for (const auto& action : api::each(listener.DefaultActions)) {
            text += std::string(kTo) + target_groups_text(action);
          }
          present.push_back({listener.ListenerArn.value_or(""), text});
        }
      }));
  return present;
}

/// In seconds; AWS's default where a load balancer has no such attribute, as Network Load
/// Balancers.
std::string idle_timeout(const Destination& where, const std::string& arn) {
  const auto found = value_of(
      call<elbv2::DescribeLoadBalancerAttributes>(*where.transport, {.LoadBalancerArn = arn}));
  for (const auto& attribute : api::each(found.Attributes)) {
    if (attribute.Key == kIdleTimeout) return attribute.Value.value_or("");
  }
  return "60";
}

Properties properties_of(const Destination& where, const elbv2::LoadBalancer& one) {
  std::vector<std::string> subnets, listeners;
  for (const auto& zone : api::each(one.AvailabilityZones))
    subnets.push_back(zone.SubnetId.value_or(""));
  for (const auto& listener : listeners_of(where, one.LoadBalancerArn.value_or(""))) {
    listeners.push_back(listener.text);
  }
  const auto groups = api::each(one.SecurityGroups);
  return {{"subnets", join(subnets)},
          {"security-groups", join({groups.begin(), groups.end()})},
          {"type", one.Type.value_or("")},
          {"scheme", one.Scheme.value_or("")},
          {"idle-timeout", idle_timeout(where, one.LoadBalancerArn.value_or(""))},
          {"listeners", join(listeners)}};
}

std::vector<Observed> list(const Destination& where) {
  std::vector<elbv2::LoadBalancer> all;
  std::vector<std::string> arns;
  value_of(client::paginate<elbv2::DescribeLoadBalancers>(
      *where.transport, {}, [&](const elbv2::DescribeLoadBalancersOutput& page) {
        for (const auto& one : api::each(page.LoadBalancers)) {
          all.push_back(one);
          arns.push_back(one.LoadBalancerArn.value_or(""));
        }
      }));
  const auto owned = owned_arns(where, arns);
  std::vector<Observed> found;
  for (const auto& one : all) {
    const std::string arn = one.LoadBalancerArn.value_or("");
    const auto name = owned.find(arn);
    if (name == owned.end()) continue;
    found.push_back({.name = name->second,
                     .type = "load-balancer",
                     .id = arn,
                     .properties = properties_of(where, one)});
  }
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  elbv2::CreateLoadBalancerInput request{.Name = where.physical_name(desired.name),
                                         .Subnets = desired.list("subnets"),
                                         .Scheme = desired["scheme"],
                                         .Tags = elb_owner_tags(where, desired.name),
                                         .Type = desired["type"]};
  if (!desired["security-groups"].empty()) request.SecurityGroups = desired.list("security-groups");
  const auto made = value_of(call<elbv2::CreateLoadBalancer>(*where.transport, request));
  return made.LoadBalancers->front().LoadBalancerArn.value();
}

void update_listeners(const Destination& where, const Observed& one, const Desired& desired) {
  const auto wanted = desired.list("listeners");
  const auto present = listeners_of(where, one.id);
  const auto forward = [](const ListenerText& listener) {
    return std::vector<elbv2::Action>{
        {.Type = "forward", .ForwardConfig = {{.TargetGroups = listener.to}}}};
  };
  for (const auto& text : wanted) {
    if (std::ranges::find(present, text, &PresentListener::text) != present.end()) continue;
    const auto listener = parse_listener(text);
    // A listener keeps its port: only what it does with requests changes, without a gap.
    const auto same_port = std::ranges::find_if(
        present, [&](const auto& other) { return place_of(other.text) == place_of(text); });
    if (same_port != present.end()) {
      value_of(
          call<elbv2::ModifyListener>(*where.transport, {.ListenerArn = same_port->arn,
                                                         .Certificates = listener.certificates(),
                                                         .DefaultActions = forward(listener)}));
    } else {
      value_of(
          call<elbv2::CreateListener>(*where.transport, {.LoadBalancerArn = one.id,
                                                         .Protocol = listener.protocol,
                                                         .Port = listener.port,
                                                         .Certificates = listener.certificates(),
                                                         .DefaultActions = forward(listener)}));
    }
  }
  for (const auto& listener : present) {
    const bool port_wanted = std::ranges::any_of(
        wanted, [&](const std::string& text) { return place_of(text) == place_of(listener.text); });
    if (!port_wanted) {
      value_of(call<elbv2::DeleteListener>(*where.transport, {.ListenerArn = listener.arn}));
    }
  }
}

void update(const Destination& where, const Observed& one, const Desired& desired) {
  if (one.properties.find("idle-timeout")->second != desired["idle-timeout"]) {
    value_of(call<elbv2::ModifyLoadBalancerAttributes>(
        *where.transport,
        {.LoadBalancerArn = one.id,
         .Attributes = {{elbv2::LoadBalancerAttribute{.Key = std::string(kIdleTimeout),
                                                      .Value = desired["idle-timeout"]}}}}));
  }
  update_listeners(where, one, desired);
}

void destroy(const Destination& where, const Observed& one) {
  // AWS: deleting a load balancer that is not there succeeds, and takes its listeners along.
  value_of(call<elbv2::DeleteLoadBalancer>(*where.transport, {.LoadBalancerArn = one.id}));
}

bool is_active(const Destination& where, const Observed& one) {
  const auto found = value_of(
      call<elbv2::DescribeLoadBalancers>(*where.transport, {.LoadBalancerArns = {{one.id}}}));
  const auto all = api::each(found.LoadBalancers);
  return !all.empty() && all.front().State && all.front().State->Code == "active";
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kLoadBalancer{"load-balancer", kProperties, list,      create,
                                     update,          destroy,     is_active, always};

}  // namespace fallstreak::provisioner
