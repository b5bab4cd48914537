#pragma once

#include "api/ec2/key_pairs.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

api::ec2::KeyPair create_key_pair(Context& context, const api::ec2::CreateKeyPairRequest& request);
api::ec2::ImportKeyPairResult import_key_pair(Context& context,
                                              const api::ec2::ImportKeyPairRequest& request);
api::ec2::DescribeKeyPairsResult describe_key_pairs(
    Context& context, const api::ec2::DescribeKeyPairsRequest& request);
api::ec2::DeleteKeyPairResult delete_key_pair(Context& context,
                                              const api::ec2::DeleteKeyPairRequest& request);

}  // namespace fallstreak::services::ec2
