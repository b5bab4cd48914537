#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/pages.h"
#include "services/autoscaling/timing.h"
#include "services/autoscaling/warm_pool.h"

namespace fallstreak::services::autoscaling {
namespace {

constexpr std::int32_t kCleared = -1;

void check_bounds(const api::autoscaling::PutWarmPoolType& request, const GroupRecord& group) {
  if (request.MinSize.value_or(0) < 0) throw validation_error("MinSize must be at least 0.");
  if (!request.MaxGroupPreparedCapacity || *request.MaxGroupPreparedCapacity == kCleared) return;
  // AWS: "must be greater than or equal to" the desired capacity plus the minimum of the pool.
  const std::int32_t least = *group.group.DesiredCapacity;
  if (*request.MaxGroupPreparedCapacity < least) {
    throw validation_error(
        "MaxGroupPreparedCapacity, " + std::to_string(*request.MaxGroupPreparedCapacity) +
        ", must be greater than or equal to the desired capacity, " + std::to_string(least) + ".");
  }
}

const GroupRecord& find_with_pool(const Context& context, const std::string& name) {
  const GroupRecord& group = find_group(context, name);
  if (!has_warm_pool(group)) throw warm_pool_not_found(name);
  return group;
}

}  // namespace

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html
api::autoscaling::PutWarmPoolAnswer put_warm_pool(
    Context& context, const api::autoscaling::PutWarmPoolType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  const GroupRecord& group = find_changeable_group(context, name);
  if (group.group.MixedInstancesPolicy) throw warm_pool_and_mixed_policy();
  if (request.PoolState == "Hibernated") throw not_implemented("PoolState 'Hibernated'");
  check_bounds(request, group);
  auto pool = group.group.WarmPoolConfiguration.value_or(api::autoscaling::WarmPoolConfiguration());
  const auto take = [](auto& member, const auto& wanted) {
    if (wanted) member = wanted;
  };
  take(pool.MaxGroupPreparedCapacity, request.MaxGroupPreparedCapacity);
  // AWS: -1 takes the value away.
  if (pool.MaxGroupPreparedCapacity == kCleared) pool.MaxGroupPreparedCapacity.reset();
  take(pool.MinSize, request.MinSize);
  take(pool.PoolState, request.PoolState);
  take(pool.InstanceReusePolicy, request.InstanceReusePolicy);
  if (!pool.MinSize) pool.MinSize = 0;
  if (!pool.PoolState) pool.PoolState = "Stopped";
  pool.Status.reset();
  context.state.groups.update(name, [&](GroupRecord& record) {
    record.group.WarmPoolConfiguration = pool;
    if (!record.group.WarmPoolSize) record.group.WarmPoolSize = 0;
  });
  reconcile_later(context, name, kReaction);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeWarmPool.html
api::autoscaling::DescribeWarmPoolAnswer describe_warm_pool(
    Context& context, const api::autoscaling::DescribeWarmPoolType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  const GroupRecord& group = find_group(context, name);
  api::autoscaling::DescribeWarmPoolAnswer answer{.WarmPoolConfiguration =
                                                      group.group.WarmPoolConfiguration};
  auto& list = answer.Instances.emplace();
  answer.NextToken = read_page(
      context.state.warm_members.range(group_prefix(name)),
      {request.NextToken, request.MaxRecords, 50, 50}, [](const auto&) { return true; },
      [&](const auto& row) { list.push_back(context.state.instances.find(row.second)->instance); });
  return answer;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html
api::autoscaling::DeleteWarmPoolAnswer delete_warm_pool(
    Context& context, const api::autoscaling::DeleteWarmPoolType& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_with_pool(context, name);
  if (request.ForceDelete.value_or(false)) {
    delete_warm_pool_by_force(context, name);
    return {};
  }
  context.state.groups.update(name, [](GroupRecord& record) {
    record.group.WarmPoolConfiguration->Status = "PendingDelete";
  });
  reconcile_later(context, name, kReaction);
  return {};
}

}  // namespace fallstreak::services::autoscaling
