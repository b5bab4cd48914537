#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ec2/instances.h"
#include "base/time.h"

/// What an instance learns of itself from its instance metadata service: beside what EC2's
/// operations tell, what none of them does.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html
namespace fallstreak::dispatch {

/// The networks that an interface is in.
struct InterfaceNetworks {
  std::string subnet_cidr;
  /// The VPC's first one first.
  std::vector<std::string> vpc_cidrs;
};

struct InstanceMetadata {
  std::string account_id;
  std::string region;
  Time now{};
  api::ec2::Instance instance;
  /// In the order of the instance's interfaces.
  std::vector<InterfaceNetworks> networks;
  /// As it was given, not in base64.
  std::string user_data;
  /// `ssh-rsa AAAA... name`; empty without a key pair.
  std::string public_key;
  /// What AWS has planned for it, done and cancelled included.
  std::vector<api::ec2::InstanceStatusEvent> events;
  std::optional<Time> rebalance_notice;
  /// When a Spot Instance is taken back, once it has its notice; and whether it is stopped then
  /// instead of terminated.
  std::optional<Time> interruption;
  bool is_stopped_by_interruption = false;
  /// What its Auto Scaling group wants of it: `InService`; empty without a group.
  std::string target_lifecycle_state;
};

}  // namespace fallstreak::dispatch
