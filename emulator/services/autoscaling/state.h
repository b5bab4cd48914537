#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "api/autoscaling/launch_configurations.h"
#include "api/autoscaling/notifications.h"
#include "dispatch/context.h"
#include "services/autoscaling/records.h"
#include "world/table.h"

namespace fallstreak::services::autoscaling {

/// Groups of which a look found that they need nothing, whatever the time is. It holds as long as no
/// table changes that a look reads.
struct ContentGroups {
  using Changes = std::array<std::uint64_t, 6>;
  Changes changes{};
  std::set<std::string, std::less<>> arns;
};

/// AWS: a group's name contains no colon, so a colon ends it in the keys below.
struct AutoScalingState {
  explicit AutoScalingState(const std::string& prefix)
      : groups(prefix + "groups"),
        launch_configurations(prefix + "launch_configurations"),
        instances(prefix + "instances"),
        members(prefix + "members"),
        warm_members(prefix + "warm_members"),
        activities(prefix + "activities"),
        activity_keys(prefix + "activity_keys"),
        activity_counts(prefix + "activity_counts"),
        hooks(prefix + "hooks"),
        policies(prefix + "policies"),
        policy_keys(prefix + "policy_keys"),
        forecasts(prefix + "forecasts"),
        scheduled_actions(prefix + "scheduled_actions"),
        refreshes(prefix + "refreshes"),
        active_refreshes(prefix + "active_refreshes"),
        notifications(prefix + "notifications"),
        group_metrics(prefix + "group_metrics") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(groups);
    visit(launch_configurations);
    visit(instances);
    visit(members);
    visit(warm_members);
    visit(activities);
    visit(activity_keys);
    visit(activity_counts);
    visit(hooks);
    visit(policies);
    visit(policy_keys);
    visit(forecasts);
    visit(scheduled_actions);
    visit(refreshes);
    visit(active_refreshes);
    visit(notifications);
    visit(group_metrics);
  }

  world::Table<GroupRecord> groups;                                           // by name
  world::Table<api::autoscaling::LaunchConfiguration> launch_configurations;  // by name
  world::Table<InstanceRecord> instances;                                     // by instance id
  world::Table<std::string> members;                      // `<group>:<instance id>` -> instance id
  world::Table<std::string> warm_members;                 // the same, of its warm pool
  world::Table<ActivityRecord> activities;                // `<group>:<number, newest first>`
  world::Table<std::string> activity_keys;                // activity id -> key
  world::Table<std::uint64_t> activity_counts;            // group -> activities so far
  world::Table<api::autoscaling::LifecycleHook> hooks;    // `<group>:<hook name>`
  world::Table<PolicyRecord> policies;                    // `<group>:<policy name>`
  world::Table<std::string> policy_keys;                  // policy ARN -> key
  world::Table<ForecastRecord> forecasts;                 // of predictive policies, by their key
  world::Table<ScheduledActionRecord> scheduled_actions;  // `<group>:<action name>`
  world::Table<RefreshRecord> refreshes;                  // `<group>:<number, newest first>`
  world::Table<std::string> active_refreshes;  // group -> key of the refresh that is not over
  /// `<group>:<topic ARN> <type>`
  world::Table<api::autoscaling::NotificationConfiguration> notifications;
  /// By group: what its metrics were when they were last published, in the order of their names.
  world::Table<std::vector<double>> group_metrics;

  /// No state: what is in no table is not in snapshots either, and is found again.
  ContentGroups content_groups;
};
using Context = dispatch::Context<AutoScalingState>;

}  // namespace fallstreak::services::autoscaling
