#include <algorithm>
#include <optional>

#include "services/ec2/catalogue.h"
#include "services/ec2/catalogue_operations.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"

namespace fallstreak::services::ec2 {
namespace {

std::string endpoint_of(const Region& region) {
  return "ec2." + std::string(region.name) + ".amazonaws.com";
}

constexpr FilterRow<Ec2State, Region> kRegionFilters[] = {
    {"endpoint",
     [](const auto&, const auto& region, const auto& p) { return p.match(endpoint_of(region)); }},
    {"opt-in-status",
     [](const auto&, const auto& region, const auto& p) { return p.match(region.opt_in_status); }},
    {"region-name",
     [](const auto&, const auto& region, const auto& p) { return p.match(region.name); }},
};

/// A zone with the region that it is in.
struct ZoneRow {
  const Region* region;
  const Zone* zone;
};

constexpr FilterRow<Ec2State, ZoneRow> kZoneFilters[] = {
    {"group-long-name", nullptr},
    {"group-name", [](const auto&, const auto& row,
                      const auto& p) { return p.match(std::string(row.region->name) + "-zg-1"); }},
    {"message", [](const auto&, const auto&, const auto&) { return false; }},
    // Of Local and Wavelength Zones, which the catalogue does not have.
    {"parent-zone-id", [](const auto&, const auto&, const auto&) { return false; }},
    {"parent-zone-name", [](const auto&, const auto&, const auto&) { return false; }},
    {"opt-in-status",
     [](const auto&, const auto&, const auto& p) { return p.match("opt-in-not-required"); }},
    {"region-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.region->name); }},
    {"state", [](const auto&, const auto&, const auto& p) { return p.match("available"); }},
    {"zone-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.zone->id); }},
    {"zone-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.zone->name); }},
    {"zone-type",
     [](const auto&, const auto&, const auto& p) { return p.match("availability-zone"); }},
};

bool is_listed(const std::optional<std::vector<std::string>>& names, std::string_view name) {
  return !names || names->empty() || std::ranges::find(*names, name) != names->end();
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
api::ec2::DescribeRegionsResult describe_regions(Context& context,
                                                 const api::ec2::DescribeRegionsRequest& request) {
  for (const auto& name : api::each(request.RegionNames)) {
    if (find_region(name) == nullptr) {
      throw invalid_parameter_value("Invalid region name: '" + name + "'");
    }
  }
  const Selection<Ec2State, Region> selection(context.state, request.Filters, kRegionFilters,
                                              nullptr);
  api::ec2::DescribeRegionsResult result;
  auto& shown = result.Regions.emplace();
  for (const Region& region : regions()) {
    if (!is_listed(request.RegionNames, region.name) || !selection.passes(region)) continue;
    shown.push_back({.OptInStatus = std::string(region.opt_in_status),
                     .Geography = {{{.Name = std::string(region.geography)}}},
                     .RegionName = std::string(region.name),
                     .Endpoint = endpoint_of(region)});
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html
api::ec2::DescribeAvailabilityZonesResult describe_availability_zones(
    Context& context, const api::ec2::DescribeAvailabilityZonesRequest& request) {
  for (const auto& name : api::each(request.ZoneNames)) {
    if (find_zone(context.region(), name) == nullptr) {
      throw invalid_parameter_value("Invalid availability zone: [" + name + "]");
    }
  }
  for (const auto& id : api::each(request.ZoneIds)) {
    if (find_zone_by_id(context.region(), id) == nullptr) {
      throw invalid_parameter_value("Invalid availability zone-id: [" + id + "]");
    }
  }
  const Selection<Ec2State, ZoneRow> selection(context.state, request.Filters, kZoneFilters,
                                               nullptr);
  api::ec2::DescribeAvailabilityZonesResult result;
  auto& shown = result.AvailabilityZones.emplace();
  const Region* region = find_region(context.region());
  for (const Zone& zone : zones_of(context.region())) {
    const bool is_wanted =
        is_listed(request.ZoneNames, zone.name) && is_listed(request.ZoneIds, zone.id);
    if (!is_wanted || !selection.passes(ZoneRow{region, &zone})) continue;
    shown.push_back({.OptInStatus = "opt-in-not-required",
                     .Messages = std::vector<api::ec2::AvailabilityZoneMessage>(),
                     .RegionName = std::string(region->name),
                     .ZoneName = std::string(zone.name),
                     .ZoneId = std::string(zone.id),
                     .GroupName = std::string(region->name) + "-zg-1",
                     .NetworkBorderGroup = std::string(region->name),
                     .ZoneType = "availability-zone",
                     .GroupLongName = std::string(region->geography) + " 1",
                     .Geography = {{{.Name = std::string(region->geography)}}},
                     .State = "available"});
  }
  return result;
}

}  // namespace fallstreak::services::ec2
