#include "services/acm/acm.h"

#include "api/acm/service.h"
#include "services/acm/handlers.h"

namespace fallstreak::services {

void bind_acm(dispatch::Registry& registry) {
  using namespace acm;
  dispatch::Operations<AcmState> operations(registry, api::acm::kService,
                                            dispatch::Scope::regional);
  operations.bind<api::acm::RequestCertificate>(request_certificate)
      .accepts({"DomainName", "ValidationMethod", "SubjectAlternativeNames", "IdempotencyToken",
                "Tags", "KeyAlgorithm", "Options.Export"})
      .no_effect({"Options.CertificateTransparencyLoggingPreference"});
  operations.bind<api::acm::DescribeCertificate>(describe_certificate).accepts_all();
  operations.bind<api::acm::GetCertificate>(get_certificate).accepts_all();
  operations.bind<api::acm::ListCertificates>(list_certificates)
      .accepts({"CertificateStatuses", "Includes.keyTypes", "Includes.exportOption", "NextToken",
                "MaxItems", "SortBy", "SortOrder"});
  operations.bind<api::acm::ImportCertificate>(import_certificate).accepts_all();
  operations.bind<api::acm::RenewCertificate>(renew_certificate).accepts_all();
  operations.bind<api::acm::ResendValidationEmail>(resend_validation_email).accepts_all();
  operations.bind<api::acm::UpdateCertificateOptions>(update_certificate_options)
      .accepts({"CertificateArn", "Options.Export"})
      .no_effect({"Options.CertificateTransparencyLoggingPreference"});
  operations.bind<api::acm::ExportCertificate>(export_certificate).accepts_all();
  operations.bind<api::acm::RevokeCertificate>(revoke_certificate).accepts_all();
  operations.bind<api::acm::GetAccountConfiguration>(get_account_configuration).accepts_all();
  operations.bind<api::acm::PutAccountConfiguration>(put_account_configuration).accepts_all();
  operations.bind<api::acm::DeleteCertificate>(delete_certificate).accepts_all();
  operations.bind<api::acm::AddTagsToCertificate>(add_tags_to_certificate).accepts_all();
  operations.bind<api::acm::ListTagsForCertificate>(list_tags_for_certificate).accepts_all();
  operations.bind<api::acm::RemoveTagsFromCertificate>(remove_tags_from_certificate).accepts_all();
  operations.on_event("records-shown", on_records_shown);
  operations.on_event("validation-look", on_validation_look);
  operations.on_event("renewal-look", on_renewal_look);
  operations.on_event("expired", on_expired);
  operations.on_event("expiry-notice", on_expiry_notice);
}

}  // namespace fallstreak::services
