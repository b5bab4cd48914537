#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/ec2/spot_market.h"
#include "services/ec2/state.h"

/// Spot Instance requests: what they wait for, and what becomes of their instances.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
namespace fallstreak::services::ec2 {

struct Cause;
struct LaunchPlan;

/// The codes of interruptions, as StateReason has them.
inline constexpr std::string_view kSpotTermination = "Server.SpotInstanceTermination";
inline constexpr std::string_view kSpotShutdown = "Server.SpotInstanceShutdown";

/// How a launch asks for the Spot market.
struct SpotTerms {
  /// Empty: the On-Demand price.
  std::string max_price;
  bool is_persistent = false;
  /// `terminate` or `stop`.
  std::string interruption_behavior = "terminate";
  std::optional<Time> valid_until;
  Tags tags;
  std::optional<std::string> launch_group = {};
  std::optional<std::string> zone_group = {};
};

/// The terms of a launch; nothing when it is on demand. Throws on what AWS refuses.
std::optional<SpotTerms> spot_terms_of(const Context& context,
                                       const api::ec2::RunInstancesRequest& launch);

/// True when a launch finds room in this pool, Spot or on demand.
bool has_room(Context& context, std::string_view zone, std::string_view instance_type,
              bool is_spot);
/// Refuses a maximum price below that of the pool.
void check_spot_price(Context& context, const SpotTerms& terms, const std::string& zone,
                      const std::string& instance_type);

/// The request behind a Spot Instance that was launched at once.
std::string add_fulfilled_request(Context& context, const api::ec2::RunInstancesRequest& launch,
                                  const SpotTerms& terms, const InstanceRecord& row);
/// A request that is looked at soon.
std::string add_open_request(Context& context, const api::ec2::RunInstancesRequest& launch,
                             const SpotTerms& terms, const std::optional<Time>& valid_from);

// What happens to an instance reaches its request.
void spot_instance_started(Context& context, const InstanceRecord& row);
void spot_instance_stops(Context& context, const std::string& instance_id, const Cause& cause);
void spot_instance_ends(Context& context, const std::string& instance_id, const Cause& cause);
/// AWS: the instance of a one-time request cannot be stopped by its user.
void check_stoppable(const Context& context, const InstanceRecord& row);

/// Gives a request its state and status.
void set_spot_status(Context& context, const std::string& request_id, std::string_view state,
                     std::string_view code, std::string_view message);
/// A request that waits is due for a look.
void on_spot_evaluation(Context& context, const world::Event& event);

/// A fault that concerns Spot Instances begins: recommendations, and notices.
void begin_spot_fault(Context& context, const faults::FaultRecord& fault);
/// The two minutes are over.
void on_spot_interruption(Context& context, const world::Event& event);

api::ec2::RequestSpotInstancesResult request_spot_instances(
    Context& context, const api::ec2::RequestSpotInstancesRequest& request);
api::ec2::DescribeSpotInstanceRequestsResult describe_spot_instance_requests(
    Context& context, const api::ec2::DescribeSpotInstanceRequestsRequest& request);
api::ec2::CancelSpotInstanceRequestsResult cancel_spot_instance_requests(
    Context& context, const api::ec2::CancelSpotInstanceRequestsRequest& request);
api::ec2::DescribeSpotPriceHistoryResult describe_spot_price_history(
    Context& context, const api::ec2::DescribeSpotPriceHistoryRequest& request);

}  // namespace fallstreak::services::ec2
