#pragma once

#include <string>

#include "dispatch/context.h"
#include "dispatch/zonal_shifts.h"
#include "services/arc-zonal-shift/records.h"
#include "world/table.h"

namespace fallstreak::services::arc_zonal_shift {

struct State {
  explicit State(const std::string& prefix)
      : shifts(prefix + "shifts"), order(prefix + "order"), active(prefix + "active") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(shifts);
    visit(order);
    visit(active);
  }

  world::Table<ShiftRecord> shifts;  // by id
  /// `<resource ARN>|<start>|<id>` -> id, so that a resource's follow each other.
  world::Table<std::string> order;
  world::Table<std::string> active;  // ARN of the resource -> id of its active shift
};

using Context = dispatch::Context<State>;

/// What services and this one tell each other, in the caller's place.
inline dispatch::ZonalShiftState& shared_shifts(Context& context) {
  return dispatch::zonal_shifts(context.world(), context.caller().scope(dispatch::Scope::regional));
}

}  // namespace fallstreak::services::arc_zonal_shift
