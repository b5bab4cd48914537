#include "services/ec2/quotas.h"

#include "api/service-quotas/quotas.h"

namespace fallstreak::services::ec2 {

bool is_used_up(Context& context, const Quota& quota, std::size_t count) {
  if (count < quota.usual) return false;
  const auto answer = context.try_call<api::service_quotas::GetServiceQuota>(
      {.ServiceCode = std::string(quota.service_code), .QuotaCode = std::string(quota.code)});
  return !answer || double(count) >= *answer->Quota->Value;
}

}  // namespace fallstreak::services::ec2
