#include "services/acm/errors.h"

// Chosen: the words, but where they are said to be observed; AWS documents the codes alone.
namespace fallstreak::services::acm {
namespace {

std::string text(std::string_view part) { return std::string(part); }

}  // namespace

// Observed: in reports of DescribeCertificate.
ApiError resource_not_found(std::string_view arn) {
  return ApiError("ResourceNotFoundException", "Could not find certificate " + text(arn) + ".");
}

ApiError invalid_arn(std::string_view arn) {
  return ApiError("InvalidArnException", "The ARN " + text(arn) + " is not valid.");
}

ApiError invalid_parameter(std::string message) {
  return ApiError("InvalidParameterException", std::move(message));
}

ApiError validation_exception(std::string message) {
  return ApiError("ValidationException", std::move(message));
}

ApiError invalid_args(std::string message) {
  return ApiError("InvalidArgsException", std::move(message));
}

ApiError invalid_tag(std::string message) {
  return ApiError("InvalidTagException", std::move(message));
}

ApiError too_many_tags() {
  return ApiError("TooManyTagsException", "A certificate can have at most 50 tags.");
}

ApiError too_many_names() {
  return ApiError("LimitExceededException",
                  "A certificate can have at most 10 domain names in this account.");
}

ApiError too_many_certificates() {
  return ApiError("LimitExceededException", "This account can have at most 2500 certificates.");
}

ApiError request_in_progress(std::string_view arn) {
  return ApiError("RequestInProgressException",
                  "The certificate " + text(arn) + " is not issued yet.");
}

ApiError not_validated_by_email(std::string_view arn) {
  return ApiError("InvalidStateException",
                  "The certificate " + text(arn) + " is not validated by email.");
}

ApiError transparency_of_imported(std::string_view arn) {
  return ApiError("InvalidStateException",
                  "The certificate " + text(arn) + " was imported and has no options.");
}

// Observed: in reports of DeleteCertificate.
ApiError resource_in_use(std::string_view arn) {
  return ApiError("ResourceInUseException", "Certificate " + text(arn) + " is in use.");
}

ApiError not_exportable(std::string_view arn) {
  return ApiError("ValidationException", "The certificate " + text(arn) + " is not exportable.");
}

ApiError never_exported(std::string_view arn) {
  return ApiError("ValidationException",
                  "The certificate " + text(arn) +
                      " cannot be revoked: only certificates that were exported can.");
}

ApiError export_option_is_fixed(std::string_view arn) {
  return ApiError("ValidationException",
                  "The Export option of the certificate " + text(arn) + " cannot be changed.");
}

ApiError already_revoked(std::string_view arn) {
  return ApiError("ConflictException", "The certificate " + text(arn) + " is revoked.");
}

ApiError not_renewable(std::string_view arn) {
  return ApiError("ValidationException",
                  "The certificate " + text(arn) +
                      " cannot be renewed: only exported private certificates can.");
}

}  // namespace fallstreak::services::acm
