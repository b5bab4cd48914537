#pragma once

#include "base/time.h"

/// How long things take in Elastic Load Balancing.
namespace fallstreak::services::elbv2 {

/// Observed: a load balancer is `active` two to three minutes after CreateLoadBalancer.
constexpr Duration kProvisioning = std::chrono::minutes(2);

/// Chosen: AWS publishes no time for a target's registration (`Elb.RegistrationInProgress`); it is
/// seconds.
constexpr Duration kRegistration = std::chrono::seconds(5);

/// Chosen: how long after a refusal EC2 is asked again to remove a network interface.
constexpr Duration kInterfaceRetry = std::chrono::minutes(1);

/// AWS: "a few minutes" until reserved capacity is there.
constexpr Duration kCapacityReservation = std::chrono::minutes(3);

}  // namespace fallstreak::services::elbv2
