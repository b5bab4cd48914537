#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/route53/state.h"

/// Changes on their way to the name servers.
namespace fallstreak::services::route53 {

enum class Concerns { records, zone };

/// Begins to tell the name servers; `PENDING` until they know. Changes of one zone keep their
/// order.
api::route53::ChangeInfo begin_change(Context& context, const std::string& zone_id,
                                      std::vector<api::route53::Change> changes, Concerns concerns,
                                      const std::optional<std::string>& comment = {});

/// The same for a CIDR collection; gives the change's id.
std::string begin_cidr_change(Context& context, const std::string& collection_id,
                              std::vector<api::route53::CidrCollectionChange> changes);

/// The same for the records of a traffic policy instance: that of its name, and its rules'.
void begin_policy_change(Context& context, const std::string& zone_id, api::route53::Change change,
                         const std::string& instance_id,
                         std::vector<api::route53::ResourceRecordSet> rule_sets);

void on_change_propagated(Context& context, const world::Event& event);

api::route53::GetChangeResponse get_change(Context& context,
                                           const api::route53::GetChangeRequest& request);

}  // namespace fallstreak::services::route53
