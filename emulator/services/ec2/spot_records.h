#pragma once

#include <string>

#include "api/ec2/instances.h"
#include "api/ec2/spot.h"

namespace fallstreak::services::ec2 {

/// A Spot Instance request: of RequestSpotInstances, or made by a launch that asks for the Spot
/// market.
struct SpotRequestRecord {
  api::ec2::SpotInstanceRequest request;
  /// What is launched for it; empty members where the launch was made at once and is not repeated.
  api::ec2::RunInstancesRequest launch;
  /// The queue's key of the next look at a request that waits; empty when there is none.
  std::string evaluation_event;
};
template <class Visitor>
void visit_fields(SpotRequestRecord& record, Visitor&& visit) {
  visit("request", record.request);
  visit("launch", record.launch);
  visit("evaluation_event", record.evaluation_event);
}

}  // namespace fallstreak::services::ec2
