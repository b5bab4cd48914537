#pragma once

#include <string>
#include <string_view>

#include "services/ec2/fleet_launches.h"
#include "services/ec2/state.h"

/// How a fleet gets its capacity and keeps it: on the clock, long after it was asked for.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-request-type.html
namespace fallstreak::services::ec2 {

/// EC2 Fleets and Spot Fleets have tables of their own.
world::Table<FleetRecord>& fleet_table(Ec2State& state, std::string_view fleet_id);
/// Null when there is none.
const FleetRecord* find_fleet(const Ec2State& state, const std::string& fleet_id);
/// The fleet that launched an instance; empty when none did.
std::string fleet_of(const InstanceRecord& row);

/// Stores a fleet that lasts, and looks at it soon.
void add_lasting_fleet(Context& context, FleetRecord fleet);
/// What it is to be was changed.
void modify_lasting_fleet(Context& context, const std::string& fleet_id);
enum class FleetInstances { stay, terminate };
/// Gives it up; what it launched stays or goes.
void end_fleet(Context& context, const std::string& fleet_id, FleetInstances instances);

// What happens to an instance reaches its fleet.
void fleet_instance_lost(Context& context, const std::string& instance_id);
void fleet_instance_impaired(Context& context, const std::string& instance_id);
/// AWS recommends to replace it. It may come several times.
void fleet_instance_at_risk(Context& context, const std::string& instance_id);

/// Whether a status check of a member fails.
bool is_unhealthy(const InstanceRecord& row);

/// How much of its capacity a fleet has now.
struct FleetCapacity {
  double on_demand = 0;
  double spot = 0;
};
FleetCapacity fulfilled_capacity(const Ec2State& state, const std::string& fleet_id);
/// `error`, `pending_fulfillment`, `pending_termination` or `fulfilled`; empty when it is over.
std::string activity_status(const Ec2State& state, const FleetRecord& fleet);

// What was scheduled comes due.
void on_fleet_evaluation(Context& context, const world::Event& event);
void on_fleet_expired(Context& context, const world::Event& event);
void on_fleet_instance_replaced(Context& context, const world::Event& event);
void on_fleet_forgotten(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
