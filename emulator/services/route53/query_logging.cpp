#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

// Queries are logged to CloudWatch Logs, which this version does not have, so a configuration
// cannot be made: that is refused by name. What asks after one is told that there is none.

namespace fallstreak::services::route53 {

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetQueryLoggingConfig.html
api::route53::GetQueryLoggingConfigResponse get_query_logging_config(
    Context&, const api::route53::GetQueryLoggingConfigRequest&) {
  throw no_such_query_logging_config();
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListQueryLoggingConfigs.html
api::route53::ListQueryLoggingConfigsResponse list_query_logging_configs(
    Context& context, const api::route53::ListQueryLoggingConfigsRequest& request) {
  if (request.HostedZoneId) find_zone(context, *request.HostedZoneId);
  if (request.NextToken) throw invalid_pagination_token();
  page_size(request.MaxResults, 100);
  return {.QueryLoggingConfigs = {{}}};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteQueryLoggingConfig.html
api::route53::DeleteQueryLoggingConfigResponse delete_query_logging_config(
    Context&, const api::route53::DeleteQueryLoggingConfigRequest&) {
  throw no_such_query_logging_config();
}

}  // namespace fallstreak::services::route53
