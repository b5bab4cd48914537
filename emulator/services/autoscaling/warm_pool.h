#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/autoscaling/warm_pools.h"
#include "services/autoscaling/state.h"

/// Instances that a group has prepared, and takes into service when it grows. They are no members
/// of the group: an index of their own names them.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
namespace fallstreak::services::autoscaling {

inline constexpr std::string_view kWarmed = "Warmed:";
inline bool is_warmed(std::string_view lifecycle) { return lifecycle.starts_with(kWarmed); }
/// `Warmed:Pending:Wait` as `Pending:Wait`.
inline std::string_view without_warmed(std::string_view lifecycle) {
  return is_warmed(lifecycle) ? lifecycle.substr(kWarmed.size()) : lifecycle;
}

bool has_warm_pool(const GroupRecord& group);
/// How many instances the pool is to have.
std::int32_t warm_pool_target(const GroupRecord& group);

/// Launches what the pool lacks and terminates what it has too much; ends a pool that is being
/// deleted.
void reconcile_warm_pool(Context& context, const std::string& group_name);

/// An instance that waits in the pool, in this zone if there is one.
std::optional<std::string> find_warm_instance(const Context& context, const std::string& group_name,
                                              const std::string& zone);
/// Takes an instance of the pool into the group, on its way into service. Returns its capacity.
std::int32_t take_from_warm_pool(Context& context, const std::string& instance_id,
                                 const std::string& cause);
/// AWS: with a reuse policy what scales in goes back to the pool as long as that has room.
bool takes_back(const Context& context, const std::string& group_name);
bool has_room_in_warm_pool(const Context& context, const std::string& group_name);
/// An instance has left service and its load balancers, and goes back to the pool.
void return_to_warm_pool(Context& context, const std::string& instance_id);

/// Looks at an instance of the pool that is being prepared or terminated.
void check_warm_instance(Context& context, const std::string& instance_id);
/// Takes an instance out of the pool. Returns the activity's key.
std::string begin_warm_termination(Context& context, const std::string& instance_id,
                                   const std::string& cause);
/// Ends the pool of a group that is deleted by force, with all its instances.
void delete_warm_pool_by_force(Context& context, const std::string& group_name);

api::autoscaling::PutWarmPoolAnswer put_warm_pool(Context& context,
                                                  const api::autoscaling::PutWarmPoolType& request);
api::autoscaling::DescribeWarmPoolAnswer describe_warm_pool(
    Context& context, const api::autoscaling::DescribeWarmPoolType& request);
api::autoscaling::DeleteWarmPoolAnswer delete_warm_pool(
    Context& context, const api::autoscaling::DeleteWarmPoolType& request);

}  // namespace fallstreak::services::autoscaling
