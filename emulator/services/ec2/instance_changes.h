#pragma once

#include "api/ec2/instances.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

api::ec2::ModifyInstancePlacementResult modify_instance_placement(
    Context& context, const api::ec2::ModifyInstancePlacementRequest& request);
api::ec2::ModifyPrivateDnsNameOptionsResult modify_private_dns_name_options(
    Context& context, const api::ec2::ModifyPrivateDnsNameOptionsRequest& request);
api::ec2::ModifyInstanceMaintenanceOptionsResult modify_instance_maintenance_options(
    Context& context, const api::ec2::ModifyInstanceMaintenanceOptionsRequest& request);
api::ec2::ResetInstanceAttributeResponse reset_instance_attribute(
    Context& context, const api::ec2::ResetInstanceAttributeRequest& request);
api::ec2::GetPasswordDataResult get_password_data(Context& context,
                                                  const api::ec2::GetPasswordDataRequest& request);

}  // namespace fallstreak::services::ec2
