#pragma once

#include <string>
#include <vector>

#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// What a request asks for once its launch template is applied: the request's own members win over
/// the template's.
api::ec2::RunInstancesRequest effective_request(const Context& context,
                                                const api::ec2::RunInstancesRequest& request);

/// A launch that was checked as a whole, before anything is made.
struct LaunchPlan {
  const Image* image = nullptr;
  const InstanceType* type = nullptr;
  int count = 0;
  std::string zone;
  std::string vpc_id;
  std::string subnet_id;
  std::vector<std::string> group_ids;
  std::string private_ip_address;  // empty: any
  bool wants_public_address = false;
  Tags tags;
};

LaunchPlan plan_launch(Context& context, const api::ec2::RunInstancesRequest& effective);

}  // namespace fallstreak::services::ec2
