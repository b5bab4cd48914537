#pragma once

#include "api/ec2/instances.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// Refuses an instance that is terminated, or on its way to it.
void check_not_gone(const InstanceRecord& row);
/// `standard` or `unlimited`: what a launch makes of its request; empty for types that are not
/// burstable.
std::string cpu_credits_of(const Context& context, const InstanceType& type,
                           const std::optional<api::ec2::CreditSpecificationRequest>& given);

api::ec2::ModifyInstanceMetadataOptionsResult modify_instance_metadata_options(
    Context& context, const api::ec2::ModifyInstanceMetadataOptionsRequest& request);
api::ec2::MonitorInstancesResult monitor_instances(
    Context& context, const api::ec2::MonitorInstancesRequest& request);
api::ec2::UnmonitorInstancesResult unmonitor_instances(
    Context& context, const api::ec2::UnmonitorInstancesRequest& request);
api::ec2::DescribeInstanceCreditSpecificationsResult describe_instance_credit_specifications(
    Context& context, const api::ec2::DescribeInstanceCreditSpecificationsRequest& request);
api::ec2::ModifyInstanceCreditSpecificationResult modify_instance_credit_specification(
    Context& context, const api::ec2::ModifyInstanceCreditSpecificationRequest& request);
api::ec2::GetConsoleOutputResult get_console_output(
    Context& context, const api::ec2::GetConsoleOutputRequest& request);

}  // namespace fallstreak::services::ec2
