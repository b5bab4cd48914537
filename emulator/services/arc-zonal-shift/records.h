#pragma once

#include <cstdint>

#include "api/arc-zonal-shift/managed_resources.h"
#include "api/arc-zonal-shift/zonal_shifts.h"
#include "base/time.h"

namespace fallstreak::services::arc_zonal_shift {

namespace wire = api::arc_zonal_shift;

struct ShiftRecord {
  wire::ZonalShift shift;
  /// Another whenever the expiry changes, so that the event of an earlier one is recognised.
  std::uint64_t generation = 0;
};
template <class Visitor>
void visit_fields(ShiftRecord& record, Visitor&& visit) {
  visit("shift", record.shift);
  visit("generation", record.generation);
}

}  // namespace fallstreak::services::arc_zonal_shift
