#include <algorithm>

#include "base/arn.h"
#include "base/dns_name.h"
#include "base/encoding.h"
#include "dispatch/certificate_uses.h"
#include "dispatch/dispatcher.h"
#include "services/acm/errors.h"
#include "services/acm/handlers.h"
#include "services/acm/timing.h"
#include "services/acm/x509.h"

namespace fallstreak::services::acm {
namespace {

using api::acm::CertificateDetail;
using api::acm::RequestCertificateRequest;

/// AWS: quotas of an account, both can be raised.
constexpr std::size_t kMostNames = 10;
constexpr std::size_t kMostCertificates = 2500;
constexpr std::size_t kMostInPage = 1000;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

/// AWS: the domain name comes first among the names, each once.
std::vector<std::string> names_of(const RequestCertificateRequest& request) {
  std::vector<std::string> names = {lower(*request.DomainName)};
  for (const auto& name : api::each(request.SubjectAlternativeNames)) {
    const std::string added = lower(name);
    if (std::ranges::find(names, added) == names.end()) names.push_back(added);
  }
  if (names.size() > kMostNames) throw too_many_names();
  return names;
}

void check_request(const RequestCertificateRequest& request) {
  // AWS: without a method it is email.
  if (request.ValidationMethod.value_or("EMAIL") != "DNS") {
    throw dispatch::not_implemented("ValidationMethod EMAIL of RequestCertificate");
  }
  const std::string algorithm = request.KeyAlgorithm.value_or("RSA_2048");
  constexpr std::string_view kRequestable[] = {"RSA_2048", "EC_prime256v1", "EC_secp384r1"};
  if (std::ranges::find(kRequestable, algorithm) == std::end(kRequestable)) {
    throw invalid_parameter("The key algorithm " + algorithm +
                            " is not supported for certificates that ACM issues.");
  }
}

/// AWS: the same token within an hour names the same request.
std::optional<std::string> earlier_request(Context& context,
                                           const RequestCertificateRequest& request,
                                           const std::vector<std::string>& names) {
  if (!request.IdempotencyToken) return std::nullopt;
  const auto* token = context.state.tokens.find(*request.IdempotencyToken + " " + names.front());
  if (token == nullptr || context.now() - token->requested > kTokenLife) return std::nullopt;
  const auto* record = context.state.certificates.find(token->certificate_arn);
  if (record == nullptr || record->detail.SubjectAlternativeNames != names) return std::nullopt;
  return token->certificate_arn;
}

/// As it is shown: with what uses it. AWS renews what another of its services serves with,
/// and what was exported.
CertificateDetail shown(Context& context, const CertificateRecord& record) {
  CertificateDetail detail = record.detail;
  detail.InUseBy = users_of(context, detail);
  const bool is_renewed = detail.Type == "AMAZON_ISSUED" && detail.Status == "ISSUED" &&
                          (!detail.InUseBy->empty() || record.is_exported);
  detail.RenewalEligibility = is_renewed ? "ELIGIBLE" : "INELIGIBLE";
  return detail;
}

api::acm::CertificateSummary summary_of(Context& context, const CertificateRecord& record) {
  const CertificateDetail detail = shown(context, record);
  api::acm::CertificateSummary summary{
      .CertificateArn = detail.CertificateArn,
      .DomainName = detail.DomainName,
      .SubjectAlternativeNameSummaries = detail.SubjectAlternativeNames,
      .HasAdditionalSubjectAlternativeNames = false,
      .Status = detail.Status,
      .Type = detail.Type,
      .KeyAlgorithm = detail.KeyAlgorithm,
      .InUse = !detail.InUseBy->empty(),
      .Exported = record.is_exported,
      .RenewalEligibility = detail.RenewalEligibility,
      .NotBefore = detail.NotBefore,
      .NotAfter = detail.NotAfter,
      .CreatedAt = detail.CreatedAt,
      .IssuedAt = detail.IssuedAt,
      .ImportedAt = detail.ImportedAt,
      .RevokedAt = detail.RevokedAt};
  if (detail.Options) summary.ExportOption = detail.Options->Export;
  for (const auto& usage : api::each(detail.KeyUsages)) {
    if (!summary.KeyUsages) summary.KeyUsages.emplace();
    summary.KeyUsages->push_back(*usage.Name);
  }
  for (const auto& usage : api::each(detail.ExtendedKeyUsages)) {
    if (!summary.ExtendedKeyUsages) summary.ExtendedKeyUsages.emplace();
    summary.ExtendedKeyUsages->push_back(*usage.Name);
  }
  return summary;
}

template <class Value>
bool is_listed(std::span<const Value> wanted, const Value& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool is_wanted(const CertificateRecord& record, const api::acm::ListCertificatesRequest& request) {
  const CertificateDetail& detail = record.detail;
  if (!is_listed(api::each(request.CertificateStatuses), *detail.Status)) return false;
  const auto& exported = request.Includes ? request.Includes->exportOption : std::nullopt;
  if (exported && *exported != (is_exportable(detail) ? "ENABLED" : "DISABLED")) return false;
  // AWS: unless types of keys are asked for, those with RSA keys of 1024 and 2048 bits are listed.
  static const std::vector<std::string> kUsual = {"RSA_1024", "RSA_2048"};
  const bool asks_keys = request.Includes && request.Includes->keyTypes;
  const std::vector<std::string>& keys = asks_keys ? *request.Includes->keyTypes : kUsual;
  return is_listed(std::span<const std::string>(keys), *detail.KeyAlgorithm);
}

}  // namespace

std::vector<std::string> users_of(Context& context, const CertificateDetail& detail) {
  return dispatch::users_of_certificate(context.world(), *detail.CertificateArn);
}

const CertificateRecord& find_certificate(const Context& context, const std::string& arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "acm" || !parsed->resource.starts_with("certificate/")) {
    throw invalid_arn(arn);
  }
  const auto* found = context.state.certificates.find(arn);
  if (found == nullptr) throw resource_not_found(arn);
  return *found;
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
api::acm::RequestCertificateResponse request_certificate(Context& context,
                                                         const RequestCertificateRequest& request) {
  check_request(request);
  const auto names = names_of(request);
  if (auto earlier = earlier_request(context, request, names)) return {.CertificateArn = earlier};
  CertificateRecord record;
  record.tags = checked_tags({}, request.Tags);
  if (context.state.certificates.size() >= kMostCertificates) throw too_many_certificates();

  const std::string arn = context.arn("acm", "certificate/" + context.new_uuid("certificate-id"));
  CertificateDetail& detail = record.detail;
  detail.CertificateArn = arn;
  detail.DomainName = names.front();
  detail.SubjectAlternativeNames = names;
  detail.CreatedAt = context.now();
  detail.Status = "PENDING_VALIDATION";
  detail.KeyAlgorithm = request.KeyAlgorithm.value_or("RSA_2048");
  detail.Type = "AMAZON_ISSUED";
  detail.Subject = "CN=" + names.front();
  detail.Issuer = std::string(authority_name());
  detail.Options = request.Options.value_or(api::acm::CertificateOptions());
  if (!detail.Options->CertificateTransparencyLoggingPreference) {
    detail.Options->CertificateTransparencyLoggingPreference = "ENABLED";
  }
  if (!detail.Options->Export) detail.Options->Export = "DISABLED";
  detail.DomainValidationOptions.emplace();
  for (const auto& name : names) {
    // Observed: what follows from the name comes some seconds later.
    detail.DomainValidationOptions->push_back({.DomainName = name, .ValidationMethod = "DNS"});
  }
  context.state.certificates.insert(arn, std::move(record));
  if (request.IdempotencyToken) {
    context.state.tokens.put(*request.IdempotencyToken + " " + names.front(),
                             {.certificate_arn = arn, .requested = context.now()});
  }
  await_validation(context, arn);
  return {.CertificateArn = arn};
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html
api::acm::DescribeCertificateResponse describe_certificate(
    Context& context, const api::acm::DescribeCertificateRequest& request) {
  return {.Certificate = shown(context, find_certificate(context, *request.CertificateArn))};
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_GetCertificate.html
api::acm::GetCertificateResponse get_certificate(Context& context,
                                                 const api::acm::GetCertificateRequest& request) {
  const CertificateRecord& record = find_certificate(context, *request.CertificateArn);
  const CertificateDetail& detail = record.detail;
  if (detail.Type == "IMPORTED") {
    api::acm::GetCertificateResponse response{.Certificate = record.imported_certificate};
    if (!record.imported_chain.empty()) response.CertificateChain = record.imported_chain;
    return response;
  }
  if (!detail.NotAfter) throw request_in_progress(*request.CertificateArn);
  auto made = make_certificate(context.world().seed(), facts_of(detail));
  return {.Certificate = std::move(made.certificate), .CertificateChain = std::move(made.chain)};
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html
api::acm::ListCertificatesResponse list_certificates(
    Context& context, const api::acm::ListCertificatesRequest& request) {
  if (request.SortBy.has_value() != request.SortOrder.has_value()) {
    throw validation_exception("SortBy and SortOrder must be specified together.");
  }
  std::vector<const CertificateRecord*> wanted;
  for (const auto& row : context.state.certificates) {
    if (is_wanted(row.second, request)) wanted.push_back(&row.second);
  }
  const bool descends = request.SortOrder == "DESCENDING";
  if (request.SortBy) {
    std::ranges::stable_sort(wanted, [&](const auto* one, const auto* other) {
      const auto& a = one->detail.CreatedAt;
      const auto& b = other->detail.CreatedAt;
      return descends ? b < a : a < b;
    });
  }
  // A page begins behind the certificate that its token names.
  auto next = wanted.begin();
  if (request.NextToken) {
    const auto last = from_base64(*request.NextToken);
    if (!last) throw invalid_args("The token is not valid.");
    next = std::ranges::find_if(
        wanted, [&](const auto* one) { return one->detail.CertificateArn == *last; });
    if (next == wanted.end()) throw invalid_args("The token is not valid.");
    ++next;
  }
  const auto size = std::size_t(request.MaxItems.value_or(std::int32_t(kMostInPage)));
  api::acm::ListCertificatesResponse response{.CertificateSummaryList = {{}}};
  auto& list = *response.CertificateSummaryList;
  for (; next != wanted.end() && list.size() < size; ++next) {
    list.push_back(summary_of(context, **next));
  }
  if (next != wanted.end() && !list.empty()) {
    response.NextToken = to_base64(*list.back().CertificateArn);
  }
  return response;
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_RenewCertificate.html
api::acm::RenewCertificateResponse renew_certificate(
    Context& context, const api::acm::RenewCertificateRequest& request) {
  find_certificate(context, *request.CertificateArn);
  // AWS: "only exported private certificates can be renewed with this operation", and there are
  // none of these.
  throw not_renewable(*request.CertificateArn);
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_ResendValidationEmail.html
api::acm::ResendValidationEmailResponse resend_validation_email(
    Context& context, const api::acm::ResendValidationEmailRequest& request) {
  find_certificate(context, *request.CertificateArn);
  throw not_validated_by_email(*request.CertificateArn);
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_UpdateCertificateOptions.html
api::acm::UpdateCertificateOptionsResponse update_certificate_options(
    Context& context, const api::acm::UpdateCertificateOptionsRequest& request) {
  const std::string& arn = *request.CertificateArn;
  const CertificateDetail& detail = find_certificate(context, arn).detail;
  if (detail.Type == "IMPORTED") throw transparency_of_imported(arn);
  // AWS: "You cannot update the value of Export after the certificate is created."
  const auto& wanted = request.Options->Export;
  if (wanted && *wanted != (is_exportable(detail) ? "ENABLED" : "DISABLED")) {
    throw export_option_is_fixed(arn);
  }
  context.state.certificates.update(arn, [&](CertificateRecord& record) {
    const auto& preference = request.Options->CertificateTransparencyLoggingPreference;
    if (preference) record.detail.Options->CertificateTransparencyLoggingPreference = preference;
  });
  return {};
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html
api::acm::DeleteCertificateResponse delete_certificate(
    Context& context, const api::acm::DeleteCertificateRequest& request) {
  const CertificateRecord& record = find_certificate(context, *request.CertificateArn);
  if (!users_of(context, record.detail).empty()) throw resource_in_use(*request.CertificateArn);
  if (!record.expiry_notice.empty()) context.cancel(record.expiry_notice);
  context.state.certificates.erase(*request.CertificateArn);
  return {};
}

}  // namespace fallstreak::services::acm
