#include "services/service-quotas/errors.h"
#include "services/service-quotas/handlers.h"
#include "services/service-quotas/pages.h"
#include "services/service-quotas/timing.h"

namespace fallstreak::services::service_quotas {
namespace {

using api::service_quotas::RequestedServiceQuotaChange;

void decide_later(Context& context, const std::string& id, const world::Quantiles& lasting,
                  std::string_view purpose) {
  context.schedule(
      context.world().random().quantiles(id + "/quota." + std::string(purpose), lasting),
      "request-due", id);
}

/// Chosen: AWS grants moderate increases by itself, and lets its support look at others.
bool needs_support(const Quota& quota, double wanted) {
  return wanted > quota.default_value * timing::kGrantedFactor;
}

void approve(Context& context, const std::string& id) {
  const RequestedServiceQuotaChange& change = context.state.requests.find(id)->change;
  const std::string code = *change.QuotaCode;
  context.state.applied.put(code, {.value = *change.DesiredValue});
  context.state.open.erase(code);
}

}  // namespace

void on_request_due(Context& context, const world::Event& event) {
  const RequestRecord& record = *context.state.requests.find(event.entity);
  const Quota& quota = *find_quota(*record.change.ServiceCode, *record.change.QuotaCode);
  const bool opens_case =
      record.change.Status == "PENDING" && needs_support(quota, *record.change.DesiredValue);
  const std::string case_id = opens_case ? context.new_id("case-", 12) : std::string();
  context.state.requests.update(event.entity, [&](RequestRecord& changed) {
    changed.change.Status = opens_case ? "CASE_OPENED" : "APPROVED";
    if (opens_case) changed.change.CaseId = case_id;
    changed.change.LastUpdated = context.now();
  });
  if (opens_case) return decide_later(context, event.entity, timing::kSupport, "support");
  approve(context, event.entity);
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
api::service_quotas::RequestServiceQuotaIncreaseResponse request_service_quota_increase(
    Context& context, const api::service_quotas::RequestServiceQuotaIncreaseRequest& request) {
  const Quota& quota = checked_quota(*request.ServiceCode, *request.QuotaCode);
  if (!quota.is_adjustable) throw not_adjustable();
  if (*request.DesiredValue <= value_of(context, quota)) throw not_an_increase();
  const std::string code(quota.code);
  if (context.state.open.contains(code)) throw request_is_open();
  const std::string id = context.new_id("", 40);
  RequestedServiceQuotaChange change{
      .Id = id,
      .ServiceCode = request.ServiceCode,
      .ServiceName = std::string(find_service(quota.service_code)->name),
      .QuotaCode = code,
      .QuotaName = std::string(quota.name),
      .DesiredValue = request.DesiredValue,
      .Status = "PENDING",
      .Created = context.now(),
      .LastUpdated = context.now(),
      .Requester = "{\"accountId\":\"" + context.account_id() + "\"}",
      .QuotaArn = context.arn("servicequotas", std::string(quota.service_code) + "/" + code),
      .GlobalQuota = false,
      .Unit = "None",
      .QuotaRequestedAtLevel = "ACCOUNT"};
  context.state.requests.insert(id, {.change = change});
  context.state.open.insert(code, id);
  decide_later(context, id, timing::kPending, "pending");
  return {.RequestedQuota = change};
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetRequestedServiceQuotaChange.html
api::service_quotas::GetRequestedServiceQuotaChangeResponse get_requested_service_quota_change(
    Context& context, const api::service_quotas::GetRequestedServiceQuotaChangeRequest& request) {
  const RequestRecord* record = context.state.requests.find(*request.RequestId);
  if (record == nullptr) throw no_such_request();
  return {.RequestedQuota = record->change};
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistory.html
api::service_quotas::ListRequestedServiceQuotaChangeHistoryResponse
list_requested_service_quota_change_history(
    Context& context,
    const api::service_quotas::ListRequestedServiceQuotaChangeHistoryRequest& request) {
  if (request.ServiceCode && find_service(*request.ServiceCode) == nullptr) throw no_such_service();
  api::service_quotas::ListRequestedServiceQuotaChangeHistoryResponse response;
  auto& rows = response.RequestedQuotas.emplace();
  response.NextToken = read_page(
      context.state.requests, request.NextToken, request.MaxResults,
      [](const auto& row) { return std::string_view(row.first); },
      [&](const auto& row) {
        const auto& change = row.second.change;
        return (!request.ServiceCode || change.ServiceCode == request.ServiceCode) &&
               (!request.Status || change.Status == request.Status);
      },
      [&](const auto& row) { rows.push_back(row.second.change); });
  return response;
}

}  // namespace fallstreak::services::service_quotas
