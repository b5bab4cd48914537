#include "load_balancer_entry.h"

#include <mutex>
#include <utility>

#include "api/arc-zonal-shift/managed_resources.h"
#include "api/ec2/catalogue.h"
#include "api/ec2/vpc_block_public_access.h"
#include "base/arn.h"
#include "client/call.h"
#include "dataplane/reachability/described.h"
#include "world/world.h"

namespace fallstreak {

std::string shifted_zone(client::Transport& transport, const std::string& load_balancer_arn) {
  const auto managed = client::call<api::arc_zonal_shift::GetManagedResource>(
      transport, {.resourceIdentifier = load_balancer_arn});
  if (!managed || managed->zonalShifts->empty()) return {};
  const auto zones = client::call<api::ec2::DescribeAvailabilityZones>(
      transport, {.ZoneIds = {{*managed->zonalShifts->front().awayFrom}}});
  return zones ? zones->AvailabilityZones->front().ZoneName.value_or("") : std::string();
}

Outcome<std::vector<std::string>> blocked_zones(client::Transport& transport,
                                                const api::elbv2::LoadBalancer& load_balancer) {
  namespace reachability = dataplane::reachability;
  std::vector<std::string> zones;
  if (load_balancer.Scheme != "internet-facing") return zones;
  auto options = client::call<api::ec2::DescribeVpcBlockPublicAccessOptions>(transport, {});
  if (!options) return tl::unexpected(std::move(options.error()));
  reachability::PublicAccess access{.options = *options->VpcBlockPublicAccessOptions,
                                    .exclusions = {}};
  if (access.options.InternetGatewayBlockMode == "off") return zones;
  auto excepted = client::call<api::ec2::DescribeVpcBlockPublicAccessExclusions>(transport, {});
  if (!excepted) return tl::unexpected(std::move(excepted.error()));
  for (const auto& one : api::each(excepted->VpcBlockPublicAccessExclusions)) {
    access.exclusions.push_back(one);
  }
  for (const auto& zone : api::each(load_balancer.AvailabilityZones)) {
    const auto block =
        reachability::internet_block_of(access, *zone.SubnetId, *load_balancer.VpcId);
    if (block != reachability::InternetBlock::none) zones.push_back(*zone.ZoneName);
  }
  return zones;
}

Outcome<std::vector<api::ec2::SecurityGroupRule>> rules_of_groups(
    client::Transport& transport, const std::vector<std::string>& group_ids) {
  std::vector<api::ec2::SecurityGroupRule> rules;
  auto read = client::paginate<api::ec2::DescribeSecurityGroupRules>(
      transport, {.Filters = {{{.Name = "group-id", .Values = group_ids}}}}, [&](const auto& page) {
        for (const auto& rule : api::each(page.SecurityGroupRules)) rules.push_back(rule);
      });
  if (!read) return tl::unexpected(std::move(read.error()));
  return rules;
}

std::map<std::string, dispatch::StoppedPath> stopped_paths(Cloud& cloud,
                                                           const std::string& target_group_arn) {
  std::map<std::string, dispatch::StoppedPath> found;
  const auto arn = Arn::parse(target_group_arn);
  if (!arn) return found;
  const std::lock_guard held(cloud.lock());
  const auto& stopped =
      dispatch::target_paths(cloud.world(), arn->account_id + "/" + arn->region).stopped;
  const std::string prefix = target_group_arn + "|";
  for (const auto& [key, path] : stopped.range(prefix)) {
    found.emplace(key.substr(prefix.size()), path);
  }
  return found;
}

}  // namespace fallstreak
