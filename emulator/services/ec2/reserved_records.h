#pragma once

#include <string>

#include "api/ec2/capacity_reservations.h"
#include "api/ec2/reserved_instances.h"

namespace fallstreak::services::ec2 {

/// A reservation as it was bought; the wire shape is all of it.
struct ReservedInstancesRecord {
  api::ec2::ReservedInstances shown;
};
template <class Visitor>
void visit_fields(ReservedInstancesRecord& record, Visitor&& visit) {
  visit("shown", record.shown);
}

/// An On-Demand Capacity Reservation.
struct CapacityReservationRecord {
  api::ec2::CapacityReservation reservation;
  /// The queue's key of its end; empty while it has none.
  std::string end_event;
};
template <class Visitor>
void visit_fields(CapacityReservationRecord& record, Visitor&& visit) {
  visit("reservation", record.reservation);
  visit("end_event", record.end_event);
}

}  // namespace fallstreak::services::ec2
