#pragma once

#include "api/acm/certificates.h"
#include "api/acm/tags.h"
#include "services/acm/state.h"

/// The operations of ACM, a file for each of its resources.
namespace fallstreak::services::acm {

/// Throws AWS's error when the text is no ARN of a certificate, or nothing has it.
const CertificateRecord& find_certificate(const Context& context, const std::string& arn);

// certificates.cpp
/// The ARNs of the resources that serve with it.
std::vector<std::string> users_of(Context& context, const api::acm::CertificateDetail& detail);
api::acm::RequestCertificateResponse request_certificate(
    Context& context, const api::acm::RequestCertificateRequest& request);
api::acm::DescribeCertificateResponse describe_certificate(
    Context& context, const api::acm::DescribeCertificateRequest& request);
api::acm::GetCertificateResponse get_certificate(Context& context,
                                                 const api::acm::GetCertificateRequest& request);
api::acm::ListCertificatesResponse list_certificates(
    Context& context, const api::acm::ListCertificatesRequest& request);
api::acm::RenewCertificateResponse renew_certificate(
    Context& context, const api::acm::RenewCertificateRequest& request);
api::acm::ResendValidationEmailResponse resend_validation_email(
    Context& context, const api::acm::ResendValidationEmailRequest& request);
api::acm::UpdateCertificateOptionsResponse update_certificate_options(
    Context& context, const api::acm::UpdateCertificateOptionsRequest& request);
api::acm::DeleteCertificateResponse delete_certificate(
    Context& context, const api::acm::DeleteCertificateRequest& request);

// exports.cpp
/// Whether it can be exported: its request said so.
bool is_exportable(const api::acm::CertificateDetail& detail);
api::acm::ExportCertificateResponse export_certificate(
    Context& context, const api::acm::ExportCertificateRequest& request);
api::acm::RevokeCertificateResponse revoke_certificate(
    Context& context, const api::acm::RevokeCertificateRequest& request);

// account_configuration.cpp
/// For how many days before its end a certificate is told of.
std::int32_t days_before_expiry(const Context& context);
api::acm::GetAccountConfigurationResponse get_account_configuration(
    Context& context, const api::acm::GetAccountConfigurationRequest& request);
api::acm::PutAccountConfigurationResponse put_account_configuration(
    Context& context, const api::acm::PutAccountConfigurationRequest& request);

// events.cpp
/// EventBridge is told what became of a certificate; `action` as AWS calls it: `ISSUANCE`.
void tell_available(Context& context, const CertificateRecord& record, std::string_view action);
void tell_expired(Context& context, const CertificateRecord& record);
void tell_revoked(Context& context, const CertificateRecord& record);
void tell_renewal_action_required(Context& context, const CertificateRecord& record);
/// It is told of daily when its end approaches; instead of what was to be told before.
void await_expiry_notice(Context& context, const std::string& arn);
void on_expiry_notice(Context& context, const world::Event& event);

// imports.cpp
api::acm::ImportCertificateResponse import_certificate(
    Context& context, const api::acm::ImportCertificateRequest& request);

// tags.cpp
/// Throws when they are not valid, or too many.
Tags checked_tags(Tags tags, const std::optional<Tags>& added);
api::acm::AddTagsToCertificateResponse add_tags_to_certificate(
    Context& context, const api::acm::AddTagsToCertificateRequest& request);
api::acm::ListTagsForCertificateResponse list_tags_for_certificate(
    Context& context, const api::acm::ListTagsForCertificateRequest& request);
api::acm::RemoveTagsFromCertificateResponse remove_tags_from_certificate(
    Context& context, const api::acm::RemoveTagsFromCertificateRequest& request);

// validation.cpp
/// A requested certificate waits for its records from now on.
void await_validation(Context& context, const std::string& arn);
/// It expires when its time is over.
void await_expiry(Context& context, const std::string& arn);
void on_records_shown(Context& context, const world::Event& event);
void on_validation_look(Context& context, const world::Event& event);
void on_renewal_look(Context& context, const world::Event& event);
void on_expired(Context& context, const world::Event& event);

}  // namespace fallstreak::services::acm
