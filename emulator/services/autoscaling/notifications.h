#pragma once

#include "services/autoscaling/state.h"

/// What a group tells topics, queues and EventBridge; kept as notices (`dispatch/notices.h`).
namespace fallstreak::services::autoscaling {

/// An activity is over: the group's topics are told that want to know.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
void notify_of_activity(Context& context, const api::autoscaling::Activity& activity);

/// An instance waits for a lifecycle action: the hook's target is told, and EventBridge.
/// https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
void notify_of_wait(Context& context, const api::autoscaling::LifecycleHook& hook,
                    const std::string& instance_id, const std::string& token);

/// AWS tests a target when it is given: a message that nobody has to act on.
void send_test_notification(Context& context, const std::string& group_name,
                            const std::string& target_arn);

}  // namespace fallstreak::services::autoscaling
