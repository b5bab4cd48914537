#pragma once

#include "api/ec2/account_attributes.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

api::ec2::DescribeAccountAttributesResult describe_account_attributes(
    Context& context, const api::ec2::DescribeAccountAttributesRequest& request);
api::ec2::GetEbsEncryptionByDefaultResult get_ebs_encryption_by_default(
    Context& context, const api::ec2::GetEbsEncryptionByDefaultRequest& request);
api::ec2::EnableEbsEncryptionByDefaultResult enable_ebs_encryption_by_default(
    Context& context, const api::ec2::EnableEbsEncryptionByDefaultRequest& request);
api::ec2::DisableEbsEncryptionByDefaultResult disable_ebs_encryption_by_default(
    Context& context, const api::ec2::DisableEbsEncryptionByDefaultRequest& request);

}  // namespace fallstreak::services::ec2
