#include <algorithm>
#include <optional>
#include <set>

#include "base/dns_name.h"
#include "dispatch/name_servers.h"
#include "services/route53/changes.h"
#include "services/route53/cidr_collections.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"
#include "services/route53/record_set_rules.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::Change;
using api::route53::ResourceRecordSet;
using Faults = std::vector<std::string>;

/// AWS: of a request; an UPSERT counts twice.
constexpr std::size_t kMostRecords = 1000;
constexpr std::size_t kMostCharacters = 32'000;
/// AWS: of a hosted zone.
constexpr std::int64_t kMostRecordSets = 10'000;
constexpr std::size_t kMostInPage = 300;

/// As it is kept: names in Route 53's form, values as they came.
ResourceRecordSet canonical(const ResourceRecordSet& record_set) {
  ResourceRecordSet kept = record_set;
  const auto name = canonical_dns_name(*record_set.Name);
  if (!name) {
    throw invalid_change_batch(
        {"FATAL problem: UnsupportedCharacter (Value contains unsupported "
         "characters) encountered with '" +
         *record_set.Name + "'"});
  }
  kept.Name = *name;
  if (kept.AliasTarget) {
    kept.AliasTarget->HostedZoneId = bare_id(*kept.AliasTarget->HostedZoneId);
    if (auto target = canonical_dns_name(*kept.AliasTarget->DNSName)) {
      kept.AliasTarget->DNSName = std::move(*target);
    }
  }
  return kept;
}

void check_size(const std::vector<Change>& changes) {
  std::size_t records = 0;
  std::size_t characters = 0;
  for (const auto& change : changes) {
    const std::size_t times = change.Action == "UPSERT" ? 2 : 1;
    for (const auto& record : api::each(change.ResourceRecordSet->ResourceRecords)) {
      records += times;
      characters += times * record.Value->size();
    }
  }
  if (records > kMostRecords) {
    throw invalid_change_batch({"Number of records limit of 1000 exceeded."});
  }
  if (characters > kMostCharacters) {
    throw invalid_change_batch({"Number of characters limit of 32000 exceeded."});
  }
}

/// Equal but for the order of the values.
bool is_same(ResourceRecordSet one, ResourceRecordSet other) {
  const auto sort = [](ResourceRecordSet& record_set) {
    if (!record_set.ResourceRecords) return;
    std::ranges::sort(*record_set.ResourceRecords, {}, &api::route53::ResourceRecord::Value);
  };
  sort(one);
  sort(other);
  return one == other;
}

/// Applies the changes of a batch to the zone in their order; what is wrong is gathered, so that
/// AWS's error names all of it. Whatever was changed is undone when it is thrown.
class Batch {
 public:
  Batch(Context& context, const HostedZoneRecord& zone)
      : context_(context), zone_(zone), zone_id_(bare_id(*zone.zone.Id)) {}

  void apply(const Change& change) {
    const ResourceRecordSet& record_set = *change.ResourceRecordSet;
    const std::string key = dispatch::record_set_key(zone_id_, record_set);
    // Observed: the same record set twice, unless it is deleted and then made.
    if (!seen_.insert(*change.Action + " " + key).second) {
      faults_.push_back(
          "The request contains an invalid set of changes for a resource record set '" +
          *record_set.Type + " " + *record_set.Name + "'");
      return;
    }
    if (change.Action == "DELETE") return remove(key, record_set);
    find_faults(context_, zone_, record_set, faults_);
    const auto* existing = context_.state.record_sets.find(key);
    if (change.Action == "CREATE" && existing != nullptr) {
      faults_.push_back("Tried to create resource record set [" + identity_of(record_set) +
                        "] but it already exists");
      return;
    }
    if (existing == nullptr) ++grown_;
    if (existing != nullptr) release(key, *existing);
    if (record_set.CidrRoutingConfig) {
      use_cidr_location(context_, *record_set.CidrRoutingConfig, key);
    }
    context_.state.record_sets.put(key, record_set);
    put_.push_back(record_set);
  }

  /// Judges the zone as it is after all changes.
  void finish() {
    for (const auto& record_set : put_) {
      // A record set that a later change of the batch took away conflicts with nothing.
      if (!context_.state.record_sets.contains(dispatch::record_set_key(zone_id_, record_set))) {
        continue;
      }
      find_conflicts(context_, zone_, record_set, faults_);
      if (record_set.AliasTarget) find_alias_faults(context_, zone_, record_set, faults_);
    }
    check_required("SOA", "A HostedZone must contain exactly one SOA record.");
    check_required("NS", "A HostedZone must contain at least one NS record for the zone itself.");
    if (zone_.record_sets + grown_ > kMostRecordSets) {
      faults_.push_back("The limit of 10000 resource record sets in the hosted zone is exceeded");
    }
    if (!faults_.empty()) throw invalid_change_batch(faults_);
    context_.state.hosted_zones.update(
        zone_id_, [&](HostedZoneRecord& record) { record.record_sets += grown_; });
  }

 private:
  void remove(const std::string& key, const ResourceRecordSet& record_set) {
    const auto* existing = context_.state.record_sets.find(key);
    const std::string what =
        "Tried to delete resource record set [" + identity_of(record_set) + "] but ";
    if (existing == nullptr) {
      faults_.push_back(what + "it was not found");
      return;
    }
    if (!is_same(*existing, record_set)) {
      faults_.push_back(what + "the values provided do not match the current values");
      return;
    }
    release(key, *existing);
    context_.state.record_sets.erase(key);
    --grown_;
  }

  void release(const std::string& key, const ResourceRecordSet& existing) {
    if (!existing.CidrRoutingConfig) return;
    release_cidr_location(context_, *existing.CidrRoutingConfig, key);
  }

  void check_required(const std::string& type, const std::string& fault) {
    const std::string key =
        dispatch::record_set_key(zone_id_, {.Name = zone_.zone.Name, .Type = type});
    if (!context_.state.record_sets.contains(key)) faults_.push_back(fault);
  }

  Context& context_;
  const HostedZoneRecord zone_;
  const std::string zone_id_;
  std::set<std::string> seen_;
  std::vector<ResourceRecordSet> put_;
  std::int64_t grown_ = 0;
  Faults faults_;
};

std::string first_key(const api::route53::ListResourceRecordSetsRequest& request,
                      const std::string& zone_id) {
  if (request.StartRecordType && !request.StartRecordName) {
    throw invalid_input("StartRecordName must be specified when StartRecordType is specified.");
  }
  if (request.StartRecordIdentifier && !request.StartRecordType) {
    throw invalid_input(
        "StartRecordType must be specified when StartRecordIdentifier is specified.");
  }
  if (!request.StartRecordName) return zone_id + " ";
  const auto name = canonical_dns_name(*request.StartRecordName);
  if (!name) throw invalid_input("The name " + *request.StartRecordName + " is not valid.");
  std::string key = dispatch::name_prefix(zone_id, *name);
  if (request.StartRecordType) key += *request.StartRecordType + " ";
  return key + request.StartRecordIdentifier.value_or("");
}

}  // namespace

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
api::route53::ChangeResourceRecordSetsResponse change_resource_record_sets(
    Context& context, const api::route53::ChangeResourceRecordSetsRequest& request) {
  const HostedZoneRecord& zone = find_zone(context, *request.HostedZoneId);
  std::vector<Change> changes;
  for (const auto& change : api::each(request.ChangeBatch->Changes)) {
    check_members(change);
    changes.push_back(
        {.Action = change.Action, .ResourceRecordSet = canonical(*change.ResourceRecordSet)});
  }
  check_size(changes);
  Batch batch(context, zone);
  for (const auto& change : changes) batch.apply(change);
  batch.finish();
  return {.ChangeInfo = begin_change(context, bare_id(*request.HostedZoneId), std::move(changes),
                                     Concerns::records, request.ChangeBatch->Comment)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
api::route53::ListResourceRecordSetsResponse list_resource_record_sets(
    Context& context, const api::route53::ListResourceRecordSetsRequest& request) {
  find_zone(context, *request.HostedZoneId);
  const std::string zone_id = bare_id(*request.HostedZoneId);
  const std::string first = first_key(request, zone_id);
  const std::size_t size = page_size(request.MaxItems, kMostInPage);
  api::route53::ListResourceRecordSetsResponse response{
      .ResourceRecordSets = {{}}, .IsTruncated = false, .MaxItems = std::to_string(size)};
  const std::string prefix = zone_id + " ";
  for (auto row = context.state.record_sets.lower_bound(first);
       row != context.state.record_sets.end() && row->first.starts_with(prefix); ++row) {
    if (response.ResourceRecordSets->size() == size) {
      response.IsTruncated = true;
      response.NextRecordName = row->second.Name;
      response.NextRecordType = row->second.Type;
      response.NextRecordIdentifier = row->second.SetIdentifier;
      break;
    }
    response.ResourceRecordSets->push_back(row->second);
  }
  return response;
}

}  // namespace fallstreak::services::route53
