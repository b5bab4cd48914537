#include "scenarios/run/dns_names.h"

#include <algorithm>
#include <utility>

#include "client/elbv2.h"
#include "client/route53.h"
#include "resolver.h"
#include "scenarios/run/must.h"
#include "scenarios/run/stack_of.h"

namespace fallstreak::scenarios {
namespace {

namespace route53 = api::route53;

route53::Change alias_record(const DnsName& name, const std::string& dns_name,
                             const std::string& hosted_zone_id) {
  return {.Action = "CREATE",
          .ResourceRecordSet = {
              {.Name = name.name,
               .Type = "A",
               .AliasTarget = {{.HostedZoneId = hosted_zone_id,
                                .DNSName = dns_name,
                                .EvaluateTargetHealth = name.evaluates_target_health}}}}};
}

}  // namespace

DnsNames::Endpoint DnsNames::endpoint_of(const std::string& load_balancer) const {
  Site* site = sites_->find(scenario_->find_load_balancer(load_balancer)->region);
  client::ElbV2 elbv2(site->transport);
  const auto described =
      must(elbv2.describe_load_balancers({.Names = {{physical_name(load_balancer)}}}));
  const auto& found = described.LoadBalancers->front();
  return {*found.DNSName, *found.CanonicalHostedZoneId};
}

void DnsNames::create() {
  client::Route53 client(sites_->main().transport);
  for (const DnsName& name : scenario_->cloud.names) {
    route53::ChangeBatch batch;
    auto& changes = batch.Changes.emplace();
    for (const auto& balancer : {name.primary, name.secondary}) {
      if (balancer.empty()) continue;
      const Endpoint& endpoint = endpoints_[balancer] = endpoint_of(balancer);
      changes.push_back(alias_record(name, endpoint.dns_name, endpoint.hosted_zone_id));
      if (name.secondary.empty()) continue;
      auto& record = *changes.back().ResourceRecordSet;
      record.SetIdentifier = balancer;
      record.Failover = balancer == name.primary ? "PRIMARY" : "SECONDARY";
    }
    must(client.change_resource_record_sets(
        {.HostedZoneId = zones_->id_of(name.name), .ChangeBatch = std::move(batch)}));
  }
}

std::vector<std::string> DnsNames::addresses_of(const std::string& dns_name) const {
  std::vector<std::string> addresses;
  for (const auto& record : resolve(*cloud_, {dns_name + ".", "A"}).answers) {
    if (record.type == "A") addresses.push_back(record.value);
  }
  return addresses;
}

std::string DnsNames::answer(const DnsName& name) const {
  const auto answered = addresses_of(name.name);
  for (const auto& balancer : {name.primary, name.secondary}) {
    if (balancer.empty()) continue;
    const auto own = addresses_of(endpoints_.at(balancer).dns_name);
    const bool is_its = std::ranges::any_of(answered, [&](const std::string& address) {
      return std::ranges::find(own, address) != own.end();
    });
    if (is_its) return balancer;
  }
  return {};
}

}  // namespace fallstreak::scenarios
