#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/arc-zonal-shift/state.h"

/// The operations of Application Recovery Controller's zonal shift. Zonal autoshift and its
/// practice runs are not here: AWS itself would have to decide that a zone is impaired.
namespace fallstreak::services::arc_zonal_shift {

inline constexpr std::string_view kExpired = "zonal-shift-expired";

// zonal_shifts.cpp
wire::ZonalShift start_zonal_shift(Context& context, const wire::StartZonalShiftRequest& request);
wire::ZonalShift update_zonal_shift(Context& context, const wire::UpdateZonalShiftRequest& request);
wire::ZonalShift cancel_zonal_shift(Context& context, const wire::CancelZonalShiftRequest& request);
wire::ListZonalShiftsResponse list_zonal_shifts(Context& context,
                                                const wire::ListZonalShiftsRequest& request);
void on_expired(Context& context, const world::Event& event);

// managed_resources.cpp
wire::GetManagedResourceResponse get_managed_resource(
    Context& context, const wire::GetManagedResourceRequest& request);
wire::ListManagedResourcesResponse list_managed_resources(
    Context& context, const wire::ListManagedResourcesRequest& request);

}  // namespace fallstreak::services::arc_zonal_shift
