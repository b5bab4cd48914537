#pragma once

#include <string>
#include <vector>

#include "services/ec2/catalogue.h"
#include "services/ec2/cpu_options.h"
#include "services/ec2/launch_volumes.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// What a request asks for once its launch template is applied: the request's own members win over
/// the template's.
api::ec2::RunInstancesRequest effective_request(const Context& context,
                                                const api::ec2::RunInstancesRequest& request);

/// An interface of each instance of a launch: a new one, or one that is there.
struct PlannedInterface {
  std::string existing_id;  // empty: `wanted` is made
  NewInterface wanted;
  std::int32_t device_index = 0;
  bool delete_on_termination = true;
};

/// A launch that was checked as a whole, before anything is made.
struct LaunchPlan {
  Image image;
  const InstanceType* type = nullptr;
  int count = 0;
  int least_count = 0;
  std::string zone;
  std::string vpc_id;
  std::string subnet_id;
  /// By device index; the first is the primary one.
  std::vector<PlannedInterface> interfaces;
  bool wants_public_address = false;
  std::string placement_group;
  std::int32_t partition_number = 0;
  std::string cpu_credits;
  CpuChoice cpu;
  std::vector<PlannedVolume> volumes;
  Tags tags;
  Tags volume_tags;
  /// How it wants capacity reservations to be used, as `InstanceRecord` has it.
  std::string capacity_preference;
  std::string tenancy = "default";
  /// Of a launch for the Spot market.
  std::optional<SpotTerms> spot;
};

LaunchPlan plan_launch(Context& context, const api::ec2::RunInstancesRequest& effective);

}  // namespace fallstreak::services::ec2
