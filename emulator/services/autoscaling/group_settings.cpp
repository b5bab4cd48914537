#include "services/autoscaling/group_settings.h"

#include <algorithm>
#include <set>

#include "api/ec2/catalogue.h"
#include "api/ec2/launch_templates.h"
#include "api/ec2/subnets.h"
#include "api/elbv2/target_groups.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/termination_policy.h"

namespace fallstreak::services::autoscaling {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const auto comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::vector<PlacementRecord> placements_of_subnets(Context& context, const std::string& list) {
  std::vector<PlacementRecord> placements;
  for (const auto& id : split(list)) {
    const auto described = context.try_call<api::ec2::DescribeSubnets>({.SubnetIds = {{id}}});
    if (!described) throw validation_error("The subnet ID '" + id + "' does not exist");
    placements.push_back({.zone = *described->Subnets->front().AvailabilityZone, .subnet_id = id});
  }
  return placements;
}

void check_zones(Context& context, const std::vector<std::string>& zones) {
  const auto described =
      context.try_call<api::ec2::DescribeAvailabilityZones>({.ZoneNames = zones});
  if (!described) throw validation_error(described.error().message);
}

}  // namespace

api::autoscaling::LaunchTemplateSpecification checked_launch_template(
    Context& context, const api::autoscaling::LaunchTemplateSpecification& wanted) {
  if (wanted.LaunchTemplateId.has_value() == wanted.LaunchTemplateName.has_value()) {
    throw validation_error(
        "Valid requests must contain either launchTemplateId or LaunchTemplateName");
  }
  api::ec2::DescribeLaunchTemplates::Request by_name;
  if (wanted.LaunchTemplateId) by_name.LaunchTemplateIds = {{*wanted.LaunchTemplateId}};
  if (wanted.LaunchTemplateName) by_name.LaunchTemplateNames = {{*wanted.LaunchTemplateName}};
  const auto described = context.try_call<api::ec2::DescribeLaunchTemplates>(by_name);
  if (!described) throw launch_template_invalid(described.error().message);
  const auto& found = described->LaunchTemplates->front();

  const std::string version = wanted.Version.value_or("$Default");
  const auto versions = context.try_call<api::ec2::DescribeLaunchTemplateVersions>(
      {.LaunchTemplateId = found.LaunchTemplateId, .Versions = {{version}}});
  if (!versions) throw launch_template_invalid(versions.error().message);
  if (api::each(versions->LaunchTemplateVersions).empty()) {
    throw launch_template_invalid("The specified launch template version, " + version +
                                  ", does not exist.");
  }
  const auto& data = versions->LaunchTemplateVersions->front().LaunchTemplateData;
  if (!data || !data->ImageId) {
    throw launch_template_invalid("The request must contain the parameter ImageId");
  }
  return {.LaunchTemplateId = found.LaunchTemplateId,
          .LaunchTemplateName = found.LaunchTemplateName,
          .Version = version};
}

std::vector<PlacementRecord> checked_placements(
    Context& context, const std::optional<std::string>& vpc_zone_identifier,
    const std::optional<std::vector<std::string>>& zones) {
  const bool has_zones = !api::each(zones).empty();
  if (vpc_zone_identifier && !vpc_zone_identifier->empty()) {
    auto placements = placements_of_subnets(context, *vpc_zone_identifier);
    // AWS: if both are given, the subnets must be in those zones.
    if (has_zones) {
      const std::set<std::string> wanted(zones->begin(), zones->end());
      const auto actual = zones_of(placements);
      if (wanted != std::set<std::string>(actual.begin(), actual.end())) {
        throw zones_do_not_match_subnets();
      }
    }
    return placements;
  }
  std::vector<PlacementRecord> placements;
  if (!has_zones) return placements;
  check_zones(context, *zones);
  for (const auto& zone : *zones) placements.push_back({.zone = zone, .subnet_id = {}});
  return placements;
}

std::vector<std::string> zones_of(const std::vector<PlacementRecord>& placements) {
  std::set<std::string> zones;
  for (const auto& placement : placements) zones.insert(placement.zone);
  return {zones.begin(), zones.end()};
}

void check_target_groups(Context& context, const std::vector<std::string>& arns) {
  if (arns.empty()) return;
  const auto described =
      context.try_call<api::elbv2::DescribeTargetGroups>({.TargetGroupArns = arns});
  const bool is_valid =
      described && std::ranges::all_of(api::each(described->TargetGroups), [](const auto& group) {
        return group.TargetType == "instance";
      });
  if (!is_valid) throw target_groups_invalid();
}

void check_termination_policies(const std::vector<std::string>& policies) {
  for (const auto& policy : policies) {
    switch (termination_policy_support(policy)) {
      case PolicySupport::implemented:
        break;
      case PolicySupport::known:
        throw not_implemented("Termination policy '" + policy + "'");
      case PolicySupport::unknown:
        throw termination_policy_unknown(policy);
    }
  }
}

void check_health_check_type(const std::string& type) {
  const auto parts = split(type);
  if (parts.empty()) throw health_check_type_unknown(type);
  for (const auto& part : parts) {
    if (part == "EC2" || part == "ELB") continue;
    if (part == "EBS" || part == "VPC_LATTICE") {
      throw not_implemented("HealthCheckType '" + part + "'");
    }
    throw health_check_type_unknown(type);
  }
}

void check_lifetime(const std::optional<std::int32_t>& seconds) {
  if (seconds && *seconds != 0 && *seconds < 86'400) {
    throw validation_error("MaxInstanceLifetime must be at least 86400 seconds (1 day)");
  }
}

void check_bounds(std::int32_t min_size, std::int32_t max_size) {
  if (max_size < min_size) throw max_below_min(min_size, max_size);
}

}  // namespace fallstreak::services::autoscaling
