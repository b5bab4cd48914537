#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dataplane/dns/answer.h"

/// Which of several record sets of one name and type answer.
namespace fallstreak::dataplane::dns {

using IsHealthy = std::function<bool(const api::route53::ResourceRecordSet&)>;
/// Where the client is in the CIDR collection of a record set; empty when in none of its locations.
using CidrLocation = std::function<std::string(const api::route53::ResourceRecordSet&)>;

/// Indices of the record sets that answer: one, or up to eight of a multivalue answer; none when no
/// location fits. All must be of one routing policy, as Route 53 takes care of.
std::vector<std::size_t> choose(std::span<const api::route53::ResourceRecordSet> record_sets,
                                const Client& client, std::uint64_t draw,
                                const IsHealthy& is_healthy, const CidrLocation& cidr_location);

/// Other bits for another decision of the same question.
std::uint64_t other_draw(std::uint64_t draw);

}  // namespace fallstreak::dataplane::dns
