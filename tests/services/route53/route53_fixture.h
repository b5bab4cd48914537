#pragma once

#include <string>
#include <vector>

#include "client/route53.h"
#include "testing/testing.h"

/// What suites of Route 53 build on: a hosted zone, and short ways to write record sets.
namespace fallstreak::testing {

class Route53Test : public CloudTest {
 protected:
  Route53Test() : CloudTest({}, dispatch::Caller("123456789012", "eu-central-1")) {}

  using RecordSet = api::route53::ResourceRecordSet;
  client::Route53 route53{transport};

  std::string make_zone(const std::string& name) {
    const auto made = must(
        route53.create_hosted_zone({.Name = name, .CallerReference = name + next_reference()}));
    return bare(*made.HostedZone->Id);
  }
  /// What SDKs send of an id: `/hostedzone/Z123` -> `Z123`.
  static std::string bare(const std::string& id) { return id.substr(id.rfind('/') + 1); }

  static RecordSet record(const std::string& name, const std::string& type,
                          const std::vector<std::string>& values, std::int64_t ttl = 60) {
    RecordSet made{.Name = name, .Type = type, .TTL = ttl};
    made.ResourceRecords.emplace();
    for (const auto& value : values) made.ResourceRecords->push_back({.Value = value});
    return made;
  }
  static RecordSet weighted(RecordSet made, const std::string& identifier, std::int64_t weight) {
    made.SetIdentifier = identifier;
    made.Weight = weight;
    return made;
  }
  static RecordSet alias(const std::string& name, const std::string& type,
                         const std::string& zone_id, const std::string& target,
                         bool evaluates_health = false) {
    return {.Name = name,
            .Type = type,
            .AliasTarget = {{.HostedZoneId = zone_id,
                             .DNSName = target,
                             .EvaluateTargetHealth = evaluates_health}}};
  }
  static api::route53::Change create(RecordSet record_set) {
    return {.Action = "CREATE", .ResourceRecordSet = std::move(record_set)};
  }
  static api::route53::Change upsert(RecordSet record_set) {
    return {.Action = "UPSERT", .ResourceRecordSet = std::move(record_set)};
  }
  static api::route53::Change remove(RecordSet record_set) {
    return {.Action = "DELETE", .ResourceRecordSet = std::move(record_set)};
  }

  Outcome<api::route53::ChangeResourceRecordSetsResponse> change(
      const std::string& zone_id, std::vector<api::route53::Change> changes) {
    return route53.change_resource_record_sets(
        {.HostedZoneId = zone_id, .ChangeBatch = {{.Changes = std::move(changes)}}});
  }

  /// `name type set-identifier` of every record set but those that a zone begins with.
  std::vector<std::string> listed(const std::string& zone_id) {
    std::vector<std::string> names;
    const auto page = must(route53.list_resource_record_sets({.HostedZoneId = zone_id}));
    for (const auto& one : api::each(page.ResourceRecordSets)) {
      if (one.Type == "SOA" || one.Type == "NS") continue;
      names.push_back(*one.Name + " " + *one.Type);
      if (one.SetIdentifier) names.back() += " " + *one.SetIdentifier;
    }
    return names;
  }

  std::string make_health_check(api::route53::HealthCheckConfig config) {
    return *must(route53.create_health_check(
                     {.CallerReference = next_reference(), .HealthCheckConfig = std::move(config)}))
                .HealthCheck->Id;
  }

  std::string next_reference() { return "reference " + std::to_string(++references_); }

 private:
  int references_ = 0;
};

}  // namespace fallstreak::testing
