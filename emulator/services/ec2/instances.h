#pragma once

#include <string>
#include <string_view>

#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

std::string_view to_string(InstanceState state);
api::ec2::InstanceState to_wire(InstanceState state);
/// The row of an instance that must be there: else InvalidInstanceID.NotFound or .Malformed.
const InstanceRecord& find_instance(const Context& context, const std::string& instance_id);
/// Refuses the first ids that are malformed, or all that are not there.
void check_instances(const Context& context, const std::vector<std::string>& instance_ids);

/// Both were there when the instance was launched. The image's texts live as long as its row stays
/// as it is.
Image image_of(const Ec2State& state, const InstanceRecord& row);
std::string root_device_of(const Ec2State& state, const InstanceRecord& row);
const InstanceType& type_of(const InstanceRecord& row);

/// The wire shape.
api::ec2::Instance describe(const Ec2State& state, const InstanceRecord& row);
/// Why an instance changes its state: StateReason and StateTransitionReason.
struct Cause {
  std::string code;
  std::string message;
  std::string transition;
  std::string fault;
  /// Another Spot Instance of its launch group has ended.
  bool is_of_launch_group = false;
};
/// `User initiated (2026-01-01 00:00:00 GMT)`
Cause user_stop(const Context& context);

/// Puts a launched or started instance on its way to `running`.
void begin_pending(Context& context, InstanceRecord& row);
void begin_stopping(Context& context, const std::string& instance_id, const Cause& cause);
void begin_shutting_down(Context& context, const std::string& instance_id, const Cause& cause);
void begin_rebooting(Context& context, const std::string& instance_id);
void begin_starting(Context& context, const std::string& instance_id);

// What was scheduled comes due.
void on_instance_running(Context& context, const world::Event& event);
void on_instance_stopped(Context& context, const world::Event& event);
void on_instance_terminated(Context& context, const world::Event& event);
void on_instance_forgotten(Context& context, const world::Event& event);
/// A fault begins or ends.
void on_fault(Context& context, const world::Event& event);

api::ec2::Reservation run_instances(Context& context, const api::ec2::RunInstancesRequest& request);
api::ec2::DescribeInstancesResult describe_instances(
    Context& context, const api::ec2::DescribeInstancesRequest& request);
api::ec2::DescribeInstanceStatusResult describe_instance_status(
    Context& context, const api::ec2::DescribeInstanceStatusRequest& request);
api::ec2::InstanceAttribute describe_instance_attribute(
    Context& context, const api::ec2::DescribeInstanceAttributeRequest& request);
api::ec2::ModifyInstanceAttributeResponse modify_instance_attribute(
    Context& context, const api::ec2::ModifyInstanceAttributeRequest& request);
api::ec2::StartInstancesResult start_instances(Context& context,
                                               const api::ec2::StartInstancesRequest& request);
api::ec2::StopInstancesResult stop_instances(Context& context,
                                             const api::ec2::StopInstancesRequest& request);
api::ec2::RebootInstancesResponse reboot_instances(Context& context,
                                                   const api::ec2::RebootInstancesRequest& request);
api::ec2::TerminateInstancesResult terminate_instances(
    Context& context, const api::ec2::TerminateInstancesRequest& request);

}  // namespace fallstreak::services::ec2
