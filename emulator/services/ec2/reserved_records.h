#pragma once

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

}  // namespace fallstreak::services::ec2
