#include "services/route53/changes.h"

#include <algorithm>

#include "dispatch/name_servers.h"
#include "services/route53/cidr_collections.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"
#include "services/route53/shared_zones.h"
#include "services/route53/timing.h"

namespace fallstreak::services::route53 {
namespace {

void tell_zone(Context& context, const ChangeRecord& change) {
  auto& servers = dispatch::name_servers(context.world());
  const std::string key = dispatch::zone_key(change.zone_name, change.zone_id);
  const auto* record = context.state.hosted_zones.find(change.zone_id);
  if (record == nullptr) {
    servers.zones.erase(key);
    servers.record_sets.erase_prefix(change.zone_id + " ");
    return;
  }
  dispatch::ServedZone zone{.account_id = context.account_id(),
                            .zone_id = change.zone_id,
                            .name = change.zone_name,
                            .created = record->created,
                            .is_private = is_private(*record),
                            .vpcs = {}};
  for (const auto& vpc : record->vpcs) zone.vpcs.push_back(vpc_key(vpc));
  servers.zones.put(key, std::move(zone));
}

/// The rules of an instance are a zone of their own, whose id is that of the instance.
void tell_rules(Context& context, const ChangeRecord& change) {
  const std::string& id = change.traffic_policy_instance_id;
  auto& served = dispatch::name_servers(context.world()).record_sets;
  served.erase_prefix(id + " ");
  // It may have gone while the change was on its way.
  if (!context.state.traffic_policy_instances.contains(id)) return;
  for (const auto& one : change.rule_sets) served.put(dispatch::record_set_key(id, one), one);
  on_policy_applied(context, id);
}

}  // namespace

api::route53::ChangeInfo begin_change(Context& context, const std::string& zone_id,
                                      std::vector<api::route53::Change> changes, Concerns concerns,
                                      const std::optional<std::string>& comment) {
  const Duration takes =
      context.world().random().quantiles(context.stream("propagation"), kPropagation);
  const auto& zone = *context.state.hosted_zones.find(zone_id);
  const Time due = std::max(context.now() + takes, zone.propagated);
  ChangeRecord record{
      .info = {.Status = "PENDING", .SubmittedAt = context.now(), .Comment = comment},
      .zone_id = zone_id,
      .zone_name = *zone.zone.Name,
      .changes = std::move(changes),
      .concerns_zone = concerns == Concerns::zone};
  const std::string id = new_identifier(context, "C", "change-id");
  record.info.Id = "/change/" + id;
  const api::route53::ChangeInfo info = record.info;
  context.state.changes.insert(id, std::move(record));
  context.state.hosted_zones.update(zone_id, [&](auto& changed) { changed.propagated = due; });
  context.schedule(due - context.now(), "change-propagated", zone_id, id);
  return info;
}

std::string begin_cidr_change(Context& context, const std::string& collection_id,
                              std::vector<api::route53::CidrCollectionChange> changes) {
  const Duration takes =
      context.world().random().quantiles(context.stream("propagation"), kPropagation);
  const auto& collection = *context.state.cidr_collections.find(collection_id);
  const Time due = std::max(context.now() + takes, collection.propagated);
  const std::string id = new_identifier(context, "C", "change-id");
  context.state.changes.insert(
      id, {.info = {.Id = "/change/" + id, .Status = "PENDING", .SubmittedAt = context.now()},
           .cidr_collection_id = collection_id,
           .cidr_changes = std::move(changes)});
  context.state.cidr_collections.update(collection_id,
                                        [&](auto& changed) { changed.propagated = due; });
  context.schedule(due - context.now(), "change-propagated", collection_id, id);
  return id;
}

void begin_policy_change(Context& context, const std::string& zone_id, api::route53::Change change,
                         const std::string& instance_id,
                         std::vector<api::route53::ResourceRecordSet> rule_sets) {
  const auto info = begin_change(context, zone_id, {std::move(change)}, Concerns::records);
  context.state.changes.update(bare_id(*info.Id), [&](ChangeRecord& record) {
    record.traffic_policy_instance_id = instance_id;
    record.rule_sets = std::move(rule_sets);
  });
}

void on_change_propagated(Context& context, const world::Event& event) {
  const ChangeRecord change = *context.state.changes.find(event.payload);
  tell_cidr_locations(context, change);
  if (!change.traffic_policy_instance_id.empty()) tell_rules(context, change);
  if (change.concerns_zone) tell_zone(context, change);
  auto& servers = dispatch::name_servers(context.world());
  for (const auto& one : change.changes) {
    const std::string key = dispatch::record_set_key(change.zone_id, *one.ResourceRecordSet);
    if (one.Action == "DELETE") {
      servers.record_sets.erase(key);
    } else {
      servers.record_sets.put(key, *one.ResourceRecordSet);
    }
  }
  context.state.changes.update(event.payload, [](ChangeRecord& record) {
    record.info.Status = "INSYNC";
    record.changes.clear();
    record.cidr_changes.clear();
    record.rule_sets.clear();
  });
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html
api::route53::GetChangeResponse get_change(Context& context,
                                           const api::route53::GetChangeRequest& request) {
  const std::string id = bare_id(*request.Id);
  const auto* found = context.state.changes.find(id);
  const auto* owner = found == nullptr ? shared_zones(context).change_owners.find(id) : nullptr;
  if (owner != nullptr) {
    return {.ChangeInfo = AccountView(context, *owner)->state.changes.find(id)->info};
  }
  if (found == nullptr) throw no_such_change(id);
  return {.ChangeInfo = found->info};
}

}  // namespace fallstreak::services::route53
