#pragma once

#include <string>
#include <string_view>

#include "services/autoscaling/state.h"

/// The record of what a group did and why.
namespace fallstreak::services::autoscaling {

struct ActivityStart {
  std::string description;
  std::string cause;
  /// The subnet and zone, as AWS's JSON in Details.
  std::string zone;
  std::string subnet_id;
};
/// Begins an activity of a group, InProgress; returns the key by which it is finished.
std::string start_activity(Context& context, const GroupRecord& group, const ActivityStart& start);

void set_activity_description(Context& context, const std::string& key, std::string description);
/// A status that is not the last: WaitingForELBConnectionDraining.
void set_activity_status(Context& context, const std::string& key, std::string_view status,
                         std::int32_t progress);
/// Successful, Failed or Cancelled, with AWS's words about a failure.
void finish_activity(Context& context, const std::string& key, std::string_view status,
                     const std::string& message = {});

/// As AWS returns it to whoever caused it.
api::autoscaling::Activity find_activity(const Context& context, const std::string& key);

/// `2026-01-01T00:00:00Z`, as causes name times.
std::string cause_time(const Context& context);

/// Keys of a group's activities and members begin so.
std::string group_prefix(std::string_view group_name);

}  // namespace fallstreak::services::autoscaling
