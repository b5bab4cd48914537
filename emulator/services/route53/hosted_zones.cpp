#include <algorithm>

#include "base/dns_name.h"
#include "dispatch/name_servers.h"
#include "services/route53/changes.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"
#include "services/route53/shared_zones.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::CreateHostedZoneRequest;
using api::route53::ResourceRecordSet;

/// AWS: 500 hosted zones for an account.
constexpr std::size_t kMostZones = 500;
/// Observed: in every hosted zone that Route 53 makes.
constexpr std::int64_t kNameServerTtl = 172'800;
constexpr std::int64_t kAuthorityTtl = 900;

std::string checked_name(const CreateHostedZoneRequest& request) {
  const auto name = canonical_dns_name(*request.Name);
  if (!name) throw invalid_domain_name(*request.Name);
  // AWS: "You can't create a public hosted zone for a top-level domain".
  if (!request.VPC && dns_labels(*name).size() < 2) throw reserved_domain_name(*name);
  return *name;
}

std::string name_server(std::int64_t number) {
  constexpr const char* kDomains[] = {"com", "net", "org", "co.uk"};
  const std::string block = std::to_string(number % 512 / 8);
  return "ns-" + std::to_string(number) + ".awsdns-" + (block.size() < 2 ? "0" : "") + block + "." +
         kDomains[number / 512];
}

/// All private zones have the first of each block.
std::vector<std::string> private_name_servers() {
  std::vector<std::string> servers;
  for (std::int64_t block = 0; block < 4; ++block) servers.push_back(name_server(block * 512));
  return servers;
}

std::vector<std::string> name_servers_for(Context& context,
                                          const CreateHostedZoneRequest& request) {
  if (request.VPC) return private_name_servers();
  if (!request.DelegationSetId) return allot_name_servers(context);
  return *find_delegation_set(context, *request.DelegationSetId).set.NameServers;
}

/// AWS: a zone begins with these two, and keeps them.
std::vector<ResourceRecordSet> required_record_sets(const std::string& name,
                                                    const std::vector<std::string>& servers) {
  ResourceRecordSet name_servers{.Name = name, .Type = "NS", .TTL = kNameServerTtl};
  for (const auto& server : servers) {
    if (!name_servers.ResourceRecords) name_servers.ResourceRecords.emplace();
    name_servers.ResourceRecords->push_back({.Value = server + "."});
  }
  const std::string authority =
      servers.front() + ". awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400";
  return {std::move(name_servers),
          {.Name = name,
           .Type = "SOA",
           .TTL = kAuthorityTtl,
           .ResourceRecords = {{{.Value = authority}}}}};
}

api::route53::ChangeInfo fill_new_zone(Context& context, const std::string& zone_id,
                                       const std::string& name,
                                       const std::vector<std::string>& servers) {
  std::vector<api::route53::Change> changes;
  for (auto& record_set : required_record_sets(name, servers)) {
    context.state.record_sets.insert(dispatch::record_set_key(zone_id, record_set), record_set);
    changes.push_back({.Action = "CREATE", .ResourceRecordSet = std::move(record_set)});
  }
  return begin_change(context, zone_id, std::move(changes), Concerns::zone);
}

/// AWS: private zones have no delegation set to show.
std::optional<api::route53::DelegationSet> delegation_set(const Context& context,
                                                          const HostedZoneRecord& record) {
  if (is_private(record)) return std::nullopt;
  if (!record.delegation_set_id.empty()) {
    return find_delegation_set(context, record.delegation_set_id).set;
  }
  return api::route53::DelegationSet{.NameServers = record.name_servers};
}

}  // namespace

std::vector<std::string> allot_name_servers(Context& context) {
  std::vector<std::string> servers;
  for (std::int64_t block = 0; block < 4; ++block) {
    const auto number = context.world().random().uniform(context.stream("name-server"), 0, 511);
    servers.push_back(name_server(block * 512 + number));
  }
  return servers;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
api::route53::CreateHostedZoneResponse create_hosted_zone(Context& context,
                                                          const CreateHostedZoneRequest& request) {
  const std::string name = checked_name(request);
  const std::string reference = "zone " + *request.CallerReference;
  if (context.state.caller_references.contains(reference)) {
    throw hosted_zone_already_exists();
  }
  const bool wants_private =
      request.HostedZoneConfig && request.HostedZoneConfig->PrivateZone.value_or(false);
  if (wants_private && !request.VPC) {
    throw invalid_input("When you're creating a private hosted zone, you must specify a VPC.");
  }
  if (request.VPC && request.DelegationSetId) {
    throw invalid_input("A private hosted zone cannot have a reusable delegation set.");
  }
  if (request.VPC) check_vpc(context, *request.VPC, name);
  if (request.DelegationSetId) check_delegation_set(context, *request.DelegationSetId, name);
  if (context.state.hosted_zones.size() >= kMostZones) throw too_many_hosted_zones();

  const std::string id = new_identifier(context, "Z", "zone-id");
  HostedZoneRecord record;
  record.zone.Id = "/hostedzone/" + id;
  record.zone.Name = name;
  record.zone.CallerReference = request.CallerReference;
  record.zone.Config = {.PrivateZone = request.VPC.has_value()};
  if (request.HostedZoneConfig) record.zone.Config->Comment = request.HostedZoneConfig->Comment;
  record.name_servers = name_servers_for(context, request);
  record.delegation_set_id = bare_id(request.DelegationSetId.value_or(""));
  record.record_sets = 2;
  record.created = context.now();
  const std::vector<std::string> servers = record.name_servers;
  context.state.hosted_zones.insert(id, std::move(record));
  context.state.zone_names.insert(dispatch::zone_key(name, id), id);
  context.state.caller_references.insert(reference, id);
  shared_zones(context).zone_owners.put(id, context.account_id());
  if (request.VPC) associate(context, context, id, *request.VPC);
  if (request.DelegationSetId) {
    join_delegation_set(context, bare_id(*request.DelegationSetId), id);
  }

  api::route53::CreateHostedZoneResponse response;
  response.ChangeInfo = fill_new_zone(context, id, name, servers);
  const auto& made = *context.state.hosted_zones.find(id);
  response.HostedZone = shown(made);
  response.DelegationSet = delegation_set(context, made);
  response.VPC = request.VPC;
  response.Location = "https://route53.amazonaws.com/2013-04-01/hostedzone/" + id;
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html
api::route53::GetHostedZoneResponse get_hosted_zone(
    Context& context, const api::route53::GetHostedZoneRequest& request) {
  const auto& record = find_zone(context, *request.Id);
  api::route53::GetHostedZoneResponse response{.HostedZone = shown(record),
                                               .DelegationSet = delegation_set(context, record)};
  if (!record.vpcs.empty()) response.VPCs = record.vpcs;
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHostedZoneComment.html
api::route53::UpdateHostedZoneCommentResponse update_hosted_zone_comment(
    Context& context, const api::route53::UpdateHostedZoneCommentRequest& request) {
  find_zone(context, *request.Id);
  const std::string id = bare_id(*request.Id);
  // AWS: without a comment the one that is there goes.
  context.state.hosted_zones.update(
      id, [&](HostedZoneRecord& record) { record.zone.Config->Comment = request.Comment; });
  return {.HostedZone = shown(*context.state.hosted_zones.find(id))};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html
api::route53::DeleteHostedZoneResponse delete_hosted_zone(
    Context& context, const api::route53::DeleteHostedZoneRequest& request) {
  const HostedZoneRecord record = find_zone(context, *request.Id);
  const std::string id = bare_id(*request.Id);
  // AWS: all that is left are the SOA record and the NS record of the zone's own name.
  if (record.record_sets > 2) throw hosted_zone_not_empty();

  const auto info = begin_change(context, id, {}, Concerns::zone);
  context.state.record_sets.erase_prefix(id + " ");
  context.state.zone_names.erase(dispatch::zone_key(*record.zone.Name, id));
  for (const auto& vpc : record.vpcs) forget_association(context, id, vpc);
  if (!record.delegation_set_id.empty())
    leave_delegation_set(context, record.delegation_set_id, id);
  shared_zones(context).zone_owners.erase(id);
  shared_zones(context).authorizations.erase_prefix(id + " ");
  context.state.hosted_zones.erase(id);
  return {.ChangeInfo = info};
}

}  // namespace fallstreak::services::route53
