#pragma once

#include "services/service-quotas/catalogue.h"
#include "services/service-quotas/state.h"

namespace fallstreak::services::service_quotas {

/// Throws when there is no such service, or no such quota of it.
const Quota& checked_quota(std::string_view service_code, std::string_view code);
/// What an account has of a quota.
double value_of(const Context& context, const Quota& quota);

api::service_quotas::ListServicesResponse list_services(
    Context& context, const api::service_quotas::ListServicesRequest& request);
api::service_quotas::GetServiceQuotaResponse get_service_quota(
    Context& context, const api::service_quotas::GetServiceQuotaRequest& request);
api::service_quotas::GetAWSDefaultServiceQuotaResponse get_aws_default_service_quota(
    Context& context, const api::service_quotas::GetAWSDefaultServiceQuotaRequest& request);
api::service_quotas::ListServiceQuotasResponse list_service_quotas(
    Context& context, const api::service_quotas::ListServiceQuotasRequest& request);
api::service_quotas::ListAWSDefaultServiceQuotasResponse list_aws_default_service_quotas(
    Context& context, const api::service_quotas::ListAWSDefaultServiceQuotasRequest& request);
api::service_quotas::RequestServiceQuotaIncreaseResponse request_service_quota_increase(
    Context& context, const api::service_quotas::RequestServiceQuotaIncreaseRequest& request);
api::service_quotas::GetRequestedServiceQuotaChangeResponse get_requested_service_quota_change(
    Context& context, const api::service_quotas::GetRequestedServiceQuotaChangeRequest& request);
api::service_quotas::ListRequestedServiceQuotaChangeHistoryResponse
list_requested_service_quota_change_history(
    Context& context,
    const api::service_quotas::ListRequestedServiceQuotaChangeHistoryRequest& request);

/// A request is looked at, or decided.
void on_request_due(Context& context, const world::Event& event);

}  // namespace fallstreak::services::service_quotas
