#include "services/service-quotas/service_quotas.h"

#include "api/service-quotas/service.h"
#include "services/service-quotas/handlers.h"

namespace fallstreak::services {

void bind_service_quotas(dispatch::Registry& registry) {
  using namespace service_quotas;
  dispatch::Operations<ServiceQuotasState> operations(registry, api::service_quotas::kService,
                                                      dispatch::Scope::regional);
  operations.bind<api::service_quotas::ListServices>(list_services).accepts_all();
  operations.bind<api::service_quotas::GetServiceQuota>(get_service_quota)
      .accepts({"ServiceCode", "QuotaCode"});
  operations.bind<api::service_quotas::GetAWSDefaultServiceQuota>(get_aws_default_service_quota)
      .accepts({"ServiceCode", "QuotaCode"});
  operations.bind<api::service_quotas::ListServiceQuotas>(list_service_quotas)
      .accepts({"ServiceCode", "NextToken", "MaxResults"});
  operations.bind<api::service_quotas::ListAWSDefaultServiceQuotas>(list_aws_default_service_quotas)
      .accepts_all();
  operations.bind<api::service_quotas::RequestServiceQuotaIncrease>(request_service_quota_increase)
      .accepts({"ServiceCode", "QuotaCode", "DesiredValue"});
  operations
      .bind<api::service_quotas::GetRequestedServiceQuotaChange>(get_requested_service_quota_change)
      .accepts_all();
  operations
      .bind<api::service_quotas::ListRequestedServiceQuotaChangeHistory>(
          list_requested_service_quota_change_history)
      .accepts({"ServiceCode", "Status", "NextToken", "MaxResults"});
  operations.on_event("request-due", on_request_due);
}

}  // namespace fallstreak::services
