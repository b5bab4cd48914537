#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/acm/records.h"
#include "world/table.h"

namespace fallstreak::services::acm {

struct AcmState {
  explicit AcmState(const std::string& prefix)
      : certificates(prefix + "certificates"),
        tokens(prefix + "tokens"),
        configuration(prefix + "configuration") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(certificates);
    visit(tokens);
    visit(configuration);
  }

  world::Table<CertificateRecord> certificates;  // by ARN
  world::Table<TokenRecord> tokens;              // `<token> <domain name>`
  /// At most one, with the key `account`: without it AWS's default holds.
  world::Table<ConfigurationRecord> configuration;
};
using Context = dispatch::Context<AcmState>;

}  // namespace fallstreak::services::acm
