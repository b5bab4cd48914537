#include <iterator>

#include "base/dns_name.h"
#include "dispatch/name_servers.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {
namespace {

constexpr std::size_t kMostZonesInPage = 100;

}  // namespace

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html
api::route53::ListHostedZonesResponse list_hosted_zones(
    Context& context, const api::route53::ListHostedZonesRequest& request) {
  const std::size_t size = page_size(request.MaxItems, kMostZonesInPage);
  api::route53::ListHostedZonesResponse response{.HostedZones = {{}},
                                                 .Marker = request.Marker,
                                                 .IsTruncated = false,
                                                 .MaxItems = std::to_string(size)};
  // AWS: the marker is the id of the first hosted zone of the next page.
  const auto add = [&](const std::string& id, const HostedZoneRecord& record) {
    // AWS: "PrivateHostedZone" is the one type that can be asked for.
    if (request.HostedZoneType && !is_private(record)) return true;
    if (response.HostedZones->size() == size) {
      response.IsTruncated = true;
      response.NextMarker = id;
      return false;
    }
    response.HostedZones->push_back(shown(record));
    return true;
  };
  const std::string first = bare_id(request.Marker.value_or(""));
  if (request.DelegationSetId) {
    find_delegation_set(context, *request.DelegationSetId);
    const std::string prefix = bare_id(*request.DelegationSetId) + " ";
    const auto& members = context.state.delegation_zones;
    for (auto row = members.lower_bound(prefix + first);
         row != members.end() && row->first.starts_with(prefix); ++row) {
      if (!add(row->second, *context.state.hosted_zones.find(row->second))) break;
    }
    return response;
  }
  const auto& zones = context.state.hosted_zones;
  for (auto row = zones.lower_bound(first); row != zones.end(); ++row) {
    if (!add(std::string(row->first), row->second)) break;
  }
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
api::route53::ListHostedZonesByNameResponse list_hosted_zones_by_name(
    Context& context, const api::route53::ListHostedZonesByNameRequest& request) {
  if (request.HostedZoneId && !request.DNSName) {
    throw invalid_input("HostedZoneId can be specified only with DNSName.");
  }
  std::string first;
  if (request.DNSName) {
    const auto name = canonical_dns_name(*request.DNSName);
    if (!name) throw invalid_domain_name(*request.DNSName);
    first = dispatch::zone_key(*name, bare_id(request.HostedZoneId.value_or("")));
  }
  const std::size_t size = page_size(request.MaxItems, kMostZonesInPage);
  api::route53::ListHostedZonesByNameResponse response{.HostedZones = {{}},
                                                       .DNSName = request.DNSName,
                                                       .HostedZoneId = request.HostedZoneId,
                                                       .IsTruncated = false,
                                                       .MaxItems = std::to_string(size)};
  for (auto row = context.state.zone_names.lower_bound(first);
       row != context.state.zone_names.end(); ++row) {
    const auto& record = *context.state.hosted_zones.find(row->second);
    if (response.HostedZones->size() == size) {
      response.IsTruncated = true;
      response.NextDNSName = record.zone.Name;
      response.NextHostedZoneId = row->second;
      break;
    }
    response.HostedZones->push_back(shown(record));
  }
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZoneCount.html
api::route53::GetHostedZoneCountResponse get_hosted_zone_count(
    Context& context, const api::route53::GetHostedZoneCountRequest&) {
  return {.HostedZoneCount = std::int64_t(context.state.hosted_zones.size())};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZoneLimit.html
api::route53::GetHostedZoneLimitResponse get_hosted_zone_limit(
    Context& context, const api::route53::GetHostedZoneLimitRequest& request) {
  const auto& record = find_zone(context, *request.HostedZoneId);
  if (request.Type == "MAX_RRSETS_BY_ZONE") {
    return {.Limit = {{.Type = request.Type, .Value = 10'000}}, .Count = record.record_sets};
  }
  if (!is_private(record)) throw hosted_zone_not_private(bare_id(*request.HostedZoneId));
  return {.Limit = {{.Type = request.Type, .Value = 300}},
          .Count = std::int64_t(record.vpcs.size())};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetAccountLimit.html
api::route53::GetAccountLimitResponse get_account_limit(
    Context& context, const api::route53::GetAccountLimitRequest& request) {
  struct Limit {
    std::string_view type;
    std::int64_t value;
    std::int64_t count;
  };
  const Limit limits[] = {
      {"MAX_HEALTH_CHECKS_BY_OWNER", 200, std::int64_t(context.state.health_checks.size())},
      {"MAX_HOSTED_ZONES_BY_OWNER", 500, std::int64_t(context.state.hosted_zones.size())},
      {"MAX_REUSABLE_DELEGATION_SETS_BY_OWNER", 100,
       std::int64_t(context.state.delegation_sets.size())},
      {"MAX_TRAFFIC_POLICIES_BY_OWNER", 50, std::int64_t(context.state.traffic_policies.size())},
      {"MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER", 5,
       std::int64_t(context.state.traffic_policy_instances.size())},
  };
  for (const auto& limit : limits) {
    if (limit.type != *request.Type) continue;
    return {.Limit = {{.Type = request.Type, .Value = limit.value}}, .Count = limit.count};
  }
  throw invalid_input("Unknown limit type " + *request.Type + ".");
}

}  // namespace fallstreak::services::route53
