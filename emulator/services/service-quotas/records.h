#pragma once

#include <string>

#include "api/service-quotas/quotas.h"

namespace fallstreak::services::service_quotas {

/// A quota that is not AWS's default any more.
struct AppliedRecord {
  double value = 0;
};
template <class Visitor>
void visit_fields(AppliedRecord& record, Visitor&& visit) {
  visit("value", record.value);
}

struct RequestRecord {
  api::service_quotas::RequestedServiceQuotaChange change;
};
template <class Visitor>
void visit_fields(RequestRecord& record, Visitor&& visit) {
  visit("change", record.change);
}

}  // namespace fallstreak::services::service_quotas
