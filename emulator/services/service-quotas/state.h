#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/service-quotas/records.h"
#include "world/table.h"

namespace fallstreak::services::service_quotas {

struct ServiceQuotasState {
  explicit ServiceQuotasState(const std::string& prefix)
      : applied(prefix + "applied"), requests(prefix + "requests"), open(prefix + "open") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(applied);
    visit(requests);
    visit(open);
  }

  world::Table<AppliedRecord> applied;   // by quota code
  world::Table<RequestRecord> requests;  // by id
  world::Table<std::string> open;        // quota code -> id of the request that is not decided
};

using Context = dispatch::Context<ServiceQuotasState>;

}  // namespace fallstreak::services::service_quotas
