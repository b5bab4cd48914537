#pragma once

#include "api/dynamodb/items.h"
#include "services/dynamodb/state.h"

/// The operations on single items, on several, and on many.
namespace fallstreak::services::dynamodb {

api::dynamodb::PutItemOutput put_item(Context& context, const api::dynamodb::PutItemInput& request);
api::dynamodb::GetItemOutput get_item(Context& context, const api::dynamodb::GetItemInput& request);
api::dynamodb::UpdateItemOutput update_item(Context& context,
                                            const api::dynamodb::UpdateItemInput& request);
api::dynamodb::DeleteItemOutput delete_item(Context& context,
                                            const api::dynamodb::DeleteItemInput& request);

api::dynamodb::QueryOutput query(Context& context, const api::dynamodb::QueryInput& request);
api::dynamodb::ScanOutput scan(Context& context, const api::dynamodb::ScanInput& request);

api::dynamodb::BatchGetItemOutput batch_get_item(Context& context,
                                                 const api::dynamodb::BatchGetItemInput& request);
api::dynamodb::BatchWriteItemOutput batch_write_item(
    Context& context, const api::dynamodb::BatchWriteItemInput& request);

}  // namespace fallstreak::services::dynamodb
