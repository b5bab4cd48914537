#include <algorithm>

#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {
namespace {

/// AWS: of an account, and hosted zones of one of them.
constexpr std::size_t kMostDelegationSets = 100;
constexpr std::int64_t kMostZonesOfSet = 100;
constexpr std::size_t kMostSetsInPage = 100;

}  // namespace

const DelegationSetRecord& find_delegation_set(const Context& context, std::string_view id) {
  const std::string bare = bare_id(id);
  const auto* found = context.state.delegation_sets.find(bare);
  if (found == nullptr) throw no_such_delegation_set(bare);
  return *found;
}

void check_delegation_set(const Context& context, std::string_view id, std::string_view zone_name) {
  const auto& record = find_delegation_set(context, id);
  // AWS: one name server cannot answer for a zone twice, nor for a zone and the one above it.
  for (const auto& row : context.state.delegation_zones.range(bare_id(id) + " ")) {
    const std::string& other = *context.state.hosted_zones.find(row.second)->zone.Name;
    const bool is_related = zone_name == other || zone_name.ends_with("." + other) ||
                            other.ends_with("." + std::string(zone_name));
    if (is_related) throw conflicting_delegation_set(zone_name, bare_id(id));
  }
  if (record.zones >= kMostZonesOfSet) throw too_many_hosted_zones();
}

void join_delegation_set(Context& context, const std::string& set_id, const std::string& zone_id) {
  context.state.delegation_zones.put(set_id + " " + zone_id, zone_id);
  context.state.delegation_sets.update(set_id, [](auto& record) { ++record.zones; });
}

void leave_delegation_set(Context& context, const std::string& set_id, const std::string& zone_id) {
  context.state.delegation_zones.erase(set_id + " " + zone_id);
  context.state.delegation_sets.update(set_id, [](auto& record) { --record.zones; });
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateReusableDelegationSet.html
api::route53::CreateReusableDelegationSetResponse create_reusable_delegation_set(
    Context& context, const api::route53::CreateReusableDelegationSetRequest& request) {
  const std::string reference = "delegation " + *request.CallerReference;
  if (context.state.caller_references.contains(reference)) {
    throw delegation_set_already_created(*request.CallerReference);
  }
  const std::string zone_id = bare_id(request.HostedZoneId.value_or(""));
  const auto* zone = request.HostedZoneId ? context.state.hosted_zones.find(zone_id) : nullptr;
  if (request.HostedZoneId && zone == nullptr) throw hosted_zone_not_found(zone_id);
  if (zone != nullptr && is_private(*zone)) {
    throw invalid_argument("The hosted zone " + zone_id + " is private: it has no delegation set.");
  }
  if (zone != nullptr && !zone->delegation_set_id.empty()) {
    throw delegation_set_already_reusable(zone_id);
  }
  if (context.state.delegation_sets.size() >= kMostDelegationSets) {
    throw limits_exceeded("MAX_REUSABLE_DELEGATION_SETS_BY_OWNER");
  }
  const std::string id = new_identifier(context, "N", "delegation-set-id");
  const DelegationSetRecord record{
      .set = {.Id = "/delegationset/" + id,
              .CallerReference = request.CallerReference,
              .NameServers = zone == nullptr ? allot_name_servers(context) : zone->name_servers}};
  context.state.delegation_sets.insert(id, record);
  context.state.caller_references.insert(reference, id);
  if (zone != nullptr) {
    context.state.hosted_zones.update(zone_id, [&](auto& row) { row.delegation_set_id = id; });
    join_delegation_set(context, id, zone_id);
  }
  return {.DelegationSet = record.set,
          .Location = "https://route53.amazonaws.com/2013-04-01/delegationset/" + id};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetReusableDelegationSet.html
api::route53::GetReusableDelegationSetResponse get_reusable_delegation_set(
    Context& context, const api::route53::GetReusableDelegationSetRequest& request) {
  return {.DelegationSet = find_delegation_set(context, *request.Id).set};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListReusableDelegationSets.html
api::route53::ListReusableDelegationSetsResponse list_reusable_delegation_sets(
    Context& context, const api::route53::ListReusableDelegationSetsRequest& request) {
  const std::size_t size = page_size(request.MaxItems, kMostSetsInPage);
  api::route53::ListReusableDelegationSetsResponse response{.DelegationSets = {{}},
                                                            .Marker = request.Marker.value_or(""),
                                                            .IsTruncated = false,
                                                            .MaxItems = std::to_string(size)};
  auto row = context.state.delegation_sets.lower_bound(bare_id(request.Marker.value_or("")));
  for (; row != context.state.delegation_sets.end(); ++row) {
    if (response.DelegationSets->size() == size) {
      response.IsTruncated = true;
      response.NextMarker = std::string(row->first);
      break;
    }
    response.DelegationSets->push_back(row->second.set);
  }
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetReusableDelegationSetLimit.html
api::route53::GetReusableDelegationSetLimitResponse get_reusable_delegation_set_limit(
    Context& context, const api::route53::GetReusableDelegationSetLimitRequest& request) {
  const auto& record = find_delegation_set(context, *request.DelegationSetId);
  return {.Limit = {{.Type = request.Type, .Value = kMostZonesOfSet}}, .Count = record.zones};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteReusableDelegationSet.html
api::route53::DeleteReusableDelegationSetResponse delete_reusable_delegation_set(
    Context& context, const api::route53::DeleteReusableDelegationSetRequest& request) {
  const auto& record = find_delegation_set(context, *request.Id);
  const std::string id = bare_id(*request.Id);
  if (record.zones > 0) throw delegation_set_in_use(id);
  context.state.delegation_sets.erase(id);
  return {};
}

}  // namespace fallstreak::services::route53
