#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

// No zone is signed here: keys would come from KMS, which this version does not have, so creating
// one is refused by name. What asks after signing is told that there is none.

namespace fallstreak::services::route53 {

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetDNSSEC.html
api::route53::GetDNSSECResponse get_dnssec(Context& context,
                                           const api::route53::GetDNSSECRequest& request) {
  find_zone(context, *request.HostedZoneId);
  return {.Status = {{.ServeSignature = "NOT_SIGNING"}}, .KeySigningKeys = {{}}};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_EnableHostedZoneDNSSEC.html
api::route53::EnableHostedZoneDNSSECResponse enable_hosted_zone_dnssec(
    Context& context, const api::route53::EnableHostedZoneDNSSECRequest& request) {
  find_zone(context, *request.HostedZoneId);
  throw key_signing_key_with_active_status_not_found(bare_id(*request.HostedZoneId));
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisableHostedZoneDNSSEC.html
api::route53::DisableHostedZoneDNSSECResponse disable_hosted_zone_dnssec(
    Context& context, const api::route53::DisableHostedZoneDNSSECRequest& request) {
  find_zone(context, *request.HostedZoneId);
  throw dnssec_not_found(bare_id(*request.HostedZoneId));
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ActivateKeySigningKey.html
api::route53::ActivateKeySigningKeyResponse activate_key_signing_key(
    Context&, const api::route53::ActivateKeySigningKeyRequest& request) {
  throw no_such_key_signing_key(*request.Name);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeactivateKeySigningKey.html
api::route53::DeactivateKeySigningKeyResponse deactivate_key_signing_key(
    Context&, const api::route53::DeactivateKeySigningKeyRequest& request) {
  throw no_such_key_signing_key(*request.Name);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteKeySigningKey.html
api::route53::DeleteKeySigningKeyResponse delete_key_signing_key(
    Context&, const api::route53::DeleteKeySigningKeyRequest& request) {
  throw no_such_key_signing_key(*request.Name);
}

}  // namespace fallstreak::services::route53
