#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/acm/records.h"
#include "world/table.h"

namespace fallstreak::services::acm {

struct AcmState {
  explicit AcmState(const std::string& prefix)
      : certificates(prefix + "certificates"), tokens(prefix + "tokens") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(certificates);
    visit(tokens);
  }

  world::Table<CertificateRecord> certificates;  // by ARN
  world::Table<TokenRecord> tokens;              // `<token> <domain name>`
};
using Context = dispatch::Context<AcmState>;

}  // namespace fallstreak::services::acm
