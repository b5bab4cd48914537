#include "base/dns_name.h"
#include "dispatch/name_servers.h"
#include "services/route53/changes.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"
#include "services/route53/record_set_rules.h"
#include "services/route53/traffic_policy_document.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::ResourceRecordSet;
using api::route53::TrafficPolicy;
using api::route53::TrafficPolicyInstance;

/// AWS: of an account.
constexpr std::size_t kMostInstances = 5;
constexpr std::size_t kMostInstancesInPage = 100;

/// `<zone id> com.example.www. A`
std::string instance_key(std::string_view zone_id, std::string_view name, std::string_view type) {
  return dispatch::name_prefix(zone_id, name) + std::string(type);
}
std::string key_of(const TrafficPolicyInstance& instance) {
  return instance_key(*instance.HostedZoneId, *instance.Name, *instance.TrafficPolicyType);
}
std::string policy_row(const TrafficPolicyInstance& instance) {
  return version_key(*instance.TrafficPolicyId, *instance.TrafficPolicyVersion) + " " +
         key_of(instance);
}

const TrafficPolicyInstance& find_instance(const Context& context, const std::string& id) {
  const auto* found = context.state.traffic_policy_instances.find(id);
  if (found == nullptr) throw no_such_traffic_policy_instance(id);
  return *found;
}

/// The record set as the API shows it: what it answers is in the policy alone.
ResourceRecordSet shown_record_set(const TrafficPolicyInstance& instance) {
  return {.Name = instance.Name,
          .Type = instance.TrafficPolicyType,
          .TTL = instance.TTL,
          .TrafficPolicyInstanceId = instance.Id};
}

/// Why the records of an instance cannot be made; empty when they can.
std::string why_it_fails(Context& context, const TrafficPolicyInstance& instance,
                         const std::vector<ResourceRecordSet>& rule_sets) {
  for (const auto& one : rule_sets) {
    if (one.HealthCheckId && !context.state.health_checks.contains(*one.HealthCheckId)) {
      return "A health check with id " + *one.HealthCheckId + " does not exist.";
    }
  }
  const ResourceRecordSet wanted = shown_record_set(instance);
  const auto* existing =
      context.state.record_sets.find(dispatch::record_set_key(*instance.HostedZoneId, wanted));
  if (existing != nullptr && existing->TrafficPolicyInstanceId != instance.Id) {
    return "Tried to create resource record set [" + identity_of(wanted) +
           "] but it already exists";
  }
  std::vector<std::string> faults;
  find_conflicts(context, find_zone(context, *instance.HostedZoneId), wanted, faults);
  return faults.empty() ? std::string() : faults.front();
}

/// Makes the records of an instance, or puts others in their place.
void apply_instance(Context& context, TrafficPolicyInstance& instance, const TrafficPolicy& policy,
                    const std::string& state) {
  const auto document = parse_traffic_policy(*policy.Document);
  auto rule_sets = rule_record_sets(document, *instance.Id, *instance.TTL);
  const std::string& zone_id = *instance.HostedZoneId;
  instance.Message = why_it_fails(context, instance, rule_sets);
  instance.State = instance.Message->empty() ? state : "Failed";
  if (instance.State == "Failed") return;
  const ResourceRecordSet shown = shown_record_set(instance);
  const std::string key = dispatch::record_set_key(zone_id, shown);
  if (!context.state.record_sets.contains(key)) {
    context.state.hosted_zones.update(zone_id, [](auto& zone) { ++zone.record_sets; });
  }
  context.state.record_sets.put(key, shown);
  begin_policy_change(
      context, zone_id,
      {.Action = "UPSERT",
       .ResourceRecordSet = entry_record_set(document, *instance.Id, *instance.Name)},
      *instance.Id, std::move(rule_sets));
}

void put_instance(Context& context, const TrafficPolicyInstance& instance) {
  context.state.traffic_policy_instances.put(*instance.Id, instance);
  context.state.zone_instances.put(key_of(instance), *instance.Id);
  context.state.policy_instances.put(policy_row(instance), *instance.Id);
}

struct InstancePage {
  std::vector<TrafficPolicyInstance> instances;
  std::optional<TrafficPolicyInstance> next;
};
/// The instances of an index from a key on.
InstancePage instances_from(const Context& context, const world::Table<std::string>& index,
                            const std::string& prefix, const std::string& first, std::size_t size) {
  InstancePage page;
  for (auto row = index.lower_bound(first); row != index.end() && row->first.starts_with(prefix);
       ++row) {
    const auto& instance = find_instance(context, row->second);
    if (page.instances.size() == size) {
      page.next = instance;
      break;
    }
    page.instances.push_back(instance);
  }
  return page;
}

/// Where a page begins in the order of zone, name and type.
std::string marker_key(const std::optional<std::string>& zone_id,
                       const std::optional<std::string>& name,
                       const std::optional<std::string>& type) {
  if (!zone_id) {
    if (name || type) throw invalid_input("The marker has a name without a hosted zone.");
    return {};
  }
  const std::string zone = bare_id(*zone_id);
  if (!name) {
    if (type) throw invalid_input("The marker has a type without a name.");
    return zone + " ";
  }
  const auto canonical = canonical_dns_name(*name);
  if (!canonical) throw invalid_input("The name " + *name + " is not valid.");
  return instance_key(zone, *canonical, type.value_or(""));
}

/// The members that all three lists have.
template <class Response>
Response response_of(const InstancePage& page, std::size_t size) {
  Response response{.TrafficPolicyInstances = page.instances,
                    .IsTruncated = page.next.has_value(),
                    .MaxItems = std::to_string(size)};
  if (!page.next) return response;
  response.TrafficPolicyInstanceNameMarker = page.next->Name;
  response.TrafficPolicyInstanceTypeMarker = page.next->TrafficPolicyType;
  if constexpr (requires { response.HostedZoneIdMarker; }) {
    response.HostedZoneIdMarker = page.next->HostedZoneId;
  }
  return response;
}

}  // namespace

void on_policy_applied(Context& context, const std::string& instance_id) {
  const auto* instance = context.state.traffic_policy_instances.find(instance_id);
  if (instance == nullptr || instance->State == "Failed") return;
  context.state.traffic_policy_instances.update(instance_id,
                                                [](auto& changed) { changed.State = "Applied"; });
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateTrafficPolicyInstance.html
api::route53::CreateTrafficPolicyInstanceResponse create_traffic_policy_instance(
    Context& context, const api::route53::CreateTrafficPolicyInstanceRequest& request) {
  const auto& zone = find_zone(context, *request.HostedZoneId);
  // AWS: "only in public hosted zones". Chosen: the words.
  if (is_private(zone)) throw invalid_input("Traffic policies are for public hosted zones only.");
  const TrafficPolicy policy =
      find_traffic_policy(context, *request.TrafficPolicyId, *request.TrafficPolicyVersion);
  const auto name = canonical_dns_name(*request.Name);
  if (!name || !is_in_dns_zone(*name, *zone.zone.Name)) {
    throw invalid_input("The name " + *request.Name + " is not permitted in zone " +
                        *zone.zone.Name);
  }
  TrafficPolicyInstance instance{.HostedZoneId = bare_id(*request.HostedZoneId),
                                 .Name = *name,
                                 .TTL = request.TTL,
                                 .TrafficPolicyId = policy.Id,
                                 .TrafficPolicyVersion = policy.Version,
                                 .TrafficPolicyType = policy.Type};
  if (context.state.zone_instances.contains(key_of(instance))) {
    throw traffic_policy_instance_already_exists(*name);
  }
  if (context.state.traffic_policy_instances.size() >= kMostInstances) {
    throw too_many_traffic_policy_instances();
  }
  const std::string id = context.new_uuid("traffic-policy-instance-id");
  instance.Id = id;
  apply_instance(context, instance, policy, "Creating");
  put_instance(context, instance);
  return {.TrafficPolicyInstance = instance,
          .Location = "https://route53.amazonaws.com/2013-04-01/trafficpolicyinstance/" + id};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetTrafficPolicyInstance.html
api::route53::GetTrafficPolicyInstanceResponse get_traffic_policy_instance(
    Context& context, const api::route53::GetTrafficPolicyInstanceRequest& request) {
  return {.TrafficPolicyInstance = find_instance(context, *request.Id)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetTrafficPolicyInstanceCount.html
api::route53::GetTrafficPolicyInstanceCountResponse get_traffic_policy_instance_count(
    Context& context, const api::route53::GetTrafficPolicyInstanceCountRequest&) {
  return {.TrafficPolicyInstanceCount =
              std::int32_t(context.state.traffic_policy_instances.size())};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTrafficPolicyInstances.html
api::route53::ListTrafficPolicyInstancesResponse list_traffic_policy_instances(
    Context& context, const api::route53::ListTrafficPolicyInstancesRequest& request) {
  const std::size_t size = page_size(request.MaxItems, kMostInstancesInPage);
  const std::string first =
      marker_key(request.HostedZoneIdMarker, request.TrafficPolicyInstanceNameMarker,
                 request.TrafficPolicyInstanceTypeMarker);
  return response_of<api::route53::ListTrafficPolicyInstancesResponse>(
      instances_from(context, context.state.zone_instances, "", first, size), size);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTrafficPolicyInstancesByHostedZone.html
api::route53::ListTrafficPolicyInstancesByHostedZoneResponse
list_traffic_policy_instances_by_hosted_zone(
    Context& context, const api::route53::ListTrafficPolicyInstancesByHostedZoneRequest& request) {
  find_zone(context, *request.HostedZoneId);
  const std::string prefix = bare_id(*request.HostedZoneId) + " ";
  const std::size_t size = page_size(request.MaxItems, kMostInstancesInPage);
  const std::string first =
      marker_key(request.HostedZoneId, request.TrafficPolicyInstanceNameMarker,
                 request.TrafficPolicyInstanceTypeMarker);
  return response_of<api::route53::ListTrafficPolicyInstancesByHostedZoneResponse>(
      instances_from(context, context.state.zone_instances, prefix, first, size), size);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTrafficPolicyInstancesByPolicy.html
api::route53::ListTrafficPolicyInstancesByPolicyResponse list_traffic_policy_instances_by_policy(
    Context& context, const api::route53::ListTrafficPolicyInstancesByPolicyRequest& request) {
  find_traffic_policy(context, *request.TrafficPolicyId, *request.TrafficPolicyVersion);
  const std::string prefix =
      version_key(*request.TrafficPolicyId, *request.TrafficPolicyVersion) + " ";
  const std::size_t size = page_size(request.MaxItems, kMostInstancesInPage);
  const std::string first =
      prefix + marker_key(request.HostedZoneIdMarker, request.TrafficPolicyInstanceNameMarker,
                          request.TrafficPolicyInstanceTypeMarker);
  return response_of<api::route53::ListTrafficPolicyInstancesByPolicyResponse>(
      instances_from(context, context.state.policy_instances, prefix, first, size), size);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateTrafficPolicyInstance.html
api::route53::UpdateTrafficPolicyInstanceResponse update_traffic_policy_instance(
    Context& context, const api::route53::UpdateTrafficPolicyInstanceRequest& request) {
  TrafficPolicyInstance instance = find_instance(context, *request.Id);
  const TrafficPolicy policy =
      find_traffic_policy(context, *request.TrafficPolicyId, *request.TrafficPolicyVersion);
  if (policy.Type != instance.TrafficPolicyType) {
    throw conflicting_types(*policy.Type, *instance.TrafficPolicyType);
  }
  // AWS: the zone cannot go while its records are there, but they may have been deleted apart.
  find_zone(context, *instance.HostedZoneId);
  context.state.policy_instances.erase(policy_row(instance));
  instance.TTL = request.TTL;
  instance.TrafficPolicyId = policy.Id;
  instance.TrafficPolicyVersion = policy.Version;
  apply_instance(context, instance, policy, "Updating");
  put_instance(context, instance);
  return {.TrafficPolicyInstance = instance};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteTrafficPolicyInstance.html
api::route53::DeleteTrafficPolicyInstanceResponse delete_traffic_policy_instance(
    Context& context, const api::route53::DeleteTrafficPolicyInstanceRequest& request) {
  const TrafficPolicyInstance instance = find_instance(context, *request.Id);
  const std::string& zone_id = *instance.HostedZoneId;
  context.state.traffic_policy_instances.erase(*instance.Id);
  context.state.zone_instances.erase(key_of(instance));
  context.state.policy_instances.erase(policy_row(instance));
  const ResourceRecordSet shown = shown_record_set(instance);
  const std::string key = dispatch::record_set_key(zone_id, shown);
  const auto* existing = context.state.record_sets.find(key);
  const bool is_ours = existing != nullptr && existing->TrafficPolicyInstanceId == instance.Id;
  if (!is_ours) {
    // Whoever deleted or replaced its record set left its rules, which nothing leads to any more.
    dispatch::name_servers(context.world()).record_sets.erase_prefix(*instance.Id + " ");
    return {};
  }
  context.state.record_sets.erase(key);
  context.state.hosted_zones.update(zone_id, [](auto& zone) { --zone.record_sets; });
  begin_policy_change(context, zone_id, {.Action = "DELETE", .ResourceRecordSet = shown},
                      *instance.Id, {});
  return {};
}

}  // namespace fallstreak::services::route53
