#pragma once

#include <string_view>

#include "api/dynamodb/policies.h"
#include "services/dynamodb/state.h"

/// Policies of tables and streams. They are kept and told; nobody is allowed or denied anything by
/// them, as nobody is by IAM.
namespace fallstreak::services::dynamodb {

api::dynamodb::PutResourcePolicyOutput put_resource_policy(
    Context& context, const api::dynamodb::PutResourcePolicyInput& request);
api::dynamodb::GetResourcePolicyOutput get_resource_policy(
    Context& context, const api::dynamodb::GetResourcePolicyInput& request);
api::dynamodb::DeleteResourcePolicyOutput delete_resource_policy(
    Context& context, const api::dynamodb::DeleteResourcePolicyInput& request);

}  // namespace fallstreak::services::dynamodb
