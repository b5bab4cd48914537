#include "load_balancer_entry.h"

#include <utility>

#include "api/arc-zonal-shift/managed_resources.h"
#include "api/ec2/catalogue.h"
#include "client/call.h"

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

}  // namespace fallstreak
