#include "services/acm/errors.h"
#include "services/acm/handlers.h"
#include "services/acm/x509.h"

namespace fallstreak::services::acm {
namespace {

ReadCertificate checked(const Context& context, const api::acm::ImportCertificateRequest& request) {
  auto read = read_certificate(*request.Certificate);
  // Observed: this text, in reports of ImportCertificate.
  if (!read) {
    throw validation_exception("The certificate body provided is not in a valid PEM format.");
  }
  if (!is_private_key(*request.PrivateKey)) {
    throw validation_exception("The private key provided is not in a valid PEM format.");
  }
  if (!is_key_of(*request.PrivateKey, *request.Certificate)) {
    throw validation_exception("The private key does not match the certificate.");
  }
  // Observed: both texts, in reports of ImportCertificate.
  if (!is_chained(*request.Certificate, request.CertificateChain.value_or(""))) {
    throw validation_exception(
        request.CertificateChain
            ? "Could not validate the certificate with the certificate chain."
            : "Provided certificate is not a valid self signed. Please provide either a valid "
              "self-signed certificate or certificate chain.");
  }
  if (read->facts.not_after <= context.now() || context.now() < read->facts.not_before) {
    throw validation_exception("The certificate is not valid at this time.");
  }
  return std::move(*read);
}

}  // namespace

// https://docs.aws.amazon.com/acm/latest/APIReference/API_ImportCertificate.html
api::acm::ImportCertificateResponse import_certificate(
    Context& context, const api::acm::ImportCertificateRequest& request) {
  const ReadCertificate read = checked(context, request);
  CertificateRecord record;
  if (request.CertificateArn) {
    record = find_certificate(context, *request.CertificateArn);
    if (record.detail.Type != "IMPORTED") {
      throw validation_exception("Only imported certificates can be imported again.");
    }
    // AWS: "You cannot apply tags when reimporting a certificate".
    if (request.Tags) throw invalid_parameter("Tags cannot be given when importing again.");
  } else {
    record.detail.CertificateArn =
        context.arn("acm", "certificate/" + context.new_uuid("certificate-id"));
    record.detail.CreatedAt = context.now();
    record.tags = checked_tags({}, request.Tags);
  }
  const std::string arn = *record.detail.CertificateArn;
  auto& detail = record.detail;
  if (!read.facts.domain_names.empty()) detail.DomainName = read.facts.domain_names.front();
  detail.SubjectAlternativeNames = read.facts.domain_names;
  detail.Serial = read.facts.serial;
  detail.Subject = read.subject;
  detail.Issuer = read.issuer;
  detail.ImportedAt = context.now();
  detail.Status = "ISSUED";
  detail.NotBefore = read.facts.not_before;
  detail.NotAfter = read.facts.not_after;
  detail.KeyAlgorithm = read.facts.key_algorithm;
  detail.SignatureAlgorithm = read.signature_algorithm;
  detail.Type = "IMPORTED";
  record.imported_certificate = *request.Certificate;
  record.imported_chain = request.CertificateChain.value_or("");
  record.imported_key = *request.PrivateKey;
  context.state.certificates.put(arn, std::move(record));
  await_expiry(context, arn);
  await_expiry_notice(context, arn);
  tell_available(context, find_certificate(context, arn),
                 request.CertificateArn ? "REIMPORT" : "IMPORT");
  return {.CertificateArn = arn};
}

}  // namespace fallstreak::services::acm
