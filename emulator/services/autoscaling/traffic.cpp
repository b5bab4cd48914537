#include "services/autoscaling/traffic.h"

#include <algorithm>

#include "api/elbv2/targets.h"

namespace fallstreak::services::autoscaling {

void register_targets(Context& context, const GroupRecord& group, const std::string& instance_id) {
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) {
    // A target group that was deleted since is no reason to fail the launch.
    static_cast<void>(context.try_call<api::elbv2::RegisterTargets>(
        {.TargetGroupArn = arn, .Targets = {{{.Id = instance_id}}}}));
  }
}

void deregister_targets(Context& context, const GroupRecord& group,
                        const std::string& instance_id) {
  for (const auto& arn : api::each(group.group.TargetGroupARNs)) {
    static_cast<void>(context.try_call<api::elbv2::DeregisterTargets>(
        {.TargetGroupArn = arn, .Targets = {{{.Id = instance_id}}}}));
  }
}

bool is_draining(Context& context, const GroupRecord& group, const std::string& instance_id) {
  return std::ranges::any_of(api::each(group.group.TargetGroupARNs), [&](const auto& arn) {
    const auto health = context.try_call<api::elbv2::DescribeTargetHealth>(
        {.TargetGroupArn = arn, .Targets = {{{.Id = instance_id}}}});
    return health && std::ranges::any_of(api::each(health->TargetHealthDescriptions),
                                         [](const auto& description) {
                                           return description.TargetHealth->State == "draining";
                                         });
  });
}

}  // namespace fallstreak::services::autoscaling
