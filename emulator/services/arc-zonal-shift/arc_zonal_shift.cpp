#include "services/arc-zonal-shift/arc_zonal_shift.h"

#include "api/arc-zonal-shift/service.h"
#include "services/arc-zonal-shift/handlers.h"

namespace fallstreak::services {

void bind_arc_zonal_shift(dispatch::Registry& registry) {
  using namespace arc_zonal_shift;
  dispatch::Operations<State> operations(registry, wire::kService, dispatch::Scope::regional);
  operations.bind<wire::StartZonalShift>(start_zonal_shift).accepts_all();
  operations.bind<wire::UpdateZonalShift>(update_zonal_shift).accepts_all();
  operations.bind<wire::CancelZonalShift>(cancel_zonal_shift).accepts_all();
  operations.bind<wire::ListZonalShifts>(list_zonal_shifts).accepts_all();
  operations.bind<wire::GetManagedResource>(get_managed_resource).accepts_all();
  operations.bind<wire::ListManagedResources>(list_managed_resources).accepts_all();
  operations.on_event(kExpired, on_expired);
}

}  // namespace fallstreak::services
