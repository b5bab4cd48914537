#include "services/acm/handlers.h"
#include "services/acm/timing.h"

namespace fallstreak::services::acm {
namespace {

constexpr std::string_view kAccountKey = "account";

}  // namespace

std::int32_t days_before_expiry(const Context& context) {
  const auto* record = context.state.configuration.find(kAccountKey);
  return record == nullptr ? kDaysBeforeExpiry : record->days_before_expiry;
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_GetAccountConfiguration.html
api::acm::GetAccountConfigurationResponse get_account_configuration(
    Context& context, const api::acm::GetAccountConfigurationRequest&) {
  return {.ExpiryEvents = {{.DaysBeforeExpiry = days_before_expiry(context)}}};
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_PutAccountConfiguration.html
api::acm::PutAccountConfigurationResponse put_account_configuration(
    Context& context, const api::acm::PutAccountConfigurationRequest& request) {
  // AWS: the same request again changes nothing, so its token has nothing to tell apart.
  if (!request.ExpiryEvents || !request.ExpiryEvents->DaysBeforeExpiry) return {};
  context.state.configuration.put(kAccountKey,
                                  {.days_before_expiry = *request.ExpiryEvents->DaysBeforeExpiry});
  std::vector<std::string> arns;
  for (const auto& row : context.state.certificates) arns.emplace_back(row.first);
  for (const auto& arn : arns) await_expiry_notice(context, arn);
  return {};
}

}  // namespace fallstreak::services::acm
