#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/ec2/fleets.h"
#include "api/ec2/instances.h"
#include "api/ec2/spot_fleets.h"
#include "base/time.h"

namespace fallstreak::services::ec2 {

/// A fleet: of CreateFleet, or of RequestSpotFleet, which asks for the same in other words.
struct FleetRecord {
  std::string fleet_id;
  api::ec2::CreateFleetRequest request;
  /// What is launched where a configuration has no launch template: one for each configuration.
  std::vector<api::ec2::RunInstancesRequest> specifications;
  /// A Spot Fleet as it was asked for.
  api::ec2::SpotFleetRequestConfigData spot_fleet;
  /// In EC2 Fleet's words, whichever it is.
  std::string state = "submitted";
  Time create_time{};
  std::vector<api::ec2::Tag> tags;
  /// What was launched in all, which is what a fleet of type `request` does not launch again.
  double launched_on_demand = 0;
  double launched_spot = 0;
  /// What could not be launched when it was last tried.
  std::vector<api::ec2::CreateFleetError> errors;
  /// What an instant fleet launched.
  std::vector<api::ec2::CreateFleetInstance> instances;
  /// The queue's key of the next look at the fleet; empty when there is none.
  std::string evaluation_event;
  std::uint64_t history_count = 0;
};
template <class Visitor>
void visit_fields(FleetRecord& record, Visitor&& visit) {
  visit("fleet_id", record.fleet_id);
  visit("request", record.request);
  visit("specifications", record.specifications);
  visit("spot_fleet", record.spot_fleet);
  visit("state", record.state);
  visit("create_time", record.create_time);
  visit("tags", record.tags);
  visit("launched_on_demand", record.launched_on_demand);
  visit("launched_spot", record.launched_spot);
  visit("errors", record.errors);
  visit("instances", record.instances);
  visit("evaluation_event", record.evaluation_event);
  visit("history_count", record.history_count);
}

/// An instance that a fleet looks after.
struct FleetMemberRecord {
  std::string lifecycle;
  double weight = 1;
  /// It was recommended to be replaced: it counts no longer, and goes when its successor is there.
  bool is_replaced = false;
};
template <class Visitor>
void visit_fields(FleetMemberRecord& record, Visitor&& visit) {
  visit("lifecycle", record.lifecycle);
  visit("weight", record.weight);
  visit("is_replaced", record.is_replaced);
}

/// What happened to a fleet.
struct FleetHistoryRecord {
  api::ec2::HistoryRecordEntry entry;
};
template <class Visitor>
void visit_fields(FleetHistoryRecord& record, Visitor&& visit) {
  visit("entry", record.entry);
}

}  // namespace fallstreak::services::ec2
