#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/autoscaling/records.h"
#include "world/table.h"

namespace fallstreak::services::autoscaling {

/// AWS: a group's name contains no colon, so a colon ends it in the keys below.
struct AutoScalingState {
  explicit AutoScalingState(const std::string& prefix)
      : groups(prefix + "groups"),
        instances(prefix + "instances"),
        members(prefix + "members"),
        activities(prefix + "activities"),
        activity_keys(prefix + "activity_keys"),
        activity_counts(prefix + "activity_counts") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(groups);
    visit(instances);
    visit(members);
    visit(activities);
    visit(activity_keys);
    visit(activity_counts);
  }

  world::Table<GroupRecord> groups;             // by name
  world::Table<InstanceRecord> instances;       // by instance id
  world::Table<std::string> members;            // `<group>:<instance id>` -> instance id
  world::Table<ActivityRecord> activities;      // `<group>:<number, newest first>`
  world::Table<std::string> activity_keys;      // activity id -> key
  world::Table<std::uint64_t> activity_counts;  // group -> activities so far
};
using Context = dispatch::Context<AutoScalingState>;

}  // namespace fallstreak::services::autoscaling
