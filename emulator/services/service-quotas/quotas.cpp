#include "services/service-quotas/errors.h"
#include "services/service-quotas/handlers.h"
#include "services/service-quotas/pages.h"

namespace fallstreak::services::service_quotas {
namespace {

using api::service_quotas::ServiceQuota;

ServiceQuota describe(const Context& context, const Quota& quota, double value) {
  return {.ServiceCode = std::string(quota.service_code),
          .ServiceName = std::string(find_service(quota.service_code)->name),
          .QuotaArn = context.arn("servicequotas",
                                  std::string(quota.service_code) + "/" + std::string(quota.code)),
          .QuotaCode = std::string(quota.code),
          .QuotaName = std::string(quota.name),
          .Value = value,
          .Unit = "None",
          .Adjustable = quota.is_adjustable,
          .GlobalQuota = false,
          .QuotaAppliedAtLevel = "ACCOUNT"};
}

/// The page of a service's quotas, each shown by `show`.
template <class Response, class Request, class Show>
Response list(const Request& request, const Show& show) {
  if (find_service(*request.ServiceCode) == nullptr) throw no_such_service();
  Response response;
  auto& rows = response.Quotas.emplace();
  response.NextToken = read_page(
      quotas(), request.NextToken, request.MaxResults,
      [](const Quota& quota) { return quota.code; },
      [&](const Quota& quota) { return quota.service_code == *request.ServiceCode; },
      [&](const Quota& quota) { rows.push_back(show(quota)); });
  return response;
}

}  // namespace

const Quota& checked_quota(std::string_view service_code, std::string_view code) {
  if (find_service(service_code) == nullptr) throw no_such_service();
  const Quota* quota = find_quota(service_code, code);
  if (quota == nullptr) throw no_such_quota();
  return *quota;
}

double value_of(const Context& context, const Quota& quota) {
  const std::string code(quota.follows.empty() ? quota.code : quota.follows);
  const AppliedRecord* applied = context.state.applied.find(code);
  return applied == nullptr ? quota.default_value : applied->value;
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServices.html
api::service_quotas::ListServicesResponse list_services(
    Context&, const api::service_quotas::ListServicesRequest& request) {
  api::service_quotas::ListServicesResponse response;
  auto& rows = response.Services.emplace();
  response.NextToken = read_page(
      services(), request.NextToken, request.MaxResults,
      [](const Service& service) { return service.code; }, [](const Service&) { return true; },
      [&](const Service& service) {
        rows.push_back(
            {.ServiceCode = std::string(service.code), .ServiceName = std::string(service.name)});
      });
  return response;
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
api::service_quotas::GetServiceQuotaResponse get_service_quota(
    Context& context, const api::service_quotas::GetServiceQuotaRequest& request) {
  const Quota& quota = checked_quota(*request.ServiceCode, *request.QuotaCode);
  return {.Quota = describe(context, quota, value_of(context, quota))};
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetAWSDefaultServiceQuota.html
api::service_quotas::GetAWSDefaultServiceQuotaResponse get_aws_default_service_quota(
    Context& context, const api::service_quotas::GetAWSDefaultServiceQuotaRequest& request) {
  const Quota& quota = checked_quota(*request.ServiceCode, *request.QuotaCode);
  return {.Quota = describe(context, quota, quota.default_value)};
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
api::service_quotas::ListServiceQuotasResponse list_service_quotas(
    Context& context, const api::service_quotas::ListServiceQuotasRequest& request) {
  return list<api::service_quotas::ListServiceQuotasResponse>(request, [&](const Quota& quota) {
    return describe(context, quota, value_of(context, quota));
  });
}

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListAWSDefaultServiceQuotas.html
api::service_quotas::ListAWSDefaultServiceQuotasResponse list_aws_default_service_quotas(
    Context& context, const api::service_quotas::ListAWSDefaultServiceQuotasRequest& request) {
  return list<api::service_quotas::ListAWSDefaultServiceQuotasResponse>(
      request, [&](const Quota& quota) { return describe(context, quota, quota.default_value); });
}

}  // namespace fallstreak::services::service_quotas
