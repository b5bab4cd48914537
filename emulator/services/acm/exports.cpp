#include <algorithm>

#include "services/acm/errors.h"
#include "services/acm/handlers.h"
#include "services/acm/x509.h"

/// Certificates for use anywhere.
/// https://docs.aws.amazon.com/acm/latest/userguide/acm-exportable-certificates.html
namespace fallstreak::services::acm {
namespace {

/// AWS: "any ASCII character except #, $, or %".
void check_passphrase(const std::string& passphrase) {
  const bool is_right = std::ranges::all_of(passphrase, [](char letter) {
    return letter >= ' ' && letter <= '~' && letter != '#' && letter != '$' && letter != '%';
  });
  if (!is_right) {
    throw validation_exception(
        "The passphrase can have ASCII characters only, except #, $, and %.");
  }
}

}  // namespace

bool is_exportable(const api::acm::CertificateDetail& detail) {
  return detail.Options && detail.Options->Export == "ENABLED";
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_ExportCertificate.html
api::acm::ExportCertificateResponse export_certificate(
    Context& context, const api::acm::ExportCertificateRequest& request) {
  const std::string& arn = *request.CertificateArn;
  const auto& detail = find_certificate(context, arn).detail;
  if (!is_exportable(detail)) throw not_exportable(arn);
  if (detail.Status == "REVOKED") throw not_exportable(arn);
  if (!detail.NotAfter) throw request_in_progress(arn);
  check_passphrase(*request.Passphrase);
  const std::uint64_t seed = context.world().seed();
  auto made = make_certificate(seed, facts_of(detail));
  api::acm::ExportCertificateResponse response{
      .Certificate = std::move(made.certificate),
      .CertificateChain = std::move(made.chain),
      .PrivateKey = encrypted_key(made.private_key, *request.Passphrase, seed,
                                  "acm.export/" + *detail.Serial)};
  context.state.certificates.update(arn, [](auto& record) { record.is_exported = true; });
  return response;
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_RevokeCertificate.html
api::acm::RevokeCertificateResponse revoke_certificate(
    Context& context, const api::acm::RevokeCertificateRequest& request) {
  const std::string& arn = *request.CertificateArn;
  const auto& record = find_certificate(context, arn);
  // AWS: "You can only revoke certificates that have been previously exported."
  if (!record.is_exported) throw never_exported(arn);
  if (record.detail.Status == "REVOKED") throw already_revoked(arn);
  if (!users_of(context, record.detail).empty()) throw resource_in_use(arn);
  context.state.certificates.update(arn, [&](CertificateRecord& revoked) {
    revoked.detail.Status = "REVOKED";
    revoked.detail.RevokedAt = context.now();
    revoked.detail.RevocationReason = request.RevocationReason;
  });
  tell_revoked(context, find_certificate(context, arn));
  return {.CertificateArn = arn};
}

}  // namespace fallstreak::services::acm
