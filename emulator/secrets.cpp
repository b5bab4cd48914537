#include "secrets.h"

#include <mutex>
#include <utility>

#include "base/arn.h"
#include "services/acm/serving.h"
#include "services/elbv2/serving.h"

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

std::string client_secret(Cloud& cloud, const std::string& rule_arn) {
  const auto parsed = Arn::parse(rule_arn);
  if (!parsed) return {};
  const std::lock_guard held(cloud.lock());
  return services::elbv2::client_secret_of(cloud.world(), parsed->account_id + "/" + parsed->region,
                                           rule_arn);
}

std::optional<ClientAuthorities> client_authorities(Cloud& cloud,
                                                    const std::string& trust_store_arn) {
  const auto parsed = Arn::parse(trust_store_arn);
  if (!parsed) return std::nullopt;
  const std::lock_guard held(cloud.lock());
  auto found = services::elbv2::trust_material_of(
      cloud.world(), parsed->account_id + "/" + parsed->region, trust_store_arn);
  if (!found) return std::nullopt;
  return ClientAuthorities{std::move(found->authorities), std::move(found->revocations)};
}

}  // namespace fallstreak
