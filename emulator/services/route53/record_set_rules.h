#pragma once

#include <string>
#include <vector>

#include "services/route53/state.h"

/// What AWS holds a change of record sets against.
/// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
namespace fallstreak::services::route53 {

/// Throws InvalidInput when a change has not the members that belong together, and 501 for what
/// this version does not have.
void check_members(const api::route53::Change& change);

/// `name='www.example.com.', type='A', set-identifier='one'`
std::string identity_of(const api::route53::ResourceRecordSet& record_set);

/// How record sets of one name and type share the answers: `weighted`, `latency`, ...; `simple`
/// for one without a set identifier.
std::string_view policy_of(const api::route53::ResourceRecordSet& record_set);

/// What is wrong with a record set by itself: its name, values and alias.
void find_faults(Context& context, const HostedZoneRecord& zone,
                 const api::route53::ResourceRecordSet& record_set,
                 std::vector<std::string>& faults);

/// What is wrong with a record set beside the others of its name, once the whole batch is done.
void find_conflicts(Context& context, const HostedZoneRecord& zone,
                    const api::route53::ResourceRecordSet& record_set,
                    std::vector<std::string>& faults);

/// alias_targets.cpp: whether what an alias names is there. For after the batch too.
void find_alias_faults(Context& context, const HostedZoneRecord& zone,
                       const api::route53::ResourceRecordSet& record_set,
                       std::vector<std::string>& faults);

}  // namespace fallstreak::services::route53
