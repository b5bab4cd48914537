#include "services/dynamodb/tables.h"

namespace fallstreak::services::dynamodb {

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html
api::dynamodb::DescribeEndpointsResponse describe_endpoints(
    Context& context, const api::dynamodb::DescribeEndpointsRequest&) {
  // AWS: the name of the real endpoint; a client that was given another endpoint does not ask.
  return {.Endpoints = {{{.Address = "dynamodb." + context.region() + ".amazonaws.com",
                          .CachePeriodInMinutes = 1440}}}};
}

}  // namespace fallstreak::services::dynamodb
