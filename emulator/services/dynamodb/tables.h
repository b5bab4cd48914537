#pragma once

#include "api/dynamodb/tables.h"
#include "services/dynamodb/state.h"

/// The operations on tables.
namespace fallstreak::services::dynamodb {

api::dynamodb::CreateTableOutput create_table(Context& context,
                                              const api::dynamodb::CreateTableInput& request);
api::dynamodb::DescribeTableOutput describe_table(Context& context,
                                                  const api::dynamodb::DescribeTableInput& request);
api::dynamodb::ListTablesOutput list_tables(Context& context,
                                            const api::dynamodb::ListTablesInput& request);
api::dynamodb::DeleteTableOutput delete_table(Context& context,
                                              const api::dynamodb::DeleteTableInput& request);
api::dynamodb::UpdateTableOutput update_table(Context& context,
                                              const api::dynamodb::UpdateTableInput& request);

api::dynamodb::TagResource::Response tag_resource(Context& context,
                                                  const api::dynamodb::TagResourceInput& request);
api::dynamodb::UntagResource::Response untag_resource(
    Context& context, const api::dynamodb::UntagResourceInput& request);
api::dynamodb::ListTagsOfResourceOutput list_tags_of_resource(
    Context& context, const api::dynamodb::ListTagsOfResourceInput& request);
api::dynamodb::DescribeLimitsOutput describe_limits(
    Context& context, const api::dynamodb::DescribeLimitsInput& request);
api::dynamodb::DescribeEndpointsResponse describe_endpoints(
    Context& context, const api::dynamodb::DescribeEndpointsRequest& request);

/// Events: a table that was created can be used, a table that was deleted is gone.
constexpr std::string_view kTableActive = "table-active";
constexpr std::string_view kTableDeleted = "table-deleted";
void table_active(Context& context, const world::Event& event);
void table_deleted(Context& context, const world::Event& event);

/// Events: a table's update is done (its request is the payload), an index has all its entries (its
/// id is the payload).
constexpr std::string_view kTableUpdated = "table-updated";
constexpr std::string_view kIndexFilled = "index-filled";
void table_updated(Context& context, const world::Event& event);
void index_filled(Context& context, const world::Event& event);
/// A minute of a backfill is over; its metric is published.
constexpr std::string_view kIndexProgresses = "index-progresses";
void index_progresses(Context& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
