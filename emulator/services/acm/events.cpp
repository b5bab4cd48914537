#include <algorithm>

#include "dispatch/notices.h"
#include "services/acm/handlers.h"
#include "services/acm/timing.h"

/// What ACM tells EventBridge.
/// https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
namespace fallstreak::services::acm {
namespace {

using std::chrono::days;

/// Chosen: nothing is told of longer before its end, so that no date is beyond what a clock counts.
constexpr std::int32_t kMostDays = 3650;

/// Whole days that are left, a begun one counted.
std::int64_t days_left(const Context& context, const api::acm::CertificateDetail& detail) {
  return std::chrono::ceil<days>(*detail.NotAfter - context.now()).count();
}

void tell(Context& context, std::string_view what, const CertificateRecord& record,
          JsonObject detail) {
  dispatch::send_event(context, {.source = "aws.acm",
                                 .detail_type = what,
                                 .resources = {*record.detail.CertificateArn},
                                 .detail = std::move(detail)});
}

/// What all events about a certificate's fate have.
JsonObject described(Context& context, const CertificateRecord& record) {
  const auto& detail = record.detail;
  JsonObject told;
  told.add("CertificateType", detail.Type == "IMPORTED" ? "IMPORTED" : "AMAZON_CERTIFICATE");
  told.add("CommonName", detail.DomainName.value_or(""));
  if (detail.Type != "IMPORTED") told.add("DomainValidationMethod", "DNS");
  if (detail.CreatedAt) told.add("CertificateCreatedDate", to_iso8601(*detail.CreatedAt));
  if (detail.NotAfter) told.add("CertificateExpirationDate", to_iso8601(*detail.NotAfter));
  told.add("InUse", users_of(context, detail).empty() ? "FALSE" : "TRUE");
  told.add("Exported", record.is_exported ? "TRUE" : "FALSE");
  return told;
}

}  // namespace

void tell_available(Context& context, const CertificateRecord& record, std::string_view action) {
  JsonObject told = described(context, record);
  told.add("Action", action);
  told.add("DaysToExpiry", days_left(context, record.detail));
  tell(context, "ACM Certificate Available", record, std::move(told));
}

void tell_expired(Context& context, const CertificateRecord& record) {
  tell(context, "ACM Certificate Expired", record, described(context, record));
}

void tell_revoked(Context& context, const CertificateRecord& record) {
  tell(context, "ACM Certificate Revoked", record, described(context, record));
}

void tell_renewal_action_required(Context& context, const CertificateRecord& record) {
  JsonObject told = described(context, record);
  told.add("RenewalStatusReason", "DNS_VALIDATION_REQUIRED");
  told.add("DaysToExpiry", days_left(context, record.detail));
  tell(context, "ACM Certificate Renewal Action Required", record, std::move(told));
}

void await_expiry_notice(Context& context, const std::string& arn) {
  const auto& record = *context.state.certificates.find(arn);
  if (!record.expiry_notice.empty()) context.cancel(record.expiry_notice);
  std::string key;
  const auto& ends = record.detail.NotAfter;
  if (ends && *ends > context.now() && record.detail.Status == "ISSUED") {
    const Time first = *ends - days(std::min(days_before_expiry(context), kMostDays));
    key = context.schedule_periodic(std::max(first - context.now(), Duration::zero()),
                                    "expiry-notice", arn);
  }
  if (key == record.expiry_notice) return;
  context.state.certificates.update(arn, [&](auto& changed) { changed.expiry_notice = key; });
}

void on_expiry_notice(Context& context, const world::Event& event) {
  const auto* record = context.state.certificates.find(event.entity);
  if (record == nullptr || record->detail.Status != "ISSUED") return;
  const auto& detail = record->detail;
  JsonObject told;
  told.add("DaysToExpiry", days_left(context, detail));
  told.add("CommonName", detail.DomainName.value_or(""));
  tell(context, "ACM Certificate Approaching Expiration", *record, std::move(told));
  std::string key;
  if (*detail.NotAfter - context.now() > kNoticeInterval) {
    key = context.schedule_periodic(kNoticeInterval, "expiry-notice", event.entity);
  }
  context.state.certificates.update(event.entity,
                                    [&](auto& changed) { changed.expiry_notice = key; });
}

}  // namespace fallstreak::services::acm
