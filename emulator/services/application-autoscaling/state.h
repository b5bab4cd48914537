#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/application-autoscaling/records.h"
#include "world/table.h"

namespace fallstreak::services::application_autoscaling {

struct State {
  explicit State(const std::string& prefix)
      : targets(prefix + "targets"),
        target_arns(prefix + "target-arns"),
        policies(prefix + "policies"),
        policy_arns(prefix + "policy-arns"),
        scheduled_actions(prefix + "scheduled-actions"),
        activities(prefix + "activities"),
        sequences(prefix + "sequences") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(targets);
    visit(target_arns);
    visit(policies);
    visit(policy_arns);
    visit(scheduled_actions);
    visit(activities);
    visit(sequences);
  }

  world::Table<TargetRecord> targets;
  world::Table<std::string> target_arns;  // ARN -> key of the target
  world::Table<PolicyRecord> policies;
  world::Table<std::string> policy_arns;  // ARN -> key of the policy
  world::Table<ScheduledActionRecord> scheduled_actions;
  world::Table<ActivityRecord> activities;
  world::Table<SequenceRecord> sequences;
};

using Context = dispatch::Context<State>;

}  // namespace fallstreak::services::application_autoscaling
