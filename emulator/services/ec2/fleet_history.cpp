#include "services/ec2/fleet_history.h"

#include "services/ec2/fleet_upkeep.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

std::string history_key(const std::string& fleet_id, std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return fleet_id + "/" + std::string(10 - std::min<std::size_t>(10, digits.size()), '0') + digits;
}

void add_entry(Context& context, const std::string& fleet_id, api::ec2::HistoryRecordEntry entry) {
  // AWS: an instant fleet has no history.
  if (find_fleet(context.state, fleet_id)->request.Type == "instant") return;
  auto& history = context.state.fleet_history;
  const Time oldest = context.now() - timing::kFleetVisible;
  std::vector<std::string> old;
  for (const auto& [key, row] : history.range(fleet_id + "/")) {
    if (*row.entry.Timestamp >= oldest) break;
    old.emplace_back(key);
  }
  for (const auto& key : old) history.erase(key);
  std::uint64_t number = 0;
  fleet_table(context.state, fleet_id).update(fleet_id, [&](FleetRecord& fleet) {
    number = ++fleet.history_count;
  });
  entry.Timestamp = context.now();
  history.insert(history_key(fleet_id, number), {.entry = std::move(entry)});
}

}  // namespace

void add_fleet_change(Context& context, const std::string& fleet_id, std::string_view what) {
  add_entry(
      context, fleet_id,
      {.EventInformation = {{.EventSubType = std::string(what)}}, .EventType = "fleet-change"});
}

void add_instance_change(Context& context, const std::string& fleet_id, std::string_view what,
                         const std::string& instance_id) {
  add_entry(context, fleet_id,
            {.EventInformation = {{.EventSubType = std::string(what), .InstanceId = instance_id}},
             .EventType = "instance-change"});
}

void add_launch_failure(Context& context, const std::string& fleet_id,
                        const api::ec2::CreateFleetError& error) {
  std::string pool;
  if (error.LaunchTemplateAndOverrides && error.LaunchTemplateAndOverrides->Overrides) {
    const auto& overrides = *error.LaunchTemplateAndOverrides->Overrides;
    pool =
        overrides.InstanceType.value_or("") + ", " + overrides.AvailabilityZone.value_or("") + ", ";
  }
  // AWS: "the configuration is not valid and several attempts to launch instances have failed";
  // Chosen: the words of its description.
  add_entry(
      context, fleet_id,
      {.EventInformation = {{.EventDescription = pool + error.Lifecycle.value_or("") +
                                                 ", errorCode: " + error.ErrorCode.value_or("") +
                                                 ": " + error.ErrorMessage.value_or(""),
                             .EventSubType = "launchSpecTemporarilyBlacklisted"}},
       .EventType = "service-error"});
}

}  // namespace fallstreak::services::ec2
