#include "dispatch/alarm_action.h"

#include "base/arn.h"
#include "base/check.h"
#include "dispatch/registry.h"
#include "world/record_codec.h"

namespace fallstreak::dispatch {

bool send_alarm_action(ContextBase& context, const AlarmAction& action) {
  const auto arn = Arn::parse(action.action_arn);
  if (!arn) return false;
  // AWS: the ARNs of Application Auto Scaling's policies name Auto Scaling; they have a resource
  // where its policies have a group.
  const bool is_of_application = arn->service == "autoscaling" &&
                                 arn->resource.starts_with("scalingPolicy:") &&
                                 arn->resource.find(":resource/") != std::string::npos;
  world::Event event;
  event.kind = (is_of_application ? "application-autoscaling" : arn->service) + ".alarm-action";
  if (context.environment().registry->find_event(event.kind) == nullptr) return false;
  event.due = context.now();
  event.entity = action.action_arn;
  event.scope = context.caller().scope(Scope::regional);
  world::encode(action, event.payload);
  context.world().events().schedule(std::move(event));
  return true;
}

AlarmAction alarm_action_of(const world::Event& event) {
  AlarmAction action;
  const auto problem = world::decode(event.payload, action);
  CHECK(!problem) << "an alarm action that does not decode: " << problem.value_or("");
  return action;
}

}  // namespace fallstreak::dispatch
