#pragma once

#include "services/ec2/state.h"

/// What the account lets through its internet gateways, whatever routes and rules say. Whether a
/// packet gets through is `dataplane/reachability`'s to say.
/// https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
namespace fallstreak::services::ec2 {

api::ec2::DescribeVpcBlockPublicAccessOptionsResult describe_vpc_block_public_access_options(
    Context& context, const api::ec2::DescribeVpcBlockPublicAccessOptionsRequest& request);
api::ec2::ModifyVpcBlockPublicAccessOptionsResult modify_vpc_block_public_access_options(
    Context& context, const api::ec2::ModifyVpcBlockPublicAccessOptionsRequest& request);
api::ec2::CreateVpcBlockPublicAccessExclusionResult create_vpc_block_public_access_exclusion(
    Context& context, const api::ec2::CreateVpcBlockPublicAccessExclusionRequest& request);
api::ec2::DescribeVpcBlockPublicAccessExclusionsResult describe_vpc_block_public_access_exclusions(
    Context& context, const api::ec2::DescribeVpcBlockPublicAccessExclusionsRequest& request);
api::ec2::ModifyVpcBlockPublicAccessExclusionResult modify_vpc_block_public_access_exclusion(
    Context& context, const api::ec2::ModifyVpcBlockPublicAccessExclusionRequest& request);
api::ec2::DeleteVpcBlockPublicAccessExclusionResult delete_vpc_block_public_access_exclusion(
    Context& context, const api::ec2::DeleteVpcBlockPublicAccessExclusionRequest& request);

}  // namespace fallstreak::services::ec2
