#include <algorithm>
#include <iterator>

#include "base/dns_name.h"
#include "dispatch/dispatcher.h"
#include "dispatch/name_servers.h"
#include "services/route53/lookup.h"
#include "services/route53/record_set_rules.h"
#include "services/route53/website_endpoints.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::ResourceRecordSet;

/// The hosted zones of load balancers' names, whichever region they are of.
bool is_load_balancer_name(std::string_view name) {
  return name.ends_with(".elb.amazonaws.com.") || name.find(".elb.") != std::string_view::npos;
}

}  // namespace

void find_alias_faults(Context& context, const HostedZoneRecord& zone,
                       const ResourceRecordSet& record_set, std::vector<std::string>& faults) {
  const auto& target = *record_set.AliasTarget;
  const auto name = canonical_dns_name(*target.DNSName);
  if (!name) {
    faults.push_back("FATAL problem: DomainNameEmpty (Domain name is empty) encountered with '" +
                     *target.DNSName + "'");
    return;
  }
  const std::string target_zone = bare_id(*target.HostedZoneId);
  const std::string what = "Tried to create an alias that targets " + *name + ", type " +
                           *record_set.Type + " in zone " + target_zone + ", but ";
  const auto misplaced = [&] {
    faults.push_back(what + "the alias target name does not lie within the target zone");
  };
  const auto missing = [&] { faults.push_back(what + "that target was not found"); };

  const HostedZoneRecord* other =
      target_zone == bare_id(*zone.zone.Id) ? &zone : context.state.hosted_zones.find(target_zone);
  if (other != nullptr) {
    if (!is_in_dns_zone(*name, *other->zone.Name)) misplaced();
    const std::string prefix = dispatch::name_prefix(target_zone, *name) + *record_set.Type + " ";
    const bool is_itself = other == &zone && name == record_set.Name;
    if (is_itself || context.state.record_sets.range(prefix).empty()) missing();
    return;
  }
  const auto* endpoint = dispatch::find_endpoint(dispatch::name_servers(context.world()), *name);
  if (endpoint != nullptr) {
    if (endpoint->hosted_zone_id != target_zone) {
      misplaced();
      missing();
    }
    return;
  }
  if (is_website_zone(target_zone)) {
    if (!is_website_endpoint(target_zone, *name)) {
      misplaced();
      missing();
    }
    return;
  }
  if (is_load_balancer_name(*name)) return missing();
  throw dispatch::not_implemented("An alias to " + *name + " in hosted zone " + target_zone);
}

}  // namespace fallstreak::services::route53
