#include "load_balancer_entry.h"

#include <mutex>
#include <utility>

#include "api/arc-zonal-shift/managed_resources.h"
#include "api/ec2/catalogue.h"
#include "base/arn.h"
#include "client/call.h"
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
