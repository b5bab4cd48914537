#include "services/acm/serving.h"

#include <utility>

#include "services/acm/state.h"
#include "services/acm/x509.h"

namespace fallstreak::services::acm {

std::optional<Material> material_of(world::World& world, const std::string& scope,
                                    const std::string& certificate_arn) {
  const auto& certificates = world.state<AcmState>("acm", scope).certificates;
  const CertificateRecord* record = certificates.find(certificate_arn);
  if (record == nullptr || !record->detail.NotAfter) return std::nullopt;
  if (record->detail.Type == "IMPORTED") {
    return Material{record->imported_certificate, record->imported_chain, record->imported_key};
  }
  auto made = make_certificate(world.seed(), facts_of(record->detail));
  return Material{std::move(made.certificate), std::move(made.chain), std::move(made.private_key)};
}

}  // namespace fallstreak::services::acm
