#pragma once

#include <string>

#include "services/route53/state.h"

/// What record sets and changes have to do with CIDR collections.
namespace fallstreak::services::route53 {

/// What is wrong with a record set's collection and location; empty when both are there.
std::string wrong_cidr_routing(const Context& context,
                               const api::route53::CidrRoutingConfig& routing);

/// A record set that routes by a location comes or goes: a location in use cannot be deleted.
void use_cidr_location(Context& context, const api::route53::CidrRoutingConfig& routing,
                       const std::string& record_set_key);
void release_cidr_location(Context& context, const api::route53::CidrRoutingConfig& routing,
                           const std::string& record_set_key);

/// Tells the name servers of a change of a collection.
void tell_cidr_locations(Context& context, const ChangeRecord& change);

}  // namespace fallstreak::services::route53
