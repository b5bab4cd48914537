#include "dispatch/zonal_shifts.h"
#include "services/arc-zonal-shift/errors.h"
#include "services/arc-zonal-shift/handlers.h"
#include "services/arc-zonal-shift/pages.h"

namespace fallstreak::services::arc_zonal_shift {
namespace {

/// AWS: "The key name is the Availability Zone where the resource is deployed. The value is 1 or
/// 0."
wire::GetManagedResourceResponse described(Context& context, const std::string& arn,
                                           const dispatch::ShiftableResource& resource) {
  const std::string_view away = dispatch::shifted_zone(shared_shifts(context), arn);
  wire::GetManagedResourceResponse shown{.arn = arn,
                                         .name = resource.name,
                                         .appliedWeights = {{}},
                                         .zonalShifts = {{}},
                                         .autoshifts = {{}},
                                         .zonalAutoshiftStatus = "DISABLED"};
  for (const auto& zone : resource.zones) {
    shown.appliedWeights->push_back({zone.id, zone.name == away ? 0.0F : 1.0F});
  }
  if (const std::string* id = context.state.active.find(arn)) {
    const auto& shift = context.state.shifts.find(*id)->shift;
    shown.zonalShifts->push_back({.appliedStatus = "APPLIED",
                                  .zonalShiftId = shift.zonalShiftId,
                                  .resourceIdentifier = shift.resourceIdentifier,
                                  .awayFrom = shift.awayFrom,
                                  .expiryTime = shift.expiryTime,
                                  .startTime = shift.startTime,
                                  .comment = shift.comment,
                                  .shiftType = "ZONAL_SHIFT"});
  }
  return shown;
}

}  // namespace

// https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_GetManagedResource.html
wire::GetManagedResourceResponse get_managed_resource(
    Context& context, const wire::GetManagedResourceRequest& request) {
  const std::string& arn = *request.resourceIdentifier;
  if (!arn.starts_with("arn:")) throw invalid_resource_identifier(arn);
  const dispatch::ShiftableResource* resource = shared_shifts(context).resources.find(arn);
  if (resource == nullptr) throw resource_not_found(arn);
  return described(context, arn, *resource);
}

// https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ListManagedResources.html
wire::ListManagedResourcesResponse list_managed_resources(
    Context& context, const wire::ListManagedResourcesRequest& request) {
  wire::ListManagedResourcesResponse response;
  auto& items = response.items.emplace();
  response.nextToken = read_page(
      shared_shifts(context).resources, "", request, [](const auto&) { return true; },
      [&](const auto& row) {
        auto shown = described(context, std::string(row.first), row.second);
        auto& item = items.emplace_back();
        item.arn = std::move(shown.arn);
        item.name = std::move(shown.name);
        item.appliedWeights = std::move(shown.appliedWeights);
        item.zonalShifts = std::move(shown.zonalShifts);
        item.autoshifts = std::move(shown.autoshifts);
        item.zonalAutoshiftStatus = "DISABLED";
        item.practiceRunStatus = "DISABLED";
        for (const auto& zone : row.second.zones) {
          if (!item.availabilityZones) item.availabilityZones.emplace();
          item.availabilityZones->push_back(zone.id);
        }
      });
  return response;
}

}  // namespace fallstreak::services::arc_zonal_shift
