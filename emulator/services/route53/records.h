#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/route53/cidr_collections.h"
#include "api/route53/delegation_sets.h"
#include "api/route53/health_checks.h"
#include "api/route53/hosted_zones.h"
#include "api/route53/record_sets.h"
#include "api/route53/tags.h"
#include "api/route53/traffic_policies.h"
#include "base/time.h"

namespace fallstreak::services::route53 {

using Tags = std::vector<api::route53::Tag>;

struct HostedZoneRecord {
  /// Without its count of record sets, which is kept apart.
  api::route53::HostedZone zone;
  std::vector<std::string> name_servers;
  std::vector<api::route53::VPC> vpcs;
  Tags tags;
  std::int64_t record_sets = 0;
  Time created{};
  /// When the last change reaches the name servers: changes of a zone keep their order.
  Time propagated{};
  /// The reusable delegation set that its name servers are of; empty for name servers of its own.
  std::string delegation_set_id;
};
template <class Visitor>
void visit_fields(HostedZoneRecord& record, Visitor&& visit) {
  visit("zone", record.zone);
  visit("name_servers", record.name_servers);
  visit("vpcs", record.vpcs);
  visit("tags", record.tags);
  visit("record_sets", record.record_sets);
  visit("created", record.created);
  visit("propagated", record.propagated);
  visit("delegation_set_id", record.delegation_set_id);
}

struct DelegationSetRecord {
  api::route53::DelegationSet set;
  /// How many hosted zones have it.
  std::int64_t zones = 0;
};
template <class Visitor>
void visit_fields(DelegationSetRecord& record, Visitor&& visit) {
  visit("set", record.set);
  visit("zones", record.zones);
}

struct CidrCollectionRecord {
  api::route53::CidrCollection collection;
  std::string caller_reference;
  std::int64_t blocks = 0;
  /// When the last change reaches the name servers.
  Time propagated{};
};
template <class Visitor>
void visit_fields(CidrCollectionRecord& record, Visitor&& visit) {
  visit("collection", record.collection);
  visit("caller_reference", record.caller_reference);
  visit("blocks", record.blocks);
  visit("propagated", record.propagated);
}

/// A change on its way to the name servers.
struct ChangeRecord {
  api::route53::ChangeInfo info;
  std::string zone_id;
  std::string zone_name;
  /// What the name servers are told; empty once they know.
  std::vector<api::route53::Change> changes;
  /// The zone itself came, went or changed.
  bool concerns_zone = false;
  /// Of a CIDR collection instead of a zone.
  std::string cidr_collection_id;
  std::vector<api::route53::CidrCollectionChange> cidr_changes;
  /// Of a traffic policy instance: the record sets of its rules, none when it goes.
  std::string traffic_policy_instance_id;
  std::vector<api::route53::ResourceRecordSet> rule_sets;
};
template <class Visitor>
void visit_fields(ChangeRecord& record, Visitor&& visit) {
  visit("info", record.info);
  visit("zone_id", record.zone_id);
  visit("zone_name", record.zone_name);
  visit("changes", record.changes);
  visit("concerns_zone", record.concerns_zone);
  visit("cidr_collection_id", record.cidr_collection_id);
  visit("cidr_changes", record.cidr_changes);
  visit("traffic_policy_instance_id", record.traffic_policy_instance_id);
  visit("rule_sets", record.rule_sets);
}

/// A traffic policy, whose versions are rows of their own.
struct TrafficPolicySeriesRecord {
  std::string name;
  /// The number of the version that was made last, and how many are there.
  std::int32_t newest = 0;
  std::int32_t count = 0;
};
template <class Visitor>
void visit_fields(TrafficPolicySeriesRecord& record, Visitor&& visit) {
  visit("name", record.name);
  visit("newest", record.newest);
  visit("count", record.count);
}

/// What one of the health checkers around the world has seen. When it last looked follows from the
/// clock, so that a check that finds what it found before changes no row.
struct CheckerRecord {
  bool is_healthy = true;
  /// Looks in a row that spoke against `is_healthy`.
  std::int32_t contrary = 0;
  /// `Success: HTTP Status Code 200, OK`; empty before the first look.
  std::string status;
  std::string last_failure;
  std::optional<Time> failed;
  bool operator==(const CheckerRecord&) const = default;
};
template <class Visitor>
void visit_fields(CheckerRecord& record, Visitor&& visit) {
  visit("is_healthy", record.is_healthy);
  visit("contrary", record.contrary);
  visit("status", record.status);
  visit("last_failure", record.last_failure);
  visit("failed", record.failed);
}

struct HealthCheckRecord {
  api::route53::HealthCheck check;
  Tags tags;
  /// Of an endpoint's check alone, in the order in which they look.
  std::vector<CheckerRecord> checkers;
  /// When the first checker looked first.
  Time started{};
  /// Which instance had the address when it was last looked for; empty when none.
  std::string region, instance_id;
  /// Before inversion and disabling.
  bool is_passing = true;
  /// As the name servers take it.
  bool is_healthy = true;
  /// Another with each change of the configuration, so that an event of an earlier one is known.
  std::uint64_t generation = 0;
};
template <class Visitor>
void visit_fields(HealthCheckRecord& record, Visitor&& visit) {
  visit("check", record.check);
  visit("tags", record.tags);
  visit("checkers", record.checkers);
  visit("started", record.started);
  visit("region", record.region);
  visit("instance_id", record.instance_id);
  visit("is_passing", record.is_passing);
  visit("is_healthy", record.is_healthy);
  visit("generation", record.generation);
}

}  // namespace fallstreak::services::route53
