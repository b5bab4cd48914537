#pragma once

#include "base/time.h"
#include "world/random_streams.h"

/// AWS's delays, on the world's clock.
namespace fallstreak::services::route53 {

/// AWS: "changes generally propagate to all Route 53 name servers within 60 seconds".
/// Chosen: half of them in 30 s.
/// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html
constexpr world::Quantiles kPropagation{std::chrono::seconds(30), std::chrono::seconds(60)};

/// AWS: a connection within 4 s and the status within 2 s of it; the body within 2 s more. What
/// does not answer fails its check after that.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
constexpr std::chrono::seconds kConnectTimeout{4};

/// Chosen: how often calculated and alarm-based checks are looked at; AWS says that they follow.
constexpr std::chrono::seconds kDerivedInterval{10};

}  // namespace fallstreak::services::route53
