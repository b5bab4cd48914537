#include <algorithm>

#include "base/check.h"
#include "base/dns_name.h"
#include "dispatch/name_servers.h"
#include "services/acm/handlers.h"
#include "services/acm/timing.h"
#include "world/random_streams.h"

/// From a request to an issued certificate, its renewal and its end.
/// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
namespace fallstreak::services::acm {
namespace {

using api::acm::CertificateDetail;
using api::acm::DomainValidation;

std::string hex_of(Context& context, const std::string& stream) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::uint64_t n = 0; n < 2; ++n) {
    std::uint64_t drawn = world::draw(context.world().seed(), stream, n);
    for (int i = 0; i < 16; ++i, drawn >>= 4) text += kDigits[drawn & 15];
  }
  return text;
}

/// AWS: the record of a name is the same for every certificate of an account, and that of a
/// wildcard is its domain's.
api::acm::ResourceRecord record_for(Context& context, std::string_view domain_name) {
  if (domain_name.starts_with("*.")) domain_name.remove_prefix(2);
  const std::string stream = context.account_id() + "/acm.validation/" + std::string(domain_name);
  std::string zone;
  std::uint64_t drawn = world::draw(context.world().seed(), stream, 9);
  for (int i = 0; i < 10; ++i, drawn /= 26) zone += static_cast<char>('a' + drawn % 26);
  return {.Name = "_" + hex_of(context, stream) + "." + std::string(domain_name) + ".",
          .Type = "CNAME",
          .Value = "_" + hex_of(context, stream + "/value") + "." + zone + ".acm-validations.aws."};
}

bool is_in_dns(Context& context, const api::acm::ResourceRecord& record) {
  const auto name = canonical_dns_name(*record.Name);
  CHECK(name.has_value()) << *record.Name << " is no domain name";
  const auto found =
      dispatch::public_record_sets(dispatch::name_servers(context.world()), *name, "CNAME");
  if (found.empty() || api::each(found.front().ResourceRecords).empty()) return false;
  return canonical_dns_name(*found.front().ResourceRecords->front().Value) ==
         canonical_dns_name(*record.Value);
}

/// Looks for the record of each name; true when all are there.
bool look(Context& context, std::vector<DomainValidation>& names, bool forgets) {
  bool is_complete = true;
  for (auto& name : names) {
    if (!forgets && name.ValidationStatus == "SUCCESS") continue;
    const bool is_there = is_in_dns(context, *name.ResourceRecord);
    name.ValidationStatus = is_there ? "SUCCESS" : "PENDING_VALIDATION";
    is_complete = is_complete && is_there;
  }
  return is_complete;
}

std::string new_serial(Context& context) {
  // The first bit of a serial number is its sign.
  std::string hex = "0" + context.new_id("", 31);
  for (std::size_t at = 2; at < hex.size(); at += 3) hex.insert(at, ":");
  return hex;
}

/// Gives a certificate its content, for the first time or anew.
void issue(Context& context, const std::string& arn, CertificateDetail& detail) {
  const auto day = std::chrono::floor<std::chrono::days>(context.now());
  detail.Status = "ISSUED";
  detail.Serial = new_serial(context);
  detail.NotBefore = Time(day);
  detail.NotAfter = Time(day) + kValidity - std::chrono::seconds(1);
  detail.SignatureAlgorithm = "ED25519";
  detail.KeyUsages = {{{.Name = "DIGITAL_SIGNATURE"}, {.Name = "KEY_ENCIPHERMENT"}}};
  detail.ExtendedKeyUsages = {
      {{.Name = "TLS_WEB_SERVER_AUTHENTICATION", .OID = "1.3.6.1.5.5.7.3.1"},
       {.Name = "TLS_WEB_CLIENT_AUTHENTICATION", .OID = "1.3.6.1.5.5.7.3.2"}}};
  context.schedule_periodic(*detail.NotAfter - kRenewalBegins - context.now(), "renewal-look", arn,
                            *detail.Serial);
}

void store(Context& context, const std::string& arn, CertificateDetail detail) {
  context.state.certificates.update(
      arn, [&](CertificateRecord& record) { record.detail = std::move(detail); });
}

}  // namespace

void await_validation(Context& context, const std::string& arn) {
  context.schedule(context.world().random().quantiles(context.stream("records"), kRecordsShown),
                   "records-shown", arn);
}

void await_expiry(Context& context, const std::string& arn) {
  const auto& detail = context.state.certificates.find(arn)->detail;
  context.schedule_periodic(*detail.NotAfter - context.now(), "expired", arn, *detail.Serial);
}

void on_records_shown(Context& context, const world::Event& event) {
  const auto* record = context.state.certificates.find(event.entity);
  if (record == nullptr) return;
  CertificateDetail detail = record->detail;
  for (auto& name : *detail.DomainValidationOptions) {
    name.ValidationDomain = name.DomainName;
    name.ValidationStatus = "PENDING_VALIDATION";
    name.ResourceRecord = record_for(context, *name.DomainName);
  }
  store(context, event.entity, std::move(detail));
  context.schedule_periodic(kLookEarly, "validation-look", event.entity);
}

void on_validation_look(Context& context, const world::Event& event) {
  const auto* record = context.state.certificates.find(event.entity);
  if (record == nullptr) return;
  CertificateDetail detail = record->detail;
  const Duration waited = context.now() - *detail.CreatedAt;
  if (look(context, *detail.DomainValidationOptions, false)) {
    detail.IssuedAt = context.now();
    issue(context, event.entity, detail);
    store(context, event.entity, std::move(detail));
    await_expiry(context, event.entity);
    await_expiry_notice(context, event.entity);
    tell_available(context, *context.state.certificates.find(event.entity), "ISSUANCE");
    return;
  }
  if (waited >= kValidationTimeOut) {
    detail.Status = "VALIDATION_TIMED_OUT";
    for (auto& name : *detail.DomainValidationOptions) {
      if (name.ValidationStatus != "SUCCESS") name.ValidationStatus = "FAILED";
    }
    store(context, event.entity, std::move(detail));
    return;
  }
  // Most looks find what the last one found, and then cost no write.
  if (detail != record->detail) store(context, event.entity, std::move(detail));
  const Duration pause = waited < kEarly ? Duration(kLookEarly) : Duration(kLookLate);
  context.schedule_periodic(std::min(pause, kValidationTimeOut - waited), "validation-look",
                            event.entity);
}

void on_renewal_look(Context& context, const world::Event& event) {
  const auto* record = context.state.certificates.find(event.entity);
  if (record == nullptr || record->detail.Serial != event.payload) return;
  if (record->detail.Status != "ISSUED") return;
  CertificateDetail detail = record->detail;
  // AWS: "ACM renews certificates that are in use by other AWS services" or were exported; one that
  // comes into use late is renewed late.
  if (users_of(context, detail).empty() && !record->is_exported) {
    context.schedule_periodic(kRenewalLook, "renewal-look", event.entity, event.payload);
    return;
  }
  std::vector<DomainValidation> names = *detail.DomainValidationOptions;
  const bool is_complete = look(context, names, true);
  detail.RenewalSummary = {.RenewalStatus = is_complete ? "SUCCESS" : "PENDING_VALIDATION",
                           .DomainValidationOptions = names,
                           .UpdatedAt = context.now()};
  if (is_complete) {
    detail.DomainValidationOptions = names;
    // AWS: the ARN stays.
    issue(context, event.entity, detail);
    store(context, event.entity, std::move(detail));
    await_expiry(context, event.entity);
    await_expiry_notice(context, event.entity);
    tell_available(context, *context.state.certificates.find(event.entity), "RENEWAL");
    return;
  }
  const bool is_first = !record->detail.RenewalSummary ||
                        record->detail.RenewalSummary->RenewalStatus != "PENDING_VALIDATION";
  store(context, event.entity, std::move(detail));
  // Chosen: told once for each renewal; AWS does not say how often.
  if (is_first) {
    tell_renewal_action_required(context, *context.state.certificates.find(event.entity));
  }
  context.schedule_periodic(kRenewalLook, "renewal-look", event.entity, event.payload);
}

void on_expired(Context& context, const world::Event& event) {
  const auto* record = context.state.certificates.find(event.entity);
  if (record == nullptr || record->detail.Serial != event.payload) return;
  if (record->detail.Status == "REVOKED") return;
  context.state.certificates.update(event.entity, [&](CertificateRecord& changed) {
    changed.detail.Status = "EXPIRED";
    if (!changed.detail.RenewalSummary) return;
    changed.detail.RenewalSummary->RenewalStatus = "FAILED";
    changed.detail.RenewalSummary->UpdatedAt = context.now();
  });
  tell_expired(context, *context.state.certificates.find(event.entity));
}

}  // namespace fallstreak::services::acm
