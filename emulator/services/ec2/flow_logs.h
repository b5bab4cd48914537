#pragma once

#include "services/ec2/state.h"

/// Flow logs of VPCs, subnets and interfaces. They are checked, kept and shown; no record of
/// traffic is written.
/// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
namespace fallstreak::services::ec2 {

api::ec2::CreateFlowLogsResult create_flow_logs(Context& context,
                                                const api::ec2::CreateFlowLogsRequest& request);
api::ec2::DescribeFlowLogsResult describe_flow_logs(
    Context& context, const api::ec2::DescribeFlowLogsRequest& request);
api::ec2::DeleteFlowLogsResult delete_flow_logs(Context& context,
                                                const api::ec2::DeleteFlowLogsRequest& request);

}  // namespace fallstreak::services::ec2
