#pragma once

#include <chrono>

#include "world/random_streams.h"

/// How long EC2 takes. AWS publishes no figures for these; each is drawn per instance from the
/// seeded streams.
namespace fallstreak::services::ec2::timing {

using namespace std::chrono_literals;

/// Chosen: `pending` to `running`; small Linux instances are mostly running within 15 seconds.
constexpr world::Quantiles kPending{10s, 35s};
/// Chosen: `stopping` to `stopped`; the guest shuts down, and the host lets go of it.
constexpr world::Quantiles kStopping{30s, 90s};
/// Chosen: `shutting-down` to `terminated`.
constexpr world::Quantiles kShuttingDown{35s, 120s};
/// Chosen: from a Spot request to its first evaluation, and between two while it waits.
constexpr world::Quantiles kSpotEvaluation{3s, 20s};
constexpr std::chrono::minutes kSpotRetry{1};
/// AWS: "a warning that is issued two minutes before EC2 stops or terminates your Spot Instance".
constexpr std::chrono::minutes kSpotNotice{2};
/// Chosen: from a fleet's request to its first launches, and until it takes notice of a loss; and
/// between two tries while capacity is missing.
constexpr world::Quantiles kFleetEvaluation{3s, 15s};
constexpr std::chrono::minutes kFleetRetry{1};
/// AWS: an instance is replaced after "at least three consecutive" failed checks, one a minute.
constexpr std::chrono::minutes kUnhealthyInstance{3};
/// AWS: the history of a fleet covers 48 hours. Chosen: so long is a deleted one visible.
constexpr std::chrono::hours kFleetVisible{48};
/// AWS: retirements are announced at least two weeks before. Chosen: other events too, and reboots
/// take two hours and can be put off for a week.
constexpr std::chrono::hours kEventNotice{14 * 24};
constexpr std::chrono::hours kEventWindow{2};
constexpr std::chrono::hours kEventDeadline{7 * 24};
/// Chosen: `running` to both status checks `ok`. AWS: the checks run every minute, and need a
/// booted guest.
constexpr world::Quantiles kInitializing{110s, 240s};
/// Chosen: `payment-pending` to `active` of a reservation.
constexpr std::chrono::minutes kReservationPayment{1};
/// Chosen: how long a capacity reservation stays visible that was cancelled or is over.
constexpr std::chrono::hours kCapacityReservationVisible{48};
/// AWS: a NAT gateway is there "in a few minutes"; Chosen: as it mostly is.
constexpr world::Quantiles kNatGatewayPending{90s, 200s};
constexpr world::Quantiles kNatGatewayDeleting{45s, 120s};
/// Chosen: until one has an address more, or less where no connection holds it.
constexpr world::Quantiles kNatGatewayAddress{10s, 60s};
/// Chosen: `associating` and `disassociating` of a security group and a VPC.
constexpr world::Quantiles kGroupVpc{3s, 15s};
/// AWS: a deleted or failed one stays visible "for about an hour".
constexpr std::chrono::hours kNatGatewayVisible{1};
/// AWS: "the owner of the accepter VPC has 7 days"; rejected and expired connections stay visible
/// for up to two hours (two days for their requester, which is not told apart here).
constexpr std::chrono::hours kPeeringExpires{7 * 24};
constexpr std::chrono::hours kPeeringVisible{2};
/// Chosen: an interface's `detaching` to `detached`.
constexpr world::Quantiles kDetachingInterface{4s, 15s};
/// Chosen: `associating` and `disassociating` of an instance profile.
constexpr world::Quantiles kProfileChange{3s, 15s};
/// Chosen: how long EBS takes; AWS gives no figures but "a few seconds".
constexpr world::Quantiles kCreatingVolume{2s, 8s};
constexpr world::Quantiles kDeletingVolume{3s, 15s};
constexpr world::Quantiles kAttachingVolume{2s, 8s};
constexpr world::Quantiles kDetachingVolume{4s, 15s};
/// AWS: "usually take a few seconds"; "a fully used 1-TiB volume can take about 6 hours": Chosen,
/// because nothing is written to these volumes, minutes.
constexpr world::Quantiles kModifyingVolume{3s, 12s};
constexpr world::Quantiles kOptimizingVolume{5min, 40min};
/// AWS: "you must wait at least six hours".
constexpr std::chrono::hours kBetweenModifications{6};
/// Chosen: a snapshot of a small volume, and an image of small volumes.
constexpr world::Quantiles kSnapshotPending{25s, 180s};
constexpr world::Quantiles kImagePending{45s, 240s};
/// AWS: to restore an archived snapshot takes "up to 72 hours". Chosen: to archive one, hours.
constexpr world::Quantiles kArchivingSnapshot{1h, 12h};
constexpr world::Quantiles kRestoringSnapshot{24h, 72h};
/// AWS: "a 24-hour period during which the AMI can't be deregistered".
constexpr std::chrono::hours kDeregistrationCooldown{24};
/// AWS: "terminated instances remain visible after termination (for approximately one hour)".
constexpr std::chrono::hours kTerminatedVisible{1};

}  // namespace fallstreak::services::ec2::timing
