#include "services/route53/health_endpoints.h"

#include <algorithm>

#include "api/ec2/instances.h"
#include "base/dns_name.h"
#include "dispatch/name_servers.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::HealthCheckConfig;

/// AWS: the search string must be found in the first 5,120 bytes.
constexpr std::size_t kSearched = 5120;
constexpr int kLongestChain = 8;

struct Endpoint {
  enum class Kind { address, load_balancer, outside, nowhere } kind = Kind::outside;
  std::string address;
  const dispatch::ServedEndpoint* load_balancer = nullptr;
};

/// `ec2-3-120-1-2.eu-central-1.compute.amazonaws.com.` -> `3.120.1.2`
std::string address_in_name(std::string_view name) {
  if (!name.starts_with("ec2-") || name.find(".compute") == std::string_view::npos) return {};
  std::string address(name.substr(4, name.find('.') - 4));
  std::ranges::replace(address, '-', '.');
  return address;
}

/// Where a name leads. Chosen: of several answers the first; a checker asks for no policy.
Endpoint resolve(Context& context, std::string name) {
  const auto& servers = dispatch::name_servers(context.world());
  for (int step = 0; step < kLongestChain; ++step) {
    if (const auto* found = dispatch::find_endpoint(servers, name)) {
      return {Endpoint::Kind::load_balancer, {}, found};
    }
    if (auto address = address_in_name(name); !address.empty()) {
      return {Endpoint::Kind::address, std::move(address)};
    }
    if (dispatch::public_zone_of(servers, name) == nullptr) return {Endpoint::Kind::outside, {}};
    auto found = dispatch::public_record_sets(servers, name, "A");
    if (found.empty()) found = dispatch::public_record_sets(servers, name, "CNAME");
    if (found.empty()) return {Endpoint::Kind::nowhere, {}};
    const auto& record_set = found.front();
    if (record_set.AliasTarget) {
      name = *record_set.AliasTarget->DNSName;
      continue;
    }
    const std::string& value = *record_set.ResourceRecords->front().Value;
    if (record_set.Type == "A") return {Endpoint::Kind::address, value};
    name = canonical_dns_name(value).value_or("");
  }
  return {Endpoint::Kind::nowhere, {}};
}

/// The running instance with the address; the first of several looks finds it, the others ask it
/// by its id.
std::optional<api::ec2::Instance> instance_at(Context& context, const std::string& id,
                                              const std::string& address) {
  const auto& record = *context.state.health_checks.find(id);
  const auto first_with =
      [&](const std::string& region,
          const api::ec2::DescribeInstancesRequest& request) -> std::optional<api::ec2::Instance> {
    const auto described = context.try_call_in<api::ec2::DescribeInstances>(region, request);
    if (!described || api::each(described->Reservations).empty()) return std::nullopt;
    const auto& instance = described->Reservations->front().Instances->front();
    if (instance.PublicIpAddress != address) return std::nullopt;
    return instance;
  };
  if (!record.instance_id.empty()) {
    if (auto known = first_with(record.region, {.InstanceIds = {{record.instance_id}}})) {
      return known;
    }
  }
  const std::string account = context.account_id() + "/";
  for (const auto& scope : context.world().scopes("ec2")) {
    if (!scope.starts_with(account)) continue;
    const std::string region = scope.substr(account.size());
    auto found = first_with(region, {.Filters = {{{.Name = "ip-address", .Values = {{address}}}}}});
    if (!found) continue;
    context.state.health_checks.update(id, [&](HealthCheckRecord& changed) {
      changed.region = region;
      changed.instance_id = *found->InstanceId;
    });
    return found;
  }
  return std::nullopt;
}

dispatch::ProbeAnswer ask_load_balancer(const dispatch::ServedEndpoint& endpoint) {
  using Kind = dispatch::ProbeAnswer::Kind;
  if (endpoint.nodes.empty()) return {.kind = Kind::timed_out};
  // Chosen: a load balancer answers 200 when a target can take the request, else 503.
  const bool is_healthy = std::ranges::any_of(endpoint.nodes, &dispatch::ServedNode::is_healthy);
  return {.kind = Kind::answered, .http_status = is_healthy ? 200 : 503};
}

dispatch::ProbeAnswer ask(Context& context, const std::string& id, const HealthCheckConfig& config,
                          const Endpoint& endpoint, std::string_view region) {
  using Kind = dispatch::ProbeAnswer::Kind;
  if (endpoint.kind == Endpoint::Kind::load_balancer) {
    return ask_load_balancer(*endpoint.load_balancer);
  }
  const bool is_tls = config.Type->starts_with("HTTPS");
  const std::string path = config.ResourcePath.value_or("/");
  const std::string host = config.FullyQualifiedDomainName.value_or("");
  dispatch::Probe probe{.account_id = context.account_id(),
                        .ip_address = endpoint.address,
                        .checker = region,
                        .protocol = config.Type == "TCP" ? "TCP" : (is_tls ? "HTTPS" : "HTTP"),
                        .port = *config.Port,
                        .path = path,
                        .host = host};
  const auto instance = endpoint.kind == Endpoint::Kind::address
                            ? instance_at(context, id, endpoint.address)
                            : std::nullopt;
  if (endpoint.kind == Endpoint::Kind::address) {
    if (instance) {
      const std::string& zone = *instance->Placement->AvailabilityZone;
      const bool is_up =
          instance->State->Name == "running" && faults::zone_has_power(context.faults(), zone);
      if (!is_up) return {.kind = Kind::timed_out};
      probe.region = context.state.health_checks.find(id)->region;
      probe.instance_id = *instance->InstanceId;
      probe.zone = zone;
      probe.launch_time = instance->LaunchTime.value_or(Time{});
    } else if (!context.state.health_checks.find(id)->instance_id.empty()) {
      // The address was an instance's, which gave it up. One that never was is none of this world,
      // and the prober says whether it answers.
      return {.kind = Kind::timed_out};
    }
  }
  return context.probe(probe);
}

std::string code_text(int status) {
  switch (status) {
    case 200:
      return "200, OK";
    case 403:
      return "403, Forbidden";
    case 404:
      return "404, Not Found";
    case 500:
      return "500, Internal Server Error";
    case 502:
      return "502, Bad Gateway";
    case 503:
      return "503, Service Unavailable";
    default:
      return std::to_string(status);
  }
}

}  // namespace

// Chosen: the words of outcomes, after those that AWS's pages show.
std::string timed_out_status() {
  return "Failure: Connection timed out. The endpoint or the internet connection is down, or "
         "requests are being blocked by your firewall. See "
         "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"
         "dns-failover-router-firewall-rules.html";
}

Look look_at_endpoint(Context& context, const std::string& id, std::string_view region) {
  const HealthCheckConfig config = *context.state.health_checks.find(id)->check.HealthCheckConfig;
  Endpoint endpoint{Endpoint::Kind::address, config.IPAddress.value_or("")};
  if (!config.IPAddress) {
    const auto name = canonical_dns_name(*config.FullyQualifiedDomainName);
    endpoint = name ? resolve(context, *name) : Endpoint{Endpoint::Kind::nowhere, {}};
  }
  if (endpoint.kind == Endpoint::Kind::nowhere) {
    return {Look::Kind::failed, "Failure: DNS resolution failed: Rcode NXDomain(3)"};
  }
  const auto answer = ask(context, id, config, endpoint, region);
  switch (answer.kind) {
    case dispatch::ProbeAnswer::Kind::timed_out:
    // Chosen: a checker always says something, and without an answer it is this.
    case dispatch::ProbeAnswer::Kind::unknown:
      return {Look::Kind::timed_out, timed_out_status()};
    case dispatch::ProbeAnswer::Kind::refused:
      return {Look::Kind::failed, "Failure: Connection refused."};
    case dispatch::ProbeAnswer::Kind::answered:
      break;
  }
  if (config.Type == "TCP") return {Look::Kind::passed, "Success: TCP connection established"};
  const std::string code = "HTTP Status Code " + code_text(answer.http_status);
  if (answer.http_status < 200 || answer.http_status >= 400) {
    return {Look::Kind::failed, "Failure: " + code};
  }
  const bool lacks_text =
      config.SearchString &&
      std::string_view(answer.body).substr(0, kSearched).find(*config.SearchString) ==
          std::string_view::npos;
  if (lacks_text) {
    return {Look::Kind::failed, "Failure: " + code +
                                    ". The response body did not contain the "
                                    "search string."};
  }
  return {Look::Kind::passed, "Success: " + code};
}

}  // namespace fallstreak::services::route53
