#include "services/route53/record_set_rules.h"

#include <algorithm>
#include <set>

#include "base/dns_name.h"
#include "base/location.h"
#include "dispatch/dispatcher.h"
#include "dispatch/name_servers.h"
#include "services/route53/cidr_collections.h"
#include "services/route53/errors.h"
#include "services/route53/lookup.h"
#include "services/route53/record_values.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::Change;
using api::route53::ResourceRecordSet;

/// Observed: how AWS names the change that it complains about.
std::string named(const Change& change) {
  const auto& record_set = *change.ResourceRecordSet;
  return "Change with [Action=" + *change.Action + ", Name=" + *record_set.Name +
         ", Type=" + *record_set.Type +
         ", SetIdentifier=" + record_set.SetIdentifier.value_or("null") + "]";
}

int policies(const ResourceRecordSet& record_set) {
  return int(record_set.Weight.has_value()) + int(record_set.Region.has_value()) +
         int(record_set.Failover.has_value()) + int(record_set.GeoLocation.has_value()) +
         int(record_set.GeoProximityLocation.has_value()) +
         int(record_set.MultiValueAnswer.has_value()) +
         int(record_set.CidrRoutingConfig.has_value());
}

[[noreturn]] void refuse(const std::string& what, const Change& change) {
  throw invalid_input("Invalid request: " + what + " in " + named(change));
}

void check_content(const Change& change) {
  const auto& record_set = *change.ResourceRecordSet;
  const bool has_values = record_set.ResourceRecords && record_set.TTL;
  const int found = int(record_set.AliasTarget.has_value()) + int(has_values);
  if (found != 1 || (record_set.AliasTarget && (record_set.TTL || record_set.ResourceRecords))) {
    refuse(
        "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
        "TrafficPolicyInstanceId], but found " +
            std::string(found == 0 ? "none" : "more than one"),
        change);
  }
}

void check_geo_location(const Change& change) {
  const auto& geo = change.ResourceRecordSet->GeoLocation;
  if (!geo) return;
  if (geo->ContinentCode.has_value() == geo->CountryCode.has_value()) {
    refuse("Expected exactly one of [ContinentCode, or CountryCode], but found " +
               std::string(geo->ContinentCode ? "more than one" : "none"),
           change);
  }
  if (geo->SubdivisionCode && geo->CountryCode != "US" && geo->CountryCode != "UA") {
    refuse("SubdivisionCode is only allowed with the country codes US and UA", change);
  }
}

void check_geo_proximity(const Change& change) {
  const auto& geo = change.ResourceRecordSet->GeoProximityLocation;
  if (!geo) return;
  const int found = int(geo->AWSRegion.has_value()) + int(geo->LocalZoneGroup.has_value()) +
                    int(geo->Coordinates.has_value());
  // Chosen: in the words that AWS has for other members.
  if (found != 1) {
    refuse("Expected exactly one of [AWSRegion, LocalZoneGroup, or Coordinates], but found " +
               std::string(found == 0 ? "none" : "more than one"),
           change);
  }
  if (geo->LocalZoneGroup) throw dispatch::not_implemented("GeoProximityLocation.LocalZoneGroup");
  if (geo->AWSRegion && find_location(*geo->AWSRegion) == nullptr) {
    refuse("Invalid AWSRegion '" + *geo->AWSRegion + "'", change);
  }
  const auto& at = geo->Coordinates;
  if (at && !parse_coordinates(*at->Latitude, *at->Longitude)) {
    refuse("Invalid Coordinates", change);
  }
}

std::string place_text(const api::route53::GeoProximityLocation& geo) {
  if (geo.AWSRegion) return "AWSRegion=" + *geo.AWSRegion;
  return "Latitude=" + *geo.Coordinates->Latitude + ", Longitude=" + *geo.Coordinates->Longitude;
}

std::string with_identifier(const ResourceRecordSet& record_set) {
  return "RRSet with DNS name " + *record_set.Name + ", type " + *record_set.Type +
         ", SetIdentifier " + record_set.SetIdentifier.value_or("");
}

std::string of_type(const ResourceRecordSet& record_set) {
  return "RRSet of type " + *record_set.Type + " with DNS name " + *record_set.Name;
}

std::string location_text(const api::route53::GeoLocation& geo) {
  if (geo.ContinentCode) return "ContinentCode=" + *geo.ContinentCode;
  std::string text = "CountryCode=" + *geo.CountryCode;
  if (geo.SubdivisionCode) text += ", SubdivisionCode=" + *geo.SubdivisionCode;
  return text;
}

/// Two record sets of one policy that would answer for the same.
std::optional<std::string> rivalry(const ResourceRecordSet& one, const ResourceRecordSet& other) {
  const auto refusal = [&](const std::string& what, const std::string& rival) {
    return with_identifier(one) + ", and " + what + " cannot be created because a " + rival +
           " already exists.";
  };
  if (one.Region && one.Region == other.Region) {
    return refusal("Region Name=" + *one.Region,
                   "latency RRSet with the same name, type and region");
  }
  if (one.Failover && one.Failover == other.Failover) {
    return refusal("Failover=" + *one.Failover,
                   "failover RRSet with the same name, type and failover type");
  }
  if (one.GeoLocation && one.GeoLocation == other.GeoLocation) {
    return refusal("GeoLocation " + location_text(*one.GeoLocation),
                   "geolocation RRSet with the same name, type and location");
  }
  // Chosen: as AWS says it of other policies.
  if (one.GeoProximityLocation &&
      place_text(*one.GeoProximityLocation) == place_text(*other.GeoProximityLocation)) {
    return refusal("GeoProximityLocation " + place_text(*one.GeoProximityLocation),
                   "geoproximity RRSet with the same name, type and location");
  }
  // Chosen: as AWS says it of other policies.
  if (one.CidrRoutingConfig && one.CidrRoutingConfig == other.CidrRoutingConfig) {
    return refusal("CIDR location " + *one.CidrRoutingConfig->LocationName,
                   "CIDR RRSet with the same name, type and location");
  }
  if (one.Weight && one.TTL && other.TTL && one.TTL != other.TTL) {
    return "RRSet with DNS name " + *one.Name + " and type " + *one.Type + ", SetIdentifier " +
           *one.SetIdentifier + " cannot be created as weighted sets must contain the same TTL.";
  }
  return std::nullopt;
}

std::string mixture(const ResourceRecordSet& one, std::string_view policy) {
  if (policy == "simple") {
    return "RRSet with DNS name " + *one.Name + ", type " + *one.Type +
           " cannot be created as other RRSets exist with the same name and type.";
  }
  if (policy == "multivalue answer") {
    return with_identifier(one) +
           " cannot be created because a non multivalue answer rrset exists "
           "with the same name and type.";
  }
  return with_identifier(one) + " cannot be created as a non-" + std::string(policy) +
         " set exists with the same name and type.";
}

}  // namespace

std::string identity_of(const ResourceRecordSet& record_set) {
  std::string text = "name='" + *record_set.Name + "', type='" + *record_set.Type + "'";
  if (record_set.SetIdentifier) text += ", set-identifier='" + *record_set.SetIdentifier + "'";
  return text;
}

std::string_view policy_of(const ResourceRecordSet& record_set) {
  if (record_set.Weight) return "weighted";
  if (record_set.Region) return "latency";
  if (record_set.Failover) return "failover";
  if (record_set.GeoLocation) return "geolocation";
  if (record_set.GeoProximityLocation) return "geoproximity";
  if (record_set.CidrRoutingConfig) return "CIDR";
  if (record_set.MultiValueAnswer) return "multivalue answer";
  return "simple";
}

void check_members(const Change& change) {
  const auto& record_set = *change.ResourceRecordSet;
  // AWS: whoever lists such a record set can delete it; making one is for the instance.
  if (record_set.TrafficPolicyInstanceId) {
    if (change.Action == "DELETE") return;
    throw dispatch::not_implemented("TrafficPolicyInstanceId");
  }
  check_content(change);
  const int found = policies(record_set);
  if (!record_set.SetIdentifier && (found > 0 || record_set.HealthCheckId)) {
    refuse("Missing field 'SetIdentifier'", change);
  }
  if (record_set.SetIdentifier && found != 1) {
    refuse(
        "Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer], "
        "but found " +
            std::string(found == 0 ? "none" : "more than one"),
        change);
  }
  check_geo_location(change);
  check_geo_proximity(change);
}

void find_faults(Context& context, const HostedZoneRecord& zone,
                 const ResourceRecordSet& record_set, std::vector<std::string>& faults) {
  if (record_set.HealthCheckId &&
      !context.state.health_checks.contains(*record_set.HealthCheckId)) {
    throw no_such_health_check(*record_set.HealthCheckId);
  }
  if (!is_in_dns_zone(*record_set.Name, *zone.zone.Name)) {
    faults.push_back("RRSet with DNS name " + *record_set.Name + " is not permitted in zone " +
                     *zone.zone.Name);
  }
  const bool is_single = record_set.Type == "CNAME" || record_set.Type == "SOA";
  if (is_single && api::each(record_set.ResourceRecords).size() > 1) {
    faults.push_back("Resource record sets of type " + *record_set.Type +
                     " must have exactly one resource record");
  }
  std::set<std::string> seen;
  for (const auto& record : api::each(record_set.ResourceRecords)) {
    if (!seen.insert(*record.Value).second) {
      faults.push_back("Duplicate Resource Record: '" + *record.Value + "'");
    } else if (auto wrong = wrong_value(*record_set.Type, *record.Value)) {
      faults.push_back(std::move(*wrong));
    }
  }
  if (record_set.CidrRoutingConfig) {
    auto wrong = wrong_cidr_routing(context, *record_set.CidrRoutingConfig);
    if (!wrong.empty()) faults.push_back(std::move(wrong));
  }
  if (record_set.AliasTarget && record_set.MultiValueAnswer) {
    faults.push_back(with_identifier(record_set) +
                     " cannot be created as a multivalue answer record set cannot be an alias.");
  }
  // Observed: with this second sentence.
  if (record_set.Failover == "PRIMARY" && !record_set.AliasTarget && !record_set.HealthCheckId) {
    faults.push_back(
        "A non-alias primary ResourceRecordSet must have an associated health check. No changes "
        "made.");
  }
}

void find_conflicts(Context& context, const HostedZoneRecord& zone,
                    const ResourceRecordSet& record_set, std::vector<std::string>& faults) {
  const std::string& zone_name = *zone.zone.Name;
  if (record_set.Type == "CNAME" && record_set.Name == zone_name) {
    faults.push_back(of_type(record_set) + " is not permitted at apex in zone " + zone_name);
    return;
  }
  const std::string prefix = dispatch::name_prefix(bare_id(*zone.zone.Id), *record_set.Name);
  const std::string_view policy = policy_of(record_set);
  for (const auto& [key, other] : context.state.record_sets.range(prefix)) {
    if (other.Type != record_set.Type) {
      if (record_set.Type == "CNAME") {
        faults.push_back(of_type(record_set) +
                         " is not permitted as it conflicts with other records with the same DNS "
                         "name in zone " +
                         zone_name);
        return;
      }
      if (other.Type == "CNAME") {
        faults.push_back(of_type(record_set) +
                         " is not permitted because a conflicting RRSet of type CNAME with the "
                         "same DNS name already exists in zone " +
                         zone_name);
        return;
      }
      continue;
    }
    if (other.SetIdentifier == record_set.SetIdentifier) continue;
    if (policy_of(other) != policy) {
      faults.push_back(mixture(record_set, policy));
      return;
    }
    if (auto rival = rivalry(record_set, other)) {
      faults.push_back(std::move(*rival));
      return;
    }
  }
}

}  // namespace fallstreak::services::route53
