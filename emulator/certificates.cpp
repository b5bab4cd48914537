#include "certificates.h"

#include <mutex>
#include <utility>

#include "base/arn.h"
#include "services/acm/serving.h"

namespace fallstreak {

std::optional<CertificateMaterial> certificate_material(Cloud& cloud, const std::string& arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed) return std::nullopt;
  const std::lock_guard held(cloud.lock());
  auto found =
      services::acm::material_of(cloud.world(), parsed->account_id + "/" + parsed->region, arn);
  if (!found) return std::nullopt;
  return CertificateMaterial{std::move(found->certificate), std::move(found->chain),
                             std::move(found->private_key)};
}

}  // namespace fallstreak
